import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../lib/errors.js'
import type { Effects } from '../effects.js'
import type { GitHub } from './github.js'
import type { ReleaseInputs } from './inputs.js'
import { hasAll, imagesOf } from './previous.js'
import { taken } from './tag.js'

/** Files that are not assets of the release. */
const OWN = ['notes.md', 'tag']

/**
 * Creates a draft with all files, then the tag, then publishes the draft. So there is never a tag without its files, and a failed step
 * can be run again.
 */
export async function publish(effects: Effects, inputs: ReleaseInputs, hub: GitHub): Promise<void> {
  const { env, log } = effects
  const { directory } = inputs
  if (!existsSync(join(directory, 'tag')))
    throw new UserError(
      'release',
      `directory: ${directory || '(empty)'} holds no prepared release`,
      'give the output `directory` of the step that prepared it',
    )
  const tag = readFileSync(join(directory, 'tag'), 'utf8')
  const commit = env.GITHUB_SHA ?? ''
  const tagged = await hub.tagged(tag)
  const done = (await named(tag, hub)).find(({ draft }) => !draft)
  if (done !== undefined || (tagged !== undefined && tagged !== commit)) {
    const images = JSON.parse(readFileSync(join(directory, 'images.json'), 'utf8'))
    if (done !== undefined && hasAll(await imagesOf(hub, done), images)) {
      log.info(`${tag} is released already: ${done.html_url}`)
      effects.setOutput('tag', tag)
      effects.setOutput('url', done.html_url)
      return
    }
    throw taken(tag)
  }
  const draft = await hub.createDraft({
    tag_name: tag,
    name: tag,
    body: readFileSync(join(directory, 'notes.md'), 'utf8'),
    target_commitish: commit,
  })
  try {
    // Other drafts are from an interrupted step, or from a repeated call.
    for (const each of await named(tag, hub)) if (each.draft && each.id !== draft.id) await hub.remove(each)
    for (const name of readdirSync(directory).filter((each) => !OWN.includes(each)))
      await hub.upload(draft, name, readFileSync(join(directory, name)))
    if (tagged === undefined) await hub.tag(tag, commit, `Kubernetes node images ${tag}`)
  } catch (error) {
    await hub.remove(draft).catch((problem: Error) => log.warning(`a draft of ${tag} is left: ${problem.message}`))
    throw error
  }
  const { html_url } = await hub.publish(draft)
  effects.setOutput('tag', tag)
  effects.setOutput('url', html_url)
  log.info(`released ${tag}: ${html_url}`)
}

const named = async (tag: string, hub: GitHub) => (await hub.releases()).filter(({ tag_name }) => tag_name === tag)
