export const id = 43;
export const ids = [43];
export const modules = {

/***/ 31043:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  preflight: () => (/* binding */ preflight)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/model/variables.ts
var variables = __webpack_require__(33904);
// EXTERNAL MODULE: ./src/aws/ec2.ts
var ec2 = __webpack_require__(52791);
// EXTERNAL MODULE: ./src/model/publish.ts
var model_publish = __webpack_require__(54706);
;// CONCATENATED MODULE: ./src/preflight/bases.ts
const WITH_FEE = /^(rhel|sles)-/;
const namesByCopy = ({ os, bases = os.map((key) => ({ os: key })) }) => bases.some(({ os: key, needsCopy = WITH_FEE.test(key) }) => needsCopy);
const startsEncrypted = ({ bases = [] }) => bases.some(({ encrypted = false }) => encrypted);
const readsParameter = ({ os, arch, operatingSystems }) => os.some((key) => arch.some((each) => {
    const { sourceAmi, ssmParameter } = operatingSystems[key]?.arch[each] ?? {};
    return sourceAmi === undefined && ssmParameter !== undefined;
}));

// EXTERNAL MODULE: ./src/aws/lists.ts
var lists = __webpack_require__(98988);
// EXTERNAL MODULE: ./src/model/plan.ts
var plan = __webpack_require__(67978);
// EXTERNAL MODULE: ./src/model/region.ts
var region = __webpack_require__(54709);
// EXTERNAL MODULE: ./src/preflight/tags.ts
var tags = __webpack_require__(65386);
;// CONCATENATED MODULE: ./src/preflight/launch.ts






const NONE = {
    instance: 'i-00000000000000000',
    volume: 'vol-00000000000000000',
    snapshot: 'snap-00000000000000000',
    ami: 'ami-00000000000000000',
    group: 'sg-00000000000000000',
    key: 'key-00000000000000000',
    template: 'lt-00000000000000000',
};
const TYPE = 'gp3';
const BURSTABLE = /^t(2|3a?|4g)[.]/;
const packerName = ({ runId }) => `packer_${runId}`;
const nameFor = ({ runId }) => `k8s-image-preflight-${runId}`;
function runInstances(facts) {
    const { image, inputs, instanceType } = facts;
    if (image === undefined || image.baseAmi.id === '')
        return undefined;
    const profile = (0,variables/* profileOf */.d)(inputs);
    const { associatePublicIp, subnetId } = inputs;
    return {
        ImageId: image.baseAmi.id,
        InstanceType: instanceType,
        MinCount: 1,
        MaxCount: 1,
        CapacityReservationSpecification: { CapacityReservationPreference: 'none' },
        EbsOptimized: false,
        EnclaveOptions: { Enabled: false },
        InstanceInitiatedShutdownBehavior: 'terminate',
        MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        ...(BURSTABLE.test(instanceType) ? { CreditSpecification: { CpuCredits: 'unlimited' } } : {}),
        ...(profile === undefined ? {} : { IamInstanceProfile: { Name: profile } }),
        ...(image.system.rootDevice === '' ? {} : { BlockDeviceMappings: [rootVolume(image, facts)] }),
        ...(subnetId !== undefined && associatePublicIp !== undefined
            ? {
                NetworkInterfaces: [
                    {
                        DeviceIndex: 0,
                        AssociatePublicIpAddress: associatePublicIp,
                        SubnetId: subnetId,
                        DeleteOnTermination: true,
                    },
                ],
            }
            : { SubnetId: subnetId }),
        ...tagged(facts, 'instance', 'network-interface', 'volume'),
    };
}
function rootVolume(image, { inputs, home }) {
    const size = Number((0,variables/* templateVariable */.J)(inputs, 'root_volume_size') ?? (0,plan/* rootVolumeSize */.G)(image));
    const key = inputs.publish.keys[home];
    const Ebs = {
        DeleteOnTermination: true,
        VolumeType: String((0,variables/* templateVariable */.J)(inputs, 'root_volume_type') ?? TYPE),
        ...(size > 0 ? { VolumeSize: size } : {}),
        ...(key === undefined ? {} : { Encrypted: true, KmsKeyId: key }),
    };
    return { DeviceName: image.system.rootDevice, Ebs };
}
function createKeyPair(facts) {
    const { image, inputs } = facts;
    const fips = image?.system.fips ?? String(inputs.ansibleExtraVars.base_fips) === 'true';
    return { KeyName: packerName(facts), KeyType: fips ? 'rsa' : 'ed25519', ...tagged(facts, 'key-pair') };
}
function createSecurityGroup(facts) {
    return {
        GroupName: packerName(facts),
        Description: 'Temporary group for Packer',
        ...(facts.vpc === undefined ? {} : { VpcId: facts.vpc }),
        ...tagged(facts, 'security-group'),
    };
}
function createImage(facts) {
    return { InstanceId: NONE.instance, Name: nameFor(facts), ...tagged(facts, 'image', 'snapshot') };
}
function copyImage(facts) {
    const { image, inputs, home, region } = facts;
    const key = inputs.publish.keys[region];
    const Tags = (0,lists/* toTags */.LZ)({ ...(0,tags/* runTags */.H)(facts), [ec2/* STATE_TAG */.PZ]: ec2/* TESTED */.gf, ...(key === undefined ? {} : { [ec2/* KEY_TAG */.HI]: key }) });
    return {
        Name: nameFor(facts),
        Description: image === undefined ? undefined : (0,plan/* descriptionOf */.K)(image),
        SourceRegion: home,
        SourceImageId: image?.baseAmi.id || NONE.ami,
        ClientToken: nameFor(facts),
        ...(key === undefined ? {} : { Encrypted: true, KmsKeyId: key }),
        TagSpecifications: [
            { ResourceType: 'image', Tags },
            { ResourceType: 'snapshot', Tags },
        ],
    };
}
function registerImage(facts) {
    const RootDeviceName = facts.image?.system.rootDevice || '/dev/xvda';
    return {
        Name: nameFor(facts),
        Description: facts.image === undefined ? undefined : (0,plan/* descriptionOf */.K)(facts.image),
        Architecture: facts.image?.arch === 'arm64' ? 'arm64' : 'x86_64',
        VirtualizationType: 'hvm',
        ImdsSupport: 'v2.0',
        EnaSupport: true,
        RootDeviceName,
        BlockDeviceMappings: [{ DeviceName: RootDeviceName, Ebs: { VolumeSize: 8, VolumeType: TYPE } }],
        TagSpecifications: [{ ResourceType: 'image', Tags: (0,lists/* toTags */.LZ)({ ...(0,tags/* runTags */.H)(facts), [ec2/* STATE_TAG */.PZ]: ec2/* TESTED */.gf }) }],
    };
}
function tagged(facts, ...types) {
    const image = types.includes('image');
    if ((0,region/* tagsNoTemporaries */.oE)(facts.home) || (image && (0,region/* tagsAmisLate */.wO)(facts.home)))
        return {};
    const Tags = (0,lists/* toTags */.LZ)((0,tags/* runTags */.H)(facts));
    return { TagSpecifications: types.map((ResourceType) => ({ ResourceType, Tags })) };
}

;// CONCATENATED MODULE: ./src/preflight/features.ts





const SERVICES = ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'];
const IMAGE = { ImageId: NONE.ami };
const TAG = { Key: ec2/* RUN_TAG */.R2, Value: 'dry-run' };
const FEATURES = {
    build: {
        what: 'Building in one region',
        needed: () => true,
        actions: (facts) => ({
            'ec2:DescribeRegions': {},
            'ec2:DescribeImages': {},
            'ec2:DescribeInstances': {},
            'ec2:DescribeSecurityGroups': {},
            'ec2:DescribeVolumes': {},
            'ec2:CreateKeyPair': createKeyPair(facts),
            'ec2:CreateSecurityGroup': createSecurityGroup(facts),
            'ec2:AuthorizeSecurityGroupIngress': {
                GroupId: NONE.group,
                IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '127.0.0.1/32' }] }],
            },
            'ec2:RunInstances': runInstances(facts),
            'ec2:StopInstances': { InstanceIds: [NONE.instance] },
            'ec2:CreateImage': createImage(facts),
            'ec2:CreateTags': { Resources: [NONE.ami], Tags: [TAG] },
            'ec2:ModifyImageAttribute': { ...IMAGE, ImdsSupport: { Value: 'v2.0' } },
            'ec2:TerminateInstances': { InstanceIds: [NONE.instance] },
            'ec2:DeleteSecurityGroup': { GroupId: NONE.group },
            'ec2:DeleteKeyPair': { KeyPairId: NONE.key },
        }),
    },
    cleanUp: {
        what: 'Removing what a failed or cancelled build left',
        needed: () => true,
        actions: () => ({
            'ec2:DescribeInstances': {},
            'ec2:DescribeVolumes': {},
            'ec2:DescribeSecurityGroups': {},
            'ec2:DescribeKeyPairs': {},
            'ec2:DescribeLaunchTemplates': {},
            'ec2:DescribeImages': {},
            'ec2:DescribeSnapshots': {},
            'ec2:TerminateInstances': { InstanceIds: [NONE.instance] },
            'ec2:DeleteVolume': { VolumeId: NONE.volume },
            'ec2:DeleteSecurityGroup': { GroupId: NONE.group },
            'ec2:DeleteKeyPair': { KeyPairId: NONE.key },
            'ec2:DeleteLaunchTemplate': { LaunchTemplateId: NONE.template },
            'ec2:DeregisterImage': IMAGE,
            'ec2:DeleteSnapshot': { SnapshotId: NONE.snapshot },
        }),
    },
    test: {
        what: 'Testing each AMI on an instance of its own (`test`)',
        needed: ({ test }) => test !== 'none',
        actions: () => ({ 'ec2:GetConsoleOutput': { InstanceId: NONE.instance } }),
    },
    subnet: {
        what: 'A subnet of your own (`subnet-id`)',
        needed: ({ subnetId }) => subnetId !== undefined,
        actions: () => ({ 'ec2:DescribeSubnets': {} }),
    },
    instanceProfile: {
        what: 'An instance profile (variable `iam_instance_profile`)',
        needed: (inputs) => (0,variables/* profileOf */.d)(inputs) !== undefined,
        conditions: { 'iam:PassRole': { StringEquals: { 'iam:PassedToService': SERVICES } } },
        actions: () => ({ 'iam:GetInstanceProfile': undefined, 'iam:PassRole': undefined }),
    },
    sessionManager: {
        what: 'Reaching the instance by Session Manager (`ssh-interface: session_manager`)',
        needed: ({ sshInterface }) => sshInterface === 'session_manager',
        actions: () => ({
            'ec2:DescribeInstanceStatus': {},
            'ssm:StartSession': undefined,
            'ssm:ResumeSession': undefined,
            'ssm:TerminateSession': undefined,
            'ssmmessages:OpenDataChannel': undefined,
        }),
    },
    copy: {
        what: 'Copying to other regions (`ami-regions`)',
        needed: ({ region, amiRegions }) => amiRegions === 'all' || amiRegions.some((each) => each !== region),
        where: 'copies',
        actions: (facts) => ({
            'ec2:CopyImage': copyImage(facts),
            'ec2:DescribeImages': {},
            'ec2:CreateTags': { Resources: [NONE.ami], Tags: [TAG] },
            'ec2:DeregisterImage': IMAGE,
            'ec2:DeleteSnapshot': { SnapshotId: NONE.snapshot },
        }),
    },
    name: {
        what: 'Naming AMIs that passed (`name-at`)',
        needed: ({ publish }) => publish.nameAt === 'test',
        where: 'everywhere',
        actions: (facts) => ({
            'ec2:DescribeImages': {},
            'ec2:DescribeImageAttribute': { ...IMAGE, Attribute: 'uefiData' },
            'ec2:RegisterImage': registerImage(facts),
            'ec2:CreateTags': { Resources: [NONE.ami], Tags: [TAG] },
            'ec2:DeregisterImage': IMAGE,
        }),
    },
    nameByCopy: {
        what: 'The same for licensed AMIs, by a copy',
        needed: (inputs) => inputs.publish.nameAt === 'test' && namesByCopy(inputs),
        where: 'everywhere',
        actions: (facts) => ({ 'ec2:CopyImage': copyImage(facts) }),
    },
    encrypt: {
        what: 'Encryption by KMS keys (`kms-key-ids`, or a default key of your own in the account)',
        needed: (inputs) => Object.keys(inputs.publish.keys).length > 0 || startsEncrypted(inputs),
        where: 'everywhere',
        actions: () => ({
            'kms:DescribeKey': undefined,
            'kms:CreateGrant': undefined,
            'kms:Decrypt': undefined,
            'kms:GenerateDataKeyWithoutPlaintext': undefined,
            'kms:ReEncryptFrom': undefined,
            'kms:ReEncryptTo': undefined,
        }),
    },
    share: {
        what: 'Sharing (`share-with-accounts`, `share-with-organizations`, `share-with-ous`, `share-publicly`)',
        needed: ({ publish }) => (0,model_publish/* isShared */.y)(publish),
        where: 'everywhere',
        actions: () => ({
            'ec2:ModifyImageAttribute': { ...IMAGE, LaunchPermission: { Add: [{ UserId: '123456789012' }] } },
        }),
    },
    shareSnapshots: {
        what: 'Sharing the snapshots, too (`share-with-accounts`)',
        needed: ({ publish }) => publish.accounts.length > 0,
        where: 'everywhere',
        actions: () => ({
            'ec2:ModifySnapshotAttribute': {
                SnapshotId: NONE.snapshot,
                Attribute: 'createVolumePermission',
                CreateVolumePermission: { Add: [{ UserId: '123456789012' }] },
            },
        }),
    },
    deprecate: {
        what: 'A date of deprecation (`deprecate-after`)',
        needed: ({ publish }) => publish.deprecateAfter !== undefined,
        where: 'everywhere',
        actions: () => ({
            'ec2:EnableImageDeprecation': { ...IMAGE, DeprecateAt: new Date('2099-01-01T00:00:00Z') },
        }),
    },
    protect: {
        what: 'Protection from deregistration (`deregistration-protection`)',
        needed: ({ publish }) => publish.protection !== 'false',
        where: 'everywhere',
        actions: () => ({ 'ec2:EnableImageDeregistrationProtection': IMAGE }),
    },
    parameters: {
        what: 'Parameters in SSM that name the AMIs (`ssm-parameters`)',
        needed: ({ publish }) => publish.parameters.length > 0,
        where: 'everywhere',
        actions: () => ({ 'ssm:GetParameters': undefined, 'ssm:PutParameter': undefined }),
    },
    baseParameter: {
        what: 'A base AMI by SSM parameter (`ssmParameter`)',
        needed: readsParameter,
        actions: () => ({ 'ssm:GetParameters': undefined }),
    },
};

;// CONCATENATED MODULE: ./src/preflight/actions.ts

const names = Object.keys(FEATURES);
function featuresOf(wanted) {
    return names.filter((name) => wanted.some((inputs) => FEATURES[name].needed(inputs)));
}
const NO_FACTS = {
    inputs: {
        subnetId: undefined,
        associatePublicIp: undefined,
        vars: {},
        varFile: {},
        tags: {},
        ansibleExtraVars: {},
        publish: { keys: {} },
    },
    image: undefined,
    instanceType: '',
    runId: '',
    home: '',
    region: '',
    vpc: undefined,
};
const actionsIn = (name) => Object.keys(FEATURES[name].actions(NO_FACTS));
function actionsOf(features) {
    return [...new Set(features.flatMap(actionsIn))].sort();
}
function policyOf(features) {
    const listed = new Set();
    const statements = features.flatMap((name) => {
        const { conditions = {} } = FEATURES[name];
        const own = actionsIn(name).filter((action) => !listed.has(action));
        for (const action of own)
            listed.add(action);
        const Sid = `K8sImage${name.charAt(0).toUpperCase()}${name.slice(1)}`;
        const free = own.filter((action) => conditions[action] === undefined).sort();
        const bound = own.flatMap((action) => {
            const Condition = conditions[action];
            const sid = `${Sid}${action.replace(/^.*:/, '')}`;
            return Condition === undefined ? [] : [{ Sid: sid, Effect: 'Allow', Action: [action], Resource: '*', Condition }];
        });
        return [
            ...(free.length === 0 ? [] : [{ Sid, Effect: 'Allow', Action: free, Resource: '*' }]),
            ...bound,
        ];
    });
    return { Version: '2012-10-17', Statement: statements };
}
function checksOf(features, facts, copyRegions) {
    const checks = new Map();
    for (const feature of features) {
        const { actions, where } = FEATURES[feature];
        const own = [...(where === 'copies' ? [] : [facts.home]), ...(where === undefined ? [] : copyRegions)];
        for (const region of own)
            for (const [action, input] of Object.entries(actions({ ...facts, region }))) {
                const key = `${action} ${region}`;
                if (!checks.has(key))
                    checks.set(key, { action, region, feature, input });
            }
    }
    return [...checks.values()];
}

;// CONCATENATED MODULE: ./src/aws/dry.ts
async function dryRun(aws, region, action, input) {
    const name = action.replace(/^ec2:/, '');
    const method = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    const ec2 = (await aws.ec2(region));
    await ec2[method]?.({ ...input, DryRun: true });
}

// EXTERNAL MODULE: ./src/aws/errors.ts
var errors = __webpack_require__(99378);
// EXTERNAL MODULE: ./src/lib/errors.ts
var lib_errors = __webpack_require__(97268);
;// CONCATENATED MODULE: ./src/preflight/check.ts



const LIMIT = 5;
async function check(checks, aws, clock) {
    const late = new AbortController();
    const timeout = clock.sleep(LIMIT, late.signal).then(() => 'late', () => 'late');
    const findings = checks.map(async ({ input, ...one }) => {
        if (input === undefined)
            return { ...one, verdict: 'unchecked', why: 'it has no dry run' };
        const call = dryRun(aws, one.region, one.action, input).then(() => ({ verdict: 'unchecked', why: 'it answered a dry run with success' }), (error) => verdictOf(error, one.action, input));
        const answer = await Promise.race([call, timeout]);
        return answer === 'late'
            ? { ...one, verdict: 'unchecked', why: `no answer within ${LIMIT} s` }
            : { ...one, ...answer };
    });
    try {
        return await Promise.all(findings);
    }
    finally {
        late.abort(new Error('all have answered'));
    }
}
const MADE_UP = /-0{17}"/;
const BEFOREHAND = /:(security-group|key-pair)\//;
const DEFINITE = /^(VPCIdNotSpecified|DefaultVpcDoesNotExist|InvalidSubnetID\.NotFound|InvalidAMIID\.(NotFound|Unavailable))\b|^(Unsupported|InvalidParameterValue)\b.*\barchitecture\b/s;
function verdictOf(error, action, input) {
    if (!(error instanceof lib_errors/* UserError */.yo))
        throw error;
    const code = (0,errors/* errorCode */.CA)(error.cause);
    if (code === 'DryRunOperation')
        return { action, verdict: 'allowed', why: '' };
    if ((0,errors/* isRefused */.H0)(error)) {
        const { message = '' } = (error.cause ?? {});
        const [, named = action, resource = ''] = /not authorized to perform: (\S+) on resource: (\S+)/.exec(message) ?? [];
        const doubtful = MADE_UP.test(JSON.stringify(input)) || (action === 'ec2:RunInstances' && BEFOREHAND.test(resource));
        return {
            action: named,
            verdict: doubtful ? 'doubtful' : 'missing',
            why: doubtful ? 'its target has no tags' : '',
        };
    }
    const notOurs = (0,errors/* isNotOurs */.t6)(error);
    const rejected = /^(CredentialsProviderError|InvalidClientTokenId|AuthFailure)/.test(code) && !notOurs;
    const definite = action === 'ec2:RunInstances' && DEFINITE.test(`${code}: ${error.cause?.message}`);
    if ((0,errors/* isExpired */._d)(error) || rejected || definite)
        throw error;
    return {
        action,
        verdict: 'unchecked',
        why: notOurs || /NotFound|Malformed/.test(code) ? 'there is no resource to check it with' : code,
    };
}

// EXTERNAL MODULE: ./src/aws/ec2-client.ts + 3 modules
var ec2_client = __webpack_require__(37170);
// EXTERNAL MODULE: ./src/aws/keys.ts
var keys = __webpack_require__(34297);
;// CONCATENATED MODULE: ./src/preflight/optional.ts

async function orUndefined(ask) {
    try {
        return await ask();
    }
    catch (error) {
        if (!(error instanceof lib_errors/* UserError */.yo))
            throw error;
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/preflight/encryption.ts





async function defaultKeys(groups, aws) {
    const keysOf = async (regions) => new Map(await Promise.all([...regions].map(async ([region, inherited]) => {
        const key = await orUndefined(() => (0,ec2_client/* ec2ByRegion */.E)(aws)(region).defaultEncryption(inherited));
        return [region, key];
    })));
    const homes = await keysOf(new Map(groups.map(({ region }) => [region, false])));
    const copies = new Map();
    for (const { inputs, region, copyRegions } of groups) {
        const inherited = homes.get(region) !== undefined || startsEncrypted(inputs);
        for (const each of copyRegions)
            copies.set(each, inherited || copies.get(each) === true);
    }
    const all = [...new Map([...homes, ...(await keysOf(copies))].filter(([, key]) => key !== undefined))];
    const own = await Promise.all(all.map(([region, key = '']) => ownKey(region, key, aws)));
    return own.filter((key) => key !== undefined);
}
async function ownKey(region, key, aws) {
    if (key.endsWith('alias/aws/ebs'))
        return undefined;
    try {
        const found = await (0,keys/* keysIn */.q)(region, aws).describe(key);
        if (found?.manager === 'AWS')
            return undefined;
        const trouble = found === undefined ? 'does not exist' : found.state === 'Enabled' ? undefined : `is ${found.state}`;
        return { region, key, trouble };
    }
    catch (error) {
        if (!(error instanceof lib_errors/* UserError */.yo))
            throw error;
        return { region, key, trouble: 'the credentials apparently cannot use' };
    }
}
const keyWarning = ({ region, key, trouble }) => `${region}: the account encrypts volumes and copies with ${key}, which ${trouble}: allow the role the KMS actions in docs/iam.md; otherwise instances stop at launch, and copies fail`;

// EXTERNAL MODULE: ./src/preflight/missing.ts
var preflight_missing = __webpack_require__(5735);
// EXTERNAL MODULE: ./src/aws/amis.ts + 2 modules
var amis = __webpack_require__(24890);
;// CONCATENATED MODULE: ./src/preflight/quota.ts


const STANDARD = 'L-1216C47A';
const IS_STANDARD = /^[acdhimrtz]\d/;
async function quotaWarning({ region, instanceTypes }, aws) {
    const standard = instanceTypes.filter((type) => IS_STANDARD.test(type));
    if (standard.length === 0)
        return undefined;
    return orUndefined(async () => {
        const ec2 = await aws.ec2(region);
        const [limit, needed, used] = await Promise.all([
            quotaOf(region, STANDARD, aws),
            vcpusOf(standard, ec2),
            vcpusInUse(ec2),
        ]);
        if (limit === undefined || !Number.isFinite(needed) || !Number.isFinite(used) || used + needed <= limit)
            return undefined;
        return `${region}: the quota for standard On-Demand instances is ${limit} vCPUs (${STANDARD}), ${used} are in use, and the builds need ${needed}: ask AWS for more, or lower \`parallel-builds\``;
    });
}
async function quotaOf(region, code, aws) {
    const { Quota } = await (await aws.quotas(region)).getServiceQuota({ ServiceCode: 'ec2', QuotaCode: code });
    return Quota?.Value;
}
async function vcpusOf(types, ec2) {
    const { InstanceTypes = [] } = await ec2.describeInstanceTypes({
        InstanceTypes: [...new Set(types)],
    });
    const sizes = new Map(InstanceTypes.map(({ InstanceType, VCpuInfo }) => [InstanceType, VCpuInfo?.DefaultVCpus]));
    return types.reduce((sum, type) => sum + (sizes.get(type) ?? Number.NaN), 0);
}
async function vcpusInUse(ec2) {
    const { Reservations = [] } = await ec2.describeInstances({
        Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }],
        MaxResults: amis/* PAGE */.KL,
    });
    return Reservations.flatMap(({ Instances = [] }) => Instances)
        .filter((one) => IS_STANDARD.test(one.InstanceType ?? '') && !one.InstanceLifecycle)
        .reduce((sum, { CpuOptions: cpu }) => sum + (cpu?.CoreCount ?? Number.NaN) * (cpu?.ThreadsPerCore ?? Number.NaN), 0);
}

;// CONCATENATED MODULE: ./src/preflight/public.ts




const QUOTA = 'L-0E3CBAB9';
const DEFAULT = 5;
async function publicWarnings(groups, aws) {
    const made = new Map();
    for (const { inputs, region, copyRegions, instanceTypes } of groups)
        for (const each of inputs.publish.everybody ? [region, ...copyRegions] : [])
            made.set(each, (made.get(each) ?? 0) + instanceTypes.length);
    const warnings = [...made].map(async ([region, more]) => {
        const [limit = DEFAULT, own = []] = await Promise.all([
            orUndefined(() => quotaOf(region, QUOTA, aws)),
            orUndefined(async () => (0,amis/* images */.zC)(await aws.ec2(region), { Owners: ['self'], Filters: [(0,lists/* filter */.pb)('is-public', 'true')] })),
        ]);
        return own.length + more <= limit
            ? []
            : `${region}: the quota of public AMIs is ${limit} (${QUOTA}), the account has ${own.length}, and the job makes ${more}: ask AWS for more, or prune AMIs`;
    });
    return (await Promise.all(warnings)).flat();
}

// EXTERNAL MODULE: ./src/model/reach.ts
var reach = __webpack_require__(66930);
;// CONCATENATED MODULE: ./src/preflight/subnet.ts



async function vpcOf({ inputs, region }, aws) {
    const { subnetId } = inputs;
    if (subnetId === undefined)
        return undefined;
    const subnet = await describe(subnetId, region, aws);
    if (subnet?.MapPublicIpOnLaunch === false && inputs.associatePublicIp === undefined && (0,reach/* hopesForPublic */.U)(inputs))
        throw new lib_errors/* UserError */.yo('network', `subnet-id: ${subnetId} gives instances no public address, so the runner cannot reach them`, 'set `associate-public-ip-address: true`, or `ssh-interface: private_ip` on a runner that reaches the subnet');
    return subnet?.VpcId;
}
async function describe(subnetId, region, aws) {
    try {
        const { Subnets = [] } = await (await aws.ec2(region)).describeSubnets({ SubnetIds: [subnetId] });
        return Subnets[0];
    }
    catch (error) {
        if (error instanceof lib_errors/* UserError */.yo && !/^InvalidSubnetID/.test((0,errors/* errorCode */.CA)(error)))
            return undefined;
        throw error;
    }
}

;// CONCATENATED MODULE: ./src/preflight/preflight.ts










const POLICY = 'iam-policy.json';
async function preflight(order, effects) {
    const { aws, clock, log } = effects;
    const { groups, parallel, runId } = order;
    const tried = await Promise.all(groups.map(async (group) => {
        const own = checksOfGroup(group, runId, await vpcOf(group, aws));
        return own.map((one) => [`${one.action} ${settingsOf(group, one.region)}`, one]);
    }));
    const checks = new Map(tried.flat());
    const needs = [...Map.groupBy(groups, ({ region }) => region)].map(([region, some]) => ({
        region,
        instanceTypes: some.flatMap(({ instanceTypes }) => instanceTypes).slice(0, parallel),
    }));
    const keyless = groups.filter(({ inputs }) => Object.keys(inputs.publish.keys).length === 0);
    const [findings, quotas, own, crowds] = await Promise.all([
        check([...checks.values()], aws, clock),
        Promise.all(needs.map((need) => quotaWarning(need, aws))),
        defaultKeys(keyless, aws),
        publicWarnings(groups, aws),
    ]);
    const wanted = featuresOf(groups.map(({ inputs }) => inputs));
    const features = own.length > 0 ? withKms(wanted) : wanted;
    for (const quota of [...quotas, ...crowds])
        if (quota !== undefined)
            log.warning(quota);
    for (const key of own)
        if (key.trouble !== undefined)
            log.warning(keyWarning(key));
    const policy = `${JSON.stringify(policyOf(features), null, 2)}\n`;
    (0,external_node_fs_.mkdirSync)(order.reportDirectory, { recursive: true, mode: 0o700 });
    (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(order.reportDirectory, POLICY), policy);
    (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(order.reportDirectory, 'preflight.json'), `${JSON.stringify(findings, null, 2)}\n`);
    const several = new Set(findings.map(({ region }) => region)).size > 1;
    const missing = findings.filter(({ verdict }) => verdict === 'missing');
    if (missing.length > 0)
        throw new preflight_missing/* MissingPermissions */.R(...sentence(missing, features, order, several), policy);
    const doubtful = findings.filter(({ verdict }) => verdict === 'doubtful');
    if (doubtful.length > 0)
        log.warning(`preflight: AWS refuses ${listed(doubtful, several)} on resources without tags. If your policy does not depend on tags, allow the role to use them`);
    const unchecked = findings.filter(({ verdict }) => verdict === 'unchecked');
    log.info(`preflight: ${findings.length - unchecked.length - doubtful.length} actions are allowed${unchecked.length === 0 ? '' : `, ${unchecked.length} could not be checked beforehand (${listed(unchecked, several)})`}`);
}
const withKms = (features) => [...new Set([...features, 'encrypt'])];
function settingsOf({ inputs }, region) {
    const { subnetId, associatePublicIp, tags, publish } = inputs;
    return JSON.stringify([region, subnetId, associatePublicIp, tags, (0,variables/* profileOf */.d)(inputs), publish.keys[region]]);
}
function checksOfGroup(group, runId, vpc) {
    const { inputs, region, copyRegions, image, instanceTypes } = group;
    const facts = { inputs, image, instanceType: instanceTypes[0] ?? '', runId, home: region, vpc };
    return checksOf(featuresOf([inputs]), facts, copyRegions);
}
function sentence(missing, features, { reportDirectory }, several) {
    const count = new Set(missing.map(({ action }) => action)).size;
    const what = count === 1 ? 'a permission' : `${count} permissions`;
    return [
        `the role lacks ${what} that this job needs: ${listed(missing, several)}`,
        `grant it to the role that the job assumes; ${(0,external_node_path_.join)(reportDirectory, POLICY)} is a policy with all ${actionsOf(features).length} actions that the job needs`,
    ];
}
function listed(findings, several) {
    const byAction = Map.groupBy(findings, ({ action }) => action);
    return [...byAction]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([action, some]) => several ? `${action} (${[...new Set(some.map(({ region }) => region))].join(', ')})` : action)
        .join(', ');
}


/***/ }),

/***/ 65386:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ knownTags),
/* harmony export */   H: () => (/* binding */ runTags)
/* harmony export */ });
/* harmony import */ var _aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(52791);
/* harmony import */ var _aws_provisional_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(52615);


const runTags = (facts) => ({
    ...knownTags(facts),
    [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .VERSIONS_TAG */ .Pg]: 'preflight',
    [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .STARTED_TAG */ .bl]: 'preflight',
});
function knownTags({ image, inputs, runId }) {
    return {
        ...inputs.tags,
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .RUN_TAG */ .R2]: runId,
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .IMAGE_TAG */ .Ne]: image?.key ?? 'preflight',
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .DIGEST_TAG */ .K1]: image?.digest ?? '',
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .KUBERNETES_TAG */ .km]: image?.node.kubernetesVersion ?? '',
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .OS_TAG */ .w7]: image?.os ?? '',
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .STATE_TAG */ .PZ]: _aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .UNTESTED */ .bW,
        ...(image === undefined || image.buildName === image.amiName ? {} : { [_aws_provisional_js__WEBPACK_IMPORTED_MODULE_1__/* .NAME_TAG */ .L]: image.amiName }),
    };
}


/***/ })

};
