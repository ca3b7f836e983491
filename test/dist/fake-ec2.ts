/**
 * A fake EC2 API over HTTP for tests of the bundle. It has the calls that the action makes, and resources that a fake Packer adds. It
 * checks neither signatures nor arguments: test/rehearsal does.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

type Kind = 'instance' | 'volume' | 'security-group' | 'key-pair' | 'launch-template' | 'image' | 'snapshot'

export interface Thing {
  readonly region: string
  readonly kind: Kind
  readonly id: string
  state: string
  name: string
  readonly tags: Map<string, string>
  /** The snapshot of a registered AMI. */
  readonly snapshot?: string
}

export interface FakeEc2 {
  readonly url: string
  readonly things: Thing[]
  /** `region Action`, in order. */
  readonly calls: string[]
  /** Access key IDs of signatures, each once. */
  readonly signers: string[]
  /** Answers a call with an error instead; undefined lets it pass. */
  fault: (action: string, region: string) => { status: number; code: string } | undefined
  stop(): Promise<void>
}

export async function startFakeEc2(): Promise<FakeEc2> {
  const things: Thing[] = []
  const calls: string[] = []
  const signers: string[] = []
  const fake: FakeEc2 = { url: '', things, calls, signers, fault: () => undefined, stop: async () => undefined }
  const server: Server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const url = new URL(request.url ?? '/', 'http://x')
    if (url.pathname.startsWith('/fake/')) {
      put(request.method === 'DELETE', url)
      response.end()
      return
    }
    const form = new URLSearchParams(body)
    const action = form.get('Action') ?? ''
    const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const signer = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (!signers.includes(signer)) signers.push(signer)
    calls.push(`${region} ${action}`)
    if (form.get('DryRun') === 'true') {
      response.statusCode = 412
      response.end(
        '<Response><Errors><Error><Code>DryRunOperation</Code><Message>would have worked</Message></Error></Errors></Response>',
      )
      return
    }
    if (action === '') {
      // Service Quotas uses JSON.
      response.statusCode = 400
      response.end('{"__type":"AccessDeniedException"}')
      return
    }
    const fault = fake.fault(action, region)
    if (fault !== undefined) {
      response.statusCode = fault.status
      response.end(
        `<Response><Errors><Error><Code>${fault.code}</Code><Message>made by the test</Message></Error></Errors><RequestID>1</RequestID></Response>`,
      )
      return
    }
    response.setHeader('content-type', 'text/xml')
    response.end(`<${action}Response><requestId>1</requestId>${answer(action, region, form)}</${action}Response>`)
  })

  /** Adds or removes a resource in us-east-1 for the fake Packer: /fake/KIND/ID?run=ID&state=STATE. */
  const put = (gone: boolean, url: URL) => {
    const [, , kind = '', id = ''] = url.pathname.split('/')
    const region = 'us-east-1'
    const at = things.findIndex((thing) => thing.id === id)
    if (gone && at >= 0) things.splice(at, 1)
    if (gone) return
    const tags = new Map([['k8s-image:run', url.searchParams.get('run') ?? '']])
    if (kind === 'image') {
      tags.set('k8s-image:state', 'untested')
      things.push({ region, kind: 'snapshot', id: snapshotOf(id), state: 'completed', name: '', tags: new Map(tags) })
    }
    things.push({ region, kind: kind as Kind, id, state: url.searchParams.get('state') ?? '', name: 'k8s-x', tags })
  }

  const answer = (action: string, region: string, form: URLSearchParams): string => {
    const of = (kind: Kind) =>
      things.filter((thing) => thing.region === region && thing.kind === kind && matches(thing, form))
    const list = (name: string, items: string[]) =>
      `<${name}>${items.map((item) => `<item>${item}</item>`).join('')}</${name}>`
    const tags = (thing: Thing) =>
      list(
        'tagSet',
        [...thing.tags].map(([key, value]) => `<key>${key}</key><value>${value}</value>`),
      )
    const tagsIn = (request: URLSearchParams) =>
      new Map(
        [...request].flatMap(([key, value]) => {
          const match = /^TagSpecification\.1\.Tag\.(\d+)\.Key$/.exec(key)
          return match === null ? [] : [[value, request.get(`TagSpecification.1.Tag.${match[1]}.Value`) ?? ''] as const]
        }),
      )
    const remove = (id: string | null) => {
      const at = things.findIndex((thing) => thing.region === region && thing.id === id)
      if (at >= 0) things.splice(at, 1)
      return '<return>true</return>'
    }
    switch (action) {
      case 'DescribeRegions':
        return list(
          'regionInfo',
          ['us-east-1', 'us-west-2'].map((name) => `<regionName>${name}</regionName>`),
        )
      case 'DescribeInstanceTypes':
        return ''
      case 'GetEbsEncryptionByDefault':
        return '<ebsEncryptionByDefault>false</ebsEncryptionByDefault>'
      case 'DescribeImages':
        if (form.get('Owner.1') !== 'self') return list('imagesSet', [baseAmi])
        return list(
          'imagesSet',
          of('image').map((thing) => {
            const devices = list('blockDeviceMapping', [
              `<ebs><snapshotId>${thing.snapshot ?? snapshotOf(thing.id)}</snapshotId></ebs>`,
            ])
            const shown = `<imageId>${thing.id}</imageId><name>${thing.name}</name><imageState>${thing.state}</imageState><imdsSupport>v2.0</imdsSupport>${devices}${tags(thing)}`
            if (thing.state === 'pending' && thing.id.startsWith('ami-copy')) thing.state = 'available'
            return shown
          }),
        )
      case 'DescribeInstances':
        return list(
          'reservationSet',
          of('instance').map((thing) => {
            const shown = `<instanceId>${thing.id}</instanceId><instanceState><name>${thing.state}</name></instanceState>${tags(thing)}`
            if (thing.state === 'stopping') thing.state = 'stopped'
            return list('instancesSet', [shown])
          }),
        )
      case 'DescribeVolumes':
        return list(
          'volumeSet',
          of('volume').map((thing) => `<volumeId>${thing.id}</volumeId><status>${thing.state}</status>${tags(thing)}`),
        )
      case 'DescribeSecurityGroups':
        return list(
          'securityGroupInfo',
          of('security-group').map((thing) => `<groupId>${thing.id}</groupId>${tags(thing)}`),
        )
      case 'DescribeKeyPairs':
        return list(
          'keySet',
          of('key-pair').map((thing) => `<keyPairId>${thing.id}</keyPairId>${tags(thing)}`),
        )
      case 'DescribeLaunchTemplates':
        return list(
          'launchTemplates',
          of('launch-template').map((thing) => `<launchTemplateId>${thing.id}</launchTemplateId>${tags(thing)}`),
        )
      case 'DescribeSnapshots':
        return list(
          'snapshotSet',
          of('snapshot').map(
            (thing) => `<snapshotId>${thing.id}</snapshotId><status>${thing.state}</status>${tags(thing)}`,
          ),
        )
      case 'RegisterImage': {
        const id = `ami-named${things.length}`
        const snapshot = form.get('BlockDeviceMapping.1.Ebs.SnapshotId') ?? ''
        const name = form.get('Name') ?? ''
        things.push({ region, kind: 'image', id, state: 'available', name, tags: tagsIn(form), snapshot })
        return `<imageId>${id}</imageId>`
      }
      case 'CopyImage': {
        const id = `ami-copy${things.length}`
        const given = tagsIn(form)
        things.push({ region, kind: 'image', id, state: 'pending', name: form.get('Name') ?? '', tags: given })
        things.push({
          region,
          kind: 'snapshot',
          id: snapshotOf(id),
          state: 'completed',
          name: '',
          tags: new Map(given),
        })
        return `<imageId>${id}</imageId>`
      }
      case 'CreateTags':
        for (const [key, id] of form) {
          if (!key.startsWith('ResourceId.')) continue
          for (const thing of things.filter((one) => one.id === id))
            for (let at = 1; form.has(`Tag.${at}.Key`); at++)
              thing.tags.set(form.get(`Tag.${at}.Key`) ?? '', form.get(`Tag.${at}.Value`) ?? '')
        }
        return '<return>true</return>'
      case 'StopInstances':
        for (const thing of things) if (thing.id === form.get('InstanceId.1')) thing.state = 'stopping'
        return ''
      case 'TerminateInstances':
        remove(form.get('InstanceId.1'))
        return ''
      case 'DeleteVolume':
        return remove(form.get('VolumeId'))
      case 'DeleteSecurityGroup':
        return remove(form.get('GroupId'))
      case 'DeleteKeyPair':
        return remove(form.get('KeyPairId'))
      case 'DeleteLaunchTemplate':
        return remove(form.get('LaunchTemplateId'))
      case 'DeregisterImage':
        return remove(form.get('ImageId'))
      case 'DeleteSnapshot':
        return remove(form.get('SnapshotId'))
      default:
        throw new Error(`the fake EC2 does not know ${action}`)
    }
  }
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return Object.assign(fake, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  })
}

const baseAmi =
  '<imageId>ami-0123456789abcdef0</imageId><name>debian-13-amd64-20261101-1</name><imageState>available</imageState><creationDate>2026-11-01T00:00:00.000Z</creationDate>'

const snapshotOf = (image: string) => image.replace('ami-', 'snap-')

/** Applies the action's filters: `tag:NAME`, `image-id`, `name`. One matching value of a filter is enough. */
function matches(thing: Thing, form: URLSearchParams): boolean {
  for (let at = 1; form.has(`Filter.${at}.Name`); at++) {
    const name = form.get(`Filter.${at}.Name`) ?? ''
    const values = [...form].filter(([key]) => key.startsWith(`Filter.${at}.Value.`)).map(([, value]) => value)
    const actual = name.startsWith('tag:')
      ? thing.tags.get(name.slice(4))
      : /^(image|instance)-id$/.test(name)
        ? thing.id
        : thing.name
    if (!values.includes(actual ?? '')) return false
  }
  return true
}
