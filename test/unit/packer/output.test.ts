import { amiBegun, amisInManifest, parseAmis, parseRow, temporaryOf } from '../../../src/packer/output.js'

// Rows as Packer 1.16.0 printed them.
describe('parseRow', () => {
  test.each([
    [
      "a build's say, with a comma",
      '1795435514,,ui,say,==> img.amazon-ebs.debian-13-amd64: hello%!(PACKER_COMMA) world',
      { kind: 'say', build: 'img.amazon-ebs.debian-13-amd64', text: 'hello, world' },
    ],
    [
      "a build's message",
      '1795435514,,ui,message,    img.amazon-ebs.debian-13-amd64: AMI: ami-01',
      { kind: 'say', build: 'img.amazon-ebs.debian-13-amd64', text: 'AMI: ami-01' },
    ],
    [
      'a key with a version',
      '1795435514,,ui,error,==> img.amazon-ebs.debian-13-amd64-1.37.2: no',
      { kind: 'complaint', build: 'img.amazon-ebs.debian-13-amd64-1.37.2', text: 'no' },
    ],
    [
      'a say about all builds',
      '1795435515,,ui,say,\\n==> Builds finished but no artifacts were created.',
      { kind: 'say', build: undefined, text: '==> Builds finished but no artifacts were created.' },
    ],
    [
      'a diagnostic',
      '1795435496,,ui,error,Error: Call to unknown function\\n\\n  on /a/b.pkr.hcl line 5:\\n',
      { kind: 'complaint', build: undefined, text: 'Error: Call to unknown function\n\n  on /a/b.pkr.hcl line 5:' },
    ],
    [
      "a build's error",
      '1795435515,img.amazon-ebs.debian-13-amd64,error,Script exited with non-zero exit status: 3. Allowed exit codes are: [0]',
      {
        kind: 'error',
        build: 'img.amazon-ebs.debian-13-amd64',
        text: 'Script exited with non-zero exit status: 3. Allowed exit codes are: [0]',
      },
    ],
    [
      'an artifact',
      '1795435521,img.amazon-ebs.al2,artifact,0,id,eu-west-1:ami-0a%!(PACKER_COMMA)us-east-1:ami-0b',
      { kind: 'amis', build: 'img.amazon-ebs.al2', amis: { 'eu-west-1': 'ami-0a', 'us-east-1': 'ami-0b' } },
    ],
    ['an artifact that is no AMI', '1795435521,img.null.x,artifact,0,id,Null', { kind: 'other' }],
    ['the end of an artifact', '1795435521,img.null.x,artifact,0,end', { kind: 'other' }],
    ['a count', '1795435515,,error-count,1', { kind: 'other' }],
    ['an empty line', '', { kind: 'other' }],
    [
      'a crash',
      'panic: runtime error, index out of range',
      { kind: 'text', text: 'panic: runtime error, index out of range' },
    ],
    ['plain text with commas', 'a,b,c,d', { kind: 'text', text: 'a,b,c,d' }],
  ])('%s', (_, line, row) => {
    expect(parseRow(line)).toEqual(row)
  })

  test('the output of a playbook is not mistaken for another build', () => {
    expect(parseRow('1795435514,,ui,say,==> img.amazon-ebs.a: ==> img.amazon-ebs.b: Stopping')).toEqual({
      kind: 'say',
      build: 'img.amazon-ebs.a',
      text: '==> img.amazon-ebs.b: Stopping',
    })
  })
})

describe('parseAmis', () => {
  test.each([
    ['us-gov-east-1:ami-01', { 'us-gov-east-1': 'ami-01' }],
    ['us-east-1:ami-01, eu-west-1:ami-02', { 'us-east-1': 'ami-01', 'eu-west-1': 'ami-02' }],
    ['', {}],
    ['Null', {}],
    ['us-east-1:snap-01', {}],
  ])('%s', (id, amis) => {
    expect(parseAmis(id)).toEqual(amis)
  })
})

describe('amisInManifest', () => {
  const build = (image: string, artifact_id: string, packer_run_uuid = 'b') => ({
    name: 'base',
    artifact_id,
    packer_run_uuid,
    custom_data: { image },
  })
  test.each([
    ['its own build', [build('x', 'us-east-1:ami-01')], { 'us-east-1': 'ami-01' }],
    ['not that of another image', [build('y', 'us-east-1:ami-01')], {}],
    ['not that of an earlier run', [build('x', 'us-east-1:ami-01', 'a')], {}],
    [
      'the last of several',
      [build('x', 'us-east-1:ami-01'), build('x', 'us-east-1:ami-02')],
      { 'us-east-1': 'ami-02' },
    ],
  ])('%s', (_, builds, amis) => {
    expect(amisInManifest(JSON.stringify({ builds, last_run_uuid: 'b' }), 'x')).toEqual(amis)
  })

  test.each(['', '{', 'null', '[]'])('an unreadable manifest: %j', (text) => {
    expect(amisInManifest(text, 'x')).toEqual({})
  })
})

test.each([
  ['AMI: ami-0123abcd', 'ami-0123abcd'],
  [' AMI: ami-0123abcd\n', 'ami-0123abcd'],
  ['Found Image ID: ami-0123abcd', undefined],
  ['AMI: ami-0123abcd is mine', undefined],
])('the AMI that %j announces is %s', (text, id) => {
  expect(amiBegun(text)).toBe(id)
})

const UUID = '6741ab5e-0123-4567-89ab-0123456789ab'
test.each([
  [`Creating temporary keypair: packer_${UUID}`, { kind: 'key-pair', name: `packer_${UUID}` }],
  [
    `Creating temporary security group for this instance: packer_${UUID}`,
    { kind: 'security-group', name: `packer_${UUID}` },
  ],
  // A sweep must not delete what a task's output names.
  ['Creating temporary keypair: production', undefined],
  [`TASK: Creating temporary keypair: packer_${UUID}`, undefined],
])('the resource that Packer announces: %s', (text, thing) => {
  expect(temporaryOf(text)).toEqual(thing)
})
