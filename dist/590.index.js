export const id = 590;
export const ids = [590];
export const modules = {

/***/ 9590:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  preflight: () => (/* binding */ preflight)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./src/model/publish.ts
var model_publish = __webpack_require__(4706);
;// CONCATENATED MODULE: ./src/preflight/features.ts

/** IDs of the right shape that nothing has. */
const NONE = {
    instance: 'i-00000000000000000',
    volume: 'vol-00000000000000000',
    snapshot: 'snap-00000000000000000',
    ami: 'ami-00000000000000000',
    group: 'sg-00000000000000000',
    template: 'lt-00000000000000000',
};
const IMAGE = { ImageId: NONE.ami };
const TAG = { Key: 'k8s-image:run', Value: 'dry-run' };
/**
 * Every feature with the actions that it adds. docs/iam.md is made of this; test/rehearsal/iam.test.ts holds it against the calls
 * that a whole job makes.
 */
const FEATURES = {
    build: {
        what: 'Building in one region',
        needed: () => true,
        actions: ({ ami, instanceType, name, subnet }) => ({
            'ec2:DescribeRegions': {},
            'ec2:DescribeImages': {},
            'ec2:DescribeInstances': {},
            'ec2:DescribeSecurityGroups': {},
            'ec2:DescribeVolumes': {},
            'ec2:CreateKeyPair': { KeyName: name },
            'ec2:CreateSecurityGroup': { GroupName: name, Description: 'dry run' },
            'ec2:AuthorizeSecurityGroupIngress': {
                GroupId: NONE.group,
                IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '127.0.0.1/32' }] }],
            },
            'ec2:RunInstances': ami === undefined
                ? undefined
                : {
                    ImageId: ami,
                    // EC2 offers new types before the SDK knows them.
                    InstanceType: instanceType,
                    MinCount: 1,
                    MaxCount: 1,
                    SubnetId: subnet,
                    TagSpecifications: [{ ResourceType: 'instance', Tags: [TAG] }],
                },
            'ec2:StopInstances': { InstanceIds: [NONE.instance] },
            'ec2:CreateImage': { InstanceId: NONE.instance, Name: name },
            'ec2:CreateTags': { Resources: [NONE.ami], Tags: [TAG] },
            'ec2:ModifyImageAttribute': { ...IMAGE, ImdsSupport: { Value: 'v2.0' } },
            'ec2:TerminateInstances': { InstanceIds: [NONE.instance] },
            'ec2:DeleteSecurityGroup': { GroupId: NONE.group },
            'ec2:DeleteKeyPair': { KeyName: name },
        }),
    },
    cleanUp: {
        what: 'Removing what a failed or cancelled build left',
        needed: () => true,
        actions: ({ name }) => ({
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
            'ec2:DeleteKeyPair': { KeyName: name },
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
    sessionManager: {
        what: 'Reaching the instance by Session Manager (`ssh-interface: session_manager`)',
        needed: ({ sshInterface }) => sshInterface === 'session_manager',
        actions: () => ({
            'ec2:DescribeInstanceStatus': {},
            'ssm:StartSession': undefined,
            'ssm:TerminateSession': undefined,
        }),
    },
    copy: {
        what: 'Copying to other regions (`ami-regions`)',
        needed: ({ region, amiRegions }) => amiRegions === 'all' || amiRegions.some((each) => each !== region),
        where: 'copies',
        actions: ({ ami, name, home }) => ({
            'ec2:CopyImage': { SourceImageId: ami ?? NONE.ami, SourceRegion: home, Name: name },
            'ec2:DescribeImages': {},
            'ec2:CreateTags': { Resources: [NONE.ami], Tags: [TAG] },
            'ec2:DeregisterImage': IMAGE,
            'ec2:DeleteSnapshot': { SnapshotId: NONE.snapshot },
        }),
    },
    encrypt: {
        what: 'Encryption by KMS keys (`kms-key-ids`)',
        needed: ({ publish }) => Object.keys(publish.keys).length > 0,
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
};

;// CONCATENATED MODULE: ./src/preflight/actions.ts
/** The actions, the policy and the dry calls of a job, made of the table of features. Pure. */

const names = Object.keys(FEATURES);
/** The features that the inputs of a job need, in the table's order. */
function featuresOf(wanted) {
    return names.filter((name) => wanted.some((inputs) => FEATURES[name].needed(inputs)));
}
/** The names do not depend on them. */
const NO_FACTS = { ami: undefined, instanceType: '', subnet: undefined, name: '', home: '' };
const actionsIn = (name) => Object.keys(FEATURES[name].actions(NO_FACTS));
/** Actions of features, each once, sorted. */
function actionsOf(features) {
    return [...new Set(features.flatMap(actionsIn))].sort();
}
/** An IAM policy that allows them, one statement a feature; an action stands in the first that needs it. */
function policyOf(features) {
    const said = new Set();
    const statements = features.flatMap((name) => {
        const own = actionsIn(name).filter((action) => !said.has(action));
        for (const action of own)
            said.add(action);
        const Sid = `K8sImage${name.charAt(0).toUpperCase()}${name.slice(1)}`;
        return own.length === 0 ? [] : [{ Sid, Effect: 'Allow', Action: own.sort(), Resource: '*' }];
    });
    return { Version: '2012-10-17', Statement: statements };
}
/** The dry calls of a job: each action once a region. */
function checksOf(features, facts, copyRegions) {
    const checks = new Map();
    for (const feature of features) {
        const { actions, where } = FEATURES[feature];
        const own = [...(where === 'copies' ? [] : [facts.home]), ...(where === undefined ? [] : copyRegions)];
        for (const region of own)
            for (const [action, input] of Object.entries(actions(facts))) {
                const key = `${action} ${region}`;
                if (!checks.has(key))
                    checks.set(key, { action, region, feature, input });
            }
    }
    return [...checks.values()];
}

;// CONCATENATED MODULE: ./src/aws/dry.ts
/**
 * Makes a call of EC2 as a dry run. It rejects in any case where EC2 is as documented: with `DryRunOperation` when it would be allowed.
 *
 * @param action as in `DryCalls`
 */
async function dryRun(aws, region, action, input) {
    const name = action.replace(/^ec2:/, '');
    const method = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    const ec2 = (await aws.ec2(region));
    await ec2[method]?.({ ...input, DryRun: true });
}

// EXTERNAL MODULE: ./src/aws/errors.ts
var errors = __webpack_require__(9378);
// EXTERNAL MODULE: ./src/lib/errors.ts
var lib_errors = __webpack_require__(7268);
;// CONCATENATED MODULE: ./src/preflight/check.ts



/** Seconds for all of it: what has not answered by then is not checked. */
const LIMIT = 5;
/** Never does anything, and never fails for what AWS answers; rejects when there are no credentials to ask with. */
async function check(checks, aws, clock) {
    const late = new AbortController();
    const timeout = clock.sleep(LIMIT, late.signal).then(() => 'late', () => 'late');
    const findings = checks.map(async ({ input, ...one }) => {
        if (input === undefined)
            return { ...one, verdict: 'unchecked', why: 'it has no dry run' };
        const asked = dryRun(aws, one.region, one.action, input).then(() => ({ verdict: 'unchecked', why: 'it answered a dry run with success' }), (error) => verdictOf(error));
        const answer = await Promise.race([asked, timeout]);
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
/**
 * `DryRunOperation` is EC2's yes, and a refusal its no. Every other answer, such as that the thing named is not there, may come
 * before the question was looked at, and shows nothing.
 *
 * @throws what says that nothing can be asked at all
 */
function verdictOf(error) {
    if (!(error instanceof lib_errors/* UserError */.yo))
        throw error;
    const code = (0,errors/* errorCode */.CA)(error.cause);
    if (code === 'DryRunOperation')
        return { verdict: 'allowed', why: '' };
    if ((0,errors/* isRefused */.H0)(error))
        return { verdict: 'missing', why: '' };
    if ((0,errors/* isExpired */._d)(error) || /^(CredentialsProviderError|InvalidClientTokenId|AuthFailure)/.test(code))
        throw error;
    return { verdict: 'unchecked', why: /NotFound|Malformed/.test(code) ? 'there is nothing to try it on' : code };
}

// EXTERNAL MODULE: ./src/aws/ec2-client.ts + 1 modules
var ec2_client = __webpack_require__(400);
// EXTERNAL MODULE: ./src/aws/keys.ts
var keys = __webpack_require__(4297);
;// CONCATENATED MODULE: ./src/preflight/encryption.ts



/** The account's own default key in a region; undefined: it has none, AWS manages it, or it cannot be asked. */
async function defaultKey(region, aws) {
    const key = await orUndefined(() => (0,ec2_client/* ec2ByRegion */.E)(aws)(region).defaultEncryption());
    if (key === undefined || key.endsWith('alias/aws/ebs'))
        return undefined;
    try {
        const found = await (0,keys/* keysIn */.q)(region, aws).describe(key);
        if (found?.manager === 'AWS')
            return undefined;
        const trouble = found === undefined ? 'is not there' : found.state === 'Enabled' ? undefined : `is ${found.state}`;
        return { region, key, trouble };
    }
    catch (error) {
        if (!(error instanceof lib_errors/* UserError */.yo))
            throw error;
        return { region, key, trouble: 'may not be used by the credentials, as far as can be seen' };
    }
}
/** What is told of one with trouble: EC2 starts the instance, and ends it at once without saying why. */
const keyWarning = ({ region, key, trouble }) => `${region}: the account encrypts all volumes with ${key}, which ${trouble}: allow the role the actions of KMS (docs/iam.md, "Encryption by KMS keys"), or instances end as they start`;
/** It is a courtesy: the role need not be allowed to look. */
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

// EXTERNAL MODULE: ./src/preflight/missing.ts
var preflight_missing = __webpack_require__(5735);
// EXTERNAL MODULE: ./src/aws/amis.ts + 1 modules
var amis = __webpack_require__(560);
;// CONCATENATED MODULE: ./src/preflight/quota.ts


/** "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", in vCPUs (Service Quotas, EC2). */
const STANDARD = 'L-1216C47A';
const IS_STANDARD = /^[acdhimrtz]\d/;
/** What is told of a quota that is too small; undefined when it is large enough, or cannot be read. */
async function quotaWarning({ region, instanceTypes }, aws) {
    const standard = instanceTypes.filter((type) => IS_STANDARD.test(type));
    if (standard.length === 0)
        return undefined;
    try {
        const [ec2, quotas] = await Promise.all([aws.ec2(region), aws.quotas(region)]);
        const [{ Quota }, needed, used] = await Promise.all([
            quotas.getServiceQuota({ ServiceCode: 'ec2', QuotaCode: STANDARD }),
            vcpusOf(standard, ec2),
            vcpusInUse(ec2),
        ]);
        const limit = Quota?.Value;
        if (limit === undefined || !Number.isFinite(needed) || !Number.isFinite(used) || used + needed <= limit)
            return undefined;
        return `${region}: the quota for standard On-Demand instances is ${limit} vCPUs (${STANDARD}), ${used} are in use, and the builds need ${needed}: ask AWS for more, or lower \`parallel-builds\``;
    }
    catch (error) {
        if (!(error instanceof lib_errors/* UserError */.yo))
            throw error;
        return undefined; // It is a courtesy: the role need not be allowed to read quotas.
    }
}
/** NaN when EC2 does not tell of one. */
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
        // Pages beyond the first would only add to what is used.
        MaxResults: amis/* PAGE */.KL,
    });
    return Reservations.flatMap(({ Instances = [] }) => Instances)
        .filter((one) => IS_STANDARD.test(one.InstanceType ?? '') && !one.InstanceLifecycle)
        .reduce((sum, { CpuOptions: cpu }) => sum + (cpu?.CoreCount ?? Number.NaN) * (cpu?.ThreadsPerCore ?? Number.NaN), 0);
}

;// CONCATENATED MODULE: ./src/preflight/preflight.ts
/** Before anything is launched: what the credentials may not do, all at once. */







/** Name of the policy in the report directory. */
const POLICY = 'iam-policy.json';
/**
 * Tries what the job needs by dry calls, and writes what they showed (`preflight.json`) and a policy with all that the job needs
 * into the report directory. What cannot be tried is told as such, not as passed.
 *
 * @throws MissingPermissions
 */
async function preflight(order, effects) {
    const { aws, clock, log } = effects;
    const { groups, parallel, runId } = order;
    const checks = new Map(groups.flatMap((group) => checksOfGroup(group, runId)).map((one) => [`${one.action} ${one.region}`, one]));
    const needs = [...Map.groupBy(groups, ({ region }) => region)].map(([region, some]) => ({
        region,
        instanceTypes: some.flatMap(({ instanceTypes }) => instanceTypes).slice(0, parallel),
    }));
    const regions = groups.filter(({ inputs }) => Object.keys(inputs.publish.keys).length === 0).flatMap(regionsOf);
    const [findings, quotas, keys] = await Promise.all([
        check([...checks.values()], aws, clock),
        Promise.all(needs.map((need) => quotaWarning(need, aws))),
        Promise.all([...new Set(regions)].map((region) => defaultKey(region, aws))),
    ]);
    const own = keys.filter((key) => key !== undefined);
    const wanted = featuresOf(groups.map(({ inputs }) => inputs));
    const features = own.length > 0 ? withKms(wanted) : wanted;
    for (const quota of quotas)
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
    const unchecked = findings.filter(({ verdict }) => verdict === 'unchecked');
    log.info(`preflight: ${findings.length - unchecked.length} permissions are there${unchecked.length === 0 ? '' : `, ${unchecked.length} could not be tried beforehand (${listed(unchecked, several)})`}`);
}
const regionsOf = ({ region, copyRegions }) => [region, ...copyRegions];
/** Where the account encrypts by a key of its own, its actions are needed as with `kms-key-ids`. */
const withKms = (features) => [...new Set([...features, 'encrypt'])];
function checksOfGroup({ inputs, region, copyRegions, ami, instanceTypes }, runId) {
    const facts = {
        ami,
        instanceType: instanceTypes[0] ?? '',
        subnet: inputs.subnetId,
        name: `k8s-image-preflight-${runId}`,
        home: region,
    };
    return checksOf(featuresOf([inputs]), facts, copyRegions);
}
function sentence(missing, features, { reportDirectory }, several) {
    const count = new Set(missing.map(({ action }) => action)).size;
    const what = count === 1 ? 'something' : `${count} things`;
    return [
        `the credentials may not do ${what} that this job needs: ${listed(missing, several)}`,
        `allow it to the role that the job assumes; ${(0,external_node_path_.join)(reportDirectory, POLICY)} is a policy with all ${actionsOf(features).length} actions that the job needs`,
    ];
}
/** Each action once, with the regions where that says more. */
function listed(findings, several) {
    const byAction = Map.groupBy(findings, ({ action }) => action);
    return [...byAction]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([action, some]) => (several ? `${action} (${some.map(({ region }) => region).join(', ')})` : action))
        .join(', ');
}


/***/ })

};
