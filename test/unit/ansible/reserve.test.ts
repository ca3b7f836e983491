/** Resources that kubelet reserves, by the size of the instance: ansible/roles/kubernetes/files/reserve.sh. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { temporaryDirectory } from '../support/temporary.js'

const script = resolve(import.meta.dirname, '../../../ansible/roles/kubernetes/files/reserve.sh')
const directory = temporaryDirectory()

// The formula of https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes.
test.each<[number, number, string, string]>([
  [1024, 1, '60m', '256Mi'],
  [4096, 2, '70m', '1024Mi'],
  [8192, 2, '70m', '1843Mi'],
  [16384, 4, '80m', '2662Mi'],
  [131072, 32, '150m', '9543Mi'],
  [524288, 96, '310m', '17408Mi'],
])('of %i MiB and %i processors: %s and %s', (memory, processors, cpu, reserved) => {
  const file = join(directory(), 'kubelet.conf.d/50-reserved.conf')
  const env = { PATH: process.env.PATH, MEMORY_MIB: String(memory), CPUS: String(processors), RESERVED: file }
  execFileSync('bash', [script], { env })
  expect(parse(readFileSync(file, 'utf8'))).toEqual({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    kubeReserved: { cpu, memory: reserved },
  })
})
