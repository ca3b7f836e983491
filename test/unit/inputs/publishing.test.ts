import { type Given, publishingDefaults, readPublishing } from '../../../src/inputs/publishing.js'
import { publishSettings } from '../fakes.js'

const many = { os: ['debian-13'], arch: ['amd64'], kubernetes: ['1.37'] }

function read(texts: Partial<Record<keyof typeof publishingDefaults, string>>, changes: Partial<Given> = {}) {
  const mistakes: string[] = []
  const settings = readPublishing({
    text: (name) => texts[name] ?? publishingDefaults[name],
    report: (name) => (message, hint) => mistakes.push(`${name}: ${message} (${hint})`),
    region: 'us-east-1',
    amiRegions: ['us-east-1'],
    test: 'node',
    many,
    ...changes,
  })
  return { settings, mistakes }
}

test('without any of them nothing is shared, encrypted, deprecated or named', () => {
  expect(read({})).toEqual({ settings: publishSettings, mistakes: [] })
})

test.each<[Partial<Record<keyof typeof publishingDefaults, string>>, Partial<Given>, RegExp]>([
  [{ 'share-with-accounts': '1234' }, {}, /^share-with-accounts: "1234" is not an AWS account/],
  [
    { 'share-with-organizations': 'o-a1b2c3d4e5' },
    {},
    /^share-with-organizations: .* is not the ARN of an organization/,
  ],
  [
    { 'share-with-ous': 'arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5' },
    {},
    /^share-with-ous: .* is not the ARN of an organizational unit/,
  ],
  [
    { 'share-publicly': 'true', 'deprecate-after': '731' },
    {},
    /^deprecate-after: EC2 deprecates a public AMI after 730 days at most/,
  ],
  [{ 'share-publicly': 'yes' }, {}, /^share-publicly: "yes" is not true or false/],
  [
    { 'share-publicly': 'true', 'kms-key-ids': 'us-east-1=alias/k' },
    {},
    /^share-publicly: an encrypted AMI cannot be public/,
  ],
  [{ 'deprecate-after': '0' }, {}, /^deprecate-after: "0" is not a whole number from 1 to 3650/],
  [{ 'deregistration-protection': 'with-cool-down' }, {}, /did you mean "with-cooldown"/],
  [
    { 'deregistration-protection': 'true' },
    { test: 'none' },
    /^deregistration-protection: it needs AMIs that passed a test/,
  ],
  [{ 'max-concurrent-copies': '0' }, {}, /^max-concurrent-copies: "0" is not/],
  [
    { 'kms-key-ids': 'us-east-1=alias/k\nus-east=alias/k' },
    {},
    /"us-east" is not an AWS region \(write it like us-east-1\)/,
  ],
  [{ 'kms-key-ids': 'us-east-1=k8s' }, {}, /^kms-key-ids: "k8s" is not a KMS key/],
  [
    { 'kms-key-ids': 'us-east-1=arn:aws:kms:us-west-2:123456789012:key/1' },
    {},
    /is not a key of us-east-1 \(name a key of that region/,
  ],
  [
    { 'kms-key-ids': 'us-east-1=alias/k' },
    { amiRegions: ['us-east-1', 'eu-west-1'] },
    /^kms-key-ids: there is no key for eu-west-1/,
  ],
  [{ 'kms-key-ids': 'eu-west-1=alias/k' }, { amiRegions: 'all' }, /^kms-key-ids: there is no key for us-east-1/],
  [{ 'ssm-parameters': 'k8s/latest' }, {}, /"k8s\/latest" is not a parameter's name/],
  [{ 'ssm-parameters': '/k8s/{os}/{version}' }, {}, /"\{version\}" is not a placeholder/],
  [{ 'ssm-parameters': '/aws/service/x' }, {}, /begins with a word that AWS reserves/],
  [{ 'ssm-parameters': '/k8s/latest' }, { test: 'none' }, /^ssm-parameters: it needs AMIs that passed a test/],
  [
    { 'ssm-parameters': '/k8s/{os}/latest' },
    { many: { ...many, arch: ['amd64', 'arm64'] } },
    /several images would write the same parameter \(write \{arch\}/,
  ],
  [
    { 'ssm-parameters': '/k8s/latest' },
    { many: { ...many, kubernetes: ['1.36', '1.37'] } },
    /several images would write the same parameter \(write \{kubernetes\}/,
  ],
])('%j %j', (texts, changes, message) => {
  expect(read(texts, changes).mistakes).toEqual([expect.stringMatching(message)])
})

test('a name without a slash is a name', () => {
  expect(read({ 'ssm-parameters': 'node-image' }).mistakes).toEqual([])
})

test('{minor} also distinguishes versions', () => {
  const texts = { 'ssm-parameters': '/k8s/{minor}/latest' }
  expect(read(texts, { many: { ...many, kubernetes: ['1.36', '1.37'] } }).mistakes).toEqual([])
})
