/** renovate.json finds every pin of the catalogue that it should update. */
import { readFileSync } from 'node:fs'

const { customManagers } = JSON.parse(readFileSync('renovate.json', 'utf8')) as {
  customManagers: { managerFilePatterns: string[]; matchStrings: string[]; depNameTemplate: string }[]
}
const text = readFileSync('catalog/kubernetes.json', 'utf8')
const catalogue = Object.values(JSON.parse(text)) as Record<string, string>[]

test.each([
  ['containerd', 'containerd/containerd'],
  ['runc', 'opencontainers/runc'],
  ['cniPlugins', 'containernetworking/plugins'],
  ['crictl', 'kubernetes-sigs/cri-tools'],
])('%s, of every minor', (pin, repository) => {
  const managers = customManagers.filter(({ depNameTemplate }) => depNameTemplate === repository)
  expect(managers).toMatchObject([{ managerFilePatterns: ['catalog/kubernetes.json'] }])
  const found = managers.flatMap(({ matchStrings }) =>
    matchStrings.flatMap((pattern) =>
      [...text.matchAll(new RegExp(pattern, 'g'))].map(({ groups }) => groups?.currentValue),
    ),
  )
  expect(found).toEqual(catalogue.map((entry) => entry[pin]))
})
