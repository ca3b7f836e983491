globalThis.k8sImageStep = 'post'
await import('../index.js')
