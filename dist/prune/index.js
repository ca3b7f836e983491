globalThis.k8sImageStep = 'prune'
await import('../index.js')
