export const id = 621;
export const ids = [621];
export const modules = {

/***/ 621:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  preflight: () => (/* binding */ preflight)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./src/publish/settings.ts
var settings = __webpack_require__(6878);
;// CONCATENATED MODULE: ./src/preflight/features.ts

const plain = () => ({});
const never = () => undefined;
/** IDs of the right shape that nothing has. */
const NONE = {
    instance: 'i-00000000000000000',
    volume: 'vol-00000000000000000',
    snapshot: 'snap-00000000000000000',
    ami: 'ami-00000000000000000',
    group: 'sg-00000000000000000',
    template: 'lt-00000000000000000',
};
const features_image = (more = {}) => () => ({ ImageId: NONE.ami, ...more });
/**
 * Every feature with the actions that it adds. docs/iam.md is made of this; test/rehearsal/iam.test.ts holds it against the calls
 * that a whole job makes.
 */
const FEATURES = {
    build: {
        what: 'Building in one region',
        needed: () => true,
        actions: {
            'ec2:DescribeRegions': plain,
            'ec2:DescribeImages': plain,
            'ec2:DescribeInstances': plain,
            'ec2:DescribeSecurityGroups': plain,
            'ec2:DescribeVolumes': plain,
            'ec2:CreateKeyPair': ({ name }) => ({ KeyName: name }),
            'ec2:CreateSecurityGroup': ({ name }) => ({ GroupName: name, GroupDescription: 'dry run' }),
            'ec2:AuthorizeSecurityGroupIngress': () => ({
                GroupId: NONE.group,
                IpPermissions: [{ IpProtocol: 'tcp', FromPort: '22', ToPort: '22', IpRanges: [{ CidrIp: '127.0.0.1/32' }] }],
            }),
            'ec2:RunInstances': ({ ami, instanceType, subnet }) => ami === undefined
                ? undefined
                : {
                    ImageId: ami,
                    InstanceType: instanceType,
                    MinCount: '1',
                    MaxCount: '1',
                    SubnetId: subnet,
                    TagSpecification: [{ ResourceType: 'instance', Tag: [{ Key: 'k8s-image:run', Value: 'dry-run' }] }],
                },
            'ec2:StopInstances': () => ({ InstanceId: [NONE.instance] }),
            'ec2:CreateImage': ({ name }) => ({ InstanceId: NONE.instance, Name: name }),
            'ec2:CreateTags': () => ({ ResourceId: [NONE.ami], Tag: [{ Key: 'k8s-image:run', Value: 'dry-run' }] }),
            'ec2:ModifyImageAttribute': features_image({ ImdsSupport: { Value: 'v2.0' } }),
            'ec2:TerminateInstances': () => ({ InstanceId: [NONE.instance] }),
            'ec2:DeleteSecurityGroup': () => ({ GroupId: NONE.group }),
            'ec2:DeleteKeyPair': ({ name }) => ({ KeyName: name }),
        },
    },
    cleanUp: {
        what: 'Removing what a failed or cancelled build left',
        needed: () => true,
        actions: {
            'ec2:DescribeInstances': plain,
            'ec2:DescribeVolumes': plain,
            'ec2:DescribeSecurityGroups': plain,
            'ec2:DescribeKeyPairs': plain,
            'ec2:DescribeLaunchTemplates': plain,
            'ec2:DescribeImages': plain,
            'ec2:DescribeSnapshots': plain,
            'ec2:TerminateInstances': () => ({ InstanceId: [NONE.instance] }),
            'ec2:DeleteVolume': () => ({ VolumeId: NONE.volume }),
            'ec2:DeleteSecurityGroup': () => ({ GroupId: NONE.group }),
            'ec2:DeleteKeyPair': ({ name }) => ({ KeyName: name }),
            'ec2:DeleteLaunchTemplate': () => ({ LaunchTemplateId: NONE.template }),
            'ec2:DeregisterImage': features_image(),
            'ec2:DeleteSnapshot': () => ({ SnapshotId: NONE.snapshot }),
        },
    },
    test: {
        what: 'Testing each AMI on an instance of its own (`test`)',
        needed: ({ test }) => test !== 'none',
        actions: { 'ec2:GetConsoleOutput': () => ({ InstanceId: NONE.instance }) },
    },
    subnet: {
        what: 'A subnet of your own (`subnet-id`)',
        needed: ({ subnetId }) => subnetId !== undefined,
        actions: { 'ec2:DescribeSubnets': plain },
    },
    sessionManager: {
        what: 'Reaching the instance by Session Manager (`ssh-interface: session_manager`)',
        needed: ({ sshInterface }) => sshInterface === 'session_manager',
        actions: { 'ec2:DescribeInstanceStatus': plain, 'ssm:StartSession': never, 'ssm:TerminateSession': never },
    },
    copy: {
        what: 'Copying to other regions (`ami-regions`)',
        needed: ({ region, amiRegions }) => amiRegions === 'all' || amiRegions.some((each) => each !== region),
        where: 'copies',
        actions: {
            'ec2:CopyImage': ({ ami, name, home }) => ({ SourceImageId: ami ?? NONE.ami, SourceRegion: home, Name: name }),
            'ec2:DescribeImages': plain,
            'ec2:CreateTags': () => ({ ResourceId: [NONE.ami], Tag: [{ Key: 'k8s-image:run', Value: 'dry-run' }] }),
            'ec2:DeregisterImage': features_image(),
            'ec2:DeleteSnapshot': () => ({ SnapshotId: NONE.snapshot }),
        },
    },
    encrypt: {
        what: 'Encryption by KMS keys (`kms-key-ids`)',
        needed: ({ publish }) => Object.keys(publish.keys).length > 0,
        where: 'everywhere',
        actions: {
            'kms:DescribeKey': never,
            'kms:CreateGrant': never,
            'kms:Decrypt': never,
            'kms:GenerateDataKeyWithoutPlaintext': never,
            'kms:ReEncryptFrom': never,
            'kms:ReEncryptTo': never,
        },
    },
    share: {
        what: 'Sharing (`share-with-accounts`, `share-with-organizations`, `share-with-ous`, `share-publicly`)',
        needed: ({ publish }) => (0,settings/* isShared */.yM)(publish),
        where: 'everywhere',
        actions: {
            'ec2:ModifyImageAttribute': features_image({ LaunchPermission: { Add: [{ UserId: '123456789012' }] } }),
        },
    },
    shareSnapshots: {
        what: 'Sharing the snapshots, too (`share-with-accounts`)',
        needed: ({ publish }) => publish.accounts.length > 0,
        where: 'everywhere',
        actions: {
            'ec2:ModifySnapshotAttribute': () => ({
                SnapshotId: NONE.snapshot,
                Attribute: 'createVolumePermission',
                CreateVolumePermission: { Add: [{ UserId: '123456789012' }] },
            }),
        },
    },
    deprecate: {
        what: 'A date of deprecation (`deprecate-after`)',
        needed: ({ publish }) => publish.deprecateAfter !== undefined,
        where: 'everywhere',
        actions: { 'ec2:EnableImageDeprecation': features_image({ DeprecateAt: '2099-01-01T00:00:00.000Z' }) },
    },
    protect: {
        what: 'Protection from deregistration (`deregistration-protection`)',
        needed: ({ publish }) => publish.protection !== 'false',
        where: 'everywhere',
        actions: { 'ec2:EnableImageDeregistrationProtection': features_image() },
    },
    parameters: {
        what: 'Parameters in SSM that name the AMIs (`ssm-parameters`)',
        needed: ({ publish }) => publish.parameters.length > 0,
        where: 'everywhere',
        actions: { 'ssm:GetParameters': never, 'ssm:PutParameter': never },
    },
};
/**
 * What the action asks beside, to tell early of what would fail late: a role need not be allowed to, and is then not told.
 * `service:Action`, and what for.
 */
const COURTESIES = {
    'ec2:DescribeInstanceTypes': 'whether the quota of vCPUs is large enough for the builds',
    'servicequotas:GetServiceQuota': 'the same',
    'ec2:GetImageBlockPublicAccessState': 'whether the account lets AMIs be public (`share-publicly`)',
    'ec2:GetEbsEncryptionByDefault': 'whether the account encrypts all volumes, so that AMIs cannot be shared',
    'ec2:GetEbsDefaultKmsKeyId': 'the same',
};

;// CONCATENATED MODULE: ./src/preflight/actions.ts

const names = Object.keys(FEATURES);
/** The features that the inputs of a job need, in the table's order. */
function featuresOf(wanted) {
    return names.filter((name) => wanted.some((inputs) => FEATURES[name].needed(inputs)));
}
/** Actions of features, each once, sorted. */
function actionsOf(features) {
    return [...new Set(features.flatMap((name) => Object.keys(FEATURES[name].actions)))].sort();
}
/** An IAM policy that allows them, one statement a feature; an action stands in the first that needs it. */
function policyOf(features) {
    const said = new Set();
    const statements = features.flatMap((name) => {
        const own = Object.keys(FEATURES[name].actions).filter((action) => !said.has(action));
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
            for (const [action, dry] of Object.entries(actions)) {
                const key = `${action} ${region}`;
                if (!checks.has(key))
                    checks.set(key, { action, region, feature, params: dry(facts) });
            }
    }
    return [...checks.values()];
}

// EXTERNAL MODULE: ./src/aws/errors.ts
var errors = __webpack_require__(9378);
// EXTERNAL MODULE: ./src/lib/errors.ts
var lib_errors = __webpack_require__(7268);
;// CONCATENATED MODULE: ./src/preflight/check.ts


/** Seconds for all of it: what has not answered by then is not checked. */
const LIMIT = 5;
/** Never does anything, and never fails for what AWS answers; rejects when there are no credentials to ask with. */
async function check(checks, calls, clock) {
    const late = new AbortController();
    const timeout = clock.sleep(LIMIT, late.signal).then(() => 'late', () => 'late');
    const regions = new Map([...new Set(checks.map(({ region }) => region))].map((region) => [region, calls.query('ec2', region)]));
    const findings = checks.map(async ({ params, ...one }) => {
        const call = regions.get(one.region);
        if (params === undefined || call === undefined || !one.action.startsWith('ec2:'))
            return { ...one, verdict: 'unchecked', why: 'it has no dry run' };
        const asked = call(one.action.slice('ec2:'.length), { ...params, DryRun: true }).then(() => ({ verdict: 'unchecked', why: 'it answered a dry run with success' }), (error) => verdictOf(error));
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

// EXTERNAL MODULE: ./src/preflight/missing.ts
var preflight_missing = __webpack_require__(5735);
// EXTERNAL MODULE: ./src/aws/query.ts
var query = __webpack_require__(3289);
;// CONCATENATED MODULE: ./src/preflight/quota.ts


/** "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", in vCPUs (Service Quotas, EC2). */
const STANDARD = 'L-1216C47A';
const IS_STANDARD = /^[acdhimrtz]\d/;
/** What is told of a quota that is too small; undefined when it is large enough, or cannot be read. */
async function quotaWarning({ region, instanceTypes }, calls) {
    const standard = instanceTypes.filter((type) => IS_STANDARD.test(type));
    if (standard.length === 0)
        return undefined;
    const ec2 = calls.query('ec2', region);
    try {
        const [quota, types, running] = await Promise.all([
            calls.json('servicequotas', region)('GetServiceQuota', { ServiceCode: 'ec2', QuotaCode: STANDARD }),
            ec2('DescribeInstanceTypes', { InstanceType: [...new Set(standard)] }),
            ec2('DescribeInstances', {
                Filter: [{ Name: 'instance-state-name', Value: ['pending', 'running'] }],
                MaxResults: '1000',
            }),
        ]);
        const limit = quota.Quota?.Value;
        const sizes = new Map((0,query/* itemsAt */.Ct)(types, 'instanceTypeSet').map((item) => [
            (0,query/* textAt */.$6)(item, 'instanceType') ?? '',
            Number((0,query/* textAt */.$6)(item, 'vCpuInfo', 'defaultVCpus')),
        ]));
        const needed = standard.reduce((sum, type) => sum + (sizes.get(type) ?? Number.NaN), 0);
        const used = (0,query/* itemsAt */.Ct)(running, 'reservationSet')
            .flatMap((reservation) => (0,query/* itemsAt */.Ct)(reservation, 'instancesSet'))
            .filter((one) => IS_STANDARD.test((0,query/* textAt */.$6)(one, 'instanceType') ?? '') && !(0,query/* textAt */.$6)(one, 'instanceLifecycle'))
            .reduce((sum, one) => {
            const [cores, threads] = ['coreCount', 'threadsPerCore'].map((name) => Number((0,query/* textAt */.$6)(one, 'cpuOptions', name)));
            return sum + (cores ?? Number.NaN) * (threads ?? Number.NaN);
        }, 0);
        // Pages beyond the first would only add to what is used.
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
    const { calls, clock, log } = effects;
    const { groups, parallel, runId } = order;
    const features = featuresOf(groups.map(({ inputs }) => inputs));
    const checks = new Map(groups.flatMap((group) => checksOfGroup(group, runId)).map((one) => [`${one.action} ${one.region}`, one]));
    const needs = [...Map.groupBy(groups, ({ region }) => region)].map(([region, some]) => ({
        region,
        instanceTypes: some.flatMap(({ instanceTypes }) => instanceTypes).slice(0, parallel),
    }));
    const [findings, ...quotas] = await Promise.all([
        check([...checks.values()], calls, clock),
        ...needs.map((need) => quotaWarning(need, calls)),
    ]);
    for (const quota of quotas)
        if (quota !== undefined)
            log.warning(quota);
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
