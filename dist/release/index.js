globalThis.k8sImageStep = 'release'
await import('../index.js')
