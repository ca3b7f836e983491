globalThis.k8sImageStep = 'main'
await import('../index.js')
