/** The layers of src/, highest first: a folder imports only from those after it. */
const LAYERS = [
  'actions',
  'report',
  'inputs',
  'preflight',
  'gate',
  'publish',
  'packer',
  'plan',
  'sweep',
  'tools',
  'upstream',
  'catalog',
  'aws',
  'lib',
  'model',
]

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'model-imports-nothing', severity: 'error', from: { path: '^src/model/' }, to: { pathNot: '^src/model/' } },
    {
      name: 'actions-are-apart',
      comment: 'An action imports nothing from another action.',
      severity: 'error',
      from: { path: '^src/actions/([^/]+)/' },
      to: { path: '^src/actions/[^/]+/', pathNot: '^src/actions/$1/' },
    },
    ...LAYERS.slice(1).map((layer, index) => ({
      name: `${layer}-imports-downwards`,
      severity: 'error',
      from: { path: `^src/${layer}/` },
      to: { path: `^src/(${LAYERS.slice(0, index + 1).join('|')})/` },
    })),
    {
      name: 'in-a-layer',
      comment: 'Each file lies in one of the layers that .dependency-cruiser.mjs lists.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${LAYERS.join('|')})/` },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node'] },
  },
}
