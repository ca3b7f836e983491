/** For `node --import`: lets scripts run the action's sources directly, where `./a.js` means `./a.ts`. */
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

registerHooks({
  resolve(specifier, context, next) {
    if (context.parentURL === undefined || !/^\.{1,2}\/.*\.js$/.test(specifier)) return next(specifier, context)
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL)
    return next(existsSync(fileURLToPath(source)) ? source.href : specifier, context)
  },
})
