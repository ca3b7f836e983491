export const id = 672;
export const ids = [672];
export const modules = {

/***/ 31193:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O9: () => (/* binding */ finish),
/* harmony export */   TV: () => (/* binding */ TOTAL)
/* harmony export */ });
/* unused harmony export describe */
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _model_account_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(64214);
/* harmony import */ var _packer_args_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(36205);
/* harmony import */ var _packer_processes_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6771);
/* harmony import */ var _sweep_select_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(75610);
/* harmony import */ var _sweep_sweep_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(79300);
/* harmony import */ var _rehearsal_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(55031);








const TOTAL = 240;
const MAIN = 8;
const PACKER = 60;
const RESERVE = 30;
async function finish(state, effects) {
    const { log, clock } = effects;
    const start = clock.now();
    const step = async (what, work) => {
        try {
            await work();
        }
        catch (error) {
            log.warning(`${what} failed: ${error.message}`);
        }
    };
    await step('ending the main step', () => endMain(state, effects));
    await step('ending Packer', () => endPackers(state, effects));
    await step('the sweep', () => sweep(state, start + TOTAL - RESERVE, effects));
    const { rehearsal } = state;
    let stopped = true;
    await step('stopping the rehearsal', async () => {
        if (rehearsal === undefined)
            return;
        if (rehearsal.keep && (0,_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .isRunning */ .W_)(rehearsal.process)) {
            log.info(`the rehearsal goes on; its endpoint and credentials are in ${rehearsal.readyFile}; stop it with: kill ${rehearsal.process.pid}`);
            stopped = false;
            return;
        }
        stopped = await (0,_rehearsal_js__WEBPACK_IMPORTED_MODULE_7__/* .stopRehearsal */ .W2)(rehearsal.process, clock);
        if (!stopped)
            log.warning(`the rehearsal (process ${rehearsal.process.pid}) did not end; stop it with: kill -9 ${rehearsal.process.pid}`);
    });
    await step('removing the files of the run', async () => removeFiles(state.directory, !stopped, log));
}
async function endMain({ main }, { log, clock }) {
    if (main === undefined || !(0,_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .signal */ .vP)(main, 'SIGTERM'))
        return;
    log.info(`the main step (process ${main.pid}) still runs: cancelling it`);
    if (await (0,_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .waitForEnd */ .kh)(main, MAIN, clock))
        return;
    (0,_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .signal */ .vP)(main, 'SIGKILL');
    await (0,_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .waitForEnd */ .kh)(main, MAIN, clock);
}
async function endPackers(state, { log, clock }) {
    const running = state.packers.filter(_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .isRunning */ .W_);
    for (const packer of running) {
        log.info(`Packer (process ${packer.pid}) still runs: waiting for it to clean up`);
        (0,_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .signal */ .vP)(packer, 'SIGTERM');
    }
    const ended = await Promise.all(running.map((packer) => (0,_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .waitForEnd */ .kh)(packer, PACKER, clock)));
    if (ended.includes(false))
        log.info(`Packer did not end within ${PACKER} s and is killed`);
    const count = await (0,_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .reap */ .xg)([`${_packer_args_js__WEBPACK_IMPORTED_MODULE_3__/* .RUN_MARKER */ .xO}=${state.runId}`], running.map(({ pid }) => pid), clock);
    if (count > 0)
        log.info(`ended ${count} processes that the build left behind`);
}
async function sweep(state, deadline, effects) {
    const { log, clock } = effects;
    if (state.packers.length === 0 && !state.published)
        return;
    const account = state.rehearsal === undefined ? undefined : (0,_rehearsal_js__WEBPACK_IMPORTED_MODULE_7__/* .accountOf */ .XP)(state.rehearsal.readyFile);
    if (state.rehearsal !== undefined && (account === undefined || !(0,_packer_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .isRunning */ .W_)(state.rehearsal.process))) {
        log.info('the rehearsal has ended with everything in it');
        return;
    }
    const ec2 = effects.ec2(account ?? _model_account_js__WEBPACK_IMPORTED_MODULE_2__/* .AWS */ .k);
    const pause = state.finished ? 1 : 8;
    const swept = await Promise.all(state.regions.map((region) => (0,_sweep_sweep_js__WEBPACK_IMPORTED_MODULE_6__/* .sweepRegion */ .R)(ec2(region), state.runId, {
        ...{ log, clock, deadline, pause, handedOut: state.handedOut },
        untagged: state.temporaries?.filter((one) => one.region === region) ?? [],
    })));
    const removed = swept.reduce((sum, region) => sum + region.removed, 0);
    const left = swept.flatMap((region) => region.left);
    log.info(`swept ${state.regions.join(', ')}: ${removed} removed, ${left.length} left`);
    if (left.length > 0)
        log.warning(describe(left, state.runId), { title: 'resources are left in EC2' });
    const forgotten = swept.flatMap(({ kept }) => kept).filter(({ id }) => !state.handedOut.includes(id));
    for (const { region, id, handedOut } of forgotten) {
        if (!handedOut) {
            log.info(`the AMI ${id} in ${region} passed its test and stays: the next run with the same digest reuses it`);
            continue;
        }
        log.warning(`the AMI ${id} in ${region} is finished, but the run ended before it set its outputs; use it, or remove it: ${(0,_sweep_select_js__WEBPACK_IMPORTED_MODULE_5__/* .removalCommand */ .Mz)(region, { kind: 'image', id })}`);
    }
}
function describe(left, runId) {
    const lines = left.map(({ region, resource, why }) => resource === undefined
        ? `${region}: ${why}; look there for the tag k8s-image:run=${runId}`
        : `${(0,_sweep_select_js__WEBPACK_IMPORTED_MODULE_5__/* .removalCommand */ .Mz)(region, resource)}    # ${why}`);
    return [...new Set(lines)].join('\n');
}
function removeFiles(directory, keepRehearsal, log) {
    const mounts = mountPoints();
    let names;
    try {
        names = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(directory);
    }
    catch {
        return;
    }
    for (const name of names) {
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, name);
        if (name === 'report' || (keepRehearsal && name.startsWith('rehearsal')))
            continue;
        if (mounts.some((mount) => mount === path || mount.startsWith(`${path}/`))) {
            log.warning(`${path} still has a mount below it and was not removed`);
        }
        else
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.rmSync)(path, { recursive: true, force: true });
    }
}
function mountPoints() {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)('/proc/self/mountinfo', 'utf8')
            .split('\n')
            .map((line) => (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))));
    }
    catch {
        return [];
    }
}


/***/ }),

/***/ 57672:
/***/ ((module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _aws_clients_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(88551);
/* harmony import */ var _aws_ec2_client_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(37170);
/* harmony import */ var _lib_clock_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(84517);
/* harmony import */ var _lib_log_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(61025);
/* harmony import */ var _lib_redact_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(60310);
/* harmony import */ var _report_failures_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(97999);
/* harmony import */ var _crash_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(32172);
/* harmony import */ var _finish_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(31193);
/* harmony import */ var _state_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(94305);









const log = (0,_lib_log_js__WEBPACK_IMPORTED_MODULE_3__/* .actionsLog */ ._D)();
async function sweepUp() {
    for (const secret of (0,_lib_redact_js__WEBPACK_IMPORTED_MODULE_8__/* .secretsIn */ .V)(process.env))
        log.mask(secret);
    const state = (0,_state_js__WEBPACK_IMPORTED_MODULE_7__/* .loadState */ .C)(process.env);
    if (state !== undefined)
        await (0,_finish_js__WEBPACK_IMPORTED_MODULE_6__/* .finish */ .O9)(state, { log, clock: _lib_clock_js__WEBPACK_IMPORTED_MODULE_2__/* .systemClock */ .m, ec2: ({ env }) => (0,_aws_ec2_client_js__WEBPACK_IMPORTED_MODULE_1__/* .ec2ByRegion */ .E)((0,_aws_clients_js__WEBPACK_IMPORTED_MODULE_0__/* .awsClients */ .e)(env)) });
}
await (0,_crash_js__WEBPACK_IMPORTED_MODULE_5__/* .runStep */ .e)(async (crashed) => {
    try {
        await Promise.race([sweepUp(), crashed]);
    }
    catch (error) {
        (0,_report_failures_js__WEBPACK_IMPORTED_MODULE_4__/* .tellError */ .S)(error, log);
        await sweepUp().catch((again) => log.warning(`the post step failed again: ${again.message}`));
    }
    return 0;
}, _finish_js__WEBPACK_IMPORTED_MODULE_6__/* .TOTAL */ .TV);

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 55031:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U6: () => (/* binding */ startRehearsal),
/* harmony export */   W2: () => (/* binding */ stopRehearsal),
/* harmony export */   XP: () => (/* binding */ accountOf),
/* harmony export */   iV: () => (/* binding */ checkRehearsal)
/* harmony export */ });
/* unused harmony export rehearsalEnv */
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(31421);
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_child_process__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(97268);
/* harmony import */ var _packer_processes_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6771);
/* harmony import */ var _packer_tail_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(58954);
/* harmony import */ var _tools_platform_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(59836);







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
        env: rehearsalEnv(effects.env, inputs.rehearse),
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
    reading.catch(() => undefined);
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
        ? `the rehearsal was not ready after ${START / 60} minutes: ${lines.at(-1) ?? 'it printed nothing'}`
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
function rehearsalEnv(env, mode) {
    const unwanted = /^(INPUT_|STATE_|AWS_|ACTIONS_|GITHUB_TOKEN$|GH_TOKEN$)/;
    return Object.fromEntries(Object.entries(env).filter((entry) => entry[1] !== undefined && !unwanted.test(entry[0]) && !(mode === 'keep' && entry[0] === 'RUNNER_TRACKING_ID')));
}


/***/ }),

/***/ 94305:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ loadState),
/* harmony export */   J: () => (/* binding */ keepState)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(33838);

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

/***/ 38781:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ LAG)
/* harmony export */ });
const LAG = 30;


/***/ }),

/***/ 64214:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ AWS)
/* harmony export */ });
const AWS = { env: {}, sshPort: 22, sshSourceCidrs: [] };


/***/ }),

/***/ 36205:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S8: () => (/* binding */ markers),
/* harmony export */   WL: () => (/* binding */ packerEnv),
/* harmony export */   iD: () => (/* binding */ packerArgs),
/* harmony export */   xO: () => (/* binding */ RUN_MARKER)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
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
    /^LD_LIBRARY_PATH$/,
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
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
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

/***/ 58954:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ tail)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
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

/***/ 75610:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Lt: () => (/* binding */ select),
/* harmony export */   Mz: () => (/* binding */ removalCommand),
/* harmony export */   r5: () => (/* binding */ shareSnapshots)
/* harmony export */ });
/* harmony import */ var _aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(52791);
/* harmony import */ var _aws_provisional_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(52615);


const STAYING = [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .BUILT */ .BT, _aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .TESTED */ .gf, _aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .FAILED */ .Wk];
function select(resources) {
    const images = resources.filter(({ kind }) => kind === 'image');
    const isMarked = (resource) => marked(resource, STAYING) && !couldNotBeMade(resource);
    const named = images.filter((image) => isMarked(image) && (0,_aws_provisional_js__WEBPACK_IMPORTED_MODULE_1__/* .nameToCome */ .c)(image) === undefined);
    const isSpent = (resource) => {
        const name = (0,_aws_provisional_js__WEBPACK_IMPORTED_MODULE_1__/* .nameToCome */ .c)(resource);
        const isCopy = (image) => image.name === name && image.state === 'available';
        return name !== undefined && named.some((image) => isCopy(image) || shareSnapshots(image, resource));
    };
    const stays = (resource) => isMarked(resource) && !(resource.kind === 'image' && isSpent(resource));
    const kept = images.filter((image) => marked(image, [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .BUILT */ .BT, _aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .TESTED */ .gf]) && stays(image));
    const inUse = new Set(images.filter(stays).flatMap((image) => image.snapshots ?? []));
    const going = new Set(images.filter((image) => !stays(image)).flatMap((image) => image.snapshots ?? []));
    const remove = [];
    for (const resource of resources) {
        if (resource.kind === 'image' && stays(resource))
            continue;
        if (resource.kind === 'snapshot' && (inUse.has(resource.id) || (stays(resource) && !going.has(resource.id))))
            continue;
        if (resource.state === 'deleting' || resource.state === 'shutting-down')
            continue;
        remove.push(resource);
        for (const id of resource.snapshots ?? []) {
            if (!inUse.has(id) && !resources.some((other) => other.id === id))
                remove.push({ kind: 'snapshot', id, tags: {} });
        }
    }
    return { remove, kept };
}
const shareSnapshots = (one, other) => (one.snapshots ?? []).some((id) => other.snapshots?.includes(id));
const marked = ({ tags }, states) => states.includes(tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .STATE_TAG */ .PZ] ?? '');
const couldNotBeMade = (resource) => resource.kind === 'image' && ['failed', 'error'].includes(resource.state ?? '') && !marked(resource, [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .BUILT */ .BT, _aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .FAILED */ .Wk]);
const COMMANDS = {
    instance: 'terminate-instances --instance-ids',
    volume: 'delete-volume --volume-id',
    'security-group': 'delete-security-group --group-id',
    'key-pair': 'delete-key-pair --key-pair-id',
    'launch-template': 'delete-launch-template --launch-template-id',
    image: 'deregister-image --image-id',
    snapshot: 'delete-snapshot --snapshot-id',
};
function removalCommand(region, { kind, id }) {
    return `aws ec2 ${COMMANDS[kind]} ${id} --region ${region}`;
}


/***/ }),

/***/ 79300:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ sweepRegion)
/* harmony export */ });
/* harmony import */ var _aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(52791);
/* harmony import */ var _aws_lag_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(38781);
/* harmony import */ var _select_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(75610);



const IN_USE = 60;
const AGAIN = 10;
const AFTER_INSTANCES = [
    'volume',
    'security-group',
    'key-pair',
    'launch-template',
    'image',
    'snapshot',
];
async function sweepRegion(ec2, runId, effects) {
    const { clock, deadline } = effects;
    const removed = new Map();
    const isGoing = ({ id }) => clock.now() - (removed.get(id) ?? Number.NEGATIVE_INFINITY) < _aws_lag_js__WEBPACK_IMPORTED_MODULE_1__/* .LAG */ .p;
    let kept = [];
    let left = [];
    for (let look = 1;; look++) {
        left = [];
        const round = await lookOnce(ec2, runId, effects, left, isGoing);
        for (const id of round.removed) {
            if (!removed.has(id))
                effects.log.info(`removed ${id} in ${ec2.region}`);
            removed.set(id, clock.now());
        }
        kept = round.kept;
        const clean = round.found === 0 && left.length === 0;
        if (clean && look >= 2)
            break;
        if (clock.now() + effects.pause >= deadline)
            break;
        await clock.sleep(effects.pause);
    }
    return { removed: removed.size, left, kept: kept.map((ami) => keptIn(ec2.region, ami)) };
}
const keptIn = (region, { id, tags }) => ({ region, id, handedOut: tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .STATE_TAG */ .PZ] === _aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .BUILT */ .BT });
async function lookOnce(ec2, runId, effects, left, isGoing) {
    const { region } = ec2;
    const removed = [];
    const { untagged = [] } = effects;
    const list = (kind) => orNone(() => ec2.tagged(kind, runId));
    const orNone = async (read) => {
        try {
            return await read();
        }
        catch (error) {
            left.push({ region, resource: undefined, why: error.message });
            return [];
        }
    };
    const each = (resources, work) => Promise.all(resources.map(async (resource) => {
        try {
            await work(resource);
        }
        catch (error) {
            left.push({ region, resource, why: error.message });
        }
    }));
    const instances = await list('instance');
    await each((0,_select_js__WEBPACK_IMPORTED_MODULE_0__/* .select */ .Lt)(instances).remove, ({ kind, id }) => ec2.remove(kind, id));
    const remaining = instances.length === 0 ? [] : await terminated(instances, ec2, runId, effects);
    const stillThere = new Set(remaining.map(({ id }) => id));
    removed.push(...instances.map(({ id }) => id).filter((id) => !stillThere.has(id)));
    for (const resource of remaining)
        left.push({ region, resource, why: `still ${resource.state}` });
    const others = [];
    for (const kind of AFTER_INSTANCES)
        others.push(...(await list(kind)));
    for (const kind of ['key-pair', 'security-group']) {
        const names = untagged.filter((one) => one.kind === kind).map(({ name }) => name);
        const found = names.length === 0 ? [] : await orNone(() => ec2.named(kind, names));
        others.push(...found.filter(({ id }) => !others.some((other) => other.id === id)));
    }
    const { handedOut = [] } = effects;
    const { remove, kept } = (0,_select_js__WEBPACK_IMPORTED_MODULE_0__/* .select */ .Lt)(others.map((one) => (handedOut.includes(one.id) ? { ...one, tags: { ...one.tags, [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .STATE_TAG */ .PZ]: _aws_ec2_js__WEBPACK_IMPORTED_MODULE_2__/* .BUILT */ .BT } } : one)));
    const due = new Map(remove.filter((one) => !isGoing(one)).map((one) => [one.id, one]));
    const removeOne = async ({ kind, id, snapshots = [] }) => {
        const own = kind === 'image' ? snapshots.filter((one) => due.has(one)) : [];
        const patience = Math.max(0, Math.min(IN_USE, effects.deadline - effects.clock.now()));
        if (kind !== 'image')
            await ec2.remove(kind, id);
        else
            await ec2.deregister({ id, snapshots: own, othersStay: own.length < snapshots.length, patience });
        for (const gone of [id, ...own])
            due.delete(gone);
        removed.push(id, ...own);
    };
    for (const kind of AFTER_INSTANCES) {
        const all = [...due.values()].filter((one) => one.kind === kind);
        const isLast = (one, at) => !all.slice(at + 1).some((later) => (0,_select_js__WEBPACK_IMPORTED_MODULE_0__/* .shareSnapshots */ .r5)(one, later));
        const last = new Set(all.filter(isLast));
        await each(all.filter((one) => !last.has(one)), async ({ id, snapshots = [] }) => {
            await ec2.deregister({ id, snapshots: [], othersStay: snapshots.length > 0 });
            due.delete(id);
            removed.push(id);
        });
        await each([...last], removeOne);
    }
    return { found: instances.length + remove.length, removed, kept };
}
async function terminated(instances, ec2, runId, { clock, deadline }) {
    let last = clock.now();
    for (let pause = 0.5;; pause = Math.min(pause * 1.5, 5)) {
        let remaining;
        try {
            remaining = await ec2.tagged('instance', runId);
        }
        catch {
            return instances;
        }
        if (remaining.length === 0 || clock.now() + pause >= deadline)
            return remaining;
        if (clock.now() - last >= AGAIN) {
            last = clock.now();
            const running = remaining.filter(({ state }) => state !== 'shutting-down');
            await Promise.allSettled(running.map(({ kind, id }) => ec2.remove(kind, id)));
        }
        await clock.sleep(pause);
    }
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
