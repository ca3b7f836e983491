globalThis.k8sImageStep = 'plan'
await import('../index.js')
