import { spawnSync } from 'node:child_process'

test.each(['bench', 'rehearse', 'verify-on-aws', 'tests/main'])(
  'script/%s.ts loads under plain Node, and names an option that it does not know',
  (name) => {
    const { status, stderr } = spawnSync(process.execPath, [`script/${name}.ts`, '--no-such-option'], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('--no-such-option') })
    expect(stderr).toMatch(/^script\//)
  },
)

test.each(['--id', '--remove'])('script/verify-on-aws.ts %s rejects an ID that other verifications match', (option) => {
  const { status, stderr } = spawnSync(process.execPath, ['script/verify-on-aws.ts', option, '*'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('ID "*"') })
})

test('a second script/test in this checkout is refused', () => {
  // If this test itself runs below script/test, the lock is held already.
  const both = 'mkdir -p out; exec 8>out/test.lock; flock -n 8 || true; script/test --no-such-option'
  const { status, stderr } = spawnSync('bash', ['-c', both], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(/^script\/test: another .* wait for it/),
  })
})
