export const id = 285;
export const ids = [285];
export const modules = {

/***/ 61285:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  prepare: () => (/* binding */ prepare)
});

// UNUSED EXPORTS: checkPython

// EXTERNAL MODULE: ./src/lib/errors.ts
var lib_errors = __webpack_require__(97268);
// EXTERNAL MODULE: ./src/lib/redact.ts
var redact = __webpack_require__(60310);
// EXTERNAL MODULE: ./src/model/account.ts
var model_account = __webpack_require__(64214);
// EXTERNAL MODULE: ./src/plan/facts.ts
var facts = __webpack_require__(17736);
// EXTERNAL MODULE: ./src/plan/groups.ts
var groups = __webpack_require__(89675);
// EXTERNAL MODULE: ./src/plan/lock-file.ts
var lock_file = __webpack_require__(94303);
;// CONCATENATED MODULE: ./src/preflight/programs.ts

const PROGRAMS = { bash: '--version', ssh: '-V' };
async function checkPrograms(exec) {
    const found = await Promise.all(Object.entries(PROGRAMS).map(async ([name, call]) => ({ name, code: (await exec(name, [call])).code })));
    const missing = found.filter(({ code }) => code !== 0).map(({ name }) => name);
    if (missing.length > 0)
        throw new lib_errors/* UserError */.yo('runner', `the runner lacks ${missing.join(' and ')}`, 'install openssh-client and bash on the runner, or in the container');
}

// EXTERNAL MODULE: ./src/publish/tasks.ts + 3 modules
var publish_tasks = __webpack_require__(64615);
// EXTERNAL MODULE: ./src/tools/platform.ts
var platform = __webpack_require__(59836);
// EXTERNAL MODULE: ./src/actions/build/job.ts
var build_job = __webpack_require__(44079);
// EXTERNAL MODULE: ./src/aws/errors.ts
var aws_errors = __webpack_require__(99378);
;// CONCATENATED MODULE: ./src/actions/build/preflight.ts


async function preflightTasks(job, tasks, account) {
    const built = tasks.filter(({ action, inputs }) => action.kind === 'build' && inputs.preflight);
    const groups = [...new Set(built.map(({ plan }) => plan))].flatMap((plan) => {
        const own = built.filter((task) => task.plan === plan);
        const [first] = own;
        if (first === undefined)
            return [];
        const instanceTypes = own.map(({ image, inputs }) => inputs.instanceType ?? image.system.instanceType);
        const { region, copyRegions } = plan;
        const bases = own.map(({ image }) => ({ os: image.os, ...image.system }));
        return [{ inputs: { ...first.inputs, bases }, region, copyRegions, image: first.image, instanceTypes }];
    });
    await preflightGroups(job, groups, tasks[0]?.inputs.parallelBuilds ?? 1, account);
}
async function preflightRefused(job, wanted, error, account) {
    const errors = error instanceof lib_errors/* UserErrors */.tQ ? error.errors : [error];
    if (!errors.some((each) => (0,aws_errors/* isRefused */.H0)(each)))
        return;
    const groups = wanted.flatMap(({ inputs }) => {
        const { region, amiRegions } = inputs;
        const copyRegions = amiRegions === 'all' ? [] : amiRegions.filter((each) => each !== region);
        return inputs.preflight ? [{ inputs, region, copyRegions, image: undefined, instanceTypes: [] }] : [];
    });
    await preflightGroups(job, groups, 1, account);
}
async function preflightGroups(job, groups, parallel, account) {
    if (groups.length === 0)
        return;
    const { effects, log, runId, reportDirectory } = job;
    const { preflight } = await __webpack_require__.e(/* import() */ 43).then(__webpack_require__.bind(__webpack_require__, 31043));
    await preflight({ groups, parallel, runId, reportDirectory }, { aws: effects.aws(account), clock: effects.clock, log });
}

// EXTERNAL MODULE: ./src/actions/build/rehearsal.ts
var rehearsal = __webpack_require__(55031);
;// CONCATENATED MODULE: ./src/actions/build/prepare.ts












function checkPython(tasks, runner) {
    const foreign = tasks.filter(({ action, image }) => (action.kind === 'build' || action.kind === 'gate') && image.system.family === 'flatcar' && image.arch !== runner);
    if (foreign.length === 0)
        return;
    throw new lib_errors/* UserErrors */.tQ(foreign.map(({ image: { key, arch } }) => new lib_errors/* UserError */.yo('runner', `${key}: Flatcar has no Python, and that of an ${runner} runner does not run on it`, `use a runner for ${arch}, such as ${arch === 'arm64' ? 'ubuntu-24.04-arm' : 'ubuntu-24.04'}`)));
}
async function prepare(job, wanted, state) {
    const { effects, log } = job;
    const inputs = (0,groups/* jobInputs */.v)(wanted);
    const failed = new AbortController();
    const unneeded = new AbortController();
    const signal = AbortSignal.any([job.signal, failed.signal]);
    const preparation = { log, signal };
    const account = async () => {
        if (inputs.rehearse === 'false')
            return model_account/* AWS */.k;
        const rehearsed = await (0,build_job/* watched */.VI)(job, 'rehearsal', () => (0,rehearsal/* startRehearsal */.U6)(inputs, {
            ...preparation,
            root: effects.root,
            directory: job.directory,
            env: effects.env,
            clock: effects.clock,
            onStart: (process, readyFile) => state.change({ rehearsal: { process, readyFile, keep: inputs.rehearse === 'keep' } }),
        }));
        const secrets = (0,redact/* secretsIn */.V)(rehearsed.env);
        for (const secret of secrets)
            log.mask(secret);
        job.secrets = [...job.secrets, ...secrets];
        return rehearsed;
    };
    const planned = async () => {
        const found = await account();
        const ec2 = effects.ec2(found);
        const services = effects.services(found);
        const orPreflight = async (error) => {
            await preflightRefused(job, wanted, error, found);
            throw error;
        };
        const shared = (0,facts/* sharedReads */.F)();
        const plans = await (0,build_job/* watched */.VI)(job, 'plan', () => (0,groups/* planGroups */.W)(wanted, (each) => effects.makePlan(each, job.runId, found, { ...preparation, shared }))).catch(orPreflight);
        if (inputs.lock.mode === 'write')
            (0,lock_file/* writeLock */.b)(inputs.lock, plans, log);
        const tasks = await (0,build_job/* watched */.VI)(job, 'look-up', () => (0,publish_tasks/* findTasks */.Uz)(plans, ec2, services, effects.clock.now())).catch(orPreflight);
        checkPython(tasks, (0,platform/* runnerArch */.J)(effects.machine));
        if (!tasks.some(publish_tasks/* needsTools */.TZ))
            unneeded.abort(new Error('there is nothing to build'));
        await (0,build_job/* watched */.VI)(job, 'preflight', () => preflightTasks(job, tasks, found));
        await (0,publish_tasks/* checkTasks */.Ly)(tasks, ec2, services);
        return { account: found, plans, tasks };
    };
    const tools = async () => {
        const until = AbortSignal.any([signal, unneeded.signal]);
        try {
            return await (0,build_job/* watched */.VI)(job, 'tools', async () => {
                await checkPrograms(effects.exec);
                return effects.prepareTools(inputs, { ...preparation, signal: until });
            });
        }
        catch (error) {
            if (unneeded.signal.aborted && !signal.aborted)
                return undefined;
            throw error;
        }
    };
    const stopOther = (error) => {
        failed.abort(error);
        throw error;
    };
    const both = [planned().catch(stopOther), tools().catch(stopOther)];
    await Promise.allSettled(both);
    failed.signal.throwIfAborted();
    const [first, second] = await Promise.all(both);
    return { ...first, tools: second };
}


/***/ }),

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

/***/ 64214:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ AWS)
/* harmony export */ });
const AWS = { env: {}, sshPort: 22, sshSourceCidrs: [] };


/***/ }),

/***/ 54706:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ isShared)
/* harmony export */ });
function isShared(settings) {
    const { accounts, organizations, organizationalUnits, everybody } = settings;
    return everybody || accounts.length + organizations.length + organizationalUnits.length > 0;
}


/***/ }),

/***/ 17736:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ sharedReads)
/* harmony export */ });
const sharedReads = () => ({ files: new Map(), archives: new Map() });


/***/ }),

/***/ 94303:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ writeLock)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(97268);
/* harmony import */ var _lock_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(55396);



function writeLock({ file, path }, plans, log) {
    const text = (0,_lock_js__WEBPACK_IMPORTED_MODULE_2__/* .renderLock */ .wC)((0,_lock_js__WEBPACK_IMPORTED_MODULE_2__/* .mergeLocks */ .t0)(plans.flatMap(({ plan }) => plan.lock ?? [])));
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.writeFileSync)(path, text);
    }
    catch (error) {
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('lock', `lock-file: ${file} cannot be written: ${(0,_lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .firstLine */ .TM)(error)}`, 'write its path from the workspace, into an existing directory');
    }
    log.info(`${file} was written: commit it, and build from it with lock: use or lock: check`);
}


/***/ }),

/***/ 97194:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Lc: () => (/* binding */ isUntested),
/* harmony export */   Sw: () => (/* binding */ choose),
/* harmony export */   eW: () => (/* binding */ isTested)
/* harmony export */ });
/* harmony import */ var _aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(52791);
/* harmony import */ var _aws_provisional_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(52615);
/* harmony import */ var _model_level_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(52975);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(26878);




const ORDER = ['build', 'gate', 'publish', 'nothing'];
function choose(found, requirements) {
    const runs = new Set((found[requirements.home] ?? []).map(({ tags }) => tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .RUN_TAG */ .R2]));
    const works = [...runs].map((run) => {
        const ofRun = Object.entries(found).map(([region, amis]) => [region, amis.filter(({ tags }) => tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .RUN_TAG */ .R2] === run)]);
        const best = Object.fromEntries(ofRun.map(([region, amis]) => [region, bestOf(amis)]));
        const spent = Object.fromEntries(ofRun.map(([region, amis]) => [region, spentOf(amis, best[region])]));
        return workFor(best, spent, requirements);
    });
    const value = (work) => `${ORDER.indexOf(work.kind)} ${work.kind === 'build' || isUntested(work.source) ? 0 : 1} ${work.kind === 'build' ? '' : work.source.createdAt}`;
    return works.sort((a, b) => (value(a) < value(b) ? 1 : -1))[0] ?? { kind: 'build' };
}
function workFor(amis, spent, requirements) {
    const source = amis[requirements.home];
    if (source === undefined || !mayBeUsed(source, requirements))
        return { kind: 'build' };
    const copies = {};
    const dead = {};
    for (const region of requirements.regions) {
        const ami = amis[region];
        if (region === requirements.home || ami === undefined)
            continue;
        if (!isAlive(ami)) {
            dead[region] = ami;
            continue;
        }
        if ((ami.tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .KEY_TAG */ .HI] ?? '') !== (requirements.keys[region] ?? ''))
            return { kind: 'build' };
        copies[region] = ami;
    }
    const left = { source, copies, dead, spent, handedOut: source.tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .STATE_TAG */ .PZ] === _aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .BUILT */ .BT };
    if (!passed(source, requirements.level))
        return { kind: 'gate', ...left };
    const all = [source, ...requirements.regions.flatMap((region) => copies[region] ?? [])];
    const whole = all.length === requirements.regions.length &&
        requirements.regions.every((region) => (spent[region] ?? []).length === 0) &&
        all.every((ami) => ami.state === 'available' &&
            ami.tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .STATE_TAG */ .PZ] === _aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .BUILT */ .BT &&
            ami.tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .PUBLISHED_TAG */ .Eq] === requirements.published &&
            passed(ami, requirements.level));
    return { kind: whole ? 'nothing' : 'publish', ...left };
}
function mayBeUsed(source, { now, deprecateAfter }) {
    if (source.deprecatedAt !== undefined && Date.parse(source.deprecatedAt) <= now * 1000)
        return false;
    if (deprecateAfter !== undefined && source.createdAt !== undefined) {
        if (Date.parse((0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .deprecationOf */ .c)(source.createdAt, deprecateAfter)) <= now * 1000)
            return false;
    }
    if (isUntested(source))
        return isAlive(source);
    if (source.state !== 'available')
        return false;
    return isTested(source) && (0,_model_level_js__WEBPACK_IMPORTED_MODULE_0__/* .passedLevel */ .l8)(source.tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .TESTED_TAG */ .N5], undefined);
}
function passed(ami, level) {
    return level === undefined || (0,_model_level_js__WEBPACK_IMPORTED_MODULE_0__/* .passedLevel */ .l8)(ami.tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .TESTED_TAG */ .N5], level);
}
const isAlive = (ami) => ami.state === 'available' || ami.state === 'pending';
const isUntested = ({ tags }) => tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .STATE_TAG */ .PZ] === _aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .UNTESTED */ .bW;
const isTested = ({ tags }) => [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .TESTED */ .gf, _aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .BUILT */ .BT].includes(tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .STATE_TAG */ .PZ] ?? '');
function bestOf(amis) {
    const life = (ami) => (ami.state === 'available' ? 2 : isAlive(ami) ? 1 : 0);
    const order = (ami) => `${life(ami)} ${isNamed(ami) ? 1 : 0} ${ami.createdAt ?? ''} ${ami.id}`;
    return [...amis].sort((a, b) => (order(a) < order(b) ? 1 : -1))[0];
}
function spentOf(amis, best) {
    return best === undefined || !isNamed(best) ? [] : amis.filter((ami) => !isNamed(ami));
}
const isNamed = (ami) => (0,_aws_provisional_js__WEBPACK_IMPORTED_MODULE_3__/* .nameToCome */ .c)(ami) === undefined;


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


/***/ }),

/***/ 64615:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Ly: () => (/* binding */ checkTasks),
  Uz: () => (/* binding */ findTasks),
  TZ: () => (/* binding */ needsTools)
});

// EXTERNAL MODULE: ./src/lib/gather.ts
var gather = __webpack_require__(15552);
// EXTERNAL MODULE: ./src/model/level.ts
var level = __webpack_require__(52975);
// EXTERNAL MODULE: ./src/aws/errors.ts
var errors = __webpack_require__(99378);
// EXTERNAL MODULE: ./src/lib/errors.ts
var lib_errors = __webpack_require__(97268);
// EXTERNAL MODULE: ./src/model/publish.ts
var publish = __webpack_require__(54706);
;// CONCATENATED MODULE: ./src/publish/checks.ts




const AWS_ALIAS = 'alias/aws/ebs';
async function checkPublishing(settings, regions, ec2, services, startsEncrypted = false) {
    const encrypted = Object.keys(settings.keys).length > 0;
    await (0,gather/* gather */.k)([
        ...regions.flatMap((region) => [
            ...(encrypted ? [checkKey(region, settings, services)] : []),
            ...(settings.everybody ? [checkPublic(region, ec2)] : []),
        ]),
        ...((0,publish/* isShared */.y)(settings) && !encrypted ? [checkDefaults(settings, regions, ec2, services, startsEncrypted)] : []),
    ]);
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
async function checkDefaults({ everybody }, [home = '', ...copies], ec2, services, startsEncrypted) {
    if (everybody && startsEncrypted)
        throw new lib_errors/* UserError */.yo('sharing', 'share-publicly: the base AMI is encrypted, but an encrypted AMI cannot be public', 'build from an AMI that is not encrypted, or share with accounts instead');
    const keyOf = (region, inherited) => unlessRefused(() => ec2(region).defaultEncryption(inherited));
    const first = await keyOf(home, false);
    const inherited = !everybody && (startsEncrypted || first !== undefined);
    const checkRegion = async (region, key) => {
        if (key === undefined)
            return;
        if (everybody)
            throw new lib_errors/* UserError */.yo('sharing', `share-publicly: the account encrypts all volumes in ${region}, but an encrypted AMI cannot be public`, `share with accounts instead, or run: aws ec2 disable-ebs-encryption-by-default --region ${region}`);
        if (await isOfAws(key, region, services))
            throw new lib_errors/* UserError */.yo('sharing', `the AMIs in ${region} are encrypted with a key that AWS manages, so they cannot be shared`, 'name keys of your own in kms-key-ids');
    };
    await (0,gather/* gather */.k)([
        checkRegion(home, first),
        ...copies.map(async (region) => checkRegion(region, await keyOf(region, inherited))),
    ]);
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
var aws_ec2 = __webpack_require__(52791);
// EXTERNAL MODULE: ./src/publish/existing.ts
var existing = __webpack_require__(97194);
;// CONCATENATED MODULE: ./src/publish/look-up.ts


async function lookUp(requirements, ec2) {
    const regions = [...new Set(requirements.flatMap((each) => each.regions))];
    const found = new Map();
    await Promise.all(regions.map(async (region) => {
        const here = requirements.filter((each) => each.regions.includes(region));
        found.set(region, await ec2(region).amisByDigest([...new Set(here.map(({ digest }) => digest))]));
    }));
    return requirements.map((each) => (0,existing/* choose */.Sw)(Object.fromEntries(each.regions.map((region) => [
        region,
        (found.get(region) ?? []).filter(({ tags }) => tags[aws_ec2/* DIGEST_TAG */.K1] === each.digest),
    ])), each));
}

// EXTERNAL MODULE: ./src/publish/names.ts
var names = __webpack_require__(27479);
// EXTERNAL MODULE: ./src/publish/parameters.ts
var parameters = __webpack_require__(42235);
// EXTERNAL MODULE: ./src/publish/settings.ts
var settings = __webpack_require__(26878);
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
        ? { names: (0,parameters/* namesOf */.eZ)(image, inputs.publish), amis: idsOf(action, plan.region) }
        : { names: [], amis: {} }), services);
    const actions = new Map(tasks.map(({ image, action }, at) => [
        image.key,
        action.kind === 'nothing' && !current[at] ? { ...action, kind: 'publish' } : action,
    ]));
    return images.map((each) => ({ ...each, action: actions.get(each.image.key) ?? BUILD }));
}
const BUILD = { kind: 'build' };
const idsOf = ({ source, copies }, home) => Object.fromEntries(Object.entries({ [home]: source, ...copies }).map(([region, { id }]) => [region, id]));
function requirements({ image, inputs, plan }, now) {
    return {
        digest: image.digest,
        level: (0,level/* levelOf */.In)(inputs),
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
        (0,names/* checkNamesAreFree */.$)(open, ec2),
        ...[...groups.values()].map(({ inputs, plan }) => {
            const startsEncrypted = open.some((task) => task.plan === plan && task.image.system.encrypted);
            return checkPublishing(inputs.publish, [plan.region, ...plan.copyRegions], ec2, services, startsEncrypted);
        }),
    ]);
}
const needsTools = ({ action }) => action.kind === 'build' || action.kind === 'gate';


/***/ })

};
