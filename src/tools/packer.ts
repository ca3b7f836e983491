import { join } from 'node:path'
import type { ToolContext } from './context.js'
import { prepareRelease } from './hashicorp.js'
import { amazonPlugin, pluginApi } from './versions.js'

/** Path of the verified `packer`. */
export async function preparePacker(context: ToolContext, version: string): Promise<string> {
  const release = { product: 'packer', version, member: 'packer', place: 'packer' }
  return join(await prepareRelease(context, release), 'packer')
}

/**
 * A directory for PACKER_PLUGIN_PATH with the Amazon plugin. Packer accepts a plugin only with a file beside it that has the executable's
 * sha256 as bare hex.
 */
export async function preparePlugin(context: ToolContext): Promise<string> {
  const member = `packer-plugin-amazon_v${amazonPlugin}_${pluginApi}_linux_${context.arch}`
  const place = `plugins/github.com/hashicorp/amazon/${member}`
  const beside = (sha256: string) => ({ [`${place}_SHA256SUM`]: sha256 })
  const release = { product: 'packer-plugin-amazon', version: amazonPlugin, member, place, beside }
  return join(await prepareRelease(context, release), 'plugins')
}
