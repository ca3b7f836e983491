export const id = 855;
export const ids = [855];
export const modules = {

/***/ 26288:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ keepHeapSmall)
/* harmony export */ });
/* harmony import */ var node_v8__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(78877);
/* harmony import */ var node_v8__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_v8__WEBPACK_IMPORTED_MODULE_0__);

function keepHeapSmall() {
    (0,node_v8__WEBPACK_IMPORTED_MODULE_0__.setFlagsFromString)('--semi-space-growth-factor=1');
    (0,node_v8__WEBPACK_IMPORTED_MODULE_0__.setFlagsFromString)('--heap-growing-percent=40');
}


/***/ }),

/***/ 44079:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Oi: () => (/* binding */ phase),
/* harmony export */   VI: () => (/* binding */ watched),
/* harmony export */   qS: () => (/* binding */ resultsOf),
/* harmony export */   zD: () => (/* binding */ grouped)
/* harmony export */ });
/* harmony import */ var _lib_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(82543);

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
    return job.during(() => `${title} for ${(0,_lib_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .duration */ .p)(clock.now() - start)}`, () => phase(job, name, work));
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


/***/ }),

/***/ 6855:
/***/ ((module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _crash_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32172);
/* harmony import */ var _effects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(16579);
/* harmony import */ var _heap_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(26288);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(27449);




(0,_heap_js__WEBPACK_IMPORTED_MODULE_2__/* .keepHeapSmall */ .p)();
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

/***/ 27449:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  c: () => (/* binding */ runBuild)
});

// UNUSED EXPORTS: runDirectory

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/lib/heartbeat.ts
var heartbeat = __webpack_require__(31039);
// EXTERNAL MODULE: ./src/lib/redact.ts
var lib_redact = __webpack_require__(60310);
// EXTERNAL MODULE: ./src/model/result.ts
var result = __webpack_require__(12960);
// EXTERNAL MODULE: ./src/packer/processes.ts
var processes = __webpack_require__(6771);
// EXTERNAL MODULE: ./src/plan/groups.ts
var groups = __webpack_require__(89675);
// EXTERNAL MODULE: ./src/lib/errors.ts
var errors = __webpack_require__(97268);
;// CONCATENATED MODULE: ./src/preflight/paths.ts

function checkPaths(directories, env) {
    const mistakes = Object.entries(directories).flatMap(([what, path = '']) => {
        const words = [...path.matchAll(/\$(?:(\w+)|\{(\w+)\})/g)];
        const replaced = words.find(([, plain, braced]) => env[plain ?? braced ?? ''] !== undefined);
        if (replaced === undefined)
            return [];
        const hint = 'rename the directory, or move the runner';
        return [new errors/* UserError */.yo('runner', `${what} is at ${path}, where Ansible replaces ${replaced[0]} by a variable`, hint)];
    });
    if (mistakes.length > 0)
        throw new errors/* UserErrors */.tQ(mistakes);
}

;// CONCATENATED MODULE: ./src/preflight/session-manager.ts

const PROGRAM = 'session-manager-plugin';
async function checkSessionManager(all, exec) {
    const wanted = all.filter(({ sshInterface }) => sshInterface === 'session_manager');
    if (wanted.length === 0)
        return;
    if (wanted.some(({ rehearse }) => rehearse !== 'false'))
        throw new errors/* UserError */.yo('network', 'ssh-interface: a rehearsal does not support Session Manager', 'leave `ssh-interface` out where `rehearse` is set');
    if ((await exec(PROGRAM, ['--version'])).code !== 0)
        throw new errors/* UserError */.yo('network', `ssh-interface: session_manager needs the program ${PROGRAM} on the runner, but it cannot be started`, 'install it on the runner (AWS Systems Manager, "Install the Session Manager plugin"), or use `private_ip`');
}

// EXTERNAL MODULE: ./src/tools/platform.ts
var platform = __webpack_require__(59836);
// EXTERNAL MODULE: ./src/actions/build/job.ts
var build_job = __webpack_require__(44079);
;// CONCATENATED MODULE: ./src/packer/ssh-source.ts

const NOBODY = ['127.0.0.1/32'];
const PRIVATE = ['private_ip', 'private_dns'];
function sshSourceCidrs({ sshInterface, sshSourceCidrs }, account, own) {
    if (sshSourceCidrs.length > 0)
        return sshSourceCidrs;
    if (sshInterface === 'session_manager')
        return NOBODY;
    const isIpv6 = (cidr) => cidr.includes(':');
    if (PRIVATE.includes(sshInterface))
        return own.filter((cidr) => !isIpv6(cidr));
    if (sshInterface !== 'ipv6')
        return account.sshSourceCidrs;
    const usable = [own.filter(isIpv6), account.sshSourceCidrs].find((cidrs) => cidrs.length > 0);
    if (usable !== undefined)
        return usable;
    throw new errors/* UserError */.yo('network', 'ssh-interface is ipv6, but this runner has no IPv6 address', 'set ssh-source-cidr to the addresses from which the runner reaches the instances');
}
function ownCidrs(interfaces) {
    const all = Object.values(interfaces).flatMap((each) => each ?? []);
    const usable = all.filter(({ internal, address }) => !internal && !/^(169\.254\.|fe[89ab])/.test(address));
    return [...new Set(usable.map(({ family, address }) => `${address}/${family === 'IPv4' ? 32 : 128}`))].sort();
}

// EXTERNAL MODULE: ./src/lib/canonical-json.ts
var canonical_json = __webpack_require__(81400);
// EXTERNAL MODULE: ./src/model/plan.ts
var plan = __webpack_require__(67978);
;// CONCATENATED MODULE: ./src/packer/var-file.ts



function renderVarFile(plan, inputs, settings) {
    const { account, ansiblePlaybook, ownCidrs, sourceCommit = '', imagesBefore = 0 } = settings;
    const tunnelled = inputs.sshInterface === 'session_manager';
    return `${JSON.stringify((0,canonical_json/* sorted */.IP)({
        ssh_port: account.sshPort,
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
                session_manager_ports: Object.fromEntries(plan.images.map(({ key }, at) => [key, tunnelPort(plan.runId, imagesBefore + at)])),
            }
            : {}),
        images: Object.fromEntries(plan.images.map((image) => [image.key, imageVariables(image)])),
    }), null, 2)}\n`;
}
function tunnelPort(runId, at) {
    return 10_000 + (Number.parseInt(runId.slice(0, 3), 16) || 0) * 8 + at;
}
function imageVariables(image) {
    const { os, arch, baseAmi, system, amiName, buildName, digest, node } = image;
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
        root_volume_size: (0,plan/* rootVolumeSize */.G)(image),
        source_ami: baseAmi.id,
        ami_name: buildName,
        final_name: buildName === amiName ? '' : amiName,
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
        let imagesBefore = 0;
        for (const { wanted, plan } of plans) {
            const text = renderVarFile(plan, wanted.inputs, { ...settings, imagesBefore });
            (0,external_node_fs_.writeFileSync)(varFiles.get(plan) ?? '', text, { mode: 0o600 });
            imagesBefore += plan.images.length;
        }
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

// EXTERNAL MODULE: ./src/actions/build/rehearsal.ts
var rehearsal = __webpack_require__(55031);
;// CONCATENATED MODULE: ./src/actions/build/rehearsal-inputs.ts
const PROFILE = 'iam_instance_profile';
function forRehearsal(inputs) {
    const { [PROFILE]: profile, ...vars } = inputs.vars;
    const { [PROFILE]: another, ...varFile } = inputs.varFile;
    const { keys, everybody } = inputs.publish;
    const left = {
        'subnet-id': inputs.subnetId !== undefined,
        'associate-public-ip-address': inputs.associatePublicIp !== undefined,
        'ssh-interface': inputs.sshInterface !== undefined,
        'ssh-source-cidr': inputs.sshSourceCidrs.length > 0,
        [PROFILE]: (profile ?? another) !== undefined,
        'kms-key-ids': Object.keys(keys).length > 0,
        'share-publicly': everybody,
    };
    return {
        inputs: {
            ...inputs,
            subnetId: undefined,
            associatePublicIp: undefined,
            sshInterface: undefined,
            sshSourceCidrs: [],
            vars,
            varFile,
            publish: { ...inputs.publish, keys: {}, everybody: false },
        },
        left: Object.entries(left).flatMap(([name, there]) => (there ? [name] : [])),
    };
}
function withoutAccount(wanted, log) {
    if (wanted.every(({ inputs }) => inputs.rehearse === 'false'))
        return wanted;
    const all = wanted.map(({ inputs, ...rest }) => ({ ...rest, ...forRehearsal(inputs) }));
    const left = [...new Set(all.flatMap((each) => each.left))];
    if (left.length > 0)
        log.info(`rehearsal: its account lacks what these name, so they have no effect: ${left.join(', ')}`);
    return all.map(({ left: _, ...each }) => each);
}

// EXTERNAL MODULE: ./src/aws/ec2.ts
var ec2 = __webpack_require__(52791);
// EXTERNAL MODULE: ./src/catalog/prices.ts
var prices = __webpack_require__(64777);
// EXTERNAL MODULE: ./src/model/level.ts
var level = __webpack_require__(52975);
// EXTERNAL MODULE: ./src/packer/events.ts
var events = __webpack_require__(19525);
// EXTERNAL MODULE: ./src/preflight/missing.ts
var missing = __webpack_require__(5735);
// EXTERNAL MODULE: ./src/publish/names.ts
var names = __webpack_require__(27479);
// EXTERNAL MODULE: ./src/report/annotations.ts
var annotations = __webpack_require__(856);
// EXTERNAL MODULE: ./src/report/cost/estimate.ts
var estimate = __webpack_require__(87118);
// EXTERNAL MODULE: ./src/report/cost/words.ts
var words = __webpack_require__(31203);
// EXTERNAL MODULE: ./src/report/failures.ts
var report_failures = __webpack_require__(97999);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(46466);
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
var record = __webpack_require__(51117);
;// CONCATENATED MODULE: ./src/report/files.ts






async function writeReport(directory, results) {
    const manifest = (0,external_node_path_.join)(directory, 'images.json');
    await (0,promises_.writeFile)(manifest, `${JSON.stringify(results.map(record/* imageRecord */.FL), null, 2)}\n`);
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
    return Object.fromEntries(results.filter(result/* isWhole */.w).map(({ image, amis }) => [image.key, amis]));
}
function regionResults(results) {
    return Object.fromEntries(results.map(({ image, regions = {} }) => [image.key, regions]));
}
function outputs(results, place) {
    const whole = results.filter(result/* isWhole */.w);
    const built = whole.filter(({ status }) => status === 'built');
    const only = results.length === 1 ? whole[0] : undefined;
    return {
        'ami-id': only?.amis[place.region] ?? '',
        'ami-ids': JSON.stringify(amiIds(results)),
        'region-results': JSON.stringify(regionResults(results)),
        images: JSON.stringify(results.map(record/* imageRecord */.FL)),
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
var summary = __webpack_require__(57994);
// EXTERNAL MODULE: ./src/aws/tally.ts
var tally = __webpack_require__(23103);
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
    const { key, node, baseAmi } = image;
    const name = (0,names/* finalName */.C)(image, action.kind === 'build' ? undefined : action);
    log.info(`${key}: Kubernetes ${node.kubernetesDeb}, containerd ${node.containerd.version}, on ${baseAmi.name} (${baseAmi.id}), as ${name}`);
    log.info(`${key}: ${describeAction(action, (0,level/* levelOf */.In)(inputs))}`);
}
function describeAction(action, level) {
    if (action.kind === 'build')
        return 'to build';
    const { source } = action;
    const passed = source.tags[ec2/* TESTED_TAG */.N5];
    const state = passed === undefined ? 'untested' : `passed ${passed}`;
    const next = { gate: `to test (${level})`, publish: 'to publish', nothing: 'up to date' };
    return `${next[action.kind]}: ${source.id} (same digest, ${state})`;
}
async function giveOutputs(job, region) {
    const { log, reportDirectory, effects } = job;
    const files = await writeReport(reportDirectory, (0,build_job/* resultsOf */.qS)(job)).catch((error) => {
        log.warning(`the report is incomplete: ${error.message}`);
        return { manifest: '', junit: '', sboms: {} };
    });
    for (const [name, value] of Object.entries(outputs((0,build_job/* resultsOf */.qS)(job), { region, ...files, reportDirectory })))
        effects.setOutput(name, value);
}
async function reportResults(job) {
    const results = (0,build_job/* resultsOf */.qS)(job);
    job.sections.push({ title: 'the cost', text: (0,words/* spentSection */.u9)((0,estimate/* spent */.RT)(job.tasks, (0,prices/* readPrices */.R)(job.effects.root))) });
    tellResults(results, job.log);
    (0,annotations/* annotate */.f)(results.flatMap(({ failures }) => failures), job.log);
    await finishReport(job, []);
}
async function finishReport(job, failures) {
    const { effects, phases, sections } = job;
    const results = (0,build_job/* resultsOf */.qS)(job);
    const chart = phases.filter(({ name }) => !['packer', 'gate', 'copy'].includes(name));
    const packer = job.inputs?.packerVersion ?? '';
    const redact = (0,lib_redact/* redactor */.$)(job.secrets);
    await effects.writeSummary(redact((0,summary/* summary */.z)({ results, phases: chart, failures, packer, throttled: effects.tally.throttled, sections })));
    await writeTimings(job);
}
async function writeTimings(job) {
    const { effects } = job;
    const value = timings(effects.started, effects.clock.now(), job.phases, (0,build_job/* resultsOf */.qS)(job), job.tools?.bytesFetched ?? 0, effects.tally);
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
var build_state = __webpack_require__(94305);
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
    const wanted = await (0,build_job/* phase */.Oi)(job, 'inputs', () => checkedInputs(job));
    (0,external_node_fs_.mkdirSync)(job.reportDirectory, { recursive: true, mode: 0o700 });
    effects.setOutput('report-directory', job.reportDirectory);
    const state = (0,build_state/* keepState */.J)({
        ...{ version: 1, runId, directory, main: (0,processes/* identify */.ls)(process.pid), regions: namedRegions(wanted) },
        ...{ packers: [], handedOut: [], finished: false },
    }, effects.saveState);
    const { account, plans, tasks, tools } = await (0,build_job/* grouped */.zD)(log, 'Prepare', async () => {
        const { prepare } = await __webpack_require__.e(/* import() */ 285).then(__webpack_require__.bind(__webpack_require__, 61285));
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
    job.tasks = await (0,build_job/* grouped */.zD)(log, `Build ${what}`, () => (0,build_job/* phase */.Oi)(job, 'build', async () => (await __webpack_require__.e(/* import() */ 260).then(__webpack_require__.bind(__webpack_require__, 92260))).buildImages(job, ready, account, state)));
    const { handOut, nameResults } = await __webpack_require__.e(/* import() */ 595).then(__webpack_require__.bind(__webpack_require__, 47595));
    job.tasks = await (0,build_job/* phase */.Oi)(job, 'parameters', () => nameResults(job.tasks, effects.services(account), signal, effects.clock));
    signal.throwIfAborted();
    await (0,build_job/* phase */.Oi)(job, 'report', async () => {
        job.tasks = await handOut(job.tasks, effects.ec2(account));
        const amis = (0,build_job/* resultsOf */.qS)(job).flatMap(({ regions = {} }) => Object.values(regions).flatMap(({ ami }) => ami ?? []));
        state.change({ handedOut: amis });
        await giveOutputs(job, plans[0]?.plan.region ?? '');
    });
    await reportResults(job);
    const whole = (0,build_job/* resultsOf */.qS)(job).every(result/* isWhole */.w);
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
    const wanted = withoutAccount(await job.effects.readWanted(), job.log);
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

/***/ 5735:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ MissingPermissions)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97268);

class MissingPermissions extends _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo {
    policy;
    constructor(message, hint, policy) {
        super('aws-denied', message, hint);
        this.policy = policy;
    }
}


/***/ })

};
