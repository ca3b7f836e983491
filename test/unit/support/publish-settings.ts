import type { PublishSettings } from '../../../src/model/publish.js'

/** Publishes nothing beyond the copies. */
export const publishSettings: PublishSettings = {
  keys: {},
  accounts: [],
  organizations: [],
  organizationalUnits: [],
  everybody: false,
  deprecateAfter: undefined,
  protection: 'false',
  parameters: [],
  maxCopies: 200,
  copyBeforeTest: true,
  nameAt: 'test',
}
