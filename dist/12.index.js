export const id = 12;
export const ids = [12];
export const modules = {

/***/ 21916:
/***/ ((__unused_webpack_module, exports) => {

var __webpack_unused_export__;

__webpack_unused_export__ = true;
exports.Io = exports.kp = void 0;
var peq = new Uint32Array(0x10000);
var myers_32 = function (a, b) {
    var n = a.length;
    var m = b.length;
    var lst = 1 << (n - 1);
    var pv = -1;
    var mv = 0;
    var sc = n;
    var i = n;
    while (i--) {
        peq[a.charCodeAt(i)] |= 1 << i;
    }
    for (i = 0; i < m; i++) {
        var eq = peq[b.charCodeAt(i)];
        var xv = eq | mv;
        eq |= ((eq & pv) + pv) ^ pv;
        mv |= ~(eq | pv);
        pv &= eq;
        if (mv & lst) {
            sc++;
        }
        if (pv & lst) {
            sc--;
        }
        mv = (mv << 1) | 1;
        pv = (pv << 1) | ~(xv | mv);
        mv &= xv;
    }
    i = n;
    while (i--) {
        peq[a.charCodeAt(i)] = 0;
    }
    return sc;
};
var myers_x = function (b, a) {
    var n = a.length;
    var m = b.length;
    var mhc = [];
    var phc = [];
    var hsize = Math.ceil(n / 32);
    var vsize = Math.ceil(m / 32);
    for (var i = 0; i < hsize; i++) {
        phc[i] = -1;
        mhc[i] = 0;
    }
    var j = 0;
    for (; j < vsize - 1; j++) {
        var mv_1 = 0;
        var pv_1 = -1;
        var start_1 = j * 32;
        var vlen_1 = Math.min(32, m) + start_1;
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] |= 1 << k;
        }
        for (var i = 0; i < n; i++) {
            var eq = peq[a.charCodeAt(i)];
            var pb = (phc[(i / 32) | 0] >>> i) & 1;
            var mb = (mhc[(i / 32) | 0] >>> i) & 1;
            var xv = eq | mv_1;
            var xh = ((((eq | mb) & pv_1) + pv_1) ^ pv_1) | eq | mb;
            var ph = mv_1 | ~(xh | pv_1);
            var mh = pv_1 & xh;
            if ((ph >>> 31) ^ pb) {
                phc[(i / 32) | 0] ^= 1 << i;
            }
            if ((mh >>> 31) ^ mb) {
                mhc[(i / 32) | 0] ^= 1 << i;
            }
            ph = (ph << 1) | pb;
            mh = (mh << 1) | mb;
            pv_1 = mh | ~(xv | ph);
            mv_1 = ph & xv;
        }
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] = 0;
        }
    }
    var mv = 0;
    var pv = -1;
    var start = j * 32;
    var vlen = Math.min(32, m - start) + start;
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] |= 1 << k;
    }
    var score = m;
    for (var i = 0; i < n; i++) {
        var eq = peq[a.charCodeAt(i)];
        var pb = (phc[(i / 32) | 0] >>> i) & 1;
        var mb = (mhc[(i / 32) | 0] >>> i) & 1;
        var xv = eq | mv;
        var xh = ((((eq | mb) & pv) + pv) ^ pv) | eq | mb;
        var ph = mv | ~(xh | pv);
        var mh = pv & xh;
        score += (ph >>> (m - 1)) & 1;
        score -= (mh >>> (m - 1)) & 1;
        if ((ph >>> 31) ^ pb) {
            phc[(i / 32) | 0] ^= 1 << i;
        }
        if ((mh >>> 31) ^ mb) {
            mhc[(i / 32) | 0] ^= 1 << i;
        }
        ph = (ph << 1) | pb;
        mh = (mh << 1) | mb;
        pv = mh | ~(xv | ph);
        mv = ph & xv;
    }
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] = 0;
    }
    return score;
};
var distance = function (a, b) {
    if (a.length < b.length) {
        var tmp = b;
        b = a;
        a = tmp;
    }
    if (b.length === 0) {
        return a.length;
    }
    if (a.length <= 32) {
        return myers_32(a, b);
    }
    return myers_x(a, b);
};
exports.Io = distance;
var closest = function (str, arr) {
    var min_distance = Infinity;
    var min_index = 0;
    for (var i = 0; i < arr.length; i++) {
        var dist = distance(str, arr[i]);
        if (dist < min_distance) {
            min_distance = dist;
            min_index = i;
        }
    }
    return arr[min_index];
};
exports.kp = closest;


/***/ }),

/***/ 38781:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ LAG)
/* harmony export */ });
const LAG = 30;


/***/ }),

/***/ 64777:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ readPrices),
/* harmony export */   x: () => (/* binding */ priceOf)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);


function readPrices(root) {
    return JSON.parse((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, 'catalog/prices.json'), 'utf8'));
}
function priceOf(prices, what, region, type) {
    return prices.prices.find((one) => one.what === what && one.region === region && one.type === type)?.dollars;
}


/***/ }),

/***/ 75754:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ renderGateVariables),
/* harmony export */   y: () => (/* binding */ GATE_EXTRA_GIB)
/* harmony export */ });
/* harmony import */ var _lib_schema_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(30956);
/* harmony import */ var _model_plan_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(67978);


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
    const size = Number(built.root_volume_size ?? (0,_model_plan_js__WEBPACK_IMPORTED_MODULE_1__/* .rootVolumeSize */ .G)(image));
    const given = (0,_lib_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .j)(built.ansible_extra_vars) ? built.ansible_extra_vars : {};
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
        fips: image.system.fips ?? given.base_fips === true,
        check_seconds: share * 15,
        results: order.results,
        expected: {
            ...expected(image),
            cluster_api: String(given.base_cluster_api ?? 'none'),
            credential_provider: image.node.ecrCredentialProvider !== undefined && given.kubernetes_ecr_credential_provider !== false,
            options: options(given, system),
        },
        images: image.supplies.images,
        suite: suite(image),
        focus: order.selection.focus,
        skip: order.selection.skip,
    }, null, 2)}\n`;
}
function suite({ supplies }) {
    return supplies.suite === undefined ? null : { url: supplies.suite.url, sha256: supplies.suite.sha256 };
}
function expected({ node }) {
    return {
        kubernetes_version: node.kubernetesVersion,
        kubernetes_package: node.kubernetesBinaries === undefined ? (node.kubernetesRpm ?? node.kubernetesDeb) : '',
        containerd: node.containerd.version,
        runc: node.runc.version,
        cni_plugins: node.cniPlugins.version,
        sandbox_image: node.sandboxImage,
    };
}
function options(given, { family }) {
    return {
        selinux: family === 'redhat' ? (given.base_selinux ?? '') : '',
        kernel_arguments: given.base_kernel_arguments ?? [],
        audit_rules: given.base_audit_rules ?? [],
    };
}


/***/ }),

/***/ 15552:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ gather)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97268);

async function gather(work) {
    const settled = await Promise.allSettled(work);
    const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    if (failures.length === 0)
        return settled.map((each) => (each.status === 'fulfilled' ? each.value : undefined));
    const bug = failures.find((failure) => !(failure instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo));
    if (bug !== undefined)
        throw bug;
    const errors = failures.flatMap((error) => (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserErrors */ .tQ ? error.errors : [error]));
    const unique = [...new Map(errors.map((error) => [error.message, error])).values()];
    throw unique.length === 1 ? unique[0] : new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserErrors */ .tQ(unique);
}


/***/ }),

/***/ 31039:
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

/***/ 67978:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ rootVolumeSize),
/* harmony export */   K: () => (/* binding */ descriptionOf)
/* harmony export */ });
const ROOT_VOLUME_SIZE = 20;
const rootVolumeSize = ({ system }) => Math.max(ROOT_VOLUME_SIZE, system.rootGib ?? 0);
const descriptionOf = ({ arch, node, system }) => `Kubernetes ${node.kubernetesVersion} node on ${system.name}, ${arch}`;


/***/ }),

/***/ 89675:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ planGroups),
/* harmony export */   v: () => (/* binding */ jobInputs)
/* harmony export */ });
/* harmony import */ var _lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(81400);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(97268);
/* harmony import */ var _lib_gather_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(15552);



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
    const planned = await (0,_lib_gather_js__WEBPACK_IMPORTED_MODULE_2__/* .gather */ .k)(wanted.map(async (each) => ({ wanted: each, plan: await makePlan(each.inputs) })));
    if (wanted.length === 1 && wanted[0]?.name === undefined)
        return planned;
    const all = planned.flatMap(({ plan }) => plan.images);
    const several = new Set(all.map(({ node }) => node.kubernetesDeb)).size > 1;
    const keyed = planned.map((each) => ({
        ...each,
        plan: {
            ...each.plan,
            images: each.plan.images.map((image) => ({
                ...image,
                key: key(image, each.wanted, several),
                digest: namedDigest(image.digest, each.wanted.name),
            })),
        },
    }));
    const images = keyed.flatMap(({ plan }) => plan.images.map((image) => ({ ...image, region: plan.region })));
    for (const { key: twice } of repeated(images, (image) => image.key))
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('config-file', `the config file asks for ${twice} more than once`, 'give one of the entries a `name`, or remove the image from it');
    for (const { amiName } of repeated(images, (image) => `${image.region} ${image.amiName}`))
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('config-file', `the config file would give two images the AMI name ${amiName}`, 'give each of the entries an `ami-name` of its own');
    return keyed;
}
function key({ os, arch, node }, { name }, several) {
    return [name, os, arch, several ? node.kubernetesVersion : undefined].filter((part) => part !== undefined).join('-');
}
function namedDigest(digest, name) {
    return digest === '' || name === undefined ? digest : (0,_lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_0__/* .digestOf */ .ol)({ digest, name });
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

/***/ 27479:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ checkNamesAreFree),
/* harmony export */   C: () => (/* binding */ finalName)
/* harmony export */ });
/* harmony import */ var _aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(52791);
/* harmony import */ var _aws_provisional_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(52615);
/* harmony import */ var _lib_gather_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(15552);
/* harmony import */ var _namesake_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(97980);




const finalName = (image, existing) => existing?.source.tags[_aws_provisional_js__WEBPACK_IMPORTED_MODULE_2__/* .NAME_TAG */ .L] ?? existing?.source.name ?? image.amiName;
function needs({ image, inputs, plan, action }) {
    if (action.kind === 'nothing')
        return [];
    const { key, digest } = image;
    if (action.kind === 'build') {
        if (inputs.amiName.includes('{run}'))
            return [];
        const need = { image: key, name: image.amiName };
        return [{ ...need, region: plan.region }, ...plan.copyRegions.map((region) => ({ ...need, region, digest }))];
    }
    const amis = { ...action.copies, [plan.region]: action.source };
    return [plan.region, ...plan.copyRegions].flatMap((region) => {
        const ami = amis[region];
        if (ami !== undefined && (0,_aws_provisional_js__WEBPACK_IMPORTED_MODULE_2__/* .nameToCome */ .c)(ami) === undefined)
            return [];
        return [{ image: key, region, name: finalName(image, action), digest }];
    });
}
async function checkNamesAreFree(tasks, ec2) {
    const byRegion = Map.groupBy(tasks.flatMap(needs), ({ region }) => region);
    await (0,_lib_gather_js__WEBPACK_IMPORTED_MODULE_0__/* .gather */ .k)([...byRegion].map(async ([region, wanted]) => {
        const found = await ec2(region).amisNamed([...new Set(wanted.map(({ name }) => name))]);
        const taken = wanted.filter(({ name, digest }) => found.some((ami) => ami.name === name && (digest === undefined || ami.tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .DIGEST_TAG */ .K1] !== digest)));
        await (0,_lib_gather_js__WEBPACK_IMPORTED_MODULE_0__/* .gather */ .k)(taken.map(({ name, image }) => Promise.reject((0,_namesake_js__WEBPACK_IMPORTED_MODULE_1__/* .nameTaken */ .nn)(name, region, { image }))));
    }));
}


/***/ }),

/***/ 97980:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Nx: () => (/* binding */ takenName),
/* harmony export */   e: () => (/* binding */ namedInstead),
/* harmony export */   nn: () => (/* binding */ nameTaken),
/* harmony export */   vP: () => (/* binding */ finalIdentity)
/* harmony export */ });
/* unused harmony export namesake */
/* harmony import */ var _aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(52791);
/* harmony import */ var _aws_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(99378);
/* harmony import */ var _aws_lag_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(38781);
/* harmony import */ var _aws_provisional_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(52615);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(97268);
/* harmony import */ var _wait_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(26318);






const PAUSE = 2;
const finalIdentity = (provisional) => ({
    digest: provisional.tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .DIGEST_TAG */ .K1],
    name: (0,_aws_provisional_js__WEBPACK_IMPORTED_MODULE_4__/* .nameToCome */ .c)(provisional),
});
const nameTaken = (name, region, { image, cause }) => new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('ami-name', `${image === undefined ? '' : `${image}: `}another AMI in ${region} has the name ${name}`, 'deregister it, or choose another ami-name and set if-exists: rebuild; {run} makes ami-name unique', { cause });
async function namesake({ digest, name }, ec2) {
    if (digest === undefined || digest === '' || name === undefined)
        return undefined;
    return (await ec2.amisByDigest([digest])).find((ami) => ami.name === name);
}
async function takenName(identity, ec2, { clock, signal }) {
    for (const end = clock.now() + _aws_lag_js__WEBPACK_IMPORTED_MODULE_5__/* .LAG */ .p;; await clock.sleep(PAUSE, signal)) {
        const found = await namesake(identity, ec2);
        if (found !== undefined || clock.now() + PAUSE > end)
            return found;
    }
}
async function namedInstead(error, identity, region, deadline, { ec2, wait }) {
    const isGone = (error instanceof _wait_js__WEBPACK_IMPORTED_MODULE_2__/* .NotAvailable */ .vX && error.state === 'unknown') || (0,_aws_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .isNotFound */ .c4)(error);
    const named = isGone ? await namesake(identity, ec2(region)) : undefined;
    return named && wait(region, named.id, deadline);
}


/***/ }),

/***/ 81216:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ OUTAGE),
/* harmony export */   f: () => (/* binding */ outlast)
/* harmony export */ });
/* harmony import */ var _aws_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(99378);

const OUTAGE = 300;
const PAUSE = 5;
async function outlast(call, { clock, signal }) {
    for (const end = clock.now() + OUTAGE;; await clock.sleep(PAUSE, signal)) {
        try {
            return await call();
        }
        catch (error) {
            if (!(0,_aws_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .isPassing */ .WG)(error) || clock.now() + PAUSE > end)
                throw error;
        }
    }
}


/***/ }),

/***/ 26318:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h9: () => (/* binding */ waiter),
/* harmony export */   uj: () => (/* binding */ GONE),
/* harmony export */   vX: () => (/* binding */ NotAvailable)
/* harmony export */ });
/* harmony import */ var _aws_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(99378);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(97268);
/* harmony import */ var _outage_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(81216);



const SHORTEST = 0.5;
const LONGEST = 5;
const GROWTH = 1 / 3;
const JITTER = 0.1;
const UNKNOWN = 90;
const GONE = 10;
class NotAvailable extends _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo {
    state;
    id;
    constructor(state, id, message, hint) {
        super('aws-failed', message, hint);
        this.state = state;
        this.id = id;
    }
}
function waiter(effects) {
    const regions = new Map();
    return (region, id, deadline, unknown = UNKNOWN) => new Promise((done, failed) => {
        const since = effects.clock.now();
        const waiting = { id, since, seen: since, deadline, unknown, done, failed };
        const known = regions.get(region);
        if (known !== undefined) {
            known.push(waiting);
            return;
        }
        const list = [waiting];
        regions.set(region, list);
        const forget = () => regions.delete(region);
        watch(region, list, effects, forget).catch((error) => {
            forget();
            for (const each of list.splice(0))
                each.failed(error);
        });
    });
}
async function watch(region, list, effects, onEnd) {
    const { ec2, clock, signal, random = Math.random } = effects;
    let answered = clock.now();
    let isBack = false;
    for (;;) {
        await Promise.resolve();
        signal.throwIfAborted();
        const waiting = [...list];
        let found;
        try {
            found = await ec2(region).amis(waiting.map(({ id }) => id));
        }
        catch (error) {
            const next = clock.now() + LONGEST;
            if (!(0,_aws_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .isPassing */ .WG)(error) || next >= answered + _outage_js__WEBPACK_IMPORTED_MODULE_2__/* .OUTAGE */ .c)
                throw error;
            for (const each of waiting.filter(({ deadline }) => next >= deadline)) {
                list.splice(list.indexOf(each), 1);
                each.failed(error);
            }
            if (list.length === 0)
                return onEnd();
            isBack = true;
            await clock.sleep(LONGEST, signal);
            continue;
        }
        const amis = new Map(found.map((ami) => [ami.id, ami]));
        const now = clock.now();
        for (const each of waiting)
            if (amis.has(each.id) || isBack)
                each.seen = now;
        answered = now;
        isBack = false;
        for (const each of waiting) {
            const ami = amis.get(each.id);
            const error = ami?.state === 'available' ? undefined : verdict(region, each, ami, now);
            if (ami?.state !== 'available' && error === undefined)
                continue;
            list.splice(list.indexOf(each), 1);
            if (error === undefined && ami !== undefined)
                each.done(ami);
            else
                each.failed(error);
        }
        if (list.length === 0)
            return onEnd();
        const youngest = Math.max(...list.map(({ since }) => since));
        const pause = Math.min(Math.max((now - youngest) * GROWTH, SHORTEST), LONGEST);
        const end = Math.min(...list.map(({ deadline }) => deadline));
        await clock.sleep(Math.max(Math.min(pause * (1 - JITTER * random()), end - now), 0.05), signal);
    }
}
function verdict(region, { id, seen, deadline, unknown }, ami, now) {
    const name = `the AMI ${id} in ${region}`;
    if (ami !== undefined && ami.state !== 'pending') {
        const why = ami.reason === undefined ? '' : `: ${ami.reason}`;
        return new NotAvailable('failed', id, `${name} is ${ami.state}${why}`, 'run the job again');
    }
    if (ami === undefined && now - seen >= unknown)
        return new NotAvailable('unknown', id, `${name} is not there`, 'check whether somebody deregistered it, and run the job again');
    if (now < deadline)
        return undefined;
    return new NotAvailable('late', id, `${name} is still ${ami?.state ?? 'not known'} after \`timeout\``, 'raise `timeout`, or run the job again');
}


/***/ }),

/***/ 87118:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   RT: () => (/* binding */ spent),
/* harmony export */   jA: () => (/* binding */ estimate)
/* harmony export */ });
/* unused harmony export costOf */
/* harmony import */ var _catalog_prices_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(64777);
/* harmony import */ var _gate_variables_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(75754);
/* harmony import */ var _model_plan_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(67978);
/* harmony import */ var _model_variables_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(33904);




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
        const isPublished = result.phases.some(({ name }) => name === 'copy');
        const copied = kept || isPublished || (result.test !== undefined && inputs.publish.copyBeforeTest);
        const regions = copied ? [plan.region, ...plan.copyRegions] : [plan.region];
        return costItem({ image, regions, inputs }, minutes, kept);
    });
    if (items.length === 0)
        return { unknown: [] };
    const { cost, unknown } = costOf(items, prices);
    return { dollars: cost, unknown };
}
function costItem({ image, regions, inputs }, minutes, kept) {
    const size = Number((0,_model_variables_js__WEBPACK_IMPORTED_MODULE_2__/* .templateVariable */ .J)(inputs, 'root_volume_size') ?? (0,_model_plan_js__WEBPACK_IMPORTED_MODULE_3__/* .rootVolumeSize */ .G)(image)) || (image.system.rootGib ?? 0);
    const [region = '', ...copyRegions] = regions;
    return {
        instanceType: inputs.instanceType ?? image.system.instanceType,
        region,
        copyRegions,
        gib: size > 0 ? size : Number.NaN,
        volumeType: String((0,_model_variables_js__WEBPACK_IMPORTED_MODULE_2__/* .templateVariable */ .J)(inputs, 'root_volume_type') ?? 'gp3'),
        licensed: image.system.needsCopy === true,
        minutes,
        kept,
    };
}
function costOf(items, prices) {
    const unknown = new Set();
    const missing = (what) => {
        unknown.add(what);
    };
    const price = (what, region, type) => (0,_catalog_prices_js__WEBPACK_IMPORTED_MODULE_0__/* .priceOf */ .x)(prices, what, region, type) ?? missing(`the price of ${NAMES[what](region, type)}`);
    const build = items.flatMap((item) => {
        const { region, minutes, gib, copyRegions, instanceType, volumeType, licensed } = item;
        const hours = (minutes.build + minutes.test) / 60;
        const volume = gib * minutes.build + (gib + _gate_variables_js__WEBPACK_IMPORTED_MODULE_1__/* .GATE_EXTRA_GIB */ .y) * minutes.test;
        return [
            times(price('instance-hour', region, instanceType), hours),
            ...surplus(instanceType).map(({ family, vcpus }) => times(price('surplus-vcpu-hour', region, family), vcpus * hours)),
            times(price('address-hour', region), hours),
            volumeType === 'gp3'
                ? times(price('gp3-gb-month', region), volume / 60 / MONTH)
                : missing(`the price of ${volumeType} volumes in ${region}`),
            ...(licensed ? [missing(`the price of the base AMI's licence on ${instanceType}`)] : []),
            ...copyRegions.map(() => times(price('transfer-gb', region), gib)),
        ];
    });
    const month = items.flatMap(({ region, copyRegions, gib, kept }) => (kept ? [region, ...copyRegions] : []).map((where) => times(price('snapshot-gb-month', where), gib)));
    if (items.some(({ gib }) => Number.isNaN(gib)))
        missing('the size of the root volume');
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
    'address-hour': (region) => `public addresses in ${region}`,
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

/***/ 31203:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Kt: () => (/* binding */ estimateSection),
/* harmony export */   u9: () => (/* binding */ spentSection)
/* harmony export */ });
/* unused harmony exports dollars, sumInWords */
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(54285);

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

/***/ 59836:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ runnerArch)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97268);

function runnerArch(machine) {
    const arch = { x64: 'amd64', arm64: 'arm64' }[machine.arch];
    if (machine.platform === 'linux' && arch !== undefined)
        return arch;
    throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('runner', `this action runs on Linux x64 and arm64; this runner is ${machine.platform} ${machine.arch}`, 'choose another runs-on, such as ubuntu-latest');
}


/***/ })

};
