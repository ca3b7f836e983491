export const id = 138;
export const ids = [138];
export const modules = {

/***/ 32172:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ runStep)
/* harmony export */ });
/* harmony import */ var _lib_log_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(61025);
/* harmony import */ var _report_failures_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(97999);


const LAST_WORDS = 10;
async function runStep(step, lastWords = LAST_WORDS) {
    const { promise: crashed, reject } = Promise.withResolvers();
    crashed.catch(() => undefined);
    let crashes = 0;
    const crash = (error) => {
        if (crashes++ > 0) {
            process.stderr.write(`then: ${error instanceof Error ? error.stack : error}\n`);
            return;
        }
        process.exitCode = 1;
        setTimeout(() => process.exit(1), lastWords * 1000).unref();
        reject(error);
    };
    process.on('uncaughtException', crash);
    process.on('beforeExit', () => crash(new Error('the process ended before its work was done')));
    try {
        process.exit(await step(crashed));
    }
    catch (error) {
        (0,_report_failures_js__WEBPACK_IMPORTED_MODULE_1__/* .tellError */ .S)(error, (0,_lib_log_js__WEBPACK_IMPORTED_MODULE_0__/* .actionsLog */ ._D)());
        process.exit(1);
    }
}


/***/ }),

/***/ 24890:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  KL: () => (/* binding */ PAGE),
  Qh: () => (/* binding */ archOf),
  zC: () => (/* binding */ amis_images),
  _A: () => (/* binding */ newestAmi),
  V: () => (/* binding */ ownAmis),
  XO: () => (/* binding */ snapshotsOf)
});

// EXTERNAL MODULE: ./src/aws/lists.ts
var lists = __webpack_require__(98988);
;// CONCATENATED MODULE: ./src/aws/newest.ts
function newestOf(amis, order) {
    const last = (ami) => [ami.created, ami.name, ami.id].join(' ');
    const byNumbers = order === 'version' ? new Intl.Collator('en', { numeric: true }).compare : () => 0;
    const compare = (a, b) => byNumbers(a.name, b.name) || (last(a) < last(b) ? -1 : 1);
    return [...amis].sort(compare).at(-1);
}

;// CONCATENATED MODULE: ./src/aws/registration.ts
const PLATFORM = 'Linux/UNIX';
const OPERATION = 'RunInstances';
const WITH_IOPS = ['gp3', 'io1', 'io2'];
const WITH_THROUGHPUT = ['gp3'];
function registration(image) {
    const { ProductCodes = [], PlatformDetails = PLATFORM, UsageOperation = OPERATION } = image;
    const { ImageWatermarks = [], InstanceTypeSpecification } = image;
    if (ProductCodes.length > 0 || PlatformDetails !== PLATFORM || UsageOperation !== OPERATION)
        return undefined;
    if (ImageWatermarks.length > 0 || InstanceTypeSpecification !== undefined)
        return undefined;
    const { Architecture, BootMode, Description, KernelId, RamdiskId } = image;
    const { RootDeviceName, SriovNetSupport, TpmSupport, VirtualizationType, EnaSupport, BlockDeviceMappings } = image;
    return defined({
        ...{ Architecture, BootMode, KernelId, RamdiskId },
        ImdsSupport: 'v2.0',
        ...{ RootDeviceName, SriovNetSupport, TpmSupport, VirtualizationType },
        Description: Description || undefined,
        EnaSupport: EnaSupport || undefined,
        BlockDeviceMappings: BlockDeviceMappings?.map(deviceOf),
    });
}
function deviceOf({ DeviceName, NoDevice, VirtualName, Ebs }) {
    if (Ebs === undefined)
        return defined({ DeviceName, NoDevice, VirtualName });
    const { DeleteOnTermination, SnapshotId, VolumeSize, VolumeType, OutpostArn, VolumeInitializationRate } = Ebs;
    return defined({
        ...{ DeviceName, NoDevice, VirtualName },
        Ebs: defined({
            ...{ DeleteOnTermination, SnapshotId, VolumeSize, VolumeType, OutpostArn, VolumeInitializationRate },
            Iops: WITH_IOPS.includes(VolumeType ?? '') ? Ebs.Iops : undefined,
            Throughput: WITH_THROUGHPUT.includes(VolumeType ?? '') ? Ebs.Throughput : undefined,
            Encrypted: SnapshotId === undefined ? Ebs.Encrypted : undefined,
        }),
    });
}
const defined = (value) => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));

;// CONCATENATED MODULE: ./src/aws/amis.ts



const EC2_ARCH = { amd64: 'x86_64', arm64: 'arm64' };
function archOf({ Architecture }) {
    return Object.keys(EC2_ARCH).find((arch) => EC2_ARCH[arch] === Architecture) ?? Architecture ?? '';
}
const PAGE = 1000;
const amis_images = (ec2, input) => (0,lists/* allItems */.au)(ec2.paginateDescribeImages({ MaxResults: PAGE, ...input }), ({ Images }) => Images);
async function ownAmis(ec2, name, values, more = {}) {
    const found = [];
    for (const some of (0,lists/* chunks */.VN)(values)) {
        const own = await amis_images(ec2, { Owners: ['self'], Filters: [(0,lists/* filter */.pb)(name, ...some)], ...more });
        found.push(...own.map((image) => toAmi(image)));
    }
    return found;
}
async function newestAmi(ec2, { owner, nameFilter, sourceAmi, arch, order = 'date' }) {
    const named = sourceAmi === undefined || nameFilter !== undefined;
    const found = await amis_images(ec2, {
        ...(sourceAmi !== undefined && { IncludeDeprecated: true }),
        ...(named && { Owners: [owner] }),
        Filters: [
            ...(sourceAmi === undefined ? [] : [(0,lists/* filter */.pb)('image-id', sourceAmi)]),
            ...(named ? [(0,lists/* filter */.pb)('name', nameFilter ?? '')] : []),
            (0,lists/* filter */.pb)('architecture', EC2_ARCH[arch] ?? arch),
            (0,lists/* filter */.pb)('state', 'available'),
            (0,lists/* filter */.pb)('root-device-type', 'ebs'),
            (0,lists/* filter */.pb)('virtualization-type', 'hvm'),
        ],
    });
    const dated = found.map((image) => ({
        ...{ id: image.ImageId ?? '', name: image.Name ?? '', created: image.CreationDate ?? '' },
        rootDevice: image.RootDeviceName,
        rootGib: rootGibOf(image),
        encrypted: (image.BlockDeviceMappings ?? []).some(({ Ebs }) => Ebs?.Encrypted),
        needsCopy: registration(image) === undefined,
    }));
    const newest = newestOf(dated.filter(({ id }) => id !== ''), order);
    if (newest === undefined)
        return undefined;
    const { id, name, rootDevice, rootGib, encrypted, needsCopy } = newest;
    return {
        ...{ id, name, needsCopy },
        ...(rootDevice === undefined ? {} : { rootDevice }),
        ...(rootGib === undefined ? {} : { rootGib }),
        ...(encrypted ? { encrypted } : {}),
    };
}
const rootGibOf = ({ RootDeviceName, BlockDeviceMappings = [] }) => BlockDeviceMappings.find(({ DeviceName }) => DeviceName === RootDeviceName)?.Ebs?.VolumeSize;
const snapshotsOf = ({ BlockDeviceMappings = [] }) => BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId || []);
function toAmi(image) {
    const reason = image.StateReason?.Message;
    const same = registration(image);
    return {
        id: image.ImageId ?? '',
        name: image.Name ?? '',
        state: image.State ?? 'pending',
        tags: (0,lists/* tagsOf */.Fg)(image),
        snapshots: snapshotsOf(image),
        ...(reason === undefined ? {} : { reason }),
        ...(image.Description ? { description: image.Description } : {}),
        ...(image.SourceImageId ? { copiedFrom: image.SourceImageId } : {}),
        ...(image.CreationDate ? { createdAt: image.CreationDate } : {}),
        ...(image.DeprecationTime ? { deprecatedAt: image.DeprecationTime } : {}),
        isProtected: (image.DeregistrationProtection ?? '').startsWith('enabled'),
        needsImdsV2: image.ImdsSupport === 'v2.0',
        ...(same === undefined ? {} : { registration: same }),
    };
}


/***/ }),

/***/ 88551:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  e: () => (/* binding */ awsClients)
});

// EXTERNAL MODULE: ./src/lib/version.ts
var version = __webpack_require__(87471);
// EXTERNAL MODULE: ./src/aws/tally.ts
var aws_tally = __webpack_require__(23103);
// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(70370);
// EXTERNAL MODULE: ./src/aws/errors.ts
var errors = __webpack_require__(99378);
;// CONCATENATED MODULE: ./src/aws/watch.ts


const CHANGES = 3;
function watch(client, watched) {
    const { service, region, tally, renew } = watched;
    const stack = client.middlewareStack;
    const nameOf = ({ commandName = '' }) => commandName.replace(/Command$/, '');
    const limits = new Map();
    const limited = (action, call) => {
        if (/^(Describe|Get|List)/.test(action))
            return call();
        const limit = limits.get(action) ?? (0,p_limit/* default */.A)(CHANGES);
        limits.set(action, limit);
        return limit(call);
    };
    stack.add((next, context) => async (args) => {
        try {
            return await limited(nameOf(context), () => next(args).catch(async (error) => {
                if ((0,errors/* isExpired */._d)(error) && (await renew()))
                    return next(args);
                throw error;
            }));
        }
        catch (error) {
            throw (0,errors/* awsError */.es)(error, nameOf(context), region, service);
        }
    }, { step: 'initialize', priority: 'high', name: 'sayErrors' });
    stack.add((next, context) => async (args) => {
        const name = `${service}:${nameOf(context)}`;
        tally.calls[name] = (tally.calls[name] ?? 0) + 1;
        try {
            return await next(args);
        }
        catch (error) {
            if ((0,errors/* isThrottled */.B5)(error))
                tally.throttled++;
            throw error;
        }
    }, { step: 'deserialize', priority: 'high', name: 'count' });
}

;// CONCATENATED MODULE: ./src/aws/clients.ts



const CONNECT = 10_000;
const TRY = 30_000;
function awsClients(account, tally = (0,aws_tally/* newTally */.l)(), pauses = 1) {
    const { env } = process;
    const place = account.AWS_ENDPOINT_URL
        ? { endpoint: account.AWS_ENDPOINT_URL, useFipsEndpoint: false, useDualstackEndpoint: false }
        : {};
    let shared;
    const load = async () => {
        const [{ agentsFor }, { credentialsOf }, { Patience }] = await Promise.all([
            __webpack_require__.e(/* import() */ 373).then(__webpack_require__.bind(__webpack_require__, 21373)),
            __webpack_require__.e(/* import() */ 963).then(__webpack_require__.bind(__webpack_require__, 96963)),
            Promise.all(/* import() */[__webpack_require__.e(609), __webpack_require__.e(862)]).then(__webpack_require__.bind(__webpack_require__, 54862)),
        ]);
        const requestHandler = {
            ...agentsFor(env),
            connectionTimeout: CONNECT,
            requestTimeout: TRY,
            throwOnRequestTimeout: true,
        };
        const credentials = await credentialsOf(account, env, { requestHandler });
        return { requestHandler, credentials, retryStrategy: new Patience(pauses) };
    };
    const settingsFor = async (region) => {
        shared ??= load();
        const { credentials, requestHandler, retryStrategy } = await shared;
        const customUserAgent = [['k8s-image-action', version/* VERSION */.x]];
        const settings = {
            region,
            credentials: credentials.provider,
            requestHandler,
            retryStrategy,
            customUserAgent,
            ...place,
        };
        return { settings, renew: () => credentials.renew(region) };
    };
    function byRegion(service, make) {
        const known = new Map();
        const open = async (region) => {
            const { settings, renew } = await settingsFor(region);
            const client = await make(settings);
            watch(client, { service, region, tally, renew });
            return client;
        };
        return (region) => {
            const client = known.get(region) ?? open(region);
            known.set(region, client);
            return client;
        };
    }
    return {
        ec2: byRegion('ec2', async (settings) => new (await Promise.all(/* import() */[__webpack_require__.e(609), __webpack_require__.e(861), __webpack_require__.e(193)]).then(__webpack_require__.t.bind(__webpack_require__, 35193, 19))).EC2(settings)),
        autoScaling: byRegion('autoscaling', async (settings) => new (await Promise.all(/* import() */[__webpack_require__.e(609), __webpack_require__.e(861), __webpack_require__.e(932)]).then(__webpack_require__.t.bind(__webpack_require__, 48932, 19))).AutoScaling(settings)),
        ssm: byRegion('ssm', async (settings) => new (await Promise.all(/* import() */[__webpack_require__.e(609), __webpack_require__.e(861), __webpack_require__.e(736)]).then(__webpack_require__.t.bind(__webpack_require__, 34736, 19))).SSM(settings)),
        kms: byRegion('kms', async (settings) => new (await Promise.all(/* import() */[__webpack_require__.e(609), __webpack_require__.e(861), __webpack_require__.e(632)]).then(__webpack_require__.t.bind(__webpack_require__, 92632, 19))).KMS(settings)),
        quotas: byRegion('servicequotas', async (settings) => new (await Promise.all(/* import() */[__webpack_require__.e(609), __webpack_require__.e(861), __webpack_require__.e(924)]).then(__webpack_require__.t.bind(__webpack_require__, 72924, 19))).ServiceQuotas(settings)),
    };
}


/***/ }),

/***/ 37170:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  E: () => (/* binding */ ec2ByRegion)
});

// EXTERNAL MODULE: ./src/lib/clock.ts
var lib_clock = __webpack_require__(84517);
// EXTERNAL MODULE: ./src/lib/errors.ts
var errors = __webpack_require__(97268);
// EXTERNAL MODULE: ./src/aws/amis.ts + 2 modules
var amis = __webpack_require__(24890);
// EXTERNAL MODULE: ./src/aws/errors.ts
var aws_errors = __webpack_require__(99378);
// EXTERNAL MODULE: ./src/aws/newer.ts
var newer = __webpack_require__(25716);
// EXTERNAL MODULE: ./src/aws/resources.ts
var resources = __webpack_require__(47360);
;// CONCATENATED MODULE: ./src/aws/deregister.ts



const IN_USE = 60;
const PAUSE = 3;
async function deregisterAmi(ec2, { id, snapshots, othersStay = false, patience = IN_USE }, clock) {
    const settled = await deregister(ec2, id, !othersStay);
    for (const snapshot of snapshots)
        if (!settled.has(snapshot))
            await remove(ec2, snapshot, patience, clock);
}
async function deregister(ec2, ImageId, withSnapshots) {
    const call = (more) => ec2.deregisterImage({ ImageId, ...more });
    try {
        const answer = await (withSnapshots ? (0,newer/* orWithout */.w)({ DeleteAssociatedSnapshots: true }, call) : call({}));
        const { DeleteSnapshotResults: results = [] } = answer;
        return new Set(results.flatMap(({ SnapshotId, ReturnCode }) => SnapshotId !== undefined && (ReturnCode === 'success' || ReturnCode === 'skipped') ? [SnapshotId] : []));
    }
    catch (error) {
        if ((0,aws_errors/* isNotFound */.c4)(error))
            return new Set();
        throw error;
    }
}
async function remove(ec2, id, patience, clock) {
    for (const end = clock.now() + patience;; await clock.sleep(PAUSE)) {
        try {
            return await (0,resources/* removeResource */.ls)(ec2, 'snapshot', id);
        }
        catch (error) {
            if ((0,aws_errors/* errorCode */.CA)(error) !== 'InvalidSnapshot.InUse' || clock.now() + PAUSE > end)
                throw error;
        }
    }
}

// EXTERNAL MODULE: ./src/aws/ec2.ts
var ec2 = __webpack_require__(52791);
// EXTERNAL MODULE: ./src/aws/lists.ts
var lists = __webpack_require__(98988);
// EXTERNAL MODULE: ./src/aws/parameters.ts
var parameters = __webpack_require__(70033);
;// CONCATENATED MODULE: ./src/aws/register.ts


async function registerAmi(ec2, { id, description: Description, registration: same }, name, tags) {
    if (same === undefined)
        throw new Error(`${id} cannot be registered anew`);
    const UefiData = same.Architecture === 'arm64' || same.BootMode?.startsWith('uefi')
        ? (await ec2.describeImageAttribute({ ImageId: id, Attribute: 'uefiData' })).UefiData?.Value
        : undefined;
    const { ImageId } = await ec2.registerImage({
        ...(Description ? { Description } : {}),
        ...same,
        Name: name,
        ...(UefiData ? { UefiData } : {}),
        TagSpecifications: [{ ResourceType: 'image', Tags: (0,lists/* toTags */.LZ)(tags) }],
    });
    if (!ImageId)
        throw new errors/* UserError */.yo('aws-failed', "EC2's answer to RegisterImage names no AMI", 'run the job again');
    return ImageId;
}

;// CONCATENATED MODULE: ./src/aws/stop.ts


const stop_PAUSE = 2;
async function stopInstance(ec2, id, clock, signal) {
    await ec2.stopInstances({ InstanceIds: [id] });
    for (let pause = stop_PAUSE / 4;; pause = Math.min(stop_PAUSE, 2 * pause)) {
        await clock.sleep(pause, signal);
        const [found] = await (0,resources/* listKind */.zM)(ec2, 'instance', [(0,lists/* filter */.pb)('instance-id', id)]);
        if (found?.state !== 'running' && found?.state !== 'stopping')
            return;
    }
}

;// CONCATENATED MODULE: ./src/aws/ec2-client.ts











function ec2ByRegion(aws, clock = lib_clock/* systemClock */.m) {
    const regions = new Map();
    return (region) => {
        const known = regions.get(region) ?? inRegion(region, aws, clock);
        regions.set(region, known);
        return known;
    };
}
function inRegion(region, aws, clock) {
    const client = () => aws.ec2(region);
    return {
        region,
        enabledRegions: async () => {
            const { Regions = [] } = await (await client()).describeRegions({ AllRegions: false });
            return Regions.map(({ RegionName = '' }) => RegionName).sort();
        },
        newestAmi: async (wanted) => (0,amis/* newestAmi */._A)(await client(), await bySsm(region, wanted, aws)),
        amisNamed: async (names) => (0,amis/* ownAmis */.V)(await client(), 'name', names, { IncludeDisabled: true }),
        ami: async (id) => (await (0,amis/* ownAmis */.V)(await client(), 'image-id', [id]))[0],
        builtAmis: async () => (0,amis/* ownAmis */.V)(await client(), `tag:${ec2/* STATE_TAG */.PZ}`, [ec2/* BUILT */.BT]),
        amis: async (ids) => (0,amis/* ownAmis */.V)(await client(), 'image-id', ids),
        amisByDigest: async (digests) => (0,amis/* ownAmis */.V)(await client(), `tag:${ec2/* DIGEST_TAG */.K1}`, digests),
        copy: async (request) => {
            const Tags = (0,lists/* toTags */.LZ)(request.tags);
            const { ImageId } = await (await client()).copyImage({
                Name: request.name,
                Description: request.description,
                SourceRegion: request.sourceRegion,
                SourceImageId: request.sourceId,
                ClientToken: request.token,
                ...(request.key === undefined ? {} : { Encrypted: true, KmsKeyId: request.key }),
                TagSpecifications: [
                    { ResourceType: 'image', Tags },
                    { ResourceType: 'snapshot', Tags },
                ],
            });
            if (!ImageId)
                throw new errors/* UserError */.yo('aws-failed', `EC2's answer to CopyImage in ${region} names no AMI`, 'run the job again');
            return ImageId;
        },
        register: async (ami, name, tags) => registerAmi(await client(), ami, name, tags),
        share: async (ImageId, { accounts, organizations, organizationalUnits, everybody }) => {
            const Add = [
                ...accounts.map((UserId) => ({ UserId })),
                ...organizations.map((OrganizationArn) => ({ OrganizationArn })),
                ...organizationalUnits.map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
                ...(everybody ? [{ Group: 'all' }] : []),
            ];
            await (await client()).modifyImageAttribute({ ImageId, LaunchPermission: { Add } });
        },
        shareSnapshot: async (SnapshotId, accounts) => {
            const Add = accounts.map((UserId) => ({ UserId }));
            await (await client()).modifySnapshotAttribute({
                SnapshotId,
                Attribute: 'createVolumePermission',
                CreateVolumePermission: { Add },
            });
        },
        deprecate: async (ImageId, at) => {
            await (await client()).enableImageDeprecation({ ImageId, DeprecateAt: new Date(at) });
        },
        protect: async (ImageId, WithCooldown) => {
            await (await client()).enableImageDeregistrationProtection({ ImageId, WithCooldown });
        },
        unprotect: async (ImageId) => {
            await (await client()).disableImageDeregistrationProtection({ ImageId });
        },
        requireImdsV2: async (ImageId) => {
            await (await client()).modifyImageAttribute({ ImageId, ImdsSupport: { Value: 'v2.0' } });
        },
        blocksPublicAmis: async () => {
            const { ImageBlockPublicAccessState: state } = await (await client()).getImageBlockPublicAccessState({});
            return state !== 'unblocked';
        },
        defaultEncryption: async (inherited = false) => {
            const ec2 = await client();
            if (!inherited && !(await ec2.getEbsEncryptionByDefault({})).EbsEncryptionByDefault)
                return undefined;
            return (await ec2.getEbsDefaultKmsKeyId({})).KmsKeyId;
        },
        tag: async (ids, tags) => {
            const ec2 = await client();
            for (const Resources of (0,lists/* chunks */.VN)(ids))
                await ec2.createTags({ Resources, Tags: (0,lists/* toTags */.LZ)(tags) });
        },
        tagged: async (kind, runId) => (0,resources/* taggedWith */.NY)(await client(), kind, runId),
        named: async (kind, names) => (0,resources/* namedAny */.e_)(await client(), kind, names),
        console: async (InstanceId) => {
            const ec2 = await client();
            try {
                const { Output = '' } = await ec2.getConsoleOutput({ InstanceId, Latest: true }).catch((error) => {
                    if ((0,aws_errors/* isUnsupported */.w3)(error))
                        return ec2.getConsoleOutput({ InstanceId });
                    throw error;
                });
                const text = Buffer.from(Output, 'base64').toString('utf8');
                return text === '' ? undefined : text;
            }
            catch (error) {
                if ((0,aws_errors/* isNotFound */.c4)(error))
                    return undefined;
                throw error;
            }
        },
        stop: async (id, signal) => stopInstance(await client(), id, clock, signal),
        deregister: async (order) => deregisterAmi(await client(), order, clock),
        remove: async (kind, id) => (0,resources/* removeResource */.ls)(await client(), kind, id),
    };
}
async function bySsm(region, wanted, { ssm }) {
    const { ssmParameter: name, ...rest } = wanted;
    if (name === undefined || rest.sourceAmi !== undefined)
        return rest;
    if (ssm === undefined)
        throw new Error('a parameter needs Systems Manager');
    const { [name]: sourceAmi } = await (0,parameters/* parametersIn */.K)(region, { ssm }).values([name]);
    if (sourceAmi === undefined || !/^ami-[0-9a-f]+$/.test(sourceAmi))
        throw new errors/* UserError */.yo('base-ami', `the SSM parameter ${name} ${sourceAmi === undefined ? 'does not exist' : 'holds no AMI'} in ${region}`, 'correct `ssmParameter` in the file that the input `catalog` names');
    return { ...rest, sourceAmi };
}


/***/ }),

/***/ 52791:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BT: () => (/* binding */ BUILT),
/* harmony export */   Eq: () => (/* binding */ PUBLISHED_TAG),
/* harmony export */   HI: () => (/* binding */ KEY_TAG),
/* harmony export */   Jo: () => (/* binding */ GATE_TAG),
/* harmony export */   K1: () => (/* binding */ DIGEST_TAG),
/* harmony export */   N5: () => (/* binding */ TESTED_TAG),
/* harmony export */   Ne: () => (/* binding */ IMAGE_TAG),
/* harmony export */   PZ: () => (/* binding */ STATE_TAG),
/* harmony export */   Pg: () => (/* binding */ VERSIONS_TAG),
/* harmony export */   R2: () => (/* binding */ RUN_TAG),
/* harmony export */   Wk: () => (/* binding */ FAILED),
/* harmony export */   bW: () => (/* binding */ UNTESTED),
/* harmony export */   bl: () => (/* binding */ STARTED_TAG),
/* harmony export */   gf: () => (/* binding */ TESTED),
/* harmony export */   km: () => (/* binding */ KUBERNETES_TAG),
/* harmony export */   qv: () => (/* binding */ PRUNED_TAG),
/* harmony export */   vy: () => (/* binding */ TESTED_AT_TAG),
/* harmony export */   w7: () => (/* binding */ OS_TAG)
/* harmony export */ });
const RUN_TAG = 'k8s-image:run';
const STATE_TAG = 'k8s-image:state';
const DIGEST_TAG = 'k8s-image:digest';
const OS_TAG = 'k8s-image:os';
const IMAGE_TAG = 'k8s-image:image';
const KUBERNETES_TAG = 'k8s-image:kubernetes';
const UNTESTED = 'untested';
const TESTED = 'tested';
const BUILT = 'built';
const FAILED = 'failed';
const GATE_TAG = 'k8s-image:gate';
const VERSIONS_TAG = 'k8s-image:versions';
const STARTED_TAG = 'k8s-image:started';
const TESTED_TAG = 'k8s-image:tested';
const TESTED_AT_TAG = 'k8s-image:tested-at';
const PUBLISHED_TAG = 'k8s-image:published';
const PRUNED_TAG = 'k8s-image:pruned';
const KEY_TAG = 'k8s-image:kms-key';


/***/ }),

/***/ 99378:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B5: () => (/* binding */ isThrottled),
/* harmony export */   CA: () => (/* binding */ errorCode),
/* harmony export */   CY: () => (/* binding */ isNotReached),
/* harmony export */   H0: () => (/* binding */ isRefused),
/* harmony export */   WG: () => (/* binding */ isPassing),
/* harmony export */   _d: () => (/* binding */ isExpired),
/* harmony export */   aU: () => (/* binding */ isNoCredentials),
/* harmony export */   c4: () => (/* binding */ isNotFound),
/* harmony export */   es: () => (/* binding */ awsError),
/* harmony export */   t6: () => (/* binding */ isNotOurs),
/* harmony export */   w3: () => (/* binding */ isUnsupported)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97268);
/* harmony import */ var _lib_hints_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(67085);


const NOT_REACHED = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_PROXY_TUNNEL)\b/;
const NAMES = {
    ec2: 'EC2',
    autoscaling: 'Auto Scaling',
    ssm: 'Systems Manager',
    kms: 'KMS',
    servicequotas: 'Service Quotas',
};
const REFUSED = /^(UnauthorizedOperation|AccessDenied(Exception)?)$/;
const THROTTLED = /Throttl|^RequestLimitExceeded$|^TooManyRequests|^TooManyUpdates$|^SlowDown$|^BandwidthLimitExceeded$/;
const EXPIRED = /^(ExpiredToken(Exception)?|RequestExpired|ExpiredTokenIssue)$/;
const isThrottled = (error) => THROTTLED.test(errorCode(error));
function isNotReached(error) {
    const code = errorCode(error);
    return code === 'TimeoutError' || NOT_REACHED.test(code);
}
function isPassing(error) {
    const original = (error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo ? error.cause : error);
    return isThrottled(error) || isNotReached(error) || original?.$fault === 'server';
}
function isExpired(error) {
    return EXPIRED.test(errorCode(error));
}
function errorCode(error) {
    const original = error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo ? error.cause : error;
    const { name, code, message } = (original ?? {});
    return code ?? NOT_REACHED.exec(message ?? '')?.[1] ?? name ?? 'Error';
}
function isRefused(error) {
    return REFUSED.test(errorCode(error));
}
function awsError(error, action, region, service = 'ec2') {
    if (error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo)
        return error;
    const code = errorCode(error);
    const raw = error?.message ?? String(error);
    const reason = raw
        .replace(/\s*Encoded authorization failure message: \S+/, '')
        .replace(/\s+/g, ' ')
        .trim();
    const call = `${service}:${action} in ${region}`;
    const made = (code, message, hint) => new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(code, message, hint, { cause: error });
    if (lacksCredentials(error)) {
        return made('aws-credentials', 'there are no AWS credentials', 'run aws-actions/configure-aws-credentials before this step, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
    }
    if (EXPIRED.test(code)) {
        return made('aws-credentials', `the AWS credentials have expired (${call})`, 'raise role-duration-seconds, or set AWS_ROLE_ARN and `id-token: write`; then run the job again: it repeats no finished work');
    }
    if (/^(InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidAccessKeyId)$/.test(code)) {
        return made('aws-credentials', `AWS rejected the credentials (${code}, ${call})`, 'check the keys, and that the role still exists');
    }
    if (isNotOurs(error)) {
        return made('aws-denied', `${call} failed: ${reason} (${code})`, 'check that the account owns the named resource, or that its owner shares it with the account');
    }
    if (code === 'OptInRequired' && /marketplace/i.test(reason)) {
        return made('base-ami', `${call} failed: ${reason} (${code})`, "accept the product's terms in AWS Marketplace");
    }
    if (code === 'AuthFailure' || code === 'OptInRequired') {
        return made('region', `AWS does not let the account use ${region} (${code}, ${call}): ${reason}`, `enable the region in the account, remove it, or check the credentials`);
    }
    if (REFUSED.test(code)) {
        return made('aws-denied', `the credentials do not allow ${call}`, `grant ${service}:${action} to the role that the job assumes`);
    }
    if (isNotReached(error)) {
        return made('aws-unreachable', `${NAMES[service]} in ${region} does not answer (${action}: ${code})`, 'check the name of the region, and the network and proxy of the runner');
    }
    if (THROTTLED.test(code)) {
        return made('aws-throttled', `${NAMES[service]} in ${region} kept throttling ${action}`, 'run the job again: it repeats no finished work');
    }
    const found = code.startsWith('InvalidAMIID') ? undefined : (0,_lib_hints_js__WEBPACK_IMPORTED_MODULE_1__/* .known */ .e)(`${code}: ${reason}`);
    const hint = found?.hint ?? 'look up the code in the EC2 API reference, or run the job again';
    return made(found?.code ?? 'aws-failed', `${call} failed: ${reason} (${code})`, hint);
}
const lacksCredentials = (error) => errorCode(error) === 'CredentialsProviderError' ||
    /Could not load credentials/.test(error?.message ?? '');
function isNotOurs(error) {
    const { message = '' } = ((error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo ? error.cause : error) ?? {});
    return errorCode(error) === 'AuthFailure' && /^not authorized for\b/i.test(message.trim());
}
function isNoCredentials(error) {
    return lacksCredentials(error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo ? error.cause : error);
}
function isUnsupported(error) {
    return /^Unsupported(Operation|Feature)?$/.test(errorCode(error));
}
function isNotFound(error) {
    return /NotFound(Exception)?$|^InvalidAMIID\.(NotFound|Unavailable)$|^InvalidKeyPair/.test(errorCode(error));
}


/***/ }),

/***/ 98988:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fg: () => (/* binding */ tagsOf),
/* harmony export */   LZ: () => (/* binding */ toTags),
/* harmony export */   VN: () => (/* binding */ chunks),
/* harmony export */   YA: () => (/* binding */ seconds),
/* harmony export */   au: () => (/* binding */ allItems),
/* harmony export */   pb: () => (/* binding */ filter)
/* harmony export */ });
async function allItems(pages, itemsOf) {
    const items = [];
    for await (const page of pages)
        items.push(...(itemsOf(page) ?? []));
    return items;
}
function tagsOf({ Tags = [] }) {
    return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
const toTags = (tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const filter = (Name, ...Values) => ({ Name, Values });
function chunks(items, size = 200) {
    return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
function seconds(time) {
    const at = time === undefined ? Number.NaN : new Date(time).getTime();
    return Number.isNaN(at) ? undefined : at / 1000;
}


/***/ }),

/***/ 25716:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ orWithout)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(99378);

async function orWithout(newer, call) {
    try {
        return await call(newer);
    }
    catch (error) {
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .errorCode */ .CA)(error) === 'UnknownParameter')
            return call({});
        throw error;
    }
}


/***/ }),

/***/ 70033:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ parametersIn),
/* harmony export */   Q: () => (/* binding */ AT_ONCE)
/* harmony export */ });
/* harmony import */ var _lists_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(98988);

const AT_ONCE = 10;
function parametersIn(region, aws) {
    return {
        values: async (names) => {
            const ssm = await aws.ssm(region);
            const values = {};
            for (const Names of (0,_lists_js__WEBPACK_IMPORTED_MODULE_0__/* .chunks */ .VN)(names, AT_ONCE)) {
                const { Parameters: found = [] } = await ssm.getParameters({ Names });
                for (const { Name, Value } of found)
                    if (Name !== undefined && Value !== undefined)
                        values[Name] = Value;
            }
            return values;
        },
        put: async (Name, Value, Description) => {
            const ssm = await aws.ssm(region);
            const as = { Type: 'String', DataType: 'aws:ec2:image', Overwrite: true };
            await ssm.putParameter({ Name, Value, Description, ...as });
        },
    };
}


/***/ }),

/***/ 52615:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ NAME_TAG),
/* harmony export */   c: () => (/* binding */ nameToCome)
/* harmony export */ });
const NAME_TAG = 'k8s-image:name';
function nameToCome({ name, tags }) {
    const final = tags[NAME_TAG];
    return final === undefined || final === '' || final === name ? undefined : final;
}


/***/ }),

/***/ 47360:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GW: () => (/* binding */ KINDS),
/* harmony export */   NY: () => (/* binding */ taggedWith),
/* harmony export */   e_: () => (/* binding */ namedAny),
/* harmony export */   ls: () => (/* binding */ removeResource),
/* harmony export */   zM: () => (/* binding */ listKind)
/* harmony export */ });
/* harmony import */ var _amis_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(24890);
/* harmony import */ var _ec2_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(52791);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(99378);
/* harmony import */ var _lists_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(98988);
/* harmony import */ var _newer_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(25716);





const TEMPLATES = 200;
function listed(kind, item, id, { name = '', made, state, }) {
    return { kind, id: id ?? '', name, tags: (0,_lists_js__WEBPACK_IMPORTED_MODULE_3__/* .tagsOf */ .Fg)(item), made: (0,_lists_js__WEBPACK_IMPORTED_MODULE_3__/* .seconds */ .YA)(made), ...(state ? { state } : {}) };
}
const LISTS = {
    instance: async (ec2, Filters) => {
        const pages = ec2.paginateDescribeInstances({ Filters, MaxResults: _amis_js__WEBPACK_IMPORTED_MODULE_0__/* .PAGE */ .KL });
        const found = await (0,_lists_js__WEBPACK_IMPORTED_MODULE_3__/* .allItems */ .au)(pages, (page) => page.Reservations?.flatMap(({ Instances = [] }) => Instances));
        return found
            .filter(({ State }) => State?.Name !== 'terminated')
            .map((one) => listed('instance', one, one.InstanceId, { made: one.LaunchTime, state: one.State?.Name }));
    },
    volume: async (ec2, Filters) => {
        const found = await (0,_lists_js__WEBPACK_IMPORTED_MODULE_3__/* .allItems */ .au)(ec2.paginateDescribeVolumes({ Filters, MaxResults: _amis_js__WEBPACK_IMPORTED_MODULE_0__/* .PAGE */ .KL }), ({ Volumes }) => Volumes);
        return found.map((one) => listed('volume', one, one.VolumeId, { made: one.CreateTime, state: one.State }));
    },
    'security-group': async (ec2, Filters) => {
        const pages = ec2.paginateDescribeSecurityGroups({ Filters, MaxResults: _amis_js__WEBPACK_IMPORTED_MODULE_0__/* .PAGE */ .KL });
        const found = await (0,_lists_js__WEBPACK_IMPORTED_MODULE_3__/* .allItems */ .au)(pages, ({ SecurityGroups }) => SecurityGroups);
        return found.map((one) => listed('security-group', one, one.GroupId, { name: one.GroupName }));
    },
    'key-pair': async (ec2, Filters) => {
        const { KeyPairs = [] } = await ec2.describeKeyPairs({ Filters });
        return KeyPairs.map((one) => listed('key-pair', one, one.KeyPairId, { name: one.KeyName, made: one.CreateTime }));
    },
    'launch-template': async (ec2, Filters) => {
        const pages = ec2.paginateDescribeLaunchTemplates({ Filters, MaxResults: TEMPLATES });
        const found = await (0,_lists_js__WEBPACK_IMPORTED_MODULE_3__/* .allItems */ .au)(pages, ({ LaunchTemplates }) => LaunchTemplates);
        return found.map((one) => listed('launch-template', one, one.LaunchTemplateId, { name: one.LaunchTemplateName, made: one.CreateTime }));
    },
    image: async (ec2, Filters) => {
        const found = await (0,_amis_js__WEBPACK_IMPORTED_MODULE_0__/* .images */ .zC)(ec2, { Owners: ['self'], Filters });
        return found.map((one) => ({
            ...listed('image', one, one.ImageId, { name: one.Name, made: one.CreationDate, state: one.State }),
            snapshots: (0,_amis_js__WEBPACK_IMPORTED_MODULE_0__/* .snapshotsOf */ .XO)(one),
            protection: one.DeregistrationProtection ?? '',
        }));
    },
    snapshot: async (ec2, Filters) => {
        const pages = ec2.paginateDescribeSnapshots({ OwnerIds: ['self'], Filters, MaxResults: _amis_js__WEBPACK_IMPORTED_MODULE_0__/* .PAGE */ .KL });
        const found = await (0,_lists_js__WEBPACK_IMPORTED_MODULE_3__/* .allItems */ .au)(pages, ({ Snapshots }) => Snapshots);
        return found.map((one) => listed('snapshot', one, one.SnapshotId, { made: one.StartTime, state: one.State }));
    },
};
const KINDS = Object.keys(LISTS);
const listKind = (ec2, kind, filters) => LISTS[kind](ec2, filters);
const taggedWith = (ec2, kind, runId) => listKind(ec2, kind, [(0,_lists_js__WEBPACK_IMPORTED_MODULE_3__/* .filter */ .pb)(`tag:${_ec2_js__WEBPACK_IMPORTED_MODULE_4__/* .RUN_TAG */ .R2}`, runId)]);
const namedAny = (ec2, kind, names) => listKind(ec2, kind, [(0,_lists_js__WEBPACK_IMPORTED_MODULE_3__/* .filter */ .pb)(kind === 'key-pair' ? 'key-name' : 'group-name', ...names)]);
const REMOVALS = {
    instance: (ec2, id) => (0,_newer_js__WEBPACK_IMPORTED_MODULE_2__/* .orWithout */ .w)({ SkipOsShutdown: true }, (more) => ec2.terminateInstances({ InstanceIds: [id], ...more })),
    volume: (ec2, VolumeId) => ec2.deleteVolume({ VolumeId }),
    'security-group': (ec2, GroupId) => ec2.deleteSecurityGroup({ GroupId }),
    'key-pair': (ec2, KeyPairId) => ec2.deleteKeyPair({ KeyPairId }),
    'launch-template': (ec2, LaunchTemplateId) => ec2.deleteLaunchTemplate({ LaunchTemplateId }),
    image: (ec2, ImageId) => ec2.deregisterImage({ ImageId }),
    snapshot: (ec2, SnapshotId) => ec2.deleteSnapshot({ SnapshotId }),
};
async function removeResource(ec2, kind, id) {
    try {
        await REMOVALS[kind](ec2, id);
    }
    catch (error) {
        if (!(0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .isNotFound */ .c4)(error))
            throw error;
    }
}


/***/ }),

/***/ 23103:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ newTally)
/* harmony export */ });
const newTally = () => ({ calls: {}, throttled: 0 });


/***/ }),

/***/ 84517:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ dayOf),
/* harmony export */   m: () => (/* binding */ systemClock)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(58500);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_timers_promises__WEBPACK_IMPORTED_MODULE_0__);

function dayOf(seconds) {
    return new Date(seconds * 1000).toISOString().slice(0, 10).replaceAll('-', '');
}
const systemClock = {
    now: () => Date.now() / 1000,
    sleep: async (seconds, signal) => {
        try {
            await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(seconds * 1000, undefined, signal === undefined ? {} : { signal });
        }
        catch (error) {
            throw signal?.aborted ? signal.reason : error;
        }
    },
};


/***/ }),

/***/ 97268:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   TM: () => (/* binding */ firstLine),
/* harmony export */   g5: () => (/* binding */ failureOf),
/* harmony export */   tQ: () => (/* binding */ UserErrors),
/* harmony export */   yo: () => (/* binding */ UserError)
/* harmony export */ });
class UserError extends Error {
    name = 'UserError';
    code;
    hint;
    place;
    constructor(code, message, hint, options) {
        super(message, options);
        this.code = code;
        this.hint = hint;
        this.place = options?.place;
    }
}
function failureOf(image, { code, message, hint }) {
    return { code, message: `${image}: ${message}`, ...(hint === undefined ? {} : { hint }) };
}
class UserErrors extends UserError {
    errors;
    constructor(errors) {
        super(errors[0]?.code ?? 'input', errors.map((error) => (error.hint ? `${error.message} (${error.hint})` : error.message)).join('\n'));
        this.errors = errors;
    }
}
function firstLine(error) {
    return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}


/***/ }),

/***/ 67085:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ known)
/* harmony export */ });
const HINTS = [
    [
        /VcpuLimitExceeded|InstanceLimitExceeded/,
        'aws-capacity',
        'ask AWS for a higher quota, lower `parallel-builds`, or choose another `instance-type`',
    ],
    [
        /InsufficientInstanceCapacity/,
        'aws-capacity',
        'run the job again later, or choose another `instance-type` or `subnet-id`',
    ],
    [
        /\bUnsupported\b.*instance type|\b(Unsupported|InvalidParameterValue)\b.*\barchitecture/i,
        'aws-capacity',
        "choose an `instance-type` that the subnet's zone offers for this architecture",
    ],
    [/UnauthorizedOperation|AccessDenied/, 'aws-denied', 'grant that call to the role that the job assumes'],
    [
        /ExpiredToken|RequestExpired/,
        'aws-credentials',
        'make the credentials last longer than `timeout` (role-duration-seconds)',
    ],
    [
        /AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch/,
        'aws-credentials',
        'check the credentials, and that the account has enabled the region',
    ],
    [
        /VPCIdNotSpecified|DefaultVpcDoesNotExist|[Nn]o default VPC/,
        'network',
        'set `subnet-id`: the region has no default VPC',
    ],
    [/InvalidSubnetID/, 'network', 'check that `subnet-id` lies in `region`'],
    [
        /InvalidBlockDeviceMapping/,
        'base-ami',
        'set `root_volume_size` (`vars`) to at least the size of the base AMI, or to 0 to keep that size',
    ],
    [
        /Client\.InternalError|InvalidKMSKey/,
        'kms-key',
        'allow the role to use the KMS key that the account encrypts volumes with (docs/iam.md)',
    ],
    [
        /InvalidAMIID|[Nn]o AMI was found/,
        'base-ami',
        'the base AMI is gone: run the job again to find a newer one; with `lock: use`, write the lock again first',
    ],
    [
        /is used by an existing AMI|InvalidAMIName.Duplicate/,
        'ami-name',
        'choose another `ami-name`, or deregister the AMI that has it',
    ],
    [
        /[Tt]imeout waiting for SSH/,
        'network',
        'check that the runner reaches the subnet (`ssh-interface`, `ssh-source-cidr`, route to the internet)',
    ],
    [/RequestLimitExceeded|Throttling/, 'aws-throttled', 'run the job again with fewer `parallel-builds`'],
    [
        /unexpected EOF|connection is shut down/,
        'tool',
        "Packer's plugin crashed: packer.log has its stack; run the job again, and report it to the plugin's authors if it recurs",
    ],
    [/no space left on device|ENOSPC/i, 'disk-full', 'free space on the full disk'],
];
function known(message) {
    const [, code, hint] = HINTS.find(([words]) => words.test(message)) ?? [];
    return code === undefined || hint === undefined ? undefined : { code, hint };
}


/***/ }),

/***/ 61025:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _D: () => (/* binding */ actionsLog)
/* harmony export */ });
/* unused harmony exports harmless, shorten */
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(33838);

const MAX_MESSAGE = 4096;
const CONTROL = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
function harmless(text) {
    return text
        .replace(CONTROL, '')
        .replace(/^(\s*):(?=:)/gm, '$1: ')
        .replaceAll('##[', '# #[');
}
function shorten(text, limit) {
    return text.length <= limit ? text : `${text.slice(0, limit - 2)} …`;
}
function actionsLog() {
    const secrets = new Set();
    const clean = (text) => {
        let result = harmless(text);
        for (const secret of secrets)
            result = result.replaceAll(secret, '***');
        return result;
    };
    return {
        info: (line) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq(clean(line)),
        error: (message, place = {}) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .error */ .z3(shorten(clean(message), MAX_MESSAGE), annotation(place)),
        warning: (message, place = {}) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .warning */ .$e(shorten(clean(message), MAX_MESSAGE), annotation(place)),
        debug: (line) => {
            if (_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .isDebug */ ._o())
                _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .debug */ .Yz(clean(line));
        },
        group: (title) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .startGroup */ .Oh(clean(title)),
        endGroup: () => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .endGroup */ .N4(),
        mask: (secret) => {
            if (secret === '' || secrets.has(secret))
                return;
            secrets.add(secret);
            _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setSecret */ .Pq(secret);
        },
    };
}
function annotation(place) {
    return {
        ...(place.title === undefined ? {} : { title: place.title }),
        ...(place.file === undefined ? {} : { file: place.file }),
        ...(place.line === undefined ? {} : { startLine: place.line }),
    };
}


/***/ }),

/***/ 60310:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ redactor),
/* harmony export */   V: () => (/* binding */ secretsIn)
/* harmony export */ });
const SECRET_NAMES = /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|CONTAINER_AUTHORIZATION_TOKEN)$/;
const PROXY_NAMES = /^((https?|all)_proxy|input_build-proxy)$/i;
function secretsIn(env) {
    return Object.entries(env)
        .flatMap(([name, value = '']) => SECRET_NAMES.test(name) ? [value] : PROXY_NAMES.test(name) ? proxySecrets(value) : [])
        .filter((secret) => secret.length >= 6);
}
function proxySecrets(address) {
    const [, credentials = ''] = /^(?:\w+:\/\/)?([^/\s]*)@/.exec(address.trim()) ?? [];
    const password = credentials.slice(credentials.indexOf(':') + 1);
    const decoded = (text) => {
        try {
            return decodeURIComponent(text);
        }
        catch {
            return text;
        }
    };
    return [...new Set([credentials, decoded(credentials), password, decoded(password)])];
}
const KEY_IN_ONE_LINE = /-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----/g;
const KEY_BEGINS = /-----BEGIN [A-Z ]*PRIVATE KEY-----.*$/;
const KEY_ENDS = /-----END [A-Z ]*PRIVATE KEY-----/;
const KEY_BODY = /[A-Za-z0-9+/]{16,}={0,2}/g;
const MAX_KEY_LINES = 120;
function redactor(secrets) {
    const forms = secrets.flatMap((secret) => [secret, secret.replaceAll(',', '%!(PACKER_COMMA)')]);
    const longestFirst = [...new Set(forms)].sort((a, b) => b.length - a.length);
    let keyLinesLeft = 0;
    return (text) => {
        let clean = text.replace(KEY_IN_ONE_LINE, '***');
        if (keyLinesLeft > 0) {
            keyLinesLeft = KEY_ENDS.test(clean) ? 0 : keyLinesLeft - 1;
            clean = clean.replace(KEY_BODY, '***');
        }
        if (KEY_BEGINS.test(clean)) {
            clean = clean.replace(KEY_BEGINS, '***');
            keyLinesLeft = MAX_KEY_LINES;
        }
        for (const secret of longestFirst)
            clean = clean.replaceAll(secret, '***');
        return clean;
    };
}


/***/ }),

/***/ 87471:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   x: () => (/* binding */ VERSION)
/* harmony export */ });
const VERSION = '1.1.0';


/***/ }),

/***/ 856:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ sentence),
/* harmony export */   f: () => (/* binding */ annotate)
/* harmony export */ });
const MAX_ANNOTATIONS = 10;
function annotate(failures, log) {
    const shown = failures.length <= MAX_ANNOTATIONS ? failures : failures.slice(0, MAX_ANNOTATIONS - 1);
    for (const failure of shown)
        log.error(withEvidence(failure), { title: failure.code, ...place(failure) });
    if (shown.length < failures.length) {
        log.error(`${failures.length - shown.length} more failures are listed in the job summary`);
    }
}
const EVIDENCE_LINES = 10;
const EVIDENCE_CHARACTERS = 1500;
function withEvidence(failure) {
    const { evidence = '' } = failure;
    const tail = evidence.trim().split('\n').slice(-EVIDENCE_LINES).join('\n').slice(-EVIDENCE_CHARACTERS);
    return tail === '' ? sentence(failure) : `${sentence(failure)}\n${tail}`;
}
function sentence({ message, hint }) {
    return hint === undefined ? message : `${message} — ${hint}`;
}
function place({ file, line }) {
    return { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
}


/***/ }),

/***/ 97999:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ tellError)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97268);
/* harmony import */ var _lib_hints_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(67085);
/* harmony import */ var _annotations_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(856);



function tellError(error, log) {
    const failures = failuresOf(error);
    const isBug = !(error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo) && (0,_lib_hints_js__WEBPACK_IMPORTED_MODULE_1__/* .known */ .e)(messageOf(error)) === undefined;
    const evidence = (isBug && error instanceof Error && error.stack) || '';
    (0,_annotations_js__WEBPACK_IMPORTED_MODULE_2__/* .annotate */ .f)(evidence === '' ? failures : failures.map((failure) => ({ ...failure, evidence })), log);
    return failures;
}
function failuresOf(error) {
    if (error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserErrors */ .tQ)
        return error.errors.flatMap(failuresOf);
    const message = messageOf(error);
    if (error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo)
        return [{ code: error.code, message, ...(error.hint === undefined ? {} : { hint: error.hint }), ...error.place }];
    const found = (0,_lib_hints_js__WEBPACK_IMPORTED_MODULE_1__/* .known */ .e)(message);
    if (found !== undefined)
        return [{ ...found, message }];
    return [{ code: 'defect', message: `internal error: ${message}`, hint: 'report it, with the log' }];
}
function messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}


/***/ })

};
