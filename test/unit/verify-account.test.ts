/** The clean-up of a verification, with a program in place of the AWS CLI that answers as AWS does. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asker, removeAll } from '../../script/verify/account.ts'

/**
 * Until the wait for its end, an instance uses groups and volumes. A deregistered AMI's snapshots stay in the list, and are gone.
 * Lists of other resources are refused, and so are the calls in DENIED. Each kind has a file of IDs in ACCOUNT/REGION.
 */
const AWS = `#!/bin/bash
command=$2
while [ $# -gt 0 ]; do
  case $1 in --region) id=$last; cd "$ACCOUNT/$2" ;; --filters | --path) of=$2 ;; esac
  last=$1; shift
done
fail() { echo "An error occurred ($1) when calling $command" >&2; exit 254; }
list() { echo "[$(for one in $(cat "$1" $3); do printf "$2\\n" "$one"; done | paste -sd,)]"; }
remove() { grep -qx "$id" "$1" || fail Invalid.NotFound; sed -i "\\|^$id$|d" "$1"; }
unused() { [ ! -s instances ] || fail "$1"; }
[[ " $DENIED " != *" $command "* ]] || fail UnauthorizedOperation
case $command in
describe-* | get-*) [[ $of == Name=tag:k8s-image-verify,Values=run || $of == /k8s-image-verify/run ]] || fail OtherResources ;;
esac
case $command in
describe-snapshots) list snapshots '"%s"' ../gone ;;
describe-*) list "\${command#describe-}" '"%s"' ;;
get-parameters-by-path) echo '{"Parameters":' "$(list parameters '{"Name": "%s"}')" '}' ;;
terminate-instances) ;;
wait) remove instances ;;
deregister-image) remove images ;;
delete-snapshot) remove snapshots ;;
delete-volume) unused VolumeInUse; remove volumes ;;
delete-security-group) unused DependencyViolation; remove security-groups ;;
delete-key-pair) remove key-pairs ;;
delete-parameter) remove parameters ;;
*) fail InvalidAction ;;
esac
`

const full = () => ({
  instances: ['i-1'],
  images: ['ami-1'],
  snapshots: ['snap-1'],
  volumes: ['vol-1'],
  'security-groups': ['sg-1', 'sg-2'],
  'key-pairs': ['key-1'],
  parameters: ['/k8s-image-verify/run/debian-13'],
})
const empty = Object.fromEntries(Object.keys(full()).map((kind) => [kind, []]))
const regions = ['us-east-1', 'us-west-2']

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'k8s-image-unit-'))
  writeFileSync(join(directory, 'aws'), AWS, { mode: 0o755 })
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Removes everything from a full account. @param denied commands. Returns the rest of each region, and the failures. */
function clean(...denied: readonly string[]) {
  const file = (region: string, kind: string) => join(directory, region, kind)
  writeFileSync(join(directory, 'gone'), 'snap-gone\n')
  for (const region of regions) {
    mkdirSync(join(directory, region))
    for (const [kind, ids] of Object.entries(full())) writeFileSync(file(region, kind), `${ids.join('\n')}\n`)
  }
  const path = `${directory}:${process.env.PATH}`
  const ask = asker({ ...process.env, PATH: path, ACCOUNT: directory, DENIED: denied.join(' ') })
  let failures: string[] = []
  try {
    removeAll(ask, regions, 'run')
  } catch (error) {
    failures = (error as Error).message.split('; ')
  }
  const idsOf = (region: string, kind: string) => readFileSync(file(region, kind), 'utf8').split('\n').slice(0, -1)
  const left = regions.map((region) =>
    Object.fromEntries(Object.keys(full()).map((kind) => [kind, idsOf(region, kind)])),
  )
  return { failures, left }
}

test('removes what an instance uses after its end, and every kind in every region', () => {
  expect(clean()).toEqual({ failures: [], left: [empty, empty] })
}, 60_000)

test('a failure keeps nothing else, and all are named', () => {
  const { failures, left } = clean('terminate-instances', 'describe-images')
  const rest = { ...full(), snapshots: [], 'key-pairs': [], parameters: [] }
  expect(left).toEqual([rest, rest])
  const all = (region: string) =>
    [
      ['i-1', 'terminate-instances', 'UnauthorizedOperation'],
      ['images', 'describe-images', 'UnauthorizedOperation'],
      ['vol-1', 'delete-volume', 'VolumeInUse'],
      ['sg-1', 'delete-security-group', 'DependencyViolation'],
      ['sg-2', 'delete-security-group', 'DependencyViolation'],
    ].map(
      ([what, call, code]) => `${what} in ${region}: aws ec2 ${call}: An error occurred (${code}) when calling ${call}`,
    )
  expect(failures).toEqual(regions.flatMap(all))
}, 60_000)
