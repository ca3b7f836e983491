export const id = 111;
export const ids = [111];
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

/***/ 82543:
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

/***/ 12960:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ isWhole)
/* harmony export */ });
const isWhole = ({ status }) => status === 'built' || status === 'existing';


/***/ }),

/***/ 19525:
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

/***/ 87118:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   RT: () => (/* binding */ spent),
/* harmony export */   jA: () => (/* binding */ estimate)
/* harmony export */ });
/* unused harmony export costOf */
/* harmony import */ var _catalog_prices_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(64777);
/* harmony import */ var _gate_variables_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(75754);
/* harmony import */ var _model_plan_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(67978);



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
    const size = Number(inputs.vars.root_volume_size ?? inputs.varFile.root_volume_size ?? (0,_model_plan_js__WEBPACK_IMPORTED_MODULE_2__/* .rootVolumeSize */ .G)(image));
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

/***/ 57994:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J_: () => (/* binding */ failureList),
/* harmony export */   U4: () => (/* binding */ policySection),
/* harmony export */   z: () => (/* binding */ summary)
/* harmony export */ });
/* harmony import */ var _lib_duration_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(82543);
/* harmony import */ var _model_result_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(12960);
/* harmony import */ var _packer_events_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(19525);
/* harmony import */ var _annotations_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(856);
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(54285);
/* harmony import */ var _versions_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(29069);






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

/***/ 29069:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ versionTables)
/* harmony export */ });
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(54285);

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
