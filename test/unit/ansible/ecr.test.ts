/** Images for which kubelet calls the ECR credential provider: only ECR's own names, in every partition. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

const { kubernetes_ecr_match_images: patterns }: { kubernetes_ecr_match_images: string[] } = parse(
  readFileSync('ansible/roles/kubernetes/defaults/main.yml', 'utf8'),
)

/** kubelet's rule: the numbers of labels are equal, and `*` matches one label (pkg/credentialprovider, URLsMatch). */
const matches = (host: string) =>
  patterns.some((pattern) => {
    const labels = pattern.split('.')
    const given = host.split('.')
    return labels.length === given.length && labels.every((label, at) => label === '*' || label === given[at])
  })

// Endpoints: docs.aws.amazon.com/general/latest/gr/ecr.html, and "Dual-stack endpoints" of Amazon ECR's user guide.
test.each([
  '123456789012.dkr.ecr.us-east-1.amazonaws.com',
  '123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com',
  '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn',
  '123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu',
  '123456789012.dkr-ecr.us-west-2.on.aws',
  '123456789012.dkr-ecr-fips.us-east-2.on.aws',
  '123456789012.dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn',
  'public.ecr.aws',
])('%s is one', (host) => expect(matches(host)).toBe(true))

test.each([
  'registry.k8s.io',
  'docker.io',
  'ecr.us-east-1.amazonaws.com',
  'evil.dkr.ecr.us-east-1.amazonaws.com.example.org',
])('%s is none', (host) => expect(matches(host)).toBe(false))
