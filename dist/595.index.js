export const id = 595;
export const ids = [595];
export const modules = {

/***/ 67280:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   u: () => (/* binding */ within)
/* harmony export */ });
/* harmony import */ var p_limit__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(70370);

function within(most) {
    const limits = new Map();
    return (region, work) => {
        const limit = limits.get(region) ?? (0,p_limit__WEBPACK_IMPORTED_MODULE_0__/* ["default"] */ .A)(most);
        limits.set(region, limit);
        return limit(work);
    };
}


/***/ }),

/***/ 47595:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   handOut: () => (/* binding */ handOut),
/* harmony export */   nameResults: () => (/* binding */ nameResults)
/* harmony export */ });
/* harmony import */ var _aws_ec2_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(52791);
/* harmony import */ var _model_result_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(12960);
/* harmony import */ var _mark_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(64498);
/* harmony import */ var _parameters_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(42235);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(26878);





async function nameResults(tasks, services, signal, clock) {
    const todo = tasks
        .filter(({ action, result }) => action.kind !== 'nothing' && (0,_model_result_js__WEBPACK_IMPORTED_MODULE_3__/* .isWhole */ .w)(result) && result.test?.passed)
        .map(({ result, inputs, plan }) => ({ result, names: (0,_parameters_js__WEBPACK_IMPORTED_MODULE_1__/* .namesOf */ .eZ)(result.image, inputs.publish), home: plan.region }));
    const failed = await (0,_parameters_js__WEBPACK_IMPORTED_MODULE_1__/* .writeParameters */ .Gq)(todo, services, signal, clock);
    return tasks.map((task) => {
        const failures = failed.get(task.image.key);
        return failures === undefined ? task : { ...task, result: { ...task.result, status: 'failed', amis: {}, failures } };
    });
}
async function handOut(tasks, ec2) {
    const todo = tasks
        .filter(({ action }) => action.kind !== 'nothing')
        .map((task) => ({
        result: task.result,
        published: (0,_settings_js__WEBPACK_IMPORTED_MODULE_2__/* .publishedHash */ .x)(task.inputs.publish, task.inputs.tags),
        before: stateBefore(task),
    }));
    const marked = new Map((await (0,_mark_js__WEBPACK_IMPORTED_MODULE_0__/* .markBuilt */ .M)(todo, ec2)).map((result) => [result.image.key, result]));
    return tasks.map((task) => ({ ...task, result: marked.get(task.image.key) ?? task.result }));
}
function stateBefore({ action, result }) {
    if (action.kind !== 'build' && action.handedOut)
        return _aws_ec2_js__WEBPACK_IMPORTED_MODULE_4__/* .BUILT */ .BT;
    return result.test?.passed ? _aws_ec2_js__WEBPACK_IMPORTED_MODULE_4__/* .TESTED */ .gf : _aws_ec2_js__WEBPACK_IMPORTED_MODULE_4__/* .UNTESTED */ .bW;
}


/***/ }),

/***/ 64498:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ markTested),
/* harmony export */   M: () => (/* binding */ markBuilt)
/* harmony export */ });
/* harmony import */ var _aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(52791);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97268);
/* harmony import */ var _model_result_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(12960);
/* harmony import */ var _outage_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(81216);
/* harmony import */ var _wait_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(26318);





async function markTested(id, level, at, effects) {
    const { ec2, clock, signal } = effects;
    const look = () => (0,_outage_js__WEBPACK_IMPORTED_MODULE_1__/* .outlast */ .f)(() => ec2.ami(id), effects);
    let ami = await look();
    if (ami === undefined) {
        await clock.sleep(_wait_js__WEBPACK_IMPORTED_MODULE_2__/* .GONE */ .uj, signal);
        ami = await look();
    }
    if (ami === undefined)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('aws-failed', `the AMI ${id} in ${ec2.region} is gone`, 'run the job again');
    const marks = {
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .TESTED_TAG */ .N5]: level,
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .TESTED_AT_TAG */ .vy]: at,
        ...(ami.tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .STATE_TAG */ .PZ] === _aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .BUILT */ .BT ? {} : { [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .STATE_TAG */ .PZ]: _aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .TESTED */ .gf }),
    };
    const all = [id, ...ami.snapshots];
    await (0,_outage_js__WEBPACK_IMPORTED_MODULE_1__/* .outlast */ .f)(() => ec2.tag(all, marks), effects);
}
async function markBuilt(all, ec2) {
    const todo = all.filter(({ result }) => (0,_model_result_js__WEBPACK_IMPORTED_MODULE_4__/* .isWhole */ .w)(result) && Object.keys(result.amis).length > 0);
    const regions = [...new Set(todo.flatMap(({ result }) => Object.keys(result.amis)))];
    const problems = new Map();
    const fail = ({ result }, error) => problems.set(result, [...(problems.get(result) ?? []), (0,_lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .failureOf */ .g5)(result.image.key, error)]);
    const marked = await Promise.all(regions.map((region) => markRegion(todo.filter(({ result }) => region in result.amis), ec2(region), fail)));
    const known = new Map(marked.flat());
    const failed = todo.filter(({ result }) => problems.has(result));
    await Promise.all(failed.map((each) => takeBack(each, known, ec2)));
    return all.map(({ result, before }) => {
        const failures = problems.get(result);
        if (failures === undefined)
            return result;
        const lost = { status: 'failed', message: 'not kept: it was not tested, and could not be published' };
        const regions = before === _aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .UNTESTED */ .bW ? Object.keys(result.amis).map((at) => [at, lost]) : [];
        return {
            ...result,
            status: 'failed',
            amis: {},
            regions: { ...result.regions, ...Object.fromEntries(regions) },
            failures: [...result.failures, ...failures],
        };
    });
}
async function markRegion(here, ec2, fail) {
    const idOf = ({ result }) => result.amis[ec2.region] ?? '';
    const amis = await orError(() => ec2.amis(here.map(idOf)));
    if (amis instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo) {
        for (const image of here)
            fail(image, amis);
        return [];
    }
    const known = new Map(amis.map((ami) => [ami.id, ami]));
    const good = here.filter((image) => {
        const state = known.get(idOf(image))?.state;
        if (state === 'available')
            return true;
        const what = `the AMI ${idOf(image)} in ${ec2.region} is not available (${state ?? 'it is gone'})`;
        fail(image, new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('aws-failed', what, 'run the job again'));
        return false;
    });
    const mark = (images, published) => orError(() => ec2.tag(images.flatMap((image) => withSnapshots(known.get(idOf(image)))), { [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .STATE_TAG */ .PZ]: _aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .BUILT */ .BT, [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .PUBLISHED_TAG */ .Eq]: published }));
    for (const published of new Set(good.map((image) => image.published))) {
        const same = good.filter((image) => image.published === published);
        if (!((await mark(same, published)) instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo))
            continue;
        for (const image of same) {
            const error = await mark([image], published);
            if (error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo)
                fail(image, error);
        }
    }
    return [...known];
}
async function orError(work) {
    try {
        return await work();
    }
    catch (error) {
        if (error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo)
            return error;
        throw error;
    }
}
const withSnapshots = (ami) => (ami === undefined ? [] : [ami.id, ...ami.snapshots]);
async function takeBack({ result, before }, known, ec2) {
    if (before === _aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .BUILT */ .BT || Object.values(result.amis).some((id) => known.get(id)?.tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .STATE_TAG */ .PZ] === _aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .BUILT */ .BT))
        return;
    const tags = { [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .STATE_TAG */ .PZ]: before, [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_3__/* .PUBLISHED_TAG */ .Eq]: '' };
    await Promise.allSettled(Object.entries(result.amis).map(([region, id]) => ec2(region).tag([id, ...(known.get(id)?.snapshots ?? [])], tags)));
}


/***/ }),

/***/ 42235:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gq: () => (/* binding */ writeParameters),
/* harmony export */   Pn: () => (/* binding */ nameTrouble),
/* harmony export */   _U: () => (/* binding */ namesAreCurrent),
/* harmony export */   eZ: () => (/* binding */ namesOf)
/* harmony export */ });
/* unused harmony export parameterName */
/* harmony import */ var _aws_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(99378);
/* harmony import */ var _catalog_versions_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(71190);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(97268);
/* harmony import */ var _lib_limit_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(67280);




const AT_ONCE = 1;
const SETTLED = 60;
const PAUSE = 2;
function parameterName(pattern, { os, arch, node }) {
    const parts = {
        os,
        arch,
        kubernetes: node.kubernetesVersion,
        minor: (0,_catalog_versions_js__WEBPACK_IMPORTED_MODULE_2__/* .minorOf */ .Hs)(node.kubernetesVersion),
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
    const regions = new Set(wanted.flatMap(({ names, amis }) => (names.length > 0 ? Object.keys(amis) : [])));
    const values = new Map(await Promise.all([...regions].map(async (region) => {
        const names = wanted.filter(({ amis }) => region in amis).flatMap((each) => each.names);
        return [region, await services.parameters(region).values([...new Set(names)])];
    })));
    return wanted.map(({ names, amis }) => Object.entries(amis).every(([region, ami]) => names.every((name) => values.get(region)?.[name] === ami)));
}
async function writeParameters(all, services, signal, clock) {
    const failures = new Map();
    const todo = all.filter(({ names }) => names.length > 0);
    const regionsOf = ({ result }) => Object.keys(result.amis);
    const limits = (0,_lib_limit_js__WEBPACK_IMPORTED_MODULE_3__/* .within */ .u)(AT_ONCE);
    const write = async (region, images) => {
        const here = images.filter((each) => regionsOf(each).includes(region) && !failures.has(each.result.image.key));
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
            if (values[name] === ami || failures.has(image.key))
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
    const writeAll = (regions, images) => Promise.all([...new Set(regions)].map((region) => write(region, images(region))));
    await writeAll(todo.map(({ home }) => home), (region) => todo.filter(({ home }) => home === region));
    await writeAll(todo.flatMap(regionsOf), (region) => todo.filter(({ home }) => home !== region));
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
const notTaken = (name, ami, region) => new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('ssm-parameter', `the SSM parameter ${name} in ${region} still does not name ${ami}, ${SETTLED} s after it was written`, 'allow the role ec2:DescribeImages in that region, since SSM looks up the AMI with it; then run the job again');
function clearer(error, name) {
    const code = (0,_aws_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .errorCode */ .CA)(error);
    if (!(error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo) || !/HierarchyTypeMismatch|ParameterType|ValidationException/.test(code))
        return error;
    return new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('ssm-parameter', `the SSM parameter ${name} could not be written: ${error.message}`, 'delete it if it has another type or data type, and run the job again');
}


/***/ }),

/***/ 26878:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ deprecationOf),
/* harmony export */   x: () => (/* binding */ publishedHash)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(81400);


function publishedHash(settings, tags) {
    const { accounts, organizations, organizationalUnits, everybody, deprecateAfter, protection, parameters } = settings;
    const sorted = {
        accounts: [...accounts].sort(),
        organizations: [...organizations].sort(),
        organizationalUnits: [...organizationalUnits].sort(),
        parameters: [...parameters].sort(),
    };
    const published = { ...sorted, everybody, deprecateAfter, protection, tags };
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update((0,_lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalJson */ .dj)(published)).digest('hex').slice(0, 16);
}
function deprecationOf(createdAt, days) {
    const at = new Date(Date.parse(createdAt) + days * 86_400_000);
    return `${at.toISOString().slice(0, 16)}:00.000Z`;
}


/***/ })

};
