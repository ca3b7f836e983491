import type { Lock } from '../model/lock.js'

/** Version of packer-plugin-amazon; 1.8.1 is far slower over SSH (packer-plugin-amazon issue 678). */
export const amazonPlugin = '1.8.2'

/** Plugin protocol of that version, which is part of its file name; from `packer-plugin-amazon describe`. */
export const pluginApi = 'x5.0'

/** The versions for a lock, by HashiCorp's product name. */
export const toolVersions = (packer: string): Lock['tools'] => ({ packer, 'packer-plugin-amazon': amazonPlugin })
