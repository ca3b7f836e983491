export const id = 855;
export const ids = [855];
export const modules = {

/***/ 6288:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ keepYoungHeapSmall)
/* harmony export */ });
/* harmony import */ var node_v8__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8877);
/* harmony import */ var node_v8__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_v8__WEBPACK_IMPORTED_MODULE_0__);

function keepYoungHeapSmall() {
    (0,node_v8__WEBPACK_IMPORTED_MODULE_0__.setFlagsFromString)('--semi-space-growth-factor=1');
}


/***/ }),

/***/ 6855:
/***/ ((module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _crash_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2172);
/* harmony import */ var _effects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3303);
/* harmony import */ var _heap_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6288);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3992);




(0,_heap_js__WEBPACK_IMPORTED_MODULE_2__/* .keepYoungHeapSmall */ .B)();
const LAST_MOMENT = 6500;
const cancel = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
        if (cancel.signal.aborted)
            return;
        process.stdout.write(`${signal}: cancelling\n`);
        setTimeout(() => {
            process.stdout.write('cancelled: Packer is still cleaning up; the post step waits for it and removes the rest\n');
            process.exit(1);
        }, LAST_MOMENT);
        cancel.abort(new Error('the run was cancelled'));
    });
}
await (0,_crash_js__WEBPACK_IMPORTED_MODULE_0__/* .runStep */ .e)((crashed) => (0,_run_js__WEBPACK_IMPORTED_MODULE_3__/* .runBuild */ .c)((0,_effects_js__WEBPACK_IMPORTED_MODULE_1__/* .realEffects */ .V)(crashed), cancel.signal));

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 5031:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U6: () => (/* binding */ startRehearsal),
/* harmony export */   W2: () => (/* binding */ stopRehearsal),
/* harmony export */   XP: () => (/* binding */ accountOf),
/* harmony export */   iV: () => (/* binding */ checkRehearsal)
/* harmony export */ });
/* unused harmony export rehearsalEnv */
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1421);
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_child_process__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7268);
/* harmony import */ var _packer_processes_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6771);
/* harmony import */ var _packer_tail_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8954);
/* harmony import */ var _tools_platform_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9836);







const START = 1200;
const STOP = 25;
async function checkRehearsal(inputs, machine, exec, root) {
    const own = (0,_tools_platform_js__WEBPACK_IMPORTED_MODULE_6__/* .runnerArch */ .J)(machine);
    const other = inputs.arch.find((arch) => arch !== own);
    if (other !== undefined) {
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .yo('rehearsal', `an ${other} image cannot be rehearsed on an ${own} runner`, `set \`arch: ${own}\`, or use another runner`);
    }
    if (machine.uid === 0)
        return;
    const helper = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(root, 'rehearsal/root-helper');
    const sudo = await exec('sudo', ['-n', '-l', helper]);
    if (sudo.code !== 0) {
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .yo('rehearsal', `a rehearsal needs root, or sudo without a password for ${helper}`, 'use a runner that has it, such as a GitHub-hosted one');
    }
}
async function startRehearsal(inputs, effects) {
    const { directory, clock, log } = effects;
    const state = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(directory, 'rehearsal');
    const readyFile = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(directory, 'rehearsal.ready.json');
    const logFile = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(directory, 'rehearsal.log');
    (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.mkdirSync)(state, { recursive: true });
    const args = [
        '--state',
        state,
        '--ready-file',
        readyFile,
        '--instances',
        'namespace',
        ...(inputs.test === 'none' ? [] : ['--own-amis', 'machine']),
        ...inputs.os.flatMap((os) => ['--os', os]),
    ];
    const output = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(logFile, 'a', 0o600);
    const child = (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawn)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(effects.root, 'rehearsal/start'), args, {
        cwd: directory,
        env: rehearsalEnv(effects.env),
        detached: true,
        stdio: ['ignore', output, output],
    });
    (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(output);
    if (child.pid !== undefined)
        effects.onStart((0,_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .identify */ .ls)(child.pid), readyFile);
    child.unref();
    const lines = [];
    const done = new AbortController();
    const onLine = (line) => {
        if (line.trim() === '')
            return;
        log.info(line.startsWith('rehearsal:') ? line : `rehearsal: ${line}`);
        if (lines.push(line) > 3)
            lines.shift();
    };
    const reading = (0,_packer_tail_js__WEBPACK_IMPORTED_MODULE_5__/* .tail */ .R)(logFile, onLine, clock, done.signal);
    let ended;
    child.once('error', (error) => {
        ended = error.message;
    });
    child.once('exit', (code, name) => {
        ended ??= `exit code ${code ?? name}`;
    });
    try {
        for (const deadline = clock.now() + START;;) {
            const account = accountOf(readyFile);
            if (account !== undefined)
                return account;
            effects.signal.throwIfAborted();
            if (ended !== undefined || clock.now() > deadline)
                break;
            await clock.sleep(0.1, effects.signal);
        }
    }
    finally {
        done.abort();
        await reading;
    }
    throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .yo('rehearsal', ended === undefined
        ? `the rehearsal was not ready after ${START / 60} minutes: ${lines.at(-1) ?? 'it said nothing'}`
        : `the rehearsal could not be started (${ended}): ${lines.join(' ')}`, 'see docs/rehearsal.md for its requirements');
}
function accountOf(readyFile) {
    try {
        const ready = JSON.parse((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)(readyFile, 'utf8'));
        return { env: ready.env, sshPort: ready.sshPort, sshSourceCidrs: ['127.0.0.1/32'] };
    }
    catch {
        return undefined;
    }
}
async function stopRehearsal(process, clock) {
    if (!(0,_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .isRunning */ .W_)(process))
        return true;
    (0,_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .signal */ .vP)(process, 'SIGTERM');
    return (0,_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .waitForEnd */ .kh)(process, STOP, clock);
}
function rehearsalEnv(env) {
    return Object.fromEntries(Object.entries(env).filter((entry) => entry[1] !== undefined && !/^(INPUT_|STATE_|AWS_|ACTIONS_|GITHUB_TOKEN$|GH_TOKEN$)/.test(entry[0])));
}


/***/ }),

/***/ 3992:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  c: () => (/* binding */ runBuild)
});

// UNUSED EXPORTS: runDirectory

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./src/lib/heartbeat.ts
var heartbeat = __webpack_require__(1039);
// EXTERNAL MODULE: ./src/lib/redact.ts
var lib_redact = __webpack_require__(310);
// EXTERNAL MODULE: ./src/model/result.ts
var model_result = __webpack_require__(2960);
// EXTERNAL MODULE: ./src/plan/groups.ts
var groups = __webpack_require__(9675);
// EXTERNAL MODULE: ./src/lib/errors.ts
var lib_errors = __webpack_require__(7268);
;// CONCATENATED MODULE: ./src/preflight/paths.ts

function checkPaths(directories, env) {
    const mistakes = Object.entries(directories).flatMap(([what, path = '']) => {
        const words = [...path.matchAll(/\$(?:(\w+)|\{(\w+)\})/g)];
        const replaced = words.find(([, plain, braced]) => env[plain ?? braced ?? ''] !== undefined);
        if (replaced === undefined)
            return [];
        const hint = 'rename the directory, or move the runner';
        return [
            new lib_errors/* UserError */.yo('runner', `${what} lies at ${path}, where Ansible replaces ${replaced[0]} by a variable`, hint),
        ];
    });
    if (mistakes.length > 0)
        throw new lib_errors/* UserErrors */.tQ(mistakes);
}

;// CONCATENATED MODULE: ./src/preflight/session-manager.ts

const PROGRAM = 'session-manager-plugin';
async function checkSessionManager(all, exec) {
    const wanted = all.filter(({ sshInterface }) => sshInterface === 'session_manager');
    if (wanted.length === 0)
        return;
    if (wanted.some(({ rehearse }) => rehearse !== 'false'))
        throw new lib_errors/* UserError */.yo('network', 'ssh-interface: a rehearsal does not support Session Manager', 'leave `ssh-interface` out where `rehearse` is set');
    if ((await exec(PROGRAM, ['--version'])).code !== 0)
        throw new lib_errors/* UserError */.yo('network', `ssh-interface: session_manager needs the program ${PROGRAM} on the runner, but it cannot be started`, 'install it on the runner (AWS Systems Manager, "Install the Session Manager plugin"), or use `private_ip`');
}

// EXTERNAL MODULE: ./src/aws/ec2.ts
var aws_ec2 = __webpack_require__(2791);
;// CONCATENATED MODULE: ./src/publish/mark.ts



async function markTested(id, level, at, ec2) {
    const ami = await ec2.ami(id);
    if (ami === undefined)
        throw new lib_errors/* UserError */.yo('aws-failed', `the AMI ${id} in ${ec2.region} is gone`, 'run the job again');
    await ec2.tag([id, ...ami.snapshots], {
        [aws_ec2/* TESTED_TAG */.N5]: level,
        [aws_ec2/* TESTED_AT_TAG */.vy]: at,
        ...(ami.tags[aws_ec2/* STATE_TAG */.PZ] === aws_ec2/* BUILT */.BT ? {} : { [aws_ec2/* STATE_TAG */.PZ]: aws_ec2/* TESTED */.gf }),
    });
}
async function markBuilt(all, ec2) {
    const todo = all.filter(({ result }) => (0,model_result/* isWhole */.w)(result) && Object.keys(result.amis).length > 0);
    const regions = [...new Set(todo.flatMap(({ result }) => Object.keys(result.amis)))];
    const problems = new Map();
    const fail = ({ result }, error) => problems.set(result, [...(problems.get(result) ?? []), (0,lib_errors/* failureOf */.g5)(result.image.key, error)]);
    const marked = await Promise.all(regions.map((region) => markRegion(todo.filter(({ result }) => region in result.amis), ec2(region), fail)));
    const known = new Map(marked.flat());
    const failed = todo.filter(({ result }) => problems.has(result));
    await Promise.all(failed.map((each) => takeBack(each, known, ec2)));
    return all.map(({ result, before }) => {
        const failures = problems.get(result);
        if (failures === undefined)
            return result;
        const lost = { status: 'failed', message: 'not kept: it was not tested, and could not be published' };
        const regions = before === aws_ec2/* UNTESTED */.bW ? Object.keys(result.amis).map((at) => [at, lost]) : [];
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
    if (amis instanceof lib_errors/* UserError */.yo) {
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
        fail(image, new lib_errors/* UserError */.yo('aws-failed', what, 'run the job again'));
        return false;
    });
    const mark = (images, published) => orError(() => ec2.tag(images.flatMap((image) => withSnapshots(known.get(idOf(image)))), { [aws_ec2/* STATE_TAG */.PZ]: aws_ec2/* BUILT */.BT, [aws_ec2/* PUBLISHED_TAG */.Eq]: published }));
    for (const published of new Set(good.map((image) => image.published))) {
        const same = good.filter((image) => image.published === published);
        if (!((await mark(same, published)) instanceof lib_errors/* UserError */.yo))
            continue;
        for (const image of same) {
            const error = await mark([image], published);
            if (error instanceof lib_errors/* UserError */.yo)
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
        if (error instanceof lib_errors/* UserError */.yo)
            return error;
        throw error;
    }
}
const withSnapshots = (ami) => (ami === undefined ? [] : [ami.id, ...ami.snapshots]);
async function takeBack({ result, before }, known, ec2) {
    if (before === aws_ec2/* BUILT */.BT || Object.values(result.amis).some((id) => known.get(id)?.tags[aws_ec2/* STATE_TAG */.PZ] === aws_ec2/* BUILT */.BT))
        return;
    const tags = { [aws_ec2/* STATE_TAG */.PZ]: before, [aws_ec2/* PUBLISHED_TAG */.Eq]: '' };
    await Promise.allSettled(Object.entries(result.amis).map(([region, id]) => ec2(region).tag([id, ...(known.get(id)?.snapshots ?? [])], tags)));
}

// EXTERNAL MODULE: ./src/publish/parameters.ts
var parameters = __webpack_require__(2235);
// EXTERNAL MODULE: ./src/publish/settings.ts
var publish_settings = __webpack_require__(6878);
;// CONCATENATED MODULE: ./src/publish/hand-out.ts





async function nameResults(tasks, services, signal, clock) {
    const todo = tasks
        .filter(({ action, result }) => action.kind !== 'nothing' && (0,model_result/* isWhole */.w)(result) && result.test?.passed)
        .map(({ result, inputs, plan }) => ({ result, names: (0,parameters/* namesOf */.eZ)(result.image, inputs.publish), home: plan.region }));
    const failed = await (0,parameters/* writeParameters */.Gq)(todo, services, signal, clock);
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
        published: (0,publish_settings/* publishedHash */.x)(task.inputs.publish, task.inputs.tags),
        before: stateBefore(task),
    }));
    const marked = new Map((await markBuilt(todo, ec2)).map((result) => [result.image.key, result]));
    return tasks.map((task) => ({ ...task, result: marked.get(task.image.key) ?? task.result }));
}
function stateBefore({ action, result }) {
    if (action.kind !== 'build' && action.handedOut)
        return aws_ec2/* BUILT */.BT;
    return result.test?.passed ? aws_ec2/* TESTED */.gf : aws_ec2/* UNTESTED */.bW;
}

// EXTERNAL MODULE: ./src/tools/platform.ts
var platform = __webpack_require__(9836);
// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
// EXTERNAL MODULE: ./src/lib/duration.ts
var duration = __webpack_require__(2543);
// EXTERNAL MODULE: ./src/lib/limit.ts
var limit = __webpack_require__(7280);
// EXTERNAL MODULE: ./src/aws/errors.ts
var aws_errors = __webpack_require__(9378);
;// CONCATENATED MODULE: ./src/publish/wait.ts

const SHORTEST = 0.5;
const LONGEST = 5;
const GROWTH = 1 / 3;
const JITTER = 0.2;
const UNKNOWN = 90;
class NotAvailable extends lib_errors/* UserError */.yo {
    state;
    constructor(state, message, hint) {
        super('aws-failed', message, hint);
        this.state = state;
    }
}
function waiter(effects) {
    const regions = new Map();
    return (region, id, deadline) => new Promise((done, failed) => {
        const waiting = { id, since: effects.clock.now(), deadline, done, failed };
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
    for (;;) {
        await Promise.resolve();
        signal.throwIfAborted();
        const asked = [...list];
        const amis = new Map((await ec2(region).amis(asked.map(({ id }) => id))).map((ami) => [ami.id, ami]));
        const now = clock.now();
        for (const each of asked) {
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
        await clock.sleep(Math.max(Math.min(pause * (1 - JITTER + 2 * JITTER * random()), end - now), 0.05), signal);
    }
}
function verdict(region, { id, since, deadline }, ami, now) {
    const name = `the AMI ${id} in ${region}`;
    if (ami !== undefined && ami.state !== 'pending') {
        const why = ami.reason === undefined ? '' : `: ${ami.reason}`;
        return new NotAvailable('failed', `${name} is ${ami.state}${why}`, 'run the job again');
    }
    if (ami === undefined && now - since >= UNKNOWN)
        return new NotAvailable('unknown', `${name} is not there`, 'check whether somebody deregistered it, and run the job again');
    if (now < deadline)
        return undefined;
    return new NotAvailable('late', `${name} is still ${ami?.state ?? 'not known'} after the time that \`timeout\` gives`, 'run the job again, which resumes the wait, or raise `timeout`');
}

;// CONCATENATED MODULE: ./src/publish/copy.ts





const FULL_PAUSE = 15;
async function copyTo(order, effects) {
    const { image, region, timeout } = order;
    const ec2 = effects.ec2(region);
    const deadline = effects.clock.now() + timeout;
    let dead = order.dead;
    if (order.begun !== undefined) {
        if (order.begun.state === 'available')
            return order.begun;
        effects.log.info(`${image}: ${order.begun.id} in ${region} was started by an earlier run: waiting for it`);
        try {
            return await effects.wait(region, order.begun.id, deadline);
        }
        catch (error) {
            if (!(error instanceof NotAvailable) || error.state === 'late')
                throw error;
            dead = order.begun;
        }
    }
    if (dead !== undefined)
        await remove(dead, ec2);
    let salt = dead === undefined ? '' : `${order.runId} ${dead.id}`;
    for (;;) {
        const id = await start(order, salt, deadline, effects);
        try {
            const ami = await effects.wait(region, id, deadline);
            effects.log.info(`${image}: copied to ${region} as ${id}`);
            return ami;
        }
        catch (error) {
            if (!(error instanceof NotAvailable))
                throw error;
            if (error.state === 'failed')
                await remove({ id, snapshots: [] }, ec2).catch(() => undefined);
            if (error.state !== 'unknown' || salt !== '')
                throw error;
            salt = order.runId;
        }
    }
}
async function start(order, salt, deadline, effects) {
    const { region, source, sourceRegion, key } = order;
    const ec2 = effects.ec2(region);
    const tags = { ...tagsOfCopy(source.tags), ...(key === undefined ? {} : { [aws_ec2/* KEY_TAG */.HI]: key }) };
    const request = {
        name: source.name,
        ...(source.description === undefined ? {} : { description: source.description }),
        sourceRegion,
        sourceId: source.id,
        tags,
        ...(key === undefined ? {} : { key }),
    };
    const token = (0,external_node_crypto_.createHash)('sha256')
        .update(JSON.stringify([region, request, salt]))
        .digest('hex');
    for (;;) {
        effects.signal.throwIfAborted();
        try {
            return await ec2.copy({ ...request, token });
        }
        catch (error) {
            const code = error instanceof lib_errors/* UserError */.yo ? (0,aws_errors/* errorCode */.CA)(error.cause) : '';
            const other = code === 'InvalidAMIName.Duplicate' ? await begunBefore(source, ec2) : undefined;
            if (other !== undefined)
                return other;
            if (code !== 'ResourceLimitExceeded' || effects.clock.now() + FULL_PAUSE >= deadline)
                throw error;
            await effects.clock.sleep(FULL_PAUSE, effects.signal);
        }
    }
}
async function begunBefore(source, ec2) {
    const digest = source.tags[aws_ec2/* DIGEST_TAG */.K1];
    if (digest === undefined)
        return undefined;
    const found = await ec2.amisByDigest([digest]);
    return found.find(({ name, state }) => name === source.name && state !== 'failed')?.id;
}
async function remove({ id, snapshots }, ec2) {
    const all = snapshots.length > 0 ? snapshots : ((await ec2.ami(id))?.snapshots ?? []);
    await ec2.deregister({ id, snapshots: all });
}
function tagsOfCopy(tags) {
    const kept = Object.entries(tags).filter(([name]) => !name.startsWith('aws:') && name !== aws_ec2/* PUBLISHED_TAG */.Eq);
    return { ...Object.fromEntries(kept), ...(tags[aws_ec2/* STATE_TAG */.PZ] === aws_ec2/* BUILT */.BT ? { [aws_ec2/* STATE_TAG */.PZ]: aws_ec2/* TESTED */.gf } : {}) };
}

// EXTERNAL MODULE: ./src/model/publish.ts
var publish = __webpack_require__(4706);
;// CONCATENATED MODULE: ./src/publish/settle.ts



async function settle(ami, terms, ec2) {
    const { settings } = terms;
    const tags = missingTags(ami, terms);
    if (Object.keys(tags).length > 0)
        await ec2.tag([ami.id, ...ami.snapshots], tags);
    if (!ami.needsImdsV2)
        await ec2.requireImdsV2(ami.id);
    if ((0,publish/* isShared */.y)(settings))
        await ec2.share(ami.id, settings);
    if (settings.accounts.length > 0)
        for (const snapshot of ami.snapshots)
            await ec2.shareSnapshot(snapshot, settings.accounts);
    const { createdAt } = terms.source;
    if (settings.deprecateAfter !== undefined && createdAt !== undefined) {
        const at = (0,publish_settings/* deprecationOf */.c)(createdAt, settings.deprecateAfter);
        if (ami.deprecatedAt === undefined || Date.parse(ami.deprecatedAt) !== Date.parse(at))
            await ec2.deprecate(ami.id, at);
    }
    if (settings.protection !== 'false' && !ami.isProtected)
        await ec2.protect(ami.id, settings.protection === 'with-cooldown');
}
function missingTags(ami, { source, tags }) {
    const wanted = { ...tags };
    for (const name of [aws_ec2/* TESTED_TAG */.N5, aws_ec2/* TESTED_AT_TAG */.vy])
        wanted[name] = source.tags[name];
    const states = [ami, source].map((each) => each.tags[aws_ec2/* STATE_TAG */.PZ]);
    if (!states.includes(aws_ec2/* BUILT */.BT))
        wanted[aws_ec2/* STATE_TAG */.PZ] = source.tags[aws_ec2/* STATE_TAG */.PZ];
    return Object.fromEntries(Object.entries(wanted).flatMap(([name, value]) => value === undefined || ami.tags[name] === value ? [] : [[name, value]]));
}

;// CONCATENATED MODULE: ./src/publish/publish.ts






const PER_REGION = 15;
function publisher(effects, maxCopies) {
    const { wait = waiter(effects) } = effects;
    const copies = (0,p_limit/* default */.A)(maxCopies);
    const inRegion = (0,limit/* within */.u)(PER_REGION);
    const copy = (order, source, region, signal = effects.signal) => {
        const { image, runId, home, left, settings, timeout } = order;
        const copied = {
            image,
            runId,
            region,
            sourceRegion: home,
            source,
            begun: left?.copies[region],
            dead: left?.dead[region],
            key: settings.keys[region],
            timeout,
        };
        const abortable = (...asked) => orAborted(wait(...asked), signal);
        return inRegion(region, () => copies(() => copyTo(copied, { ...effects, signal, wait: abortable })));
    };
    const begin = (order, source, signal) => new Map(order.regions.map((region) => {
        const copied = copy(order, source, region, signal);
        copied.catch(() => undefined);
        return [region, copied];
    }));
    const publish = async (order, early) => {
        const regions = {};
        const failures = [];
        const attempt = async (region, work) => {
            try {
                effects.signal.throwIfAborted();
                const { id } = await work();
                regions[region] = { status: 'ready', ami: id };
            }
            catch (error) {
                effects.signal.throwIfAborted();
                if (!(error instanceof lib_errors/* UserError */.yo))
                    throw error;
                regions[region] = { status: 'failed', message: error.message };
                failures.push((0,lib_errors/* failureOf */.g5)(order.image, error));
            }
        };
        let source;
        const settled = (region, ami) => inRegion(region, async () => {
            if (source === undefined)
                throw new Error('nothing is published before its source is there');
            await settle(ami, { settings: order.settings, source, tags: order.tags }, effects.ec2(region));
            return ami;
        });
        await attempt(order.home, async () => {
            source = await wait(order.home, order.source, effects.clock.now() + order.timeout);
            return settled(order.home, source);
        });
        const from = source;
        await Promise.all(order.regions.map((region) => {
            if (from === undefined) {
                regions[region] = { status: 'failed', message: `there is nothing to copy from ${order.home}` };
                return undefined;
            }
            return attempt(region, async () => settled(region, await (early?.get(region) ?? copy(order, from, region))));
        }));
        return { regions, failures };
    };
    return { begin, publish };
}
function orAborted(promise, signal) {
    const aborted = new Promise((_, reject) => {
        const abort = () => reject(signal.reason);
        if (signal.aborted)
            abort();
        else
            signal.addEventListener('abort', abort, { once: true });
    });
    return Promise.race([promise, aborted]);
}
function publishedResult(done, { regions, failures }) {
    const amis = Object.fromEntries(Object.entries(regions).flatMap(([region, { ami }]) => (ami ? [[region, ami]] : [])));
    if (failures.length === 0)
        return { ...done, amis, regions };
    const lost = { status: 'failed', message: 'not kept: it was not tested, and another region failed' };
    const kept = done.test?.passed
        ? regions
        : Object.fromEntries(Object.entries(regions).map(([at, told]) => [at, told.ami === undefined ? told : lost]));
    return { ...done, status: 'failed', amis: {}, regions: kept, failures };
}

;// CONCATENATED MODULE: ./src/publish/resume.ts

function existingResult(image, home, { source, copies }) {
    const all = Object.entries({ [home]: source, ...copies });
    const amis = Object.fromEntries(all.map(([at, { id }]) => [at, id]));
    const test = testedBefore(source);
    return {
        image,
        status: 'existing',
        amis,
        ...(source.state === 'pending' ? { isPending: true } : {}),
        regions: Object.fromEntries(Object.entries(amis).map(([at, ami]) => [at, { status: 'ready', ami }])),
        failures: [],
        tasks: [],
        phases: [],
        ...(test === undefined ? {} : { test }),
    };
}
function testedBefore({ tags }) {
    const level = tags[aws_ec2/* TESTED_TAG */.N5];
    if (level === undefined)
        return undefined;
    return { level: level, passed: true, at: tags[aws_ec2/* TESTED_AT_TAG */.vy] ?? '', seconds: 0, reached: {}, checks: [] };
}
async function adopt(existing, home, runId, ec2) {
    if (existing.source.tags[aws_ec2/* STATE_TAG */.PZ] !== aws_ec2/* UNTESTED */.bW)
        return existing;
    const own = { [aws_ec2/* RUN_TAG */.R2]: runId };
    const take = async (region, ami) => {
        await ec2(region).tag([ami.id, ...ami.snapshots], own);
        return { ...ami, tags: { ...ami.tags, ...own } };
    };
    const copies = await Promise.all(Object.entries(existing.copies).map(async ([region, ami]) => [region, await take(region, ami)]));
    return { ...existing, source: await take(home, existing.source), copies: Object.fromEntries(copies) };
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./src/packer/args.ts
var args = __webpack_require__(6205);
// EXTERNAL MODULE: ./src/lib/hints.ts
var hints = __webpack_require__(7085);
;// CONCATENATED MODULE: ./src/packer/failure.ts


const INSTANCE_DETAILS = 'Instance state change details: ';
const isUnknownYet = (errors) => errors.length > 0 &&
    errors.every((text) => /^(Unknown error|Error) waiting for AMI\b.*InvalidAMIID\.NotFound/s.test(text));
function causes(evidence) {
    const { image, ending } = evidence;
    if (ending.cause === 'timeout') {
        return [
            {
                code: 'build-failed',
                message: `${image}: given up after ${evidence.timeout} minutes (${evidence.last})`,
                hint: 'raise `timeout`, or look in packer.log for what it waited for',
            },
        ];
    }
    if (ending.error !== undefined) {
        return [
            {
                code: 'build-failed',
                message: `${image}: Packer could not be started: ${ending.error}`,
                hint: 'run the job again',
            },
        ];
    }
    const task = evidence.tasks.findLast((record) => record.status === 'failed' || record.status === 'unreachable');
    if (task !== undefined)
        return [taskFailure(evidence, task)];
    if (evidence.unreadable !== undefined) {
        const { message, path } = evidence.unreadable;
        return [
            { code: 'input', message: `${image}: ${oneLine(message)}`, hint: 'correct the file', ...placeOf(evidence, path) },
        ];
    }
    const diagnostics = evidence.complaints.filter((text) => /^Error: /.test(text));
    const texts = [...new Set(evidence.errors.length > 0 ? rootCauses(evidence) : diagnostics)];
    if (texts.length > 0) {
        const details = evidence.complaints.find((text) => text.startsWith(INSTANCE_DETAILS));
        const detail = details === undefined ? '' : `: ${details.slice(INSTANCE_DETAILS.length)}`;
        return texts.map((text) => packerFailure(image, `${text}${detail}`, evidence.root));
    }
    if (ending.code === 0) {
        return [{ code: 'build-failed', message: `${image}: Packer ended without naming an AMI`, hint: 'see packer.log' }];
    }
    const said = oneLine(evidence.complaints.slice(-3).join(' '));
    const end = ending.code === 128 ? 'was ended by a signal' : `ended with exit code ${ending.code}`;
    return [
        {
            code: 'build-failed',
            message: `${image}: Packer ${end}${said === '' ? '' : `: ${said}`}`,
            hint: 'see packer.log',
        },
    ];
}
const CLEAN_UP = /^Error (deleting existing snapshot|deregistering existing AMI)\b/;
function rootCauses({ errors, complaints }) {
    if (!errors.every((text) => CLEAN_UP.test(text)))
        return errors;
    const before = complaints.filter((text) => text.startsWith('Error ') && !CLEAN_UP.test(text));
    return before.length > 0 ? before : errors;
}
function placeOf({ root, workspace = '' }, path) {
    const place = /^(.*):(\d+)$/.exec(path);
    if (place?.[1] === undefined)
        return {};
    const base = [root, workspace].find((each) => each !== '' && place[1]?.startsWith(`${each}/`));
    return { file: base === undefined ? place[1] : (0,external_node_path_.relative)(base, place[1]), line: Number(place[2]) };
}
function taskFailure(evidence, record) {
    const { image } = evidence;
    const what = record.status === 'unreachable' ? 'the instance was not reachable' : 'failed';
    const message = oneLine(record.message ?? what);
    return {
        code: 'build-failed',
        hint: 'see packer.log for the full output of the task',
        ...(0,hints/* known */.e)(message),
        message: `${image}: ${record.task}: ${message}`,
        ...placeOf(evidence, record.path),
    };
}
function packerFailure(image, text, root) {
    const place = /\bon (\S+) line (\d+)/.exec(text);
    const file = place?.[1] === undefined ? undefined : (0,external_node_path_.relative)(root, place[1]);
    const within = file !== undefined && !file.startsWith('..');
    const message = oneLine(text.replace(/^Error: /, '').replaceAll(`${root}/`, ''));
    const api = /api error (\w[\w.]*): (.*)$/.exec(message);
    const short = api === null ? message : `${message.split(':')[0]}: ${api[2]} (${api[1]})`;
    return {
        code: 'build-failed',
        ...(0,hints/* known */.e)(message),
        message: `${image}: ${short.replace(/ ?Encoded authorization failure message: \S+/, '')}`,
        ...(within ? { file, line: Number(place?.[2]) } : {}),
    };
}
function oneLine(text) {
    return text.replace(/\s+/g, ' ').trim();
}

;// CONCATENATED MODULE: ./src/packer/lost-response.ts


const TEMPORARY = /\bInvalid(KeyPair|Group|Permission)\.Duplicate\b/;
const canBeginAgain = (errors) => errors.length > 0 && errors.every((text) => TEMPORARY.test(text));
const isNameTaken = (errors) => errors.length > 0 && errors.every((text) => /^Error creating AMI: .*\bInvalidAMIName\.Duplicate\b/s.test(text));
const PAUSE = 2;
async function findAmiAfterLostResponse(image, runId, ec2, clock, signal) {
    const end = clock.now() + aws_ec2/* LAG */.pJ;
    for (;;) {
        try {
            const found = (await ec2.amisByDigest([image.digest])).find(({ name, tags }) => name === image.amiName && tags[aws_ec2/* RUN_TAG */.R2] === runId && tags[aws_ec2/* STATE_TAG */.PZ] === aws_ec2/* UNTESTED */.bW);
            if (found !== undefined)
                return ['pending', 'available'].includes(found.state) ? found.id : undefined;
        }
        catch (error) {
            if (!(error instanceof lib_errors/* UserError */.yo))
                throw error;
            return undefined;
        }
        if (clock.now() >= end)
            return undefined;
        await clock.sleep(PAUSE, signal);
    }
}

// EXTERNAL MODULE: ./src/model/region.ts
var model_region = __webpack_require__(4709);
;// CONCATENATED MODULE: ./src/packer/output.ts

function parseRow(line) {
    const [time, target, type, ...data] = line.split(',');
    if (time === undefined || target === undefined || type === undefined || !/^\d{9,}$/.test(time)) {
        return line.trim() === '' ? { kind: 'other' } : { kind: 'text', text: line };
    }
    const fields = data.map(unpack);
    if (type === 'ui')
        return uiRow(fields[0] ?? '', fields.slice(1).join(','));
    if (type === 'error')
        return { kind: 'error', build: target, text: fields.join(',') };
    if (type === 'artifact' && fields[1] === 'id') {
        const amis = parseAmis(fields.slice(2).join(','));
        if (Object.keys(amis).length > 0)
            return { kind: 'amis', build: target, amis };
    }
    return { kind: 'other' };
}
function amiBegun(text) {
    return /^AMI: (ami-[0-9a-f]+)$/.exec(text.trim())?.[1];
}
const TEMPORARIES = [
    ['key-pair', /^Creating temporary keypair: (packer_[0-9a-f-]{36})$/],
    ['security-group', /^Creating temporary security group for this instance: (packer_[0-9a-f-]{36})$/],
];
function temporaryOf(text) {
    for (const [kind, words] of TEMPORARIES) {
        const name = words.exec(text.trim())?.[1];
        if (name !== undefined)
            return { kind, name };
    }
    return undefined;
}
function parseAmis(id) {
    const amis = {};
    for (const part of id.split(',')) {
        const [, region = '', id] = /^([^:]+):(ami-[0-9a-f]+)$/.exec(part.trim()) ?? [];
        if (id !== undefined && model_region/* REGION */.Zg.test(region))
            amis[region] = id;
    }
    return amis;
}
function amisInManifest(text, image) {
    try {
        const manifest = JSON.parse(text);
        const own = (manifest.builds ?? []).filter((build) => build.custom_data?.image === image &&
            (manifest.last_run_uuid === undefined || build.packer_run_uuid === manifest.last_run_uuid));
        return parseAmis(own.at(-1)?.artifact_id ?? '');
    }
    catch {
        return {};
    }
}
function uiRow(level, message) {
    const kind = level === 'error' ? 'complaint' : 'say';
    const match = /^(?:==>|-->| {3,4}) ?([A-Za-z0-9_.-]+): ?([\s\S]*)$/.exec(message);
    if (match?.[1]?.includes('.'))
        return { kind, build: match[1], text: match[2] ?? '' };
    return { kind, build: undefined, text: message.trim() };
}
function unpack(field) {
    return field.replaceAll('%!(PACKER_COMMA)', ',').replaceAll('\\n', '\n').replaceAll('\\r', '');
}

// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: ./src/packer/processes.ts
var processes = __webpack_require__(6771);
;// CONCATENATED MODULE: ./src/packer/process.ts



async function runDetached(task, clock, abort, onStart) {
    if (abort.aborted)
        return { code: 128, cause: 'cancelled' };
    const output = (0,external_node_fs_.openSync)(task.output, 'a', 0o600);
    let child;
    try {
        child = (0,external_node_child_process_.spawn)(task.command, [...task.args], {
            cwd: task.cwd,
            env: task.env,
            detached: true,
            stdio: ['ignore', output, output],
        });
    }
    finally {
        (0,external_node_fs_.closeSync)(output);
    }
    const { pid } = child;
    const exited = new Promise((resolve) => {
        child.once('error', (error) => resolve({ code: 127, error: error.message }));
        child.once('exit', (code) => resolve({ code: code ?? 128 }));
    });
    let cause = 'ended';
    let killer;
    const end = (why) => {
        if (cause !== 'ended')
            return;
        cause = why;
        child.kill('SIGTERM');
        killer = setTimeout(() => child.kill('SIGKILL'), task.grace * 1000);
    };
    const timer = setTimeout(() => end('timeout'), task.timeout * 1000);
    const cancel = () => end('cancelled');
    abort.addEventListener('abort', cancel, { once: true });
    try {
        try {
            if (pid !== undefined)
                onStart((0,processes/* identify */.ls)(pid));
        }
        catch (error) {
            child.kill('SIGKILL');
            throw error;
        }
        const ending = await exited;
        return { ...ending, cause };
    }
    finally {
        clearTimeout(timer);
        clearTimeout(killer);
        abort.removeEventListener('abort', cancel);
        await (0,processes/* reap */.xg)(task.markers, pid === undefined ? [] : [pid], clock);
    }
}

// EXTERNAL MODULE: ./src/packer/tail.ts
var tail = __webpack_require__(8954);
;// CONCATENATED MODULE: ./src/packer/packer.ts









const GRACE = 180;
const eventsFile = (directory) => (0,external_node_path_.join)(directory, 'tasks.jsonl');
async function runPacker(task, settings, effects) {
    let errors = [];
    const held = { ...task, onRow: (row) => (row.kind === 'error' ? errors.push(row) : task.onRow(row)) };
    let ending = await runOnce(held, settings, effects);
    if (ending.cause === 'ended' && canBeginAgain(errors.map(({ text }) => text))) {
        effects.log.info(`${task.image}: EC2's response to Packer was lost; restarting Packer`);
        errors = [];
        ending = await runOnce(held, settings, effects);
    }
    for (const row of errors)
        task.onRow(row);
    return ending;
}
async function runOnce(task, settings, effects) {
    const { clock, log, signal } = effects;
    const { directory, image } = task;
    const call = {
        runId: settings.runId,
        image,
        template: (0,external_node_path_.join)(settings.root, 'packer', task.template),
        varFile: task.varFile,
        pluginDirectory: settings.tools.pluginDirectory,
        configDirectory: (0,external_node_path_.join)(directory, 'config'),
        temporary: (0,external_node_path_.join)(directory, 'tmp'),
        events: eventsFile(directory),
    };
    for (const path of [directory, call.configDirectory, call.temporary])
        (0,external_node_fs_.mkdirSync)(path, { recursive: true, mode: 0o700 });
    const writer = (0,external_node_fs_.createWriteStream)(task.log, { flags: 'a' });
    writer.once('error', (error) => log.warning(`${task.log} is not complete: ${error.message}`));
    const redact = settings.newRedactor();
    const onLine = (line) => {
        const clean = redact(line);
        const row = parseRow(clean);
        if ('text' in row && writer.writable)
            writer.write(`${logTime(clean)}${row.text}\n`);
        const temporary = row.kind === 'say' ? temporaryOf(row.text) : undefined;
        if (temporary !== undefined)
            effects.onTemporary?.(temporary);
        task.onRow(row);
    };
    const drained = new AbortController();
    const raw = (0,external_node_path_.join)(directory, 'packer.raw');
    const follow = ({ path, onLine }) => {
        const clean = settings.newRedactor();
        return (0,tail/* tail */.R)(path, (line) => onLine(clean(line)), clock, drained.signal);
    };
    const readers = Promise.all([(0,tail/* tail */.R)(raw, onLine, clock, drained.signal), ...task.files.map(follow)]);
    try {
        const ending = await effects.during(task.describe, () => runDetached({
            command: settings.tools.packer,
            args: task.args(call),
            cwd: directory,
            env: { ...(0,args/* packerEnv */.WL)(call, settings.env, settings.account.env), ...task.env },
            output: raw,
            timeout: task.timeout,
            grace: GRACE,
            markers: (0,args/* markers */.S8)(call),
        }, clock, signal, effects.onStart));
        drained.abort();
        await readers;
        return ending;
    }
    finally {
        drained.abort();
        await readers.catch(() => undefined);
        writer.end();
        await (0,external_node_stream_promises_.finished)(writer).catch(() => undefined);
        for (const path of [call.temporary, call.configDirectory, raw])
            await (0,promises_.rm)(path, { recursive: true, force: true });
    }
}
function logTime(line) {
    const seconds = /^(\d{9,}),/.exec(line)?.[1];
    return seconds === undefined ? '' : `${new Date(Number(seconds) * 1000).toISOString().slice(11, 19)} `;
}

// EXTERNAL MODULE: ./src/packer/events.ts
var events = __webpack_require__(9525);
;// CONCATENATED MODULE: ./src/packer/progress.ts


const PHASE_BEGINS = [
    ['provision', /^Connected to SSH!/],
    ['snapshot', /^Stopping the source instance\b/],
    ['clean-up', /^(Terminating the source AWS instance|Cleaning up any extra volumes|Provisioning step had errors)/],
];
const NOISE = /^(Adding tags?:|Skipping |AMIs were created:)/;
function phaseBegunBy(text) {
    return PHASE_BEGINS.find(([, words]) => words.test(text))?.[0];
}
function progress(name, prefixed, log, clock) {
    const tasks = [];
    const phases = [];
    let phase = 'launch';
    let phaseStart = clock.now();
    let running;
    const say = (line) => log.info(prefixed ? `${name}: ${line}` : line);
    const endPhase = () => {
        const now = clock.now();
        phases.push({ name: phase, start: phaseStart, seconds: now - phaseStart });
        phaseStart = now;
    };
    const onEvent = (event) => {
        if (event.event === 'start') {
            running = { task: event.task, since: clock.now() };
            return;
        }
        running = undefined;
        const { record } = event;
        tasks.push(record);
        if (record.status === 'skipped')
            return;
        const remark = record.status === 'ok' || record.status === 'changed' ? '' : ` — ${record.status}`;
        say(`${record.seconds.toFixed(1).padStart(7)} s  ${record.task}${remark}`);
    };
    return {
        tasks,
        phases,
        phase: () => phase,
        row: (row) => {
            if (row.kind !== 'say' && row.kind !== 'complaint')
                return;
            const next = row.build === undefined ? undefined : phaseBegunBy(row.text);
            if (next !== undefined && next !== phase) {
                endPhase();
                phase = next;
            }
            const chatter = phase === 'provision' && next === undefined;
            const line = row.text.trim();
            if (row.build !== undefined && !chatter && line !== '' && !NOISE.test(line))
                say(line);
            else
                log.debug(`${name}: ${line}`);
        },
        event: (line) => {
            const event = (0,events/* parseEvent */.w)(line);
            if (event !== undefined)
                onEvent(event);
        },
        describe: () => {
            const now = clock.now();
            return running === undefined
                ? `${name}: ${phase} for ${(0,duration/* duration */.p)(now - phaseStart)}`
                : `${name}: ${running.task} for ${(0,duration/* duration */.p)(now - running.since)}`;
        },
        finish: endPhase,
    };
}

;// CONCATENATED MODULE: ./src/packer/build.ts









const KEPT_COMPLAINTS = 20;
async function buildImage(image, directory, settings, effects) {
    const watch = progress(image.key, settings.several, effects.log, effects.clock);
    const found = { amis: {}, errors: [], complaints: [] };
    const log = (0,external_node_path_.join)(settings.reportDirectory, `${image.key}.packer.log`);
    const sbom = (0,external_node_path_.join)(settings.reportDirectory, `${image.key}.cdx.json`);
    const task = {
        image: image.key,
        directory,
        template: 'image',
        varFile: settings.varFile,
        args: args/* packerArgs */.iD,
        log,
        timeout: settings.timeout * 60,
        onRow: (row) => {
            const before = found.begun;
            note(row, found, watch.phase() === 'provision');
            if (found.begun !== undefined && before === undefined)
                effects.onAmi?.(found.begun);
            watch.row(row);
        },
        files: [{ path: eventsFile(directory), onLine: watch.event }],
        env: { K8S_IMAGE_SBOM: sbom },
        describe: watch.describe,
    };
    const ending = await runPacker(task, settings, effects);
    const last = watch.describe();
    watch.finish();
    if (ending.code === 0 && Object.keys(found.amis).length === 0) {
        const manifest = await (0,promises_.readFile)((0,external_node_path_.join)(directory, 'manifest.json'), 'utf8').catch(() => '');
        found.amis = amisInManifest(manifest, image.key);
    }
    const id = found.amis[settings.region];
    const base = { image, tasks: watch.tasks, phases: watch.phases, log, ...((0,external_node_fs_.existsSync)(sbom) ? { sbom } : {}) };
    if (ending.code === 0 && id !== undefined) {
        return { ...base, status: 'built', amis: { [settings.region]: id }, failures: [] };
    }
    const made = ending.cause === 'ended' ? await recoverAmi(image, found, settings, effects) : undefined;
    if (made !== undefined)
        return { ...base, status: 'built', amis: { [settings.region]: made }, isPending: true, failures: [] };
    if (ending.cause === 'cancelled')
        return { ...base, status: 'cancelled', amis: {}, failures: [] };
    const { errors, complaints } = found;
    const evidence = {
        image: image.key,
        root: settings.root,
        workspace: settings.env.GITHUB_WORKSPACE ?? '',
        ending,
        timeout: settings.timeout,
        last,
        errors,
        complaints,
    };
    const { unreadable } = found;
    const failures = causes({ ...evidence, ...(unreadable ? { unreadable } : {}), tasks: watch.tasks });
    return { ...base, status: 'failed', amis: {}, failures };
}
async function recoverAmi(image, { begun, errors }, { runId, ec2 }, { clock, log, signal }) {
    if (begun !== undefined && isUnknownYet(errors)) {
        log.info(`${image.key}: Packer did not wait for ${begun}, which EC2 did not list yet; the action continues without Packer`);
        return begun;
    }
    if (!isNameTaken(errors))
        return undefined;
    const ami = await findAmiAfterLostResponse(image, runId, ec2, clock, signal);
    if (ami !== undefined)
        log.info(`${image.key}: EC2 made ${ami}, but Packer never got the response; the action continues without Packer`);
    return ami;
}
function note(row, found, provisioning) {
    if (row.kind === 'amis')
        Object.assign(found.amis, row.amis);
    const begun = row.kind === 'say' && !provisioning ? amiBegun(row.text) : undefined;
    if (begun !== undefined)
        found.begun = begun;
    if (row.kind === 'error')
        found.errors.push(row.text);
    if (row.kind === 'complaint' && provisioning)
        noteUnreadable(row.text, found);
    const complaint = row.kind === 'text' || (row.kind === 'complaint' && !(provisioning && row.build !== undefined));
    if (complaint && found.complaints.push(row.text) > KEPT_COMPLAINTS)
        found.complaints.shift();
}
function noteUnreadable(text, found) {
    const message = /^\[ERROR\]: (.*)/.exec(text)?.[1];
    const path = /^Origin: (.*:\d+):\d+$/.exec(text)?.[1];
    if (message !== undefined)
        found.unreadable ??= { message, path: '' };
    if (path !== undefined && found.unreadable?.path === '')
        found.unreadable = { ...found.unreadable, path };
}

;// CONCATENATED MODULE: ./src/actions/build/publish-order.ts
function publishOrder({ image, inputs, plan }, source, { job }, existing) {
    return {
        image: image.key,
        runId: job.runId,
        home: plan.region,
        source,
        regions: plan.copyRegions,
        ...(existing === undefined ? {} : { left: existing }),
        settings: inputs.publish,
        tags: inputs.tags,
        timeout: inputs.timeout * 60,
    };
}

;// CONCATENATED MODULE: ./src/actions/build/job.ts

const resultsOf = ({ tasks }) => tasks.map(({ result }) => result);
async function phase({ effects: { clock }, phases }, name, work) {
    const start = clock.now();
    try {
        return await work();
    }
    finally {
        phases.push({ name, start, seconds: clock.now() - start });
    }
}
function watched(job, name, work, title = name) {
    const { clock } = job.effects;
    const start = clock.now();
    return job.during(() => `${title} for ${(0,duration/* duration */.p)(clock.now() - start)}`, () => phase(job, name, work));
}
async function grouped(log, title, work) {
    log.group(title);
    try {
        return await work();
    }
    finally {
        log.endGroup();
    }
}

;// CONCATENATED MODULE: ./src/actions/build/shared.ts



function packerSettings({ kit, plan, inputs }, { job, account, several, ec2 }) {
    return {
        runId: job.runId,
        root: job.effects.root,
        reportDirectory: job.reportDirectory,
        varFile: kit.varFile,
        region: plan.region,
        ec2: ec2(plan.region),
        tools: kit.tools,
        account,
        env: job.effects.env,
        timeout: inputs.timeout,
        several,
        newRedactor: () => (0,lib_redact/* redactor */.$)(job.secrets),
    };
}
function packerEffects(name, region, { job, state }) {
    return {
        log: job.log,
        clock: job.effects.clock,
        signal: job.signal,
        during: (describe, work) => job.during(describe, () => phase(job, name, work)),
        onStart: (id) => state.change({ packers: [...state.get().packers, id] }),
        onTemporary: (thing) => {
            if ((0,model_region/* tagsNoTemporaries */.oE)(region))
                state.change({ temporaries: [...(state.get().temporaries ?? []), { ...thing, region }] });
        },
    };
}

// EXTERNAL MODULE: ./src/preflight/tags.ts
var preflight_tags = __webpack_require__(5386);
;// CONCATENATED MODULE: ./src/actions/build/tag-at-once.ts





const tag_at_once_PAUSE = 2;
async function tagAtOnce({ image, inputs, plan }, ami, { ec2, job }) {
    if (!(0,model_region/* tagsAmisLate */.wO)(plan.region))
        return;
    const { clock } = job.effects;
    const tags = (0,preflight_tags/* knownTags */.$)({ image, inputs, runId: job.runId });
    for (const end = clock.now() + aws_ec2/* LAG */.pJ;;) {
        try {
            await ec2(plan.region).tag([ami], tags);
            return;
        }
        catch (error) {
            if (!(error instanceof lib_errors/* UserError */.yo))
                throw error;
            if ((0,aws_errors/* isNotFound */.c4)(error) && clock.now() < end)
                await clock.sleep(tag_at_once_PAUSE);
            else {
                job.log.warning(`${image.key}: ${ami} could not be tagged at once: ${error.message}`);
                return;
            }
        }
    }
}

;// CONCATENATED MODULE: ./src/gate/discard.ts


async function discard(order, ec2, log) {
    const { image, ami, keep } = order;
    try {
        const found = await ec2.ami(ami);
        if (found === undefined)
            return;
        if ([aws_ec2/* STATE_TAG */.PZ, aws_ec2/* TESTED_TAG */.N5, aws_ec2/* TESTED_AT_TAG */.vy].some((name) => found.tags[name] !== order.before[name])) {
            log.warning(`${image}: ${ami} in ${ec2.region} stays: another run took it over`);
            return;
        }
        if (keep) {
            await ec2.tag([ami, ...found.snapshots], { [aws_ec2/* STATE_TAG */.PZ]: aws_ec2/* FAILED */.Wk });
            log.info(`${image}: ${ami} in ${ec2.region} is kept, with the tag ${aws_ec2/* STATE_TAG */.PZ}=${aws_ec2/* FAILED */.Wk}`);
            return;
        }
        await ec2.deregister({ id: ami, snapshots: found.snapshots });
        log.info(`${image}: ${ami} was deregistered, with its snapshots`);
    }
    catch (error) {
        if (!(error instanceof lib_errors/* UserError */.yo))
            throw error;
        log.warning(`${image}: ${ami} ${keep ? 'could not be tagged and will be deleted' : 'is still there'}: ${error.message}`);
    }
}

;// CONCATENATED MODULE: ./src/gate/console.ts



const console_PAUSE = 15;
function watchConsole(order, ec2, clock) {
    const done = new AbortController();
    let text = '';
    let instance;
    const look = async () => {
        try {
            instance ??= (await ec2.tagged('instance', order.runId)).find(({ tags }) => tags[aws_ec2/* GATE_TAG */.Jo] === order.ami)?.id;
            const found = instance === undefined ? undefined : await ec2.console(instance);
            if (found === undefined || found.length <= text.length)
                return;
            const redact = order.redact();
            text = found.split('\n').map(redact).join('\n');
            await (0,promises_.writeFile)(order.file, text);
        }
        catch (error) {
            if (!(error instanceof lib_errors/* UserError */.yo) && !error.code)
                throw error;
        }
    };
    const watching = (async () => {
        for (;;) {
            try {
                await clock.sleep(console_PAUSE, done.signal);
            }
            catch {
                return;
            }
            await look();
        }
    })();
    return {
        text: () => text,
        stop: async (last) => {
            done.abort();
            await watching;
            if (last)
                await look();
        },
    };
}

// EXTERNAL MODULE: ./src/model/level.ts
var model_level = __webpack_require__(2975);
;// CONCATENATED MODULE: ./src/gate/results.ts

function parseGuestLine(line) {
    let value;
    try {
        value = JSON.parse(line);
    }
    catch {
        return undefined;
    }
    if (typeof value !== 'object' || value === null)
        return undefined;
    const { level, check, passed, seconds, message, evidence, journal, note, end } = value;
    if (typeof journal === 'string')
        return { kind: 'journal', text: journal };
    if (typeof note === 'string')
        return { kind: 'note', text: note };
    if (end === true && typeof passed === 'boolean')
        return { kind: 'end', passed };
    if (!(0,model_level/* isLevel */.NW)(level) || typeof check !== 'string' || typeof passed !== 'boolean')
        return undefined;
    return {
        kind: 'check',
        check: {
            level,
            name: check,
            passed,
            seconds: typeof seconds === 'number' ? seconds : 0,
            message: typeof message === 'string' ? message : '',
            evidence: typeof evidence === 'string' ? evidence : '',
        },
    };
}

// EXTERNAL MODULE: ./src/gate/variables.ts
var variables = __webpack_require__(5754);
;// CONCATENATED MODULE: ./src/gate/verdict.ts

const CONSOLE_LINES = 20;
function verdict_verdict(evidence) {
    const { image, ami, checks, end } = evidence;
    const failed = checks.filter(({ passed }) => !passed);
    if (failed.length > 0) {
        const specs = failed.map((check) => ({
            code: 'test-failed',
            message: `${image}: ${ami} failed the test ${check.level}/${check.name}: ${check.message}`,
            ...(check.evidence === '' ? {} : { evidence: check.evidence }),
        }));
        return end === undefined && evidence.ending.cause === 'timeout' ? [...specs, ...early(evidence)] : specs;
    }
    if (end?.passed && checks.length > 0)
        return [];
    return early(evidence);
}
function early(evidence) {
    const { image, ami, checks } = evidence;
    const reached = checks.length > 0;
    const progress = checks.findLast(({ level }) => level === 'conformance')?.message.match(/\((\d+ of \d+)\)$/)?.[1];
    const reasons = causes({ ...evidence, tasks: [] }).map(inGate);
    const tail = lastLines(evidence.console, CONSOLE_LINES);
    return reasons.map(({ message, hint }) => {
        const cause = message.replace(`${image}: `, '');
        const ended = progress === undefined ? '' : `, when ${progress} specs had ended`;
        const state = reached ? `the tests of ${ami} ended early${ended}` : `${ami} could not be tested`;
        return {
            code: 'test-failed',
            message: `${image}: ${state}: ${cause}`,
            hint: hint ?? 'read the console and the log in the report directory',
            ...(tail === '' ? {} : { evidence: `the end of its console:\n${tail}` }),
        };
    });
}
function inGate(failure) {
    if (/[Tt]imeout waiting for SSH/.test(failure.message)) {
        const [image = ''] = failure.message.split(':');
        return {
            code: 'test-failed',
            message: `${image}: the instance did not answer SSH in time`,
            hint: 'read the console: it shows how far the boot came',
        };
    }
    const hint = failure.hint?.replace('`timeout`', '`test-timeout`').replace('packer.log', 'the log of its test');
    return { ...failure, ...(hint === undefined ? {} : { hint }) };
}
function lastLines(text, count) {
    return text
        .split(/\r?\n|\r/)
        .map((line) => line.trimEnd())
        .filter((line) => line !== '')
        .slice(-count)
        .join('\n');
}

;// CONCATENATED MODULE: ./src/gate/gate.ts












async function testImage(image, ami, system, directory, settings, effects) {
    const { clock, log } = effects;
    const started = clock.now();
    const date = () => new Date(clock.now() * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
    const kept = (name) => (0,external_node_path_.join)(settings.reportDirectory, `${image.key}.${name}`);
    const { level, timeout, selection, reboot } = settings;
    const checks = [];
    let end;
    let state = 'launch';
    let launched = started;
    const reached = {};
    const reach = (what) => {
        reached[what] = Math.round((clock.now() - launched) * 10) / 10;
    };
    const onResult = (line) => {
        const said = parseGuestLine(line);
        if (said?.kind === 'journal')
            (0,external_node_fs_.writeFileSync)(kept('journal.log'), said.text);
        if (said?.kind === 'note')
            log.info(`${image.key}: ${said.text}`);
        if (said?.kind === 'end')
            end = said;
        if (said?.kind !== 'check')
            return;
        const { check } = said;
        checks.push(check);
        reach(check.level);
        const word = check.passed ? 'passed' : 'FAILED';
        log.info(`${image.key}: ${word} ${check.level}/${check.name}: ${check.message} (${check.seconds.toFixed(1)} s)`);
    };
    const found = { amis: {}, errors: [], complaints: [] };
    const onRow = (row) => {
        note(row, found, false);
        if (row.kind === 'say' && phaseBegunBy(row.text) === 'provision')
            state = 'the checks';
        if (row.kind !== 'say')
            return;
        if (/Launching a source AWS instance/.test(row.text))
            launched = clock.now();
        if (/Connected to SSH/.test(row.text))
            reach('ssh');
        if (/^Waiting for SSH/.test(row.text))
            state = 'waiting for SSH';
    };
    const describe = () => `${image.key}: testing ${ami}, ${state}, ${checks.length} checks done, ${(0,duration/* duration */.p)(clock.now() - started)}`;
    const results = (0,external_node_path_.join)(directory, 'results.jsonl');
    const varFile = (0,external_node_path_.join)(directory, 'gate.pkrvars.json');
    const order = { image, ami, level, selection, reboot, system, timeout, results };
    const console = watchConsole({ runId: settings.runId, ami, file: kept('console.log'), redact: settings.newRedactor }, settings.ec2, clock);
    try {
        (0,external_node_fs_.rmSync)(directory, { recursive: true, force: true });
        (0,external_node_fs_.mkdirSync)(directory, { recursive: true, mode: 0o700 });
        (0,external_node_fs_.writeFileSync)(varFile, (0,variables/* renderGateVariables */.b)(settings.built, order), { mode: 0o600 });
        const task = {
            image: image.key,
            directory,
            template: 'gate',
            files: [{ path: results, onLine: onResult }],
            log: kept('gate.log'),
            timeout: timeout * 60,
            varFile,
            args: () => ['build', '-machine-readable', `-var-file=${varFile}`, (0,external_node_path_.join)(settings.root, 'packer/gate')],
            onRow,
            describe,
        };
        const ending = await runPacker(task, settings, effects);
        const last = describe();
        await console.stop(end === undefined);
        const { errors, complaints } = found;
        const text = console.text();
        const { root } = settings;
        const failures = verdict_verdict({
            image: image.key,
            ami,
            root,
            ending,
            timeout,
            last,
            checks,
            end,
            errors,
            complaints,
            console: text,
        });
        const cancelled = ending.cause === 'cancelled';
        const at = date();
        const passed = failures.length === 0 && !cancelled;
        const test = { level, passed, at, seconds: clock.now() - started, reached, checks };
        return { test, failures, cancelled };
    }
    catch (error) {
        if (!(error instanceof lib_errors/* UserError */.yo))
            throw error;
        return {
            test: { level, passed: false, at: date(), seconds: clock.now() - started, reached, checks },
            failures: [(0,lib_errors/* failureOf */.g5)(image.key, error)],
            cancelled: false,
        };
    }
    finally {
        await console.stop(false);
    }
}
async function markOutcome(image, ami, outcome, ec2) {
    const { test } = outcome;
    if (!test.passed)
        return outcome;
    try {
        await markTested(ami, test.level, test.at, ec2);
        return outcome;
    }
    catch (error) {
        if (!(error instanceof lib_errors/* UserError */.yo))
            throw error;
        return { test: { ...test, passed: false }, failures: [(0,lib_errors/* failureOf */.g5)(image, error)], cancelled: false };
    }
}

;// CONCATENATED MODULE: ./src/actions/build/test-image.ts






async function testAmi(task, ami, directory, shared, signal) {
    const { image, inputs } = task;
    const level = (0,model_level/* levelOf */.In)(inputs);
    if (level === undefined)
        return undefined;
    const system = inputs.operatingSystems[image.os];
    if (system === undefined)
        throw new Error(`${image.key}: inputs accepted ${image.os}`);
    const effects = { ...packerEffects('gate', task.plan.region, shared), signal };
    const { clock, log } = effects;
    log.info(`${image.key}: testing ${ami} (${level})`);
    const start = clock.now();
    const settings = packerSettings(task, shared);
    const gate = {
        ...settings,
        level,
        reboot: inputs.testReboot,
        selection: { focus: inputs.testFocus, skip: inputs.testSkip },
        timeout: inputs.testTimeout,
        built: JSON.parse((0,external_node_fs_.readFileSync)(settings.varFile, 'utf8')),
    };
    const outcome = await testImage(image, ami, system, directory, gate, effects);
    return { ami, outcome, phase: { name: 'test', start, seconds: clock.now() - start } };
}
async function concludeTest(task, built, tested, shared, existing) {
    if (tested === undefined)
        return built;
    const { image, inputs, plan } = task;
    const { log } = shared.job;
    const ec2 = shared.ec2(plan.region);
    const { ami } = tested;
    const { test, failures, cancelled } = await markOutcome(image.key, ami, tested.outcome, ec2);
    const phases = [...built.phases, tested.phase];
    if (cancelled)
        return { ...built, status: 'cancelled', amis: {}, phases, test };
    if (failures.length === 0)
        return { ...built, phases, test };
    if (existing?.handedOut)
        log.info(`${image.key}: ${ami} stays, because an earlier run published it; set if-exists: rebuild for a new one`);
    else {
        const before = existing?.source.tags ?? { [aws_ec2/* STATE_TAG */.PZ]: aws_ec2/* UNTESTED */.bW };
        const keep = inputs.keepFailed || before[aws_ec2/* STATE_TAG */.PZ] === aws_ec2/* TESTED */.gf;
        await discard({ image: image.key, ami, before, keep }, ec2, log);
    }
    return { ...built, status: 'failed', amis: {}, failures, phases, test };
}

;// CONCATENATED MODULE: ./src/actions/build/build-and-test.ts








async function buildAndTest(task, directory, shared) {
    const { image, inputs, plan } = task;
    const begun = Promise.withResolvers();
    let tagging = Promise.resolve();
    const onAmi = (id) => {
        tagging = tagAtOnce(task, id, shared);
        begun.resolve(id);
    };
    const effects = { ...packerEffects('packer', plan.region, shared), onAmi };
    const building = buildImage(image, directory, packerSettings(task, shared), effects);
    const ended = building.then(() => undefined, () => undefined);
    const id = await Promise.race([begun.promise, ended]);
    await tagging;
    const limit = shared.job.effects.clock.now() + inputs.timeout * 60;
    const early = id === undefined ? undefined : await Promise.race([shared.wait(plan.region, id, limit).catch(unknown), ended]);
    if (early !== undefined)
        return beside(task, early, building, directory, shared);
    const built = await building;
    return (0,model_result/* isWhole */.w)(built) ? testBuilt(task, built, directory, shared) : { result: built };
}
function unknown(error) {
    if (!(error instanceof lib_errors/* UserError */.yo))
        throw error;
}
async function testBuilt(task, built, directory, shared, existing) {
    const { image, inputs, plan } = task;
    const deadline = shared.job.effects.clock.now() + inputs.timeout * 60;
    try {
        const source = await shared.wait(plan.region, built.amis[plan.region] ?? '', deadline);
        return await beside(task, source, Promise.resolve(built), directory, shared, existing);
    }
    catch (error) {
        if (!(error instanceof lib_errors/* UserError */.yo))
            throw error;
        return { result: failed(built, (0,lib_errors/* failureOf */.g5)(image.key, error)) };
    }
}
function testExisting(task, existing, directory, shared) {
    return testBuilt(task, existingResult(task.image, task.plan.region, existing), directory, shared, existing);
}
function failed(built, failure) {
    return { ...built, status: 'failed', amis: {}, failures: [failure] };
}
async function beside(task, source, building, directory, shared, existing) {
    const stop = new AbortController();
    const signal = AbortSignal.any([shared.job.signal, stop.signal]);
    const { image, plan } = task;
    const wanted = task.inputs.publish.copyBeforeTest && plan.copyRegions.length > 0;
    if (wanted)
        shared.job.log.info(`${image.key}: copying ${source.id} to ${plan.copyRegions.join(', ')}`);
    const copies = wanted
        ? shared.publisher.begin(publishOrder(task, source.id, shared, existing), source, signal)
        : undefined;
    const testing = testAmi(task, source.id, `${directory}t`, shared, signal);
    testing.catch(() => undefined);
    try {
        const built = await building;
        if (!(0,model_result/* isWhole */.w)(built)) {
            stop.abort(new lib_errors/* UserError */.yo('build-failed', 'the build failed'));
            await testing;
            return { result: built };
        }
        const result = await concludeTest(task, built, await testing, shared, existing);
        if (!(0,model_result/* isWhole */.w)(result))
            stop.abort(new lib_errors/* UserError */.yo('test-failed', 'the test failed'));
        return { result, ...(copies === undefined ? {} : { copies }) };
    }
    catch (error) {
        stop.abort(error);
        await testing.catch(() => undefined);
        throw error;
    }
}

;// CONCATENATED MODULE: ./src/actions/build/build-images.ts










async function buildImages(job, tasks, account, state) {
    const { effects, log, signal } = job;
    const { clock } = effects;
    const ec2 = effects.ec2(account);
    const maxCopies = Math.max(1, ...tasks.map(({ inputs }) => inputs.publish.maxCopies));
    const wait = waiter({ ec2, clock, signal });
    const shared = {
        job,
        account,
        state,
        several: tasks.length > 1,
        limit: (0,p_limit/* default */.A)(tasks[0]?.inputs.parallelBuilds ?? 1),
        ec2,
        wait,
        publisher: publisher({ ec2, clock, log, signal, wait }, maxCopies),
    };
    const endings = await Promise.allSettled(tasks.map(async (task, at) => {
        const directory = (0,external_node_path_.join)(job.directory, String(at + 1));
        return { ...task, result: await takeThrough(task, directory, shared) };
    }));
    signal.throwIfAborted();
    return endings.map((ending) => {
        if (ending.status === 'rejected')
            throw ending.reason;
        return ending.value;
    });
}
async function takeThrough(task, directory, shared) {
    const { image, plan, action } = task;
    const { job, limit, state, ec2 } = shared;
    if (action.kind === 'nothing')
        return existingResult(image, plan.region, action);
    if ('kit' in task && action.kind === 'build')
        return build_images_publish(task, await limit(() => buildAndTest(task, directory, shared)), shared);
    if (action.kind === 'build')
        throw new Error(`${image.key}: a build without its kit`);
    state.change({ published: true });
    const existing = await adopt(action, plan.region, job.runId, ec2);
    const tested = 'kit' in task
        ? await limit(() => testExisting(task, existing, directory, shared))
        : { result: existingResult(image, plan.region, existing) };
    return build_images_publish(task, tested, shared, existing);
}
async function build_images_publish(task, { result: done, copies }, shared, existing) {
    const { image, plan } = task;
    const { job, publisher } = shared;
    const { log, effects } = job;
    const id = done.amis[plan.region];
    if (!(0,model_result/* isWhole */.w)(done) || id === undefined) {
        for (const failure of done.failures)
            log.info(failure.message);
        return done;
    }
    log.info(`${image.key}: ${id} in ${plan.region}${plan.copyRegions.length > 0 ? ', publishing it' : ''}`);
    const start = effects.clock.now();
    const seconds = () => effects.clock.now() - start;
    const order = publishOrder(task, id, shared, existing);
    const published = await job.during(() => `${image.key}: publishing to ${plan.copyRegions.join(', ')} for ${(0,duration/* duration */.p)(seconds())}`, () => phase(job, 'copy', () => publisher.publish(order, copies)));
    const copying = { name: 'copy', start, seconds: seconds() };
    const phases = plan.copyRegions.length === 0 ? done.phases : [...done.phases, copying];
    return publishedResult({ ...done, phases }, published);
}

// EXTERNAL MODULE: ./src/model/account.ts
var model_account = __webpack_require__(4214);
// EXTERNAL MODULE: ./src/plan/lock-file.ts
var lock_file = __webpack_require__(4303);
;// CONCATENATED MODULE: ./src/preflight/programs.ts

const PROGRAMS = { bash: '--version', ssh: '-V' };
async function checkPrograms(exec) {
    const found = await Promise.all(Object.entries(PROGRAMS).map(async ([name, call]) => ({ name, code: (await exec(name, [call])).code })));
    const missing = found.filter(({ code }) => code !== 0).map(({ name }) => name);
    if (missing.length > 0)
        throw new lib_errors/* UserError */.yo('runner', `the runner lacks ${missing.join(' and ')}`, 'install openssh-client and bash on the runner, or in the container');
}

// EXTERNAL MODULE: ./src/publish/tasks.ts + 4 modules
var publish_tasks = __webpack_require__(8319);
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
        return [{ inputs: first.inputs, region, copyRegions, image: first.image, instanceTypes }];
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
    const { preflight } = await __webpack_require__.e(/* import() */ 403).then(__webpack_require__.bind(__webpack_require__, 7403));
    await preflight({ groups, parallel, runId, reportDirectory }, { aws: effects.aws(account), clock: effects.clock, log });
}

// EXTERNAL MODULE: ./src/actions/build/rehearsal.ts
var rehearsal = __webpack_require__(5031);
;// CONCATENATED MODULE: ./src/actions/build/prepare.ts









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
        const rehearsed = await watched(job, 'rehearsal', () => (0,rehearsal/* startRehearsal */.U6)(inputs, {
            ...preparation,
            root: effects.root,
            directory: job.directory,
            env: effects.env,
            clock: effects.clock,
            onStart: (process, readyFile) => state.change({ rehearsal: { process, readyFile, keep: inputs.rehearse === 'keep' } }),
        }));
        const secrets = (0,lib_redact/* secretsIn */.V)(rehearsed.env);
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
        const plans = await watched(job, 'plan', () => (0,groups/* planGroups */.W)(wanted, (each) => effects.makePlan(each, job.runId, found, preparation))).catch(orPreflight);
        if (inputs.lock.mode === 'write')
            (0,lock_file/* writeLock */.b)(inputs.lock, plans, log);
        const tasks = await watched(job, 'look-up', () => (0,publish_tasks/* findTasks */.Uz)(plans, ec2, services, effects.clock.now())).catch(orPreflight);
        if (!tasks.some(publish_tasks/* needsTools */.TZ))
            unneeded.abort(new Error('there is nothing to build'));
        await watched(job, 'preflight', () => preflightTasks(job, tasks, found));
        await (0,publish_tasks/* checkTasks */.Ly)(tasks, ec2, services);
        return { account: found, plans, tasks };
    };
    const tools = async () => {
        const until = AbortSignal.any([signal, unneeded.signal]);
        try {
            return await watched(job, 'tools', async () => {
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

;// CONCATENATED MODULE: ./src/packer/ssh-source.ts
const NOBODY = ['127.0.0.1/32'];
const PRIVATE = ['private_ip', 'private_dns'];
function sshSourceCidrs({ sshInterface, sshSourceCidrs }, account, own) {
    if (sshSourceCidrs.length > 0)
        return sshSourceCidrs;
    if (sshInterface === 'session_manager')
        return NOBODY;
    if (PRIVATE.includes(sshInterface))
        return own;
    return account.sshSourceCidrs;
}
function ownCidrs(interfaces) {
    const all = Object.values(interfaces).flatMap((each) => each ?? []);
    const usable = all.filter(({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'));
    return [...new Set(usable.map(({ address }) => `${address}/32`))].sort();
}

// EXTERNAL MODULE: ./src/model/plan.ts
var model_plan = __webpack_require__(7978);
;// CONCATENATED MODULE: ./src/packer/var-file.ts


function renderVarFile(plan, inputs, settings) {
    const { account, ansiblePlaybook, ownCidrs, sourceCommit = '' } = settings;
    const size = (0,model_plan/* rootVolumeSize */.G)(plan.images);
    const tunnelled = inputs.sshInterface === 'session_manager';
    return `${JSON.stringify(sorted({
        ssh_port: account.sshPort,
        ...(size > model_plan/* ROOT_VOLUME_SIZE */.g ? { root_volume_size: size } : {}),
        ...inputs.varFile,
        ...Object.fromEntries(Object.entries(inputs.vars).map(([name, value]) => [name, typed(value)])),
        region: plan.region,
        run_id: plan.runId,
        source_commit: sourceCommit,
        ansible_hooks: inputs.ansibleHooks ?? '',
        ansible_playbook: ansiblePlaybook,
        instance_type: inputs.instanceType ?? '',
        subnet_id: inputs.subnetId ?? '',
        ssh_interface: inputs.sshInterface ?? '',
        ssh_source_cidrs: sshSourceCidrs(inputs, account, ownCidrs),
        associate_public_ip_address: inputs.associatePublicIp ?? null,
        timeout: inputs.timeout,
        volume_kms_key_id: inputs.publish.keys[plan.region] ?? '',
        mirror: inputs.mirror ?? '',
        build_proxy: inputs.buildProxy?.address ?? '',
        build_no_proxy: inputs.buildProxy?.none ?? [],
        tags: inputs.tags,
        ansible_extra_vars: inputs.ansibleExtraVars,
        ...(tunnelled
            ? {
                session_manager_ports: Object.fromEntries(plan.images.map(({ key }, at) => [key, tunnelPort(plan.runId, at)])),
            }
            : {}),
        images: Object.fromEntries(plan.images.map((image) => [image.key, imageVariables(image)])),
    }), null, 2)}\n`;
}
function tunnelPort(runId, at) {
    return 10_000 + (Number.parseInt(runId.slice(0, 3), 16) || 0) * 8 + at;
}
function imageVariables({ os, arch, baseAmi, system, amiName, digest, node }) {
    return {
        os,
        arch,
        system: {
            name: system.name,
            family: system.family,
            ssh_username: system.sshUser,
            root_device: system.rootDevice,
            instance_type: system.instanceType,
            ...(system.fips ? { fips: true } : {}),
        },
        source_ami: baseAmi.id,
        ami_name: amiName,
        digest,
        node: {
            kubernetes_version: node.kubernetesVersion,
            kubernetes_deb: node.kubernetesDeb,
            kubernetes_repository: node.kubernetesRepository,
            kubernetes_repository_key: node.kubernetesRepositoryKey,
            kubernetes_repository_fingerprints: node.kubernetesRepositoryFingerprints,
            kubernetes_rpm: node.kubernetesRpm ?? '',
            kubernetes_rpm_repository: node.kubernetesRpmRepository ?? '',
            kubernetes_binaries: artifactsVariables(node.kubernetesBinaries),
            containerd: artifactVariables(node.containerd),
            runc: artifactVariables(node.runc),
            cni_plugins: artifactVariables(node.cniPlugins),
            ecr_credential_provider: node.ecrCredentialProvider ? artifactVariables(node.ecrCredentialProvider) : null,
            aws_cli: node.awsCli ? artifactVariables(node.awsCli) : null,
            aws_cli_package: node.awsCliPackage ?? '',
            kubernetes_package_files: artifactsVariables(node.kubernetesPackages),
            sandbox_image: node.sandboxImage,
            sandbox_image_digest: node.sandboxImageDigest,
        },
    };
}
function artifactVariables({ version, url, sha256 }) {
    return { version, url, sha256 };
}
function artifactsVariables(artifacts = {}) {
    return Object.fromEntries(Object.entries(artifacts).map(([name, artifact]) => [name, artifactVariables(artifact)]));
}
function typed(value) {
    if (!/^[[{]/.test(value))
        return value;
    try {
        return JSON.parse(value);
    }
    catch {
        return value;
    }
}
function sorted(value) {
    if (Array.isArray(value))
        return value.map(sorted);
    if (typeof value !== 'object' || value === null)
        return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]));
}

;// CONCATENATED MODULE: ./src/actions/build/ready-task.ts





function readyTasks(job, plans, tasks, tools, account) {
    const varFiles = new Map(plans.map(({ plan }, at) => [plan, varFile(job.directory, at)]));
    if (tools !== undefined) {
        const settings = {
            ansiblePlaybook: tools.ansiblePlaybook,
            account,
            ownCidrs: ownCidrs((0,external_node_os_.networkInterfaces)()),
            sourceCommit: commitOf(job.effects.env),
        };
        for (const { wanted, plan } of plans)
            (0,external_node_fs_.writeFileSync)(varFiles.get(plan) ?? '', renderVarFile(plan, wanted.inputs, settings), { mode: 0o600 });
    }
    return tasks.map((task) => {
        const { action, image, plan } = task;
        if (action.kind === 'publish' || action.kind === 'nothing')
            return { ...task, action };
        const path = varFiles.get(plan);
        if (tools === undefined || path === undefined)
            throw new Error(`${image.key}: its tools were not prepared`);
        return { ...task, action, kit: { tools, varFile: path } };
    });
}
function varFile(directory, at) {
    return (0,external_node_path_.join)(directory, `images${at === 0 ? '' : `-${at + 1}`}.pkrvars.json`);
}
function commitOf(env) {
    const commit = env.GITHUB_SHA ?? '';
    return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) ? commit : '';
}

// EXTERNAL MODULE: ./src/catalog/prices.ts
var prices = __webpack_require__(4777);
// EXTERNAL MODULE: ./src/preflight/missing.ts
var missing = __webpack_require__(5735);
// EXTERNAL MODULE: ./src/report/annotations.ts
var annotations = __webpack_require__(856);
// EXTERNAL MODULE: ./src/report/cost/estimate.ts
var estimate = __webpack_require__(7118);
// EXTERNAL MODULE: ./src/report/cost/words.ts
var words = __webpack_require__(1203);
// EXTERNAL MODULE: ./src/report/failures.ts
var report_failures = __webpack_require__(7999);
;// CONCATENATED MODULE: ./src/report/junit.ts
function junit(results) {
    const suites = results.filter(wasTested).map(suite);
    return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}
function wasTested(result) {
    const { test } = result;
    return test !== undefined && (test.checks.length > 0 || !test.passed);
}
function suite({ image, failures, test }) {
    const cases = test.checks.map((check) => {
        const head = `    <testcase classname="${xml(`${image.key}.${check.level}`)}" name="${xml(check.name)}" time="${check.seconds}"`;
        return check.passed ? `${head}/>\n` : `${head}>${failure(check.message, check.evidence)}</testcase>\n`;
    });
    const early = !test.passed && test.checks.every(({ passed }) => passed);
    if (early) {
        const [first] = failures;
        cases.push(`    <testcase classname="${xml(image.key)}" name="reached" time="${test.seconds}">${failure(first?.message ?? 'not tested to the end', first?.evidence ?? '')}</testcase>\n`);
    }
    const failed = test.checks.filter(({ passed }) => !passed).length + (early ? 1 : 0);
    return `  <testsuite name="${xml(image.key)}" tests="${cases.length}" failures="${failed}" errors="0" skipped="0" time="${test.seconds}" timestamp="${test.at}">\n${cases.join('')}  </testsuite>\n`;
}
function failure(message, evidence) {
    return `<failure message="${xml(message)}">${xml(evidence)}</failure>`;
}
function xml(text) {
    return text
        .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll('\n', '&#10;');
}

// EXTERNAL MODULE: ./src/report/record.ts
var record = __webpack_require__(3498);
;// CONCATENATED MODULE: ./src/report/files.ts






async function writeReport(directory, results) {
    const manifest = (0,external_node_path_.join)(directory, 'images.json');
    await (0,promises_.writeFile)(manifest, `${JSON.stringify(results.map(record/* imageRecord */.F), null, 2)}\n`);
    const tested = results.some(wasTested);
    const tests = tested ? (0,external_node_path_.join)(directory, 'junit.xml') : '';
    if (tested)
        await (0,promises_.writeFile)(tests, junit(results));
    const tasks = results.flatMap(({ image, tasks: own }) => own.map((task) => JSON.stringify({ image: image.key, ...task })));
    await (0,promises_.writeFile)((0,external_node_path_.join)(directory, 'tasks.jsonl'), tasks.map((line) => `${line}\n`).join(''));
    await (0,promises_.writeFile)((0,external_node_path_.join)(directory, 'packer.log'), '');
    for (const { image, log } of results) {
        if (log === undefined)
            continue;
        const target = (0,external_node_fs_.createWriteStream)((0,external_node_path_.join)(directory, 'packer.log'), { flags: 'a' });
        target.write(`== ${image.key}\n`);
        await (0,external_node_stream_promises_.pipeline)((0,external_node_fs_.createReadStream)(log), target);
    }
    const sboms = results.flatMap(({ image, status, sbom }) => status === 'built' && sbom !== undefined ? [[image.key, sbom]] : []);
    return { manifest, junit: tests, sboms: Object.fromEntries(sboms) };
}

;// CONCATENATED MODULE: ./src/report/outputs.ts


function amiIds(results) {
    return Object.fromEntries(results.filter(model_result/* isWhole */.w).map(({ image, amis }) => [image.key, amis]));
}
function regionResults(results) {
    return Object.fromEntries(results.map(({ image, regions = {} }) => [image.key, regions]));
}
function outputs(results, place) {
    const whole = results.filter(model_result/* isWhole */.w);
    const built = whole.filter(({ status }) => status === 'built');
    const only = results.length === 1 ? whole[0] : undefined;
    return {
        'ami-id': only?.amis[place.region] ?? '',
        'ami-ids': JSON.stringify(amiIds(results)),
        'region-results': JSON.stringify(regionResults(results)),
        images: JSON.stringify(results.map(record/* imageRecord */.F)),
        manifest: place.manifest,
        'images-built': String(built.length),
        'images-existing': String(whole.length - built.length),
        'images-failed': String(results.length - whole.length),
        junit: place.junit,
        sbom: JSON.stringify(place.sboms),
        'report-directory': place.reportDirectory,
    };
}

// EXTERNAL MODULE: ./src/report/summary.ts
var summary = __webpack_require__(7994);
// EXTERNAL MODULE: ./src/aws/tally.ts
var tally = __webpack_require__(3103);
;// CONCATENATED MODULE: ./src/report/timings.ts

const OTHERS = new Set(['packer', 'gate', 'tools', 'rehearsal']);
function timings(started, now, phases, results, bytesFetched, aws = (0,tally/* newTally */.l)()) {
    const names = [...new Set(phases.map(({ name }) => name))];
    const relative = (list) => list.map(({ name, start, seconds }) => ({ name, start: round(start - started), seconds: round(seconds) }));
    return {
        total: round(now - started),
        phases: Object.fromEntries(names.map((name) => [name, round(covered(phases.filter((phase) => phase.name === name)))])),
        own: round(now - started - covered(phases.filter(({ name }) => OTHERS.has(name)))),
        bytesFetched,
        aws,
        timeline: relative(phases),
        images: Object.fromEntries(results.map(({ image, phases: own }) => [image.key, relative(own)])),
    };
}
function covered(phases) {
    let sum = 0;
    let until = Number.NEGATIVE_INFINITY;
    for (const { start, seconds } of [...phases].sort((a, b) => a.start - b.start)) {
        const end = start + seconds;
        sum += Math.max(0, end - Math.max(start, until));
        until = Math.max(until, end);
    }
    return sum;
}
const round = (seconds) => Math.round(seconds * 1000) / 1000;

;// CONCATENATED MODULE: ./src/actions/build/report.ts

















async function reportFailure(job, error) {
    const { log } = job;
    const failures = (0,report_failures/* tellError */.S)(error, log);
    if (error instanceof missing/* MissingPermissions */.R)
        job.sections.push({ title: 'the policy', text: (0,summary/* policySection */.U4)(error.policy) });
    await finishReport(job, failures).catch((problem) => log.warning(`the report could not be written: ${problem.message}`));
}
function logTask({ image, inputs, action }, log) {
    const { key, node, baseAmi, amiName } = image;
    log.info(`${key}: Kubernetes ${node.kubernetesDeb}, containerd ${node.containerd.version}, on ${baseAmi.name} (${baseAmi.id}), as ${amiName}`);
    log.info(`${key}: ${describeAction(action, (0,model_level/* levelOf */.In)(inputs))}`);
}
function describeAction(action, level) {
    if (action.kind === 'build')
        return 'to build';
    const { source } = action;
    const passed = source.tags[aws_ec2/* TESTED_TAG */.N5];
    const state = passed === undefined ? 'untested' : `passed ${passed}`;
    const next = { gate: `to test (${level})`, publish: 'to publish', nothing: 'up to date' };
    return `${next[action.kind]}: ${source.id} (same digest, ${state})`;
}
async function giveOutputs(job, region) {
    const { log, reportDirectory, effects } = job;
    const files = await writeReport(reportDirectory, resultsOf(job)).catch((error) => {
        log.warning(`the report is incomplete: ${error.message}`);
        return { manifest: '', junit: '', sboms: {} };
    });
    for (const [name, value] of Object.entries(outputs(resultsOf(job), { region, ...files, reportDirectory })))
        effects.setOutput(name, value);
}
async function reportResults(job) {
    const results = resultsOf(job);
    job.sections.push({ title: 'the cost', text: (0,words/* spentSection */.u9)((0,estimate/* spent */.RT)(job.tasks, (0,prices/* readPrices */.R)(job.effects.root))) });
    tellResults(results, job.log);
    (0,annotations/* annotate */.f)(results.flatMap(({ failures }) => failures), job.log);
    await finishReport(job, []);
}
async function finishReport(job, failures) {
    const { effects, phases, sections } = job;
    const results = resultsOf(job);
    const chart = phases.filter(({ name }) => !['packer', 'gate', 'copy'].includes(name));
    const packer = job.inputs?.packerVersion ?? '';
    const redact = (0,lib_redact/* redactor */.$)(job.secrets);
    await effects.writeSummary(redact((0,summary/* summary */.z)({ results, phases: chart, failures, packer, throttled: effects.tally.throttled, sections })));
    await writeTimings(job);
}
async function writeTimings(job) {
    const { effects } = job;
    const value = timings(effects.started, effects.clock.now(), job.phases, resultsOf(job), job.tools?.bytesFetched ?? 0, effects.tally);
    (0,external_node_fs_.mkdirSync)(job.reportDirectory, { recursive: true, mode: 0o700 });
    (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(job.reportDirectory, 'timings.json'), `${JSON.stringify(value, null, 2)}\n`);
}
function tellResults(results, log) {
    for (const { image, status, amis, tasks } of results) {
        log.info(`${image.key}: ${status}`);
        for (const [region, id] of Object.entries(amis))
            log.info(`  ${region}  ${id}`);
        const slow = (0,events/* slowest */.M)(tasks, 5);
        if (slow.length > 0)
            log.info('  slowest tasks:');
        for (const task of slow)
            log.info(`  ${task.seconds.toFixed(1).padStart(7)} s  ${task.task}`);
    }
}

// EXTERNAL MODULE: ./src/actions/build/state.ts
var build_state = __webpack_require__(4305);
;// CONCATENATED MODULE: ./src/actions/build/run.ts



















async function runBuild(effects, signal) {
    const runId = (0,external_node_crypto_.randomBytes)(6).toString('hex');
    const directory = runDirectory(effects.env.RUNNER_TEMP, runId);
    const job = {
        ...(0,heartbeat/* heartbeat */.j)(effects.log, effects.clock),
        effects,
        signal,
        runId,
        directory,
        reportDirectory: (0,external_node_path_.join)(directory, 'report'),
        phases: [],
        secrets: (0,lib_redact/* secretsIn */.V)(effects.env),
        tasks: [],
        sections: [],
    };
    for (const secret of job.secrets)
        job.log.mask(secret);
    let isCrash = false;
    const crashed = effects.crashed.catch((error) => {
        isCrash = true;
        throw error;
    });
    try {
        return (await Promise.race([story(job), crashed])) ? 0 : 1;
    }
    catch (error) {
        if (!signal.aborted || isCrash) {
            await reportFailure(job, error);
            return 1;
        }
    }
    job.log.info('cancelled: the post step finishes the cleanup');
    return 1;
}
const BASE = /^[A-Za-z0-9._/+-]{1,63}$/;
function runDirectory(temporary, runId) {
    const base = [temporary, (0,external_node_os_.tmpdir)()].find((each) => each !== undefined && BASE.test(each)) ?? '/tmp';
    return (0,external_node_path_.join)(base, `k8s-${runId.slice(0, 8)}`);
}
async function story(job) {
    const { effects, log, runId, directory, signal } = job;
    const wanted = await phase(job, 'inputs', () => checkedInputs(job));
    (0,external_node_fs_.mkdirSync)(job.reportDirectory, { recursive: true, mode: 0o700 });
    effects.setOutput('report-directory', job.reportDirectory);
    const state = (0,build_state/* keepState */.J)({ version: 1, runId, directory, regions: namedRegions(wanted), packers: [], handedOut: [], finished: false }, effects.saveState);
    const { account, plans, tasks, tools } = await grouped(log, 'Prepare', async () => {
        const prepared = await prepare(job, wanted, state);
        for (const task of prepared.tasks)
            logTask(task, log);
        return prepared;
    });
    if (tools !== undefined)
        job.tools = tools;
    state.change({ regions: [...new Set(plans.flatMap(({ plan }) => [plan.region, ...plan.copyRegions]))] });
    const ready = readyTasks(job, plans, tasks, tools, account);
    const what = tasks.length === 1 ? tasks[0]?.image.key : `${tasks.length} images`;
    job.tasks = await grouped(log, `Build ${what}`, () => phase(job, 'build', () => buildImages(job, ready, account, state)));
    job.tasks = await phase(job, 'parameters', () => nameResults(job.tasks, effects.services(account), signal, effects.clock));
    signal.throwIfAborted();
    await phase(job, 'report', async () => {
        job.tasks = await handOut(job.tasks, effects.ec2(account));
        const amis = resultsOf(job).flatMap(({ regions = {} }) => Object.values(regions).flatMap(({ ami }) => ami ?? []));
        state.change({ handedOut: amis });
        await giveOutputs(job, plans[0]?.plan.region ?? '');
    });
    await reportResults(job);
    const whole = resultsOf(job).every(model_result/* isWhole */.w);
    state.change({ finished: whole });
    return whole;
}
function namedRegions(wanted) {
    const named = wanted.flatMap(({ inputs: { region, amiRegions } }) => [
        region,
        ...(amiRegions === 'all' ? [] : amiRegions),
    ]);
    return [...new Set(named)];
}
async function checkedInputs(job) {
    const { machine, exec, root } = job.effects;
    (0,platform/* runnerArch */.J)(machine);
    const wanted = await job.effects.readWanted();
    const inputs = (0,groups/* jobInputs */.v)(wanted);
    for (const { inputs: each } of wanted)
        checkPaths({ 'the action': root, 'the directory of `ansible-hooks`': each.ansibleHooks }, job.effects.env);
    if (inputs.rehearse !== 'false')
        await (0,rehearsal/* checkRehearsal */.iV)(inputs, machine, exec, root);
    await checkSessionManager(wanted.map((each) => each.inputs), exec);
    job.inputs = inputs;
    return wanted;
}


/***/ }),

/***/ 4305:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ loadState),
/* harmony export */   J: () => (/* binding */ keepState)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3838);

const NAME = 'run';
function keepState(first, save = _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .saveState */ .LZ) {
    let state = first;
    save(NAME, JSON.stringify(state));
    return {
        get: () => state,
        change: (changes) => {
            state = { ...state, ...changes };
            save(NAME, JSON.stringify(state));
        },
    };
}
function loadState(env) {
    try {
        const state = JSON.parse(env[`STATE_${NAME}`] ?? '');
        return state.version === 1 && typeof state.runId === 'string' ? state : undefined;
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 6205:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S8: () => (/* binding */ markers),
/* harmony export */   WL: () => (/* binding */ packerEnv),
/* harmony export */   iD: () => (/* binding */ packerArgs),
/* harmony export */   xO: () => (/* binding */ RUN_MARKER)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

const RUN_MARKER = 'K8S_IMAGE_RUN';
const IMAGE_MARKER = 'K8S_IMAGE_KEY';
const TEMPLATE_MARKER = 'K8S_IMAGE_TEMPLATE';
function markers({ runId, image, template }) {
    return [`${RUN_MARKER}=${runId}`, `${IMAGE_MARKER}=${image}`, `${TEMPLATE_MARKER}=${(0,node_path__WEBPACK_IMPORTED_MODULE_0__.basename)(template)}`];
}
function packerArgs(call) {
    return ['build', '-machine-readable', `-only=*.${call.image}`, `-var-file=${call.varFile}`, call.template];
}
const PASSED_ON = [
    /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TERM|XDG_[A-Z_]+|LC_[A-Z_]+)$/,
    /^(https?|no|all)_proxy$/i,
    /^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/,
    /^AWS_/,
    /^PACKER_LOG$/,
    /^RUNNER_TRACKING_ID$/,
];
const WITHHELD = /^AWS_(MAX_ATTEMPTS|POLL_DELAY_SECONDS)$/;
function packerEnv(call, env, account) {
    const result = {};
    for (const [name, value] of Object.entries(env)) {
        if (value !== undefined && PASSED_ON.some((rule) => rule.test(name)) && !WITHHELD.test(name))
            result[name] = value;
    }
    return {
        ...result,
        ...account,
        PACKER_PLUGIN_PATH: call.pluginDirectory,
        PACKER_CONFIG_DIR: call.configDirectory,
        PACKER_NO_COLOR: '1',
        CHECKPOINT_DISABLE: '1',
        TMPDIR: call.temporary,
        K8S_IMAGE_EVENTS: call.events,
        [RUN_MARKER]: call.runId,
        [IMAGE_MARKER]: call.image,
        [TEMPLATE_MARKER]: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.basename)(call.template),
    };
}


/***/ }),

/***/ 6771:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W_: () => (/* binding */ isRunning),
/* harmony export */   kh: () => (/* binding */ waitForEnd),
/* harmony export */   ls: () => (/* binding */ identify),
/* harmony export */   vP: () => (/* binding */ signal),
/* harmony export */   xg: () => (/* binding */ reap)
/* harmony export */ });
/* unused harmony export marked */
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);

function identify(pid) {
    return { pid, startTime: stat(pid)?.startTime };
}
function isRunning(process) {
    const now = stat(process.pid);
    return now !== undefined && now.state !== 'Z' && now.startTime === process.startTime;
}
function signal(target, name) {
    return isRunning(target) && send(target.pid, name);
}
async function waitForEnd(process, seconds, clock) {
    const deadline = clock.now() + seconds;
    while (isRunning(process)) {
        if (clock.now() >= deadline)
            return false;
        await clock.sleep(0.2);
    }
    return true;
}
function marked(markers) {
    return numbers().flatMap((pid) => {
        if (pid === process.pid)
            return [];
        try {
            const environment = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(`/proc/${pid}/environ`, 'latin1').split('\0');
            return markers.every((marker) => environment.includes(marker)) && stat(pid)?.state !== 'Z' ? [identify(pid)] : [];
        }
        catch {
            return [];
        }
    });
}
async function reap(markers, groups, clock) {
    const found = new Set();
    for (const [name, patience] of [
        ['SIGTERM', 2],
        ['SIGKILL', 2],
    ]) {
        const deadline = clock.now() + patience;
        for (let first = true;; first = false) {
            const left = [...groupMembers(groups), ...marked(markers)];
            if (left.length === 0)
                return found.size;
            for (const { pid } of left) {
                if (!found.has(pid) || first || name === 'SIGKILL')
                    send(pid, name);
                found.add(pid);
            }
            if (clock.now() >= deadline)
                break;
            await clock.sleep(0.1);
        }
    }
    return found.size;
}
function groupMembers(groups) {
    if (groups.length === 0)
        return [];
    return numbers().flatMap((pid) => {
        const now = stat(pid);
        return now !== undefined && now.state !== 'Z' && groups.includes(now.group)
            ? [{ pid, startTime: now.startTime }]
            : [];
    });
}
function numbers() {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
    }
    catch {
        return [];
    }
}
function stat(pid) {
    try {
        const text = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(`/proc/${pid}/stat`, 'latin1');
        const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
        return { state: fields[0] ?? '', group: Number(fields[2]), startTime: Number(fields[19]) };
    }
    catch {
        return undefined;
    }
}
function send(pid, name) {
    try {
        process.kill(pid, name);
        return true;
    }
    catch {
        return false;
    }
}


/***/ }),

/***/ 8954:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ tail)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);

const POLL_SECONDS = 0.2;
const MAX_LINE = 256 * 1024;
async function tail(path, onLine, clock, done) {
    let file;
    const decoder = new TextDecoder();
    const buffer = Buffer.alloc(64 * 1024);
    let rest = '';
    try {
        for (;;) {
            const last = done.aborted;
            file ??= await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.open)(path, 'r').catch(() => undefined);
            for (;;) {
                const { bytesRead } = (await file?.read(buffer, 0, buffer.length, null)) ?? { bytesRead: 0 };
                if (bytesRead === 0)
                    break;
                const lines = (rest + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split('\n');
                rest = lines.pop() ?? '';
                for (const line of lines)
                    onLine(line);
                if (rest.length > MAX_LINE) {
                    onLine(rest);
                    rest = '';
                }
            }
            if (last)
                break;
            await clock.sleep(POLL_SECONDS, done).catch(() => undefined);
        }
        if (rest !== '')
            onLine(rest);
    }
    finally {
        await file?.close();
    }
}


/***/ }),

/***/ 5735:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ MissingPermissions)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7268);

class MissingPermissions extends _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo {
    policy;
    constructor(message, hint, policy) {
        super('aws-denied', message, hint);
        this.policy = policy;
    }
}


/***/ }),

/***/ 5386:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ knownTags),
/* harmony export */   H: () => (/* binding */ runTags)
/* harmony export */ });
/* harmony import */ var _aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2791);

const runTags = (facts) => ({
    ...knownTags(facts),
    [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .VERSIONS_TAG */ .Pg]: 'preflight',
    'k8s-image:started': 'preflight',
});
function knownTags({ image, inputs, runId }) {
    return {
        ...inputs.tags,
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .RUN_TAG */ .R2]: runId,
        'k8s-image:image': image?.key ?? 'preflight',
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .DIGEST_TAG */ .K1]: image?.digest ?? '',
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .KUBERNETES_TAG */ .km]: image?.node.kubernetesVersion ?? '',
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .OS_TAG */ .w7]: image?.os ?? '',
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .STATE_TAG */ .PZ]: _aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .UNTESTED */ .bW,
    };
}


/***/ })

};
