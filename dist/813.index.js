export const id = 813;
export const ids = [813];
export const modules = {

/***/ 4777:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ readPrices),
/* harmony export */   x: () => (/* binding */ priceOf)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);


function readPrices(root) {
    return JSON.parse((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, 'catalog/prices.json'), 'utf8'));
}
function priceOf(prices, what, region, type) {
    return prices.prices.find((one) => one.what === what && one.region === region && one.type === type)?.dollars;
}


/***/ }),

/***/ 5754:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ renderGateVariables),
/* harmony export */   y: () => (/* binding */ GATE_EXTRA_GIB)
/* harmony export */ });
/* harmony import */ var _lib_schema_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(956);
/* harmony import */ var _model_plan_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7978);


const SHARED = [
    'region',
    'run_id',
    'subnet_id',
    'iam_instance_profile',
    'ssh_interface',
    'ssh_port',
    'ssh_source_cidrs',
    'associate_public_ip_address',
    'mirror',
    'build_proxy',
    'build_no_proxy',
    'tags',
];
const GATE_EXTRA_GIB = 1;
const CHECKS_MINUTES = 40;
function renderGateVariables(built, order) {
    const { image, system, timeout } = order;
    const share = order.level === 'conformance' ? Math.min(timeout, CHECKS_MINUTES) : timeout;
    const size = Number(built.root_volume_size ?? _model_plan_js__WEBPACK_IMPORTED_MODULE_1__/* .ROOT_VOLUME_SIZE */ .g);
    return `${JSON.stringify({
        ...Object.fromEntries(SHARED.filter((name) => name in built).map((name) => [name, built[name]])),
        image: image.key,
        session_manager_port: (0,_lib_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .j)(built.session_manager_ports)
            ? (built.session_manager_ports[image.key] ?? null)
            : null,
        family: system.family,
        ami: order.ami,
        level: order.level,
        reboot: order.reboot,
        instance_type: built.instance_type || system.arch[image.arch]?.instanceType,
        ssh_username: system.sshUser,
        root_device: image.system.rootDevice,
        root_volume_size: size > 0 ? size + GATE_EXTRA_GIB : 0,
        ssh_timeout: `${share * 30}s`,
        timeout,
        fips: image.system.fips ?? isOn(built.ansible_extra_vars, 'base_fips'),
        check_seconds: share * 15,
        results: order.results,
        expected: { ...expected(image), cluster_api: clusterApi(built) },
        images: image.supplies.images,
        suite: suite(image),
        focus: order.selection.focus,
        skip: order.selection.skip,
    }, null, 2)}\n`;
}
function isOn(variables, name) {
    return (0,_lib_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .j)(variables) && variables[name] === true;
}
function suite({ supplies }) {
    return supplies.suite === undefined ? null : { url: supplies.suite.url, sha256: supplies.suite.sha256 };
}
function expected({ node }) {
    return {
        kubernetes_version: node.kubernetesVersion,
        kubernetes_deb: node.kubernetesBinaries === undefined ? node.kubernetesDeb : '',
        containerd: node.containerd.version,
        runc: node.runc.version,
        cni_plugins: node.cniPlugins.version,
        sandbox_image: node.sandboxImage,
    };
}
function clusterApi({ ansible_extra_vars: given }) {
    return String(given?.base_cluster_api ?? 'none');
}


/***/ }),

/***/ 2543:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ duration)
/* harmony export */ });
function duration(seconds) {
    if (seconds < 10)
        return `${seconds.toFixed(1)} s`;
    const whole = Math.round(seconds);
    return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}


/***/ }),

/***/ 1039:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ heartbeat)
/* harmony export */ });
const SILENCE = 10;
function heartbeat(log, clock) {
    const activities = new Set();
    let last = clock.now();
    let timer;
    const printed = (print) => {
        return (...args) => {
            last = clock.now();
            print(...args);
        };
    };
    const watched = {
        ...log,
        info: printed(log.info),
        error: printed(log.error),
        warning: printed(log.warning),
        group: printed(log.group),
    };
    const beat = () => {
        if (clock.now() - last < SILENCE)
            return;
        for (const describe of activities)
            watched.info(`… ${describe()}`);
    };
    return {
        log: watched,
        during: async (describe, work) => {
            activities.add(describe);
            timer ??= setInterval(beat, 500).unref();
            try {
                return await work();
            }
            finally {
                activities.delete(describe);
                if (activities.size === 0) {
                    clearInterval(timer);
                    timer = undefined;
                }
            }
        },
    };
}


/***/ }),

/***/ 7280:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   u: () => (/* binding */ within)
/* harmony export */ });
/* harmony import */ var p_limit__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(370);

function within(most) {
    const limits = new Map();
    return (region, work) => {
        const limit = limits.get(region) ?? (0,p_limit__WEBPACK_IMPORTED_MODULE_0__/* ["default"] */ .A)(most);
        limits.set(region, limit);
        return limit(work);
    };
}


/***/ }),

/***/ 7978:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ rootVolumeSize),
/* harmony export */   g: () => (/* binding */ ROOT_VOLUME_SIZE)
/* harmony export */ });
const ROOT_VOLUME_SIZE = 20;
const rootVolumeSize = (images) => Math.max(ROOT_VOLUME_SIZE, ...images.map(({ system }) => system.rootGib ?? 0));


/***/ }),

/***/ 4706:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ isShared)
/* harmony export */ });
function isShared(settings) {
    const { accounts, organizations, organizationalUnits, everybody } = settings;
    return everybody || accounts.length + organizations.length + organizationalUnits.length > 0;
}


/***/ }),

/***/ 2960:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ isWhole)
/* harmony export */ });
const isWhole = ({ status }) => status === 'built' || status === 'existing';


/***/ }),

/***/ 9525:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ slowest),
/* harmony export */   w: () => (/* binding */ parseEvent)
/* harmony export */ });
const STATUSES = new Set(['ok', 'changed', 'skipped', 'failed', 'unreachable']);
function parseEvent(line) {
    let value;
    try {
        value = JSON.parse(line);
    }
    catch {
        return undefined;
    }
    const { event, task, path, status, seconds, time, message } = value ?? {};
    if (typeof task !== 'string' || typeof path !== 'string')
        return undefined;
    if (event === 'task_start')
        return { event: 'start', task, path };
    if (event !== 'task_end' || typeof status !== 'string' || !STATUSES.has(status))
        return undefined;
    return {
        event: 'end',
        time: typeof time === 'number' ? time : 0,
        record: {
            task,
            path,
            seconds: typeof seconds === 'number' ? seconds : 0,
            status: status,
            ...(typeof message === 'string' && message !== '' ? { message } : {}),
        },
    };
}
function slowest(tasks, count) {
    return [...tasks].sort((a, b) => b.seconds - a.seconds).slice(0, count);
}


/***/ }),

/***/ 9675:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ planGroups),
/* harmony export */   v: () => (/* binding */ jobInputs)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7268);
/* harmony import */ var _lib_gather_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5552);


function jobInputs(wanted) {
    const [first] = wanted;
    if (first === undefined)
        throw new Error('no image was requested');
    const all = wanted.map(({ inputs }) => inputs);
    const tested = all.find(({ test }) => test !== 'none') ?? first.inputs;
    return {
        ...first.inputs,
        os: [...new Set(all.flatMap(({ os }) => os))],
        arch: [...new Set(all.flatMap(({ arch }) => arch))],
        test: tested.test,
    };
}
async function planGroups(wanted, makePlan) {
    const planned = await (0,_lib_gather_js__WEBPACK_IMPORTED_MODULE_1__/* .gather */ .k)(wanted.map(async (each) => ({ wanted: each, plan: await makePlan(each.inputs) })));
    if (wanted.length === 1 && wanted[0]?.name === undefined)
        return planned;
    const all = planned.flatMap(({ plan }) => plan.images);
    const several = new Set(all.map(({ node }) => node.kubernetesDeb)).size > 1;
    const keyed = planned.map((each) => ({
        ...each,
        plan: {
            ...each.plan,
            images: each.plan.images.map((image) => ({ ...image, key: key(image, each.wanted, several) })),
        },
    }));
    const images = keyed.flatMap(({ plan }) => plan.images.map((image) => ({ ...image, region: plan.region })));
    for (const { key: twice } of repeated(images, (image) => image.key))
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('config-file', `the config file asks for ${twice} more than once`, 'give one of the entries a `name`, or remove the image from it');
    for (const { amiName } of repeated(images, (image) => `${image.region} ${image.amiName}`))
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('config-file', `the config file would give two images the AMI name ${amiName}`, 'give each of the entries an `ami-name` of its own');
    return keyed;
}
function key({ os, arch, node }, { name }, several) {
    return [name, os, arch, several ? node.kubernetesVersion : undefined].filter((part) => part !== undefined).join('-');
}
function repeated(items, of) {
    const seen = new Set();
    return items.filter((item) => {
        const before = seen.has(of(item));
        seen.add(of(item));
        return before;
    });
}


/***/ }),

/***/ 4303:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ writeLock)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7268);
/* harmony import */ var _lock_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5396);



function writeLock({ file, path }, plans, log) {
    const locks = plans.flatMap(({ plan }) => plan.lock ?? []);
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.writeFileSync)(path, (0,_lock_js__WEBPACK_IMPORTED_MODULE_2__/* .renderLock */ .wC)((0,_lock_js__WEBPACK_IMPORTED_MODULE_2__/* .mergeLocks */ .t0)(locks)));
    }
    catch (error) {
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('lock', `lock-file: ${file} cannot be written: ${(0,_lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .firstLine */ .TM)(error)}`, 'write its path from the workspace, into an existing directory');
    }
    log.info(`${file} was written: commit it, and build from it with lock: use or lock: check`);
}


/***/ }),

/***/ 2235:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gq: () => (/* binding */ writeParameters),
/* harmony export */   Pn: () => (/* binding */ nameTrouble),
/* harmony export */   _U: () => (/* binding */ namesAreCurrent),
/* harmony export */   eZ: () => (/* binding */ namesOf)
/* harmony export */ });
/* unused harmony export parameterName */
/* harmony import */ var _aws_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9378);
/* harmony import */ var _catalog_versions_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1190);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7268);
/* harmony import */ var _lib_limit_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7280);




const AT_ONCE = 2;
const SETTLED = 60;
const PAUSE = 2;
function parameterName(pattern, { os, arch, node }) {
    const parts = {
        os,
        arch,
        kubernetes: node.kubernetesVersion,
        minor: (0,_catalog_versions_js__WEBPACK_IMPORTED_MODULE_2__/* .minorOf */ .H)(node.kubernetesVersion),
    };
    return pattern.replace(/\{(\w+)\}/g, (whole, part) => parts[part] ?? whole);
}
function namesOf(image, settings) {
    return settings.parameters.map((pattern) => parameterName(pattern, image));
}
function nameTrouble(all) {
    const owners = new Map();
    for (const { image, names } of all)
        for (const name of new Set(names)) {
            const other = owners.get(name);
            if (other !== undefined)
                return new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('ssm-parameter', `ssm-parameters: ${other} and ${image.key} would both write the parameter ${name}`, 'write {kubernetes}, {os} or {arch} into it');
            owners.set(name, image.key);
        }
    return undefined;
}
async function namesAreCurrent(wanted, services) {
    const homes = [...new Set(wanted.filter(({ names }) => names.length > 0).map(({ home }) => home))];
    const values = new Map(await Promise.all(homes.map(async (home) => {
        const names = wanted.filter((each) => each.home === home).flatMap((each) => each.names);
        return [home, await services.parameters(home).values([...new Set(names)])];
    })));
    return wanted.map(({ names, ami, home }) => names.every((name) => values.get(home)?.[name] === ami));
}
async function writeParameters(all, services, signal, clock) {
    const failures = new Map();
    const todo = all.filter(({ names }) => names.length > 0);
    const regionsOf = ({ result }) => Object.keys(result.amis);
    const limits = (0,_lib_limit_js__WEBPACK_IMPORTED_MODULE_3__/* .within */ .u)(AT_ONCE);
    const write = async (region) => {
        const here = todo.filter((each) => regionsOf(each).includes(region) && !failures.has(each.result.image.key));
        const fail = (key, error) => {
            signal.throwIfAborted();
            if (!(error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo))
                throw error;
            failures.set(key, [...(failures.get(key) ?? []), (0,_lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .failureOf */ .g5)(key, error)]);
        };
        const parameters = services.parameters(region);
        let values;
        try {
            values = await parameters.values([...new Set(here.flatMap(({ names }) => names))]);
        }
        catch (error) {
            for (const { result } of here)
                fail(result.image.key, error);
            return;
        }
        const written = await Promise.all(here.flatMap(({ result: { image, amis }, names }) => names.map((name) => limits(region, async () => {
            const ami = amis[region] ?? '';
            if (values[name] === ami)
                return [];
            signal.throwIfAborted();
            try {
                await parameters.put(name, ami, `${image.amiName} (${image.digest.slice(0, 19)})`);
                return [{ key: image.key, name, ami }];
            }
            catch (error) {
                fail(image.key, clearer(error, name));
                return [];
            }
        }))));
        try {
            for (const { key, name, ami } of await unsettled(written.flat(), parameters, signal, clock))
                fail(key, notTaken(name, ami, region));
        }
        catch (error) {
            for (const { key } of written.flat())
                fail(key, error);
        }
    };
    const homes = [...new Set(todo.map(({ home }) => home))];
    const others = new Set(todo.flatMap(regionsOf).filter((region) => !homes.includes(region)));
    await Promise.all(homes.map(write));
    await Promise.all([...others].map(write));
    return failures;
}
async function unsettled(written, parameters, signal, clock) {
    let open = written;
    for (const end = clock.now() + SETTLED; open.length > 0; await clock.sleep(PAUSE, signal)) {
        const values = await parameters.values(open.map(({ name }) => name));
        open = open.filter(({ name, ami }) => values[name] !== ami);
        if (open.length === 0 || clock.now() + PAUSE > end)
            break;
    }
    return open;
}
const notTaken = (name, ami, region) => new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('ssm-parameter', `the SSM parameter ${name} in ${region} still does not name ${ami}, ${SETTLED} s after it was written`, 'allow ec2:DescribeImages there to the role that the job assumes, since SSM looks up the AMI with it; then run the job again');
function clearer(error, name) {
    const code = (0,_aws_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .errorCode */ .CA)(error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo ? error.cause : error);
    if (!(error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo) || !/HierarchyTypeMismatch|ParameterType|ValidationException/.test(code))
        return error;
    return new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('ssm-parameter', `the SSM parameter ${name} could not be written: ${error.message}`, 'delete it if it has another type or data type, and run the job again');
}


/***/ }),

/***/ 6878:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ deprecationOf),
/* harmony export */   x: () => (/* binding */ publishedHash)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1400);


function publishedHash(settings, tags) {
    const { accounts, organizations, organizationalUnits, everybody, deprecateAfter, protection, parameters } = settings;
    const sorted = {
        accounts: [...accounts].sort(),
        organizations: [...organizations].sort(),
        organizationalUnits: [...organizationalUnits].sort(),
        parameters: [...parameters].sort(),
    };
    const told = { ...sorted, everybody, deprecateAfter, protection, tags };
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update((0,_lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalJson */ .d)(told)).digest('hex').slice(0, 16);
}
function deprecationOf(createdAt, days) {
    const at = new Date(Date.parse(createdAt) + days * 86_400_000);
    return `${at.toISOString().slice(0, 16)}:00.000Z`;
}


/***/ }),

/***/ 8319:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Ly: () => (/* binding */ checkTasks),
  Uz: () => (/* binding */ findTasks),
  TZ: () => (/* binding */ needsTools)
});

// EXTERNAL MODULE: ./src/lib/gather.ts
var gather = __webpack_require__(5552);
// EXTERNAL MODULE: ./src/model/level.ts
var model_level = __webpack_require__(2975);
// EXTERNAL MODULE: ./src/plan/names.ts
var names = __webpack_require__(2471);
// EXTERNAL MODULE: ./src/aws/errors.ts
var errors = __webpack_require__(9378);
// EXTERNAL MODULE: ./src/lib/errors.ts
var lib_errors = __webpack_require__(7268);
// EXTERNAL MODULE: ./src/model/publish.ts
var publish = __webpack_require__(4706);
;// CONCATENATED MODULE: ./src/publish/checks.ts




const AWS_ALIAS = 'alias/aws/ebs';
async function checkPublishing(settings, regions, ec2, services) {
    const encrypted = Object.keys(settings.keys).length > 0;
    await (0,gather/* gather */.k)(regions.flatMap((region) => [
        ...(encrypted ? [checkKey(region, settings, services)] : []),
        ...(settings.everybody ? [checkPublic(region, ec2)] : []),
        ...((0,publish/* isShared */.y)(settings) && !encrypted ? [checkDefault(region, settings, ec2, services)] : []),
    ]));
}
async function checkKey(region, settings, services) {
    const key = settings.keys[region];
    if (key === undefined)
        throw new lib_errors/* UserError */.yo('kms-key', `kms-key-ids: there is no key for ${region}`, `write a ${region}=KEY line, or remove the region`);
    const trouble = keyTrouble(await services.keys(region).describe(key), (0,publish/* isShared */.y)(settings));
    if (trouble !== undefined)
        throw new lib_errors/* UserError */.yo('kms-key', `kms-key-ids: ${key} in ${region} ${trouble.what}`, trouble.hint);
}
function keyTrouble(key, shared) {
    if (key === undefined)
        return { what: 'does not exist', hint: 'check its name and its region' };
    if (key.state !== 'Enabled')
        return { what: `is ${key.state}`, hint: 'enable it, or name another' };
    if (!key.symmetric)
        return { what: 'cannot encrypt snapshots', hint: 'name a symmetric key for ENCRYPT_DECRYPT' };
    if (shared && key.manager === 'AWS')
        return {
            what: 'is managed by AWS, so an AMI that it encrypts cannot be shared',
            hint: 'name a key of your own whose policy lets the other accounts use it',
        };
    return undefined;
}
async function checkPublic(region, ec2) {
    if ((await unlessRefused(() => ec2(region).blocksPublicAmis())) ?? false)
        throw new lib_errors/* UserError */.yo('sharing', `share-publicly: the account blocks public access to AMIs in ${region}`, `share with accounts instead, or run: aws ec2 disable-image-block-public-access --region ${region}`);
}
async function checkDefault(region, { everybody }, ec2, services) {
    const key = await unlessRefused(() => ec2(region).defaultEncryption());
    if (key === undefined)
        return;
    if (everybody)
        throw new lib_errors/* UserError */.yo('sharing', `share-publicly: the account encrypts all volumes in ${region}, but an encrypted AMI cannot be public`, `share with accounts instead, or run: aws ec2 disable-ebs-encryption-by-default --region ${region}`);
    if (await isOfAws(key, region, services))
        throw new lib_errors/* UserError */.yo('sharing', `the account encrypts all volumes in ${region} with a key that AWS manages, so its AMIs cannot be shared`, 'name keys of your own in kms-key-ids');
}
async function isOfAws(key, region, services) {
    if (key.endsWith(AWS_ALIAS))
        return true;
    return (await unlessRefused(() => services.keys(region).describe(key)))?.manager === 'AWS';
}
async function unlessRefused(ask) {
    try {
        return await ask();
    }
    catch (error) {
        if ((0,errors/* isRefused */.H0)(error))
            return undefined;
        throw error;
    }
}

// EXTERNAL MODULE: ./src/aws/ec2.ts
var aws_ec2 = __webpack_require__(2791);
// EXTERNAL MODULE: ./src/publish/settings.ts
var settings = __webpack_require__(6878);
;// CONCATENATED MODULE: ./src/publish/existing.ts



const ORDER = ['build', 'gate', 'publish', 'nothing'];
function choose(found, asked) {
    const runs = new Set((found[asked.home] ?? []).map(({ tags }) => tags[aws_ec2/* RUN_TAG */.R2]));
    const works = [...runs].map((run) => {
        const ofRun = Object.entries(found).map(([region, amis]) => [region, newest(amis.filter(({ tags }) => tags[aws_ec2/* RUN_TAG */.R2] === run))]);
        return workFor(Object.fromEntries(ofRun), asked);
    });
    const value = (work) => `${ORDER.indexOf(work.kind)} ${work.kind === 'build' || isUntested(work.source) ? 0 : 1} ${work.kind === 'build' ? '' : work.source.createdAt}`;
    return works.sort((a, b) => (value(a) < value(b) ? 1 : -1))[0] ?? { kind: 'build' };
}
function workFor(amis, asked) {
    const source = amis[asked.home];
    if (source === undefined || !mayBeUsed(source, asked))
        return { kind: 'build' };
    const copies = {};
    const dead = {};
    for (const region of asked.regions) {
        const ami = amis[region];
        if (region === asked.home || ami === undefined)
            continue;
        if (!isAlive(ami)) {
            dead[region] = ami;
            continue;
        }
        if ((ami.tags[aws_ec2/* KEY_TAG */.HI] ?? '') !== (asked.keys[region] ?? ''))
            return { kind: 'build' };
        copies[region] = ami;
    }
    const left = { source, copies, dead, handedOut: source.tags[aws_ec2/* STATE_TAG */.PZ] === aws_ec2/* BUILT */.BT };
    if (!passed(source, asked.level))
        return { kind: 'gate', ...left };
    const all = [source, ...asked.regions.flatMap((region) => copies[region] ?? [])];
    const whole = all.length === asked.regions.length &&
        all.every((ami) => ami.state === 'available' &&
            ami.tags[aws_ec2/* STATE_TAG */.PZ] === aws_ec2/* BUILT */.BT &&
            ami.tags[aws_ec2/* PUBLISHED_TAG */.Eq] === asked.published &&
            passed(ami, asked.level));
    return { kind: whole ? 'nothing' : 'publish', ...left };
}
function mayBeUsed(source, { now, deprecateAfter }) {
    if (source.deprecatedAt !== undefined && Date.parse(source.deprecatedAt) <= now * 1000)
        return false;
    if (deprecateAfter !== undefined && source.createdAt !== undefined) {
        if (Date.parse((0,settings/* deprecationOf */.c)(source.createdAt, deprecateAfter)) <= now * 1000)
            return false;
    }
    if (isUntested(source))
        return isAlive(source);
    if (source.state !== 'available')
        return false;
    return [aws_ec2/* TESTED */.gf, aws_ec2/* BUILT */.BT].includes(source.tags[aws_ec2/* STATE_TAG */.PZ] ?? '') && (0,model_level/* passedLevel */.l8)(source.tags[aws_ec2/* TESTED_TAG */.N5], undefined);
}
function passed(ami, level) {
    return level === undefined || (0,model_level/* passedLevel */.l8)(ami.tags[aws_ec2/* TESTED_TAG */.N5], level);
}
const isAlive = (ami) => ami.state === 'available' || ami.state === 'pending';
const isUntested = (ami) => ami.tags[aws_ec2/* STATE_TAG */.PZ] === aws_ec2/* UNTESTED */.bW;
function newest(amis) {
    const order = (ami) => `${isAlive(ami) ? 1 : 0} ${ami.createdAt ?? ''} ${ami.id}`;
    return [...amis].sort((a, b) => (order(a) < order(b) ? 1 : -1))[0];
}

;// CONCATENATED MODULE: ./src/publish/look-up.ts


async function lookUp(asked, ec2) {
    const regions = [...new Set(asked.flatMap((each) => each.regions))];
    const found = new Map();
    await Promise.all(regions.map(async (region) => {
        const here = asked.filter((each) => each.regions.includes(region));
        found.set(region, await ec2(region).amisByDigest([...new Set(here.map(({ digest }) => digest))]));
    }));
    return asked.map((each) => choose(Object.fromEntries(each.regions.map((region) => [
        region,
        (found.get(region) ?? []).filter(({ tags }) => tags[aws_ec2/* DIGEST_TAG */.K1] === each.digest),
    ])), each));
}

// EXTERNAL MODULE: ./src/publish/parameters.ts
var parameters = __webpack_require__(2235);
;// CONCATENATED MODULE: ./src/publish/task.ts
function imagesOf(plans) {
    return plans.flatMap(({ plan, wanted: { inputs } }) => plan.images.map((image) => ({ image, inputs, plan })));
}

;// CONCATENATED MODULE: ./src/publish/tasks.ts








async function findTasks(plans, ec2, services, now) {
    const images = imagesOf(plans);
    const skippable = images.filter(({ inputs }) => inputs.ifExists === 'skip');
    const found = await lookUp(skippable.map((each) => requirements(each, now)), ec2);
    const tasks = skippable.map((each, at) => ({ ...each, action: found[at] ?? BUILD }));
    const current = await (0,parameters/* namesAreCurrent */._U)(tasks.map(({ image, inputs, plan, action }) => action.kind === 'nothing'
        ? { names: (0,parameters/* namesOf */.eZ)(image, inputs.publish), ami: action.source.id, home: plan.region }
        : { names: [], ami: '', home: plan.region }), services);
    const actions = new Map(tasks.map(({ image, action }, at) => [
        image.key,
        action.kind === 'nothing' && !current[at] ? { ...action, kind: 'publish' } : action,
    ]));
    return images.map((each) => ({ ...each, action: actions.get(each.image.key) ?? BUILD }));
}
const BUILD = { kind: 'build' };
function requirements({ image, inputs, plan }, now) {
    return {
        digest: image.digest,
        level: (0,model_level/* levelOf */.In)(inputs),
        home: plan.region,
        regions: [plan.region, ...plan.copyRegions],
        keys: inputs.publish.keys,
        published: (0,settings/* publishedHash */.x)(inputs.publish, inputs.tags),
        deprecateAfter: inputs.publish.deprecateAfter,
        now,
    };
}
async function checkTasks(tasks, ec2, services) {
    const trouble = (0,parameters/* nameTrouble */.Pn)(tasks.map(({ image, inputs }) => ({ image, names: (0,parameters/* namesOf */.eZ)(image, inputs.publish) })));
    if (trouble !== undefined)
        throw trouble;
    const open = tasks.filter(({ action }) => action.kind !== 'nothing');
    const groups = new Map(open.map((task) => [task.plan, task]));
    await (0,gather/* gather */.k)([
        ...open
            .filter(({ action }) => action.kind === 'build')
            .map(({ image, plan }) => (0,names/* checkNameIsFree */.g)(image, plan.region, ec2(plan.region))),
        ...[...groups.values()].map(({ inputs, plan }) => checkPublishing(inputs.publish, [plan.region, ...plan.copyRegions], ec2, services)),
    ]);
}
const needsTools = ({ action }) => action.kind === 'build' || action.kind === 'gate';


/***/ }),

/***/ 7118:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   RT: () => (/* binding */ spent),
/* harmony export */   jA: () => (/* binding */ estimate)
/* harmony export */ });
/* unused harmony export costOf */
/* harmony import */ var _catalog_prices_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4777);
/* harmony import */ var _gate_variables_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5754);
/* harmony import */ var _model_plan_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7978);



const MONTH = 730;
function estimate(builds, prices) {
    const [first] = builds;
    if (first === undefined)
        return { unknown: [] };
    const limits = ({ inputs: { timeout, test, testTimeout } }) => ({
        build: timeout,
        test: test === 'none' ? 0 : testTimeout,
    });
    const { cost, unknown } = costOf(builds.map((each) => costItem(each, limits(each), true)), prices);
    const longest = Math.max(...builds.map((each) => limits(each).build + limits(each).test));
    const copies = builds.filter(({ regions }) => regions.length > 1).map(({ inputs }) => inputs.timeout);
    const atMost = Math.ceil(builds.length / first.inputs.parallelBuilds) * longest + Math.max(0, ...copies);
    return { dollars: cost, minutes: { atMost }, unknown: [...unknown, 'how long a build usually takes on AWS'] };
}
function spent(tasks, prices) {
    const items = tasks
        .filter(({ result }) => result.phases.length > 0)
        .map(({ image, inputs, plan, result }) => {
        const minutes = { build: 0, test: 0 };
        for (const { name, seconds } of result.phases)
            if (name !== 'copy')
                minutes[name === 'test' ? 'test' : 'build'] += seconds / 60;
        const kept = result.status === 'built';
        const copied = kept || (result.test !== undefined && inputs.publish.copyBeforeTest);
        const regions = copied ? [plan.region, ...plan.copyRegions] : [plan.region];
        return costItem({ image, regions, inputs }, minutes, kept);
    });
    if (items.length === 0)
        return { unknown: [] };
    const { cost, unknown } = costOf(items, prices);
    return { dollars: cost, unknown };
}
function costItem({ image, regions, inputs }, minutes, kept) {
    const size = Number(inputs.vars.root_volume_size ?? inputs.varFile.root_volume_size ?? (0,_model_plan_js__WEBPACK_IMPORTED_MODULE_2__/* .rootVolumeSize */ .G)([image]));
    const [region = '', ...copyRegions] = regions;
    return {
        instanceType: inputs.instanceType ?? image.system.instanceType,
        region,
        copyRegions,
        gib: size > 0 ? size : Number.NaN,
        minutes,
        kept,
    };
}
function costOf(items, prices) {
    const unknown = new Set();
    const price = (what, region, type) => {
        const dollars = (0,_catalog_prices_js__WEBPACK_IMPORTED_MODULE_0__/* .priceOf */ .x)(prices, what, region, type);
        if (dollars === undefined)
            unknown.add(`the price of ${NAMES[what](region, type)}`);
        return dollars;
    };
    const build = items.flatMap((item) => {
        const { region, minutes, gib, copyRegions, instanceType } = item;
        const hours = (minutes.build + minutes.test) / 60;
        const volume = gib * minutes.build + (gib + _gate_variables_js__WEBPACK_IMPORTED_MODULE_1__/* .GATE_EXTRA_GIB */ .y) * minutes.test;
        return [
            times(price('instance-hour', region, instanceType), hours),
            ...surplus(instanceType).map(({ family, vcpus }) => times(price('surplus-vcpu-hour', region, family), vcpus * hours)),
            times(price('gp3-gb-month', region), volume / 60 / MONTH),
            ...copyRegions.map(() => times(price('transfer-gb', region), gib)),
        ];
    });
    const month = items.flatMap(({ region, copyRegions, gib, kept }) => (kept ? [region, ...copyRegions] : []).map((where) => times(price('snapshot-gb-month', where), gib)));
    if (items.some(({ gib }) => Number.isNaN(gib)))
        unknown.add('the size of the root volume');
    return { cost: { build: sum(build), month: sum(month) }, unknown: [...unknown] };
}
const VCPUS = { xlarge: 4, '2xlarge': 8 };
const T2_VCPUS = { nano: 1, micro: 1, small: 1, ...VCPUS };
function surplus(instanceType) {
    const [, family, size = ''] = /^(t2|t3a?|t4g)\.(.+)$/.exec(instanceType) ?? [];
    if (family === undefined)
        return [];
    return [{ family, vcpus: (family === 't2' ? T2_VCPUS : VCPUS)[size] ?? 2 }];
}
const NAMES = {
    'instance-hour': (region, type) => `${type} in ${region}`,
    'surplus-vcpu-hour': (region, family) => `surplus CPU credits of ${family} in ${region}`,
    'gp3-gb-month': (region) => `gp3 volumes in ${region}`,
    'snapshot-gb-month': (region) => `snapshots in ${region}`,
    'transfer-gb': (region) => `transfer from ${region} to other regions`,
};
function times(price, count) {
    return price === undefined || Number.isNaN(count) ? undefined : price * count;
}
function sum(parts) {
    const known = parts.reduce((total, part) => total + (part ?? 0), 0);
    return parts.includes(undefined) ? { known } : { known, atMost: known };
}


/***/ }),

/***/ 1203:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Kt: () => (/* binding */ estimateSection),
/* harmony export */   u9: () => (/* binding */ spentSection)
/* harmony export */ });
/* unused harmony exports dollars, sumInWords */
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4285);

const SOURCE = 'An estimate from list prices (`catalog/prices.json` has the source and date of each), not a bill.';
function dollars(amount, nearness) {
    if (amount === 0)
        return 'nothing';
    const cents = (Math.ceil(Math.round(amount * 1e6) / 1e4) / 100).toFixed(2);
    if (amount < 0.01 && nearness !== 'at most')
        return 'less than $0.01';
    return [nearness, `$${cents === '0.00' ? '0.01' : cents}`].filter(Boolean).join(' ');
}
function sumInWords({ known, atMost }, nearness) {
    if (atMost !== undefined)
        return dollars(atMost, nearness);
    return known === 0 ? 'unknown' : `${dollars(known)} plus unknown costs`;
}
function estimateSection({ dollars: cost, minutes, unknown }) {
    if (cost === undefined)
        return '';
    const time = minutes === undefined ? [] : [`- time: at most ${minutes.atMost} minutes, the sum of the limits in the inputs`];
    return `### Cost and time, estimated\n\n${lines(cost, 'at most', time, unknown)}`;
}
function spentSection({ dollars: cost, unknown }) {
    if (cost === undefined)
        return '';
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .folded */ .TM)(escaped(`Cost, estimated: ${sumInWords(cost.build, 'about')}`), lines(cost, 'about', [], unknown));
}
function lines(cost, nearness, time, unknown) {
    const items = [
        `- to build: ${sumInWords(cost.build, nearness)}`,
        `- to keep, each month: ${sumInWords(cost.month, 'at most')}`,
        ...time,
        ...(unknown.length === 0 ? [] : [`- unknown: ${unknown.join('; ')}`]),
    ];
    return escaped(`${SOURCE}\n\n${items.join('\n')}`);
}
const escaped = (text) => text.replaceAll('$', '&#36;');


/***/ }),

/***/ 3498:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ versionRecord),
/* harmony export */   F: () => (/* binding */ imageRecord)
/* harmony export */ });
function imageRecord({ image, status, amis, regions = {}, failures, tasks, phases, test }) {
    return {
        image: image.key,
        status,
        os: image.os,
        arch: image.arch,
        kubernetes: image.node.kubernetesVersion,
        amis,
        regions,
        name: image.amiName,
        digest: image.digest,
        baseAmi: image.baseAmi,
        versions: versionRecord(image.node),
        failures,
        test: test === undefined ? null : testRecord(test),
        tasks: tasks.length,
        seconds: Object.fromEntries(phases.map(({ name, seconds }) => [name, Math.round(seconds * 10) / 10])),
    };
}
function versionRecord(node) {
    return {
        kubernetes: node.kubernetesDeb,
        containerd: node.containerd.version,
        runc: node.runc.version,
        cniPlugins: node.cniPlugins.version,
        sandboxImage: node.sandboxImage,
    };
}
function testRecord({ level, passed, at, seconds, reached, checks }) {
    const brief = checks.map((check) => ({
        level: check.level,
        name: check.name,
        passed: check.passed,
        message: check.message,
        seconds: check.seconds,
    }));
    return { level, passed, at, seconds: Math.round(seconds * 10) / 10, reached, checks: brief };
}


/***/ }),

/***/ 7994:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J_: () => (/* binding */ failureList),
/* harmony export */   U4: () => (/* binding */ policySection),
/* harmony export */   z: () => (/* binding */ summary)
/* harmony export */ });
/* harmony import */ var _lib_duration_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2543);
/* harmony import */ var _model_result_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2960);
/* harmony import */ var _packer_events_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9525);
/* harmony import */ var _annotations_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(856);
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4285);
/* harmony import */ var _versions_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9069);






const LIMIT = 1024 * 1024;
const MAX_ROWS = 2000;
const MAX_AMIS = 5000;
const MAX_FAILURES = 200;
const MAX_OPEN = 10;
const MAX_REGIONS = 4;
function summary(facts) {
    const { results } = facts;
    const failures = [...facts.failures, ...results.flatMap((result) => result.failures)];
    const sections = [
        { title: 'AMI IDs', text: `## Kubernetes node images: ${count(results)}\n\n${imageTable(results)}`.trimEnd() },
        ...(failures.length === 0 ? [] : [{ title: 'failures', text: failureList(failures) }]),
        { title: 'the tests', text: testSection(results) },
        ...(results.length === 0 ? [] : [{ title: 'versions', text: versionSection(results, facts.packer) }]),
        ...(facts.sections ?? []),
        { title: 'the time chart', text: timeChart(facts) },
        { title: 'the slowest tasks', text: slowTasks(results) },
    ];
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .within */ .ux)(sections.filter(({ text }) => text !== ''), LIMIT);
}
function policySection(policy) {
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .folded */ .TM)('An IAM policy with everything this job needs', `\`\`\`json\n${policy.trim()}\n\`\`\``);
}
function count(results) {
    if (results.length === 0)
        return 'nothing was built';
    const of = (status) => results.filter((result) => result.status === status).length;
    const existed = of('existing') === 0 ? '' : `, ${of('existing')} existed`;
    return `${of('built')} of ${results.length} built${existed}`;
}
function imageTable(results) {
    if (results.length === 0)
        return '';
    let amis = 0;
    const shown = results.filter((result) => {
        amis += Math.max(1, regionCells(result).length);
        return amis <= MAX_AMIS;
    });
    const rows = shown.map((result) => [
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(result.image.key),
        outcome(result),
        foldedCell(regionCells(result)),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(result.image.node.kubernetesVersion),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(result.image.node.containerd.version),
        wallTime(result.phases),
    ]);
    const head = ['Image', 'Result', 'AMIs', 'Kubernetes', 'containerd', 'Time'];
    return withRest((0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .table */ .tp)(head, rows), results.length - shown.length, 'images');
}
function outcome({ status, test }) {
    const words = { built: 'built', existing: 'existed', failed: '**failed**', cancelled: '**cancelled**' }[status];
    return test?.passed ? `${words}, passed \`${test.level}\`` : words;
}
function regionCells(result) {
    const line = (region, ami) => `${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(region)} \`${ami}\``;
    if ((0,_model_result_js__WEBPACK_IMPORTED_MODULE_2__/* .isWhole */ .w)(result))
        return Object.entries(result.amis).map(([region, ami]) => line(region, ami));
    const regions = Object.entries(result.regions ?? {});
    return [
        ...regions.flatMap(([region, { ami }]) => (ami === undefined ? [`${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(region)} **failed**`] : [])),
        ...regions.flatMap(([region, { ami }]) => (ami === undefined ? [] : [line(region, ami)])),
    ];
}
function foldedCell(lines) {
    if (lines.length <= MAX_REGIONS)
        return lines.join('<br>');
    const rest = lines.slice(MAX_REGIONS - 1);
    const open = lines.slice(0, MAX_REGIONS - 1).join('<br>');
    return `${open}<details><summary>${rest.length} more regions</summary>${rest.join('<br>')}</details>`;
}
function wallTime(phases) {
    if (phases.length === 0)
        return '';
    const start = Math.min(...phases.map((phase) => phase.start));
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)((0,_lib_duration_js__WEBPACK_IMPORTED_MODULE_3__/* .duration */ .p)(Math.max(...phases.map((phase) => phase.start + phase.seconds)) - start));
}
function failureList(failures) {
    const items = failures.slice(0, MAX_FAILURES).map((failure, at) => {
        const { file, line = 1, message } = failure;
        const place = file === undefined || message.startsWith(`${file}:`) ? '' : ` (${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(file)}:${line})`;
        return `- ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)((0,_annotations_js__WEBPACK_IMPORTED_MODULE_4__/* .sentence */ .e)(failure).slice(0, 2000))}${place}${evidenceOf(failure, at < MAX_OPEN)}`;
    });
    return withRest(`### What failed\n\n${items.join('\n')}`, failures.length - MAX_FAILURES, 'failures');
}
function evidenceOf({ evidence = '' }, isOpen) {
    if (evidence === '')
        return '';
    const text = evidence.slice(-4000).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const tag = isOpen ? '<details open>' : '<details>';
    return `\n  ${tag}<summary>Evidence</summary><pre>${text.replaceAll('\n', '&#10;')}</pre></details>`;
}
function testSection(results) {
    const all = results.flatMap(({ image, test }) => (test?.checks ?? []).map((check) => ({ image, check })));
    if (all.length === 0)
        return '';
    const failed = all.filter(({ check }) => !check.passed);
    const ordered = all.length > MAX_ROWS ? [...failed, ...all.filter(({ check }) => check.passed)] : all;
    const rows = ordered
        .slice(0, MAX_ROWS)
        .map(({ image, check }) => [
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(image.key),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(`${check.level}/${check.name}`),
        check.passed ? 'passed' : '**failed**',
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(check.message.slice(0, 300)),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)((0,_lib_duration_js__WEBPACK_IMPORTED_MODULE_3__/* .duration */ .p)(check.seconds)),
    ]);
    const head = ['Image', 'Test', 'Result', 'Finding', 'Time'];
    const failures = failed.length === 0 ? '' : `, ${failed.length} failed`;
    const title = `Tests: ${all.length - failed.length} passed${failures}`;
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .folded */ .TM)(title, withRest((0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .table */ .tp)(head, rows), all.length - rows.length, 'rows'));
}
function versionSection(results, packer) {
    const images = results.slice(0, MAX_ROWS).map(({ image }) => ({ ...image, key: (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(image.key) }));
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .folded */ .TM)('Versions and digests', `${(0,_versions_js__WEBPACK_IMPORTED_MODULE_5__/* .versionTables */ .C)(images)}\n\nBuilt with Packer ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(packer)}.`);
}
function timeChart({ phases, results, throttled = 0 }) {
    const all = [...phases, ...results.flatMap((result) => result.phases)];
    if (all.length === 0)
        return '';
    const start = Math.min(...all.map((phase) => phase.start));
    const bars = (list) => list.map((phase) => {
        const from = Math.round(phase.start - start);
        const to = Math.max(from + 1, Math.round(phase.start - start + phase.seconds));
        return `    ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .label */ .Pf)(phase.name)} ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .label */ .Pf)((0,_lib_duration_js__WEBPACK_IMPORTED_MODULE_3__/* .duration */ .p)(phase.seconds))} :${from}, ${to}`;
    });
    const lines = ['gantt', '    dateFormat X', '    axisFormat %M:%S', '    section action', ...bars(phases)];
    for (const { image, phases: own } of results.slice(0, 50)) {
        if (own.length > 0)
            lines.push(`    section ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .label */ .Pf)(image.key)}`, ...bars(own));
    }
    const slowed = throttled === 0 ? '' : `\n\nAWS throttled ${throttled} calls; the action repeated each.`;
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .folded */ .TM)('Where the time went', `\`\`\`mermaid\n${lines.join('\n')}\n\`\`\`${slowed}`);
}
function slowTasks(results) {
    const rows = results.flatMap(({ image, tasks }) => (0,_packer_events_js__WEBPACK_IMPORTED_MODULE_0__/* .slowest */ .M)(tasks, 5).map((task) => [(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(image.key), (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(task.task), (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)((0,_lib_duration_js__WEBPACK_IMPORTED_MODULE_3__/* .duration */ .p)(task.seconds))]));
    if (rows.length === 0)
        return '';
    const shown = (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .table */ .tp)(['Image', 'Task', 'Time'], rows.slice(0, MAX_ROWS));
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .folded */ .TM)('Slowest tasks', withRest(shown, rows.length - MAX_ROWS, 'rows'));
}
function withRest(text, rest, what) {
    return rest > 0 ? `${text}\n\n_${rest} more ${what} are in the report directory._` : text;
}


/***/ }),

/***/ 9069:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ versionTables)
/* harmony export */ });
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4285);

function versionTables(images) {
    const parts = images.map(({ key, node }) => [
        key,
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(node.kubernetesDeb),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(node.containerd.version),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(node.runc.version),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(node.cniPlugins.version),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(node.sandboxImage.replace(/^.*:/, '')),
    ]);
    const bases = images.map(({ key, baseAmi, digest }) => [
        key,
        digest === undefined ? 'not resolved' : `${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(baseAmi.name)} \`${baseAmi.id}\``,
        digest === undefined ? 'unknown' : `\`${digest.slice(0, 19)}\``,
    ]);
    const head = ['Image', 'Kubernetes', 'containerd', 'runc', 'CNI plugins', 'pause'];
    return `${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .table */ .tp)(head, parts)}\n\n${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .table */ .tp)(['Image', 'Base AMI', 'Digest'], bases)}`;
}


/***/ }),

/***/ 370:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  A: () => (/* binding */ pLimit)
});

// UNUSED EXPORTS: limitFunction

;// CONCATENATED MODULE: ./node_modules/yocto-queue/index.js
/*
How it works:
`this.#head` is an instance of `Node` which keeps track of its current value and nests another instance of `Node` that keeps the value that comes after it. When a value is provided to `.enqueue()`, the code needs to iterate through `this.#head`, going deeper and deeper to find the last value. However, iterating through every single item is slow. This problem is solved by saving a reference to the last value as `this.#tail` so that it can reference it to add a new value.
*/

class Node {
	value;
	next;

	constructor(value) {
		this.value = value;
	}
}

class Queue {
	#head;
	#tail;
	#size;

	constructor() {
		this.clear();
	}

	enqueue(value) {
		const node = new Node(value);

		if (this.#head) {
			this.#tail.next = node;
			this.#tail = node;
		} else {
			this.#head = node;
			this.#tail = node;
		}

		this.#size++;
	}

	dequeue() {
		const current = this.#head;
		if (!current) {
			return;
		}

		this.#head = this.#head.next;
		this.#size--;

		// Clean up tail reference when queue becomes empty
		if (!this.#head) {
			this.#tail = undefined;
		}

		return current.value;
	}

	peek() {
		if (!this.#head) {
			return;
		}

		return this.#head.value;

		// TODO: Node.js 18.
		// return this.#head?.value;
	}

	clear() {
		this.#head = undefined;
		this.#tail = undefined;
		this.#size = 0;
	}

	get size() {
		return this.#size;
	}

	* [Symbol.iterator]() {
		let current = this.#head;

		while (current) {
			yield current.value;
			current = current.next;
		}
	}

	* drain() {
		while (this.#head) {
			yield this.dequeue();
		}
	}
}

;// CONCATENATED MODULE: ./node_modules/p-limit/index.js


function pLimit(concurrency) {
	let rejectOnClear = false;

	if (typeof concurrency === 'object') {
		({concurrency, rejectOnClear = false} = concurrency);
	}

	validateConcurrency(concurrency);

	if (typeof rejectOnClear !== 'boolean') {
		throw new TypeError('Expected `rejectOnClear` to be a boolean');
	}

	const queue = new Queue();
	let activeCount = 0;

	const resumeNext = () => {
		// Process the next queued function if we're under the concurrency limit
		if (activeCount < concurrency && queue.size > 0) {
			activeCount++;
			queue.dequeue().run();
		}
	};

	const next = () => {
		activeCount--;
		resumeNext();
	};

	const run = async (function_, resolve, arguments_) => {
		// Execute the function and capture the result promise
		const result = (async () => function_(...arguments_))();

		// Resolve immediately with the promise (don't wait for completion)
		resolve(result);

		// Wait for the function to complete (success or failure)
		// We catch errors here to prevent unhandled rejections,
		// but the original promise rejection is preserved for the caller
		try {
			await result;
		} catch {}

		// Decrement active count and process next queued function
		next();
	};

	const enqueue = (function_, resolve, reject, arguments_) => {
		const queueItem = {reject};

		// Queue the internal resolve function instead of the run function
		// to preserve the asynchronous execution context.
		new Promise(internalResolve => { // eslint-disable-line promise/param-names
			queueItem.run = internalResolve;
			queue.enqueue(queueItem);
		}).then(run.bind(undefined, function_, resolve, arguments_)); // eslint-disable-line promise/prefer-await-to-then

		// Start processing immediately if we haven't reached the concurrency limit
		if (activeCount < concurrency) {
			resumeNext();
		}
	};

	const generator = (function_, ...arguments_) => new Promise((resolve, reject) => {
		enqueue(function_, resolve, reject, arguments_);
	});

	Object.defineProperties(generator, {
		activeCount: {
			get: () => activeCount,
		},
		pendingCount: {
			get: () => queue.size,
		},
		clearQueue: {
			value() {
				if (!rejectOnClear) {
					queue.clear();
					return;
				}

				const abortError = AbortSignal.abort().reason;

				while (queue.size > 0) {
					queue.dequeue().reject(abortError);
				}
			},
		},
		concurrency: {
			get: () => concurrency,

			set(newConcurrency) {
				validateConcurrency(newConcurrency);
				concurrency = newConcurrency;

				queueMicrotask(() => {
					// eslint-disable-next-line no-unmodified-loop-condition
					while (activeCount < concurrency && queue.size > 0) {
						resumeNext();
					}
				});
			},
		},
		map: {
			async value(iterable, function_) {
				const promises = [];

				try {
					Array.from(iterable, (value, index) => {
						const promise = generator(function_, value, index);
						promises.push(promise);
						return promise;
					});
				} catch (error) {
					// The iterable threw, so `Promise.all` never observes the already scheduled promises. Observe them here to avoid unhandled rejections.
					for (const promise of promises) {
						promise.catch(() => {}); // eslint-disable-line promise/prefer-await-to-then
					}

					throw error;
				}

				return Promise.all(promises);
			},
		},
	});

	return generator;
}

function limitFunction(function_, options) {
	const limit = pLimit(options);

	const limitedFunction = (...arguments_) => limit(() => function_(...arguments_));
	Object.defineProperty(limitedFunction, 'clearQueue', {
		value: limit.clearQueue,
	});

	return limitedFunction;
}

function validateConcurrency(concurrency) {
	if (!((Number.isInteger(concurrency) || concurrency === Number.POSITIVE_INFINITY) && concurrency > 0)) {
		throw new TypeError('Expected `concurrency` to be a number from 1 and up');
	}
}


/***/ })

};
