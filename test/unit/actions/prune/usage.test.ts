import { readUsage } from '../../../../src/actions/prune/usage.js'
import { UserError } from '../../../../src/lib/errors.js'
import { type Answer, fakeAws } from './fake-aws.js'

const AMI = 'ami-0123456789abcdef0'
const OTHER = 'ami-00000000000000001'

const instance = (InstanceId: string, ImageId: string, Name: string) => ({
  Instances: [{ InstanceId, ImageId, State: { Name } }],
})
const version = (LaunchTemplateName: string, VersionNumber: number, ImageId: string) => ({
  LaunchTemplateName,
  VersionNumber,
  LaunchTemplateData: { ImageId },
})
const template = (LaunchTemplateId: string) => ({ LaunchTemplateId })
const group = (inner: object) => ({ AutoScalingGroups: [{ AutoScalingGroupName: 'workers', ...inner }] })

async function usesOf(answers: Readonly<Record<string, Answer>>, ami = AMI): Promise<readonly string[]> {
  const { uses, unknown } = await readUsage(fakeAws(answers).aws, 'us-east-1')
  expect(unknown).toEqual([])
  return uses.get(ami) ?? []
}

test('an account that launches nothing uses nothing', async () => {
  const { uses, unknown } = await readUsage(fakeAws({}).aws, 'us-east-1')
  expect({ uses: uses.size, unknown }).toEqual({ uses: 0, unknown: [] })
})

describe('is in use', () => {
  test.each(['pending', 'running', 'stopping', 'stopped', 'shutting-down'])(
    'by an instance that is %s',
    async (state) => {
      expect(
        await usesOf({ 'ec2:DescribeInstances': () => ({ Reservations: [instance('i-1', AMI, state)] }) }),
      ).toEqual(['instance i-1'])
    },
  )

  test('by an old version of a launch template', async () => {
    const found = await usesOf({
      'ec2:DescribeLaunchTemplates': () => ({ LaunchTemplates: [template('lt-1'), template('lt-2')] }),
      'ec2:DescribeLaunchTemplateVersions': ({ LaunchTemplateId, Versions }) => {
        expect(Versions).toBeUndefined() // all of them
        if (LaunchTemplateId === 'lt-2') return {}
        return { LaunchTemplateVersions: [version('web', 2, OTHER), version('web', 1, AMI)] }
      },
    })
    expect(found).toEqual(['launch template web version 1'])
  })

  test('by a launch configuration, with or without a group', async () => {
    const LaunchConfigurations = [{ LaunchConfigurationName: 'old', ImageId: AMI }]
    expect(await usesOf({ 'autoscaling:DescribeLaunchConfigurations': () => ({ LaunchConfigurations }) })).toEqual([
      'launch configuration old',
    ])
  })

  const named = { LaunchTemplateId: 'lt-9', Version: '4' }
  test.each<[string, object]>([
    ['its launch template', { LaunchTemplate: named }],
    [
      'the template of its mixed policy',
      { MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: named } } },
    ],
    [
      'the template of an override',
      {
        MixedInstancesPolicy: {
          LaunchTemplate: { Overrides: [{ InstanceType: 'm5.large' }, { LaunchTemplateSpecification: named }] },
        },
      },
    ],
    ['the template of one of its instances', { Instances: [{ LaunchTemplate: named }] }],
  ])('by a group through %s', async (_, inner) => {
    const found = await usesOf({
      'autoscaling:DescribeAutoScalingGroups': () => group(inner),
      'ec2:DescribeLaunchTemplateVersions': ({ LaunchTemplateId, Versions }) => {
        expect({ LaunchTemplateId, Versions }).toEqual({
          LaunchTemplateId: 'lt-9',
          Versions: ['4'],
        })
        return { LaunchTemplateVersions: [version('web', 4, AMI)] }
      },
    })
    expect(found).toEqual(['Auto Scaling group workers, launch template web version 4'])
  })

  test('by a group with a named template in its default version', async () => {
    const found = await usesOf({
      'autoscaling:DescribeAutoScalingGroups': () => group({ LaunchTemplate: { LaunchTemplateName: 'web' } }),
      'ec2:DescribeLaunchTemplateVersions': ({ LaunchTemplateName, Versions }) => {
        expect({ LaunchTemplateName, Versions }).toEqual({
          LaunchTemplateName: 'web',
          Versions: ['$Default'],
        })
        return { LaunchTemplateVersions: [version('web', 1, AMI)] }
      },
    })
    expect(found).toHaveLength(1)
  })

  test('by a group with an override that names it', async () => {
    const inner = { MixedInstancesPolicy: { LaunchTemplate: { Overrides: [{ ImageId: AMI }] } } }
    expect(await usesOf({ 'autoscaling:DescribeAutoScalingGroups': () => group(inner) })).toEqual([
      'Auto Scaling group workers',
    ])
  })

  test.each<[string, string]>([
    ['alone', AMI],
    ['in a list', `${OTHER},${AMI}`],
    ['within JSON', JSON.stringify({ amd64: AMI })],
  ])('by an SSM parameter that names it %s', async (_, Value) => {
    const names = Array.from({ length: 23 }, (_, at) => `/k8s/${at}`)
    const fake = fakeAws({
      'ssm:DescribeParameters': ({ NextToken }) =>
        NextToken === undefined
          ? { Parameters: names.slice(0, 20).map((Name) => ({ Name })), NextToken: 'more' }
          : { Parameters: names.slice(20).map((Name) => ({ Name })) },
      'ssm:GetParameters': ({ Names }) => ({
        Parameters: (Names as string[]).map((Name) => ({ Name, Value: Name === '/k8s/22' ? Value : 'x' })),
      }),
    })
    const { uses } = await readUsage(fake.aws, 'us-east-1')
    expect(uses.get(AMI)).toEqual(['SSM parameter /k8s/22'])
    expect(fake.made.filter((call) => call.endsWith('GetParameters'))).toHaveLength(3)
  })

  test('by a launch template that names a version of a parameter', async () => {
    const found = await usesOf({
      'ec2:DescribeLaunchTemplates': () => ({ LaunchTemplates: [template('lt-1')] }),
      'ec2:DescribeLaunchTemplateVersions': () => ({
        LaunchTemplateVersions: [version('web', 1, 'resolve:ssm:/k8s/latest:3')],
      }),
      'ssm:GetParameters': ({ Names }) => {
        expect(Names).toEqual(['/k8s/latest:3'])
        return { Parameters: [{ Name: '/k8s/latest', Selector: ':3', Value: AMI }] }
      },
    })
    expect(found).toEqual(['launch template web version 1'])
  })
})

test('resources that a service of AWS manages, and EC2 hides, count', async () => {
  const found = await usesOf({
    'ec2:DescribeInstances': ({ IncludeManagedResources: all }) => ({
      Reservations: all ? [instance('i-1', AMI, 'running')] : [],
    }),
    'ec2:DescribeLaunchTemplates': ({ IncludeManagedResources: all }) => ({
      LaunchTemplates: all ? [template('lt-1')] : [],
    }),
    'ec2:DescribeLaunchTemplateVersions': ({ IncludeManagedResources: all }) => ({
      LaunchTemplateVersions: all ? [version('web', 1, AMI)] : [],
    }),
  })
  expect(found).toEqual(['instance i-1', 'launch template web version 1'])
})

test('a terminated instance uses nothing', async () => {
  expect(
    await usesOf({ 'ec2:DescribeInstances': () => ({ Reservations: [instance('i-1', AMI, 'terminated')] }) }),
  ).toEqual([])
})

test('all pages are read', async () => {
  const found = await usesOf({
    'ec2:DescribeInstances': ({ NextToken }) =>
      NextToken === undefined
        ? { Reservations: [instance('i-1', OTHER, 'running')], NextToken: '2' }
        : { Reservations: [instance('i-2', AMI, 'running')] },
    'autoscaling:DescribeLaunchConfigurations': ({ NextToken }) =>
      NextToken === undefined
        ? { LaunchConfigurations: [], NextToken: '2' }
        : { LaunchConfigurations: [{ LaunchConfigurationName: 'c', ImageId: AMI }] },
  })
  expect([...found].sort()).toEqual(['instance i-2', 'launch configuration c'])
})

describe('fails closed', () => {
  test.each([
    ['ec2:DescribeInstances', 'instances'],
    ['ec2:DescribeLaunchTemplates', 'launch templates'],
    ['ec2:DescribeLaunchTemplateVersions', 'launch templates'],
    ['autoscaling:DescribeAutoScalingGroups', 'Auto Scaling groups'],
    ['autoscaling:DescribeLaunchConfigurations', 'Auto Scaling groups'],
    ['ssm:DescribeParameters', 'SSM parameters'],
    ['ssm:GetParameters', 'SSM parameters'],
  ])('if %s is refused, only the use by %s is unknown', async (refused, what) => {
    const { uses, unknown } = await readUsage(
      fakeAws({
        'ec2:DescribeLaunchTemplates': () => ({ LaunchTemplates: [template('lt-1')] }),
        'ssm:DescribeParameters': () => ({ Parameters: [{ Name: '/a' }] }),
        'ec2:DescribeInstances': () => ({ Reservations: [instance('i-1', AMI, 'running')] }),
        [refused]: () => {
          throw new UserError('aws-failed', 'the credentials may not')
        },
      }).aws,
      'us-east-1',
    )
    expect(unknown).toEqual([`${what} (the credentials may not)`])
    expect(uses.get(AMI)).toEqual(refused === 'ec2:DescribeInstances' ? undefined : ['instance i-1'])
  })

  test('a bug is thrown', async () => {
    const broken = () => {
      throw new TypeError('x')
    }
    await expect(readUsage(fakeAws({ 'ec2:DescribeInstances': broken }).aws, 'us-east-1')).rejects.toThrow(TypeError)
  })
})

test('a deleted template does not count', async () => {
  const gone = Object.assign(new Error('gone'), { name: 'InvalidLaunchTemplateId.NotFound' })
  const found = await usesOf({
    'autoscaling:DescribeAutoScalingGroups': () => group({ LaunchTemplate: { LaunchTemplateId: 'lt-9' } }),
    'ec2:DescribeLaunchTemplateVersions': () => {
      throw new UserError('aws-failed', 'gone', undefined, { cause: gone })
    },
  })
  expect(found).toEqual([])
})
