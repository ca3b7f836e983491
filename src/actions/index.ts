/** The bundle's single entry for all five steps, so that dist/ has shared code once. dist/STEP/index.js names the step. */
declare global {
  var k8sImageStep: string | undefined
}

const steps: Readonly<Record<string, () => Promise<unknown>>> = {
  main: () => import('./build/main.js'),
  post: () => import('./build/post.js'),
  plan: () => import('./plan/main.js'),
  prune: () => import('./prune/main.js'),
  release: () => import('./release/main.js'),
}

await steps[globalThis.k8sImageStep ?? '']?.()
