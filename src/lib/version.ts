/** The version of this action, as in package.json (a test compares them): for the user agent. */
export const VERSION = '1.1.0'
