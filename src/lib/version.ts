/** The action's version for the user agent. A test compares it with package.json. */
export const VERSION = '1.1.0'
