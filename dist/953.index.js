export const id = 953;
export const ids = [953];
export const modules = {

/***/ 66610:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ runBounded)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97268);
/* harmony import */ var _exec_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(10766);


async function runBounded({ exec, signal, limit, label }, command, args, options = {}) {
    const result = await exec(command, args, { ...options, limit, ...(signal ? { signal } : {}) });
    if (_exec_js__WEBPACK_IMPORTED_MODULE_1__/* .TIMED_OUT */ .VP.includes(result.code))
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('tool', `${label}: ${command} was ended after ${limit} s`, 'run the job again; the runner may be overloaded');
    return result;
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


/***/ }),

/***/ 95953:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  prepareTools: () => (/* binding */ prepareTools)
});

// EXTERNAL MODULE: ./src/lib/gather.ts
var gather = __webpack_require__(15552);
// EXTERNAL MODULE: ./src/upstream/mirror.ts
var upstream_mirror = __webpack_require__(83546);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/lib/bounded.ts
var bounded = __webpack_require__(66610);
// EXTERNAL MODULE: ./src/lib/errors.ts
var errors = __webpack_require__(97268);
// EXTERNAL MODULE: ./src/upstream/bytes.ts
var bytes = __webpack_require__(75762);
// EXTERNAL MODULE: ./node_modules/@actions/tool-cache/lib/tool-cache.js + 2 modules
var tool_cache = __webpack_require__(59805);
// EXTERNAL MODULE: ./src/lib/exec.ts
var exec = __webpack_require__(10766);
// EXTERNAL MODULE: ./src/upstream/fetch.ts
var fetch = __webpack_require__(76649);
// EXTERNAL MODULE: ./src/upstream/send.ts
var send = __webpack_require__(80839);
;// CONCATENATED MODULE: ./src/upstream/download.ts
var __addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});







const LIMIT = 20;
async function download(net, request, sha256, path) {
    const { label, url } = request;
    const late = AbortSignal.timeout(LIMIT * 60_000);
    const signal = net.signal ? AbortSignal.any([net.signal, late]) : late;
    try {
        signal.throwIfAborted();
        await Promise.race([(0,tool_cache/* downloadTool */.bq)(url, path), (0,exec/* aborted */.QH)(signal)]);
    }
    catch (error) {
        await (0,promises_.rm)(path, { force: true });
        net.signal?.throwIfAborted();
        throw diskFull(error, label, path) ?? failure(request, late.aborted, error);
    }
    net.meter.bytes += (await (0,promises_.stat)(path)).size;
    const sum = await sumOfFile(path);
    if (sum === sha256)
        return;
    await (0,promises_.rm)(path);
    throw new errors/* UserError */.yo('untrusted', `${label}: ${url} has the wrong content: sha256 is ${sum} instead of ${sha256}`, 'the action kept nothing; try again later, or repair the mirror');
}
function failure(request, isLate, error) {
    const { label, url } = request;
    const status = error instanceof tool_cache/* HTTPError */.Hl ? error.httpStatusCode : undefined;
    if (status === 404 || status === 410)
        return (0,fetch/* missing */.LO)(request);
    const what = isLate ? `took more than ${LIMIT} minutes` : status ? `answered ${status}` : `failed: ${(0,send/* cause */.c1)(error)}`;
    return new errors/* UserError */.yo('download', `${label}: ${url} ${what}`, (0,fetch/* hint */.aK)(url), { cause: error });
}
async function sumOfFile(path) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const hash = (0,external_node_crypto_.createHash)('sha256');
        const buffer = Buffer.allocUnsafe(512 * 1024);
        const file = __addDisposableResource(env_1, await (0,promises_.open)(path), true);
        for (;;) {
            const { bytesRead } = await file.read(buffer);
            if (bytesRead === 0)
                return hash.digest('hex');
            hash.update(buffer.subarray(0, bytesRead));
        }
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        const result_1 = __disposeResources(env_1);
        if (result_1)
            await result_1;
    }
}
function diskFull(error, label, path) {
    const code = error.code;
    const full = code === 'ENOSPC' || code === 'EDQUOT' || /No space left on device|Disk quota exceeded/.test(String(error));
    if (!full || error instanceof errors/* UserError */.yo)
        return undefined;
    return new errors/* UserError */.yo('disk-full', `${label}: no space is left for ${path}`, 'free space there (the tools need 1 GB), or set RUNNER_TOOL_CACHE and RUNNER_TEMP to directories on another disk', { cause: error });
}

// EXTERNAL MODULE: ./src/upstream/mirror-rule.ts
var mirror_rule = __webpack_require__(65533);
;// CONCATENATED MODULE: ./src/tools/command-cause.ts
function commandCause(output, code) {
    const lines = output
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
    if (lines.some((line) => line.includes('DO NOT MATCH THE HASHES'))) {
        const culprit = lines.find((line) => / from https?:/.test(line))?.replace(/ \(from -r .*/, '');
        return `a package is not what its hash in ansible/requirements.txt says: ${culprit ?? 'pip does not name it'}`;
    }
    const broken = lines.find((line) => line.includes('after connection broken by'));
    if (broken !== undefined) {
        const why = /(\[Errno[^\]]*\] [^'"]*|Read timed out|Name or service not known)/.exec(broken)?.[1];
        return `the package index does not answer${why === undefined ? '' : `: ${why}`}`;
    }
    if (lines.some((line) => /ensurepip is not available|No module named '?(venv|ensurepip)/.test(line)))
        return 'the venv module of this Python is missing';
    const errors = lines.filter((line) => /\berror\b/i.test(line));
    return (errors.at(-1) ?? lines.at(-1) ?? `exit code ${code}`).replace(/^ERROR:\s*/i, '');
}

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
;// CONCATENATED MODULE: ./src/tools/store.ts







const RECORD = '.verified.json';
const ABANDONED = 24 * 3600 * 1000;
function openStore(env, log) {
    const cache = env.K8S_IMAGE_CACHE || (0,external_node_path_.join)(env.XDG_CACHE_HOME || (0,external_node_path_.join)(env.HOME || (0,external_node_os_.homedir)(), '.cache'), 'k8s-image-action');
    const temporary = env.RUNNER_TEMP || (0,external_node_os_.tmpdir)();
    const directories = [env.RUNNER_TOOL_CACHE || (0,external_node_path_.join)(cache, 'tools'), (0,external_node_path_.join)(temporary, 'k8s-image-tools')];
    return { log, directories, temporary };
}
async function findTool(store, { tool, version, arch, label }, isTrusted, contentsOf, works = async () => true) {
    for (const base of store.directories) {
        const names = await (0,promises_.readdir)((0,external_node_path_.join)(base, tool, version)).catch(() => []);
        for (const name of names.filter((each) => each.startsWith(`${arch}-`) && !each.endsWith('.complete')).sort()) {
            const directory = findIn(base, tool, version, name);
            if (directory === '')
                continue;
            try {
                const proof = JSON.parse(await (0,promises_.readFile)((0,external_node_path_.join)(directory, RECORD), 'utf8'));
                if (!isTrusted(proof.provenBy))
                    continue;
                if (!same(proof.contents, await contentsOf(directory, proof)))
                    throw new Error('it differs from what was verified');
            }
            catch (error) {
                if (findIn(base, tool, version, name) === '')
                    continue;
                store.log.info(`${label}: ${directory} is damaged (${(0,errors/* firstLine */.TM)(error)}); preparing it again`);
                await discard(directory);
                continue;
            }
            if (await works(directory))
                return directory;
            store.log.info(`${label}: ${directory} does not start here; preparing another one`);
        }
    }
    return undefined;
}
function findIn(base, tool, version, name) {
    const { RUNNER_TOOL_CACHE: own } = process.env;
    process.env.RUNNER_TOOL_CACHE = base;
    const found = (0,tool_cache/* find */.I6)(tool, version, name);
    if (own === undefined)
        delete process.env.RUNNER_TOOL_CACHE;
    else
        process.env.RUNNER_TOOL_CACHE = own;
    return found;
}
async function addTool(store, id, make) {
    const { tool, version, label } = id;
    const base = await writableBase(store, id);
    const name = `${id.arch}-${(0,external_node_crypto_.randomBytes)(4).toString('hex')}`;
    const place = (0,external_node_path_.join)(base, tool, version, name);
    const directory = id.isInPlace ? place : (0,external_node_path_.join)(store.temporary, `${tool}-${name}`);
    try {
        await (0,promises_.mkdir)(directory, { recursive: true });
        await (0,promises_.writeFile)((0,external_node_path_.join)(directory, RECORD), JSON.stringify(await make(directory)));
        process.env.RUNNER_TOOL_CACHE = base;
        if (id.isInPlace)
            await (0,promises_.writeFile)(`${place}.complete`, '');
        else
            await (0,tool_cache/* cacheDir */.e8)(directory, tool, version, name);
        return place;
    }
    catch (error) {
        await discard(place);
        throw diskFull(error, label, base) ?? error;
    }
    finally {
        if (!id.isInPlace)
            await (0,promises_.rm)(directory, { recursive: true, force: true });
    }
}
async function writableBase({ log, directories }, { tool, version, label }) {
    const [preferred, fallback] = directories;
    const versions = (0,external_node_path_.join)(preferred, tool, version);
    try {
        await (0,promises_.mkdir)(versions, { recursive: true });
        await (0,promises_.rmdir)(await (0,promises_.mkdtemp)((0,external_node_path_.join)(versions, '.probe-')));
        await removeAbandoned(versions);
        return preferred;
    }
    catch (error) {
        const full = diskFull(error, label, preferred);
        if (full !== undefined)
            throw full;
        log.info(`${label}: the tool cache ${preferred} cannot be written; using ${fallback} for this job`);
        return fallback;
    }
}
async function removeAbandoned(versions) {
    const names = new Set(await (0,promises_.readdir)(versions));
    for (const name of names) {
        if (name.endsWith('.complete') || names.has(`${name}.complete`))
            continue;
        const made = await (0,promises_.stat)((0,external_node_path_.join)(versions, name)).catch(() => undefined);
        if (made && Date.now() - made.mtimeMs > ABANDONED)
            await (0,promises_.rm)((0,external_node_path_.join)(versions, name), { recursive: true, force: true });
    }
}
async function discard(directory) {
    for (const path of [`${directory}.complete`, directory])
        await (0,promises_.rm)(path, { recursive: true, force: true }).catch(() => undefined);
}
function same(a, b) {
    const names = Object.keys(a);
    return names.length > 0 && names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

;// CONCATENATED MODULE: ./src/tools/ansible.ts











const index = 'https://pypi.org/simple/';
const PLAYBOOK = `#!/bin/sh\nexec "$(dirname -- "$0")/python" -P -m ansible playbook "$@"\n`;
async function prepareAnsible(context, root) {
    const requirements = (0,external_node_path_.join)(root, 'ansible/requirements.txt');
    const text = (0,external_node_fs_.readFileSync)(requirements, 'utf8');
    const hash = (0,external_node_crypto_.createHash)('sha256').update(text).digest('hex');
    const version = [...text.matchAll(/^ansible-core==([\w.]+)/gm)].at(-1)?.[1] ?? '';
    const label = 'ansible-core';
    const id = { tool: 'k8s-image-ansible', version, arch: context.arch, label, isInPlace: true };
    const found = await findTool(context.store, id, (provenBy) => provenBy === hash, async (directory) => ({ venv: treeDigest(directory) }), async (directory) => (await execute(context, label, (0,external_node_path_.join)(directory, 'bin/python'), ['-c', ''])).code === 0);
    if (found !== undefined)
        return (0,external_node_path_.join)(found, 'bin/ansible-playbook');
    const [python, from] = await Promise.all([context.python(), indexArguments(context, label)]);
    const directory = await addTool(context.store, id, async (venv) => {
        const wheels = (0,external_node_path_.join)(venv, 'wheels');
        await run(context, label, python, ['-I', '-m', 'venv', venv], 'install venv: apt-get install python3-venv');
        await fetchWheels(context, { venv, wheels, requirements, hash, label, from });
        await pip(context, label, venv, [
            ...['install', '--no-index', '--find-links', wheels, '--only-binary', ':all:', '--no-deps', '--require-hashes'],
            ...['-r', requirements],
        ]);
        await (0,promises_.rm)(wheels, { recursive: true });
        const playbook = (0,external_node_path_.join)(venv, 'bin/ansible-playbook');
        await (0,promises_.stat)(playbook);
        await (0,promises_.writeFile)(playbook, PLAYBOOK);
        return { provenBy: hash, contents: { venv: treeDigest(venv) } };
    });
    return (0,external_node_path_.join)(directory, 'bin/ansible-playbook');
}
const NEW_PYTHON = ['ubuntu-26.04'];
function oldAnsible(os, playbook) {
    const without = os.filter((key) => NEW_PYTHON.includes(key));
    const venv = (0,external_node_path_.dirname)((0,external_node_path_.dirname)(playbook));
    if (without.length === 0 || !(0,external_node_fs_.existsSync)((0,external_node_path_.join)(venv, 'lib/python3.11')))
        return undefined;
    return (`ansible-core 2.19 does not support the Python of ${without.join(', ')}: ` +
        `install Python 3.12 or newer on the runner, and remove ${venv}`);
}
function libc() {
    Object.assign(process.report, { excludeNetwork: true });
    const { header } = process.report.getReport();
    return header.glibcVersionRuntime === undefined ? 'musl' : `glibc${header.glibcVersionRuntime}`;
}
async function fetchWheels(context, what) {
    const { venv, wheels, requirements, hash, label, from } = what;
    const config = (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(venv, 'pyvenv.cfg'), 'utf8');
    const python = /^version\s*=\s*(\d+\.\d+)/m.exec(config)?.[1] ?? 'unknown';
    const key = `k8s-image-wheels-${hash}-py${python}-${libc()}-${context.arch}`;
    const remote = await context.remote();
    await (0,promises_.mkdir)(wheels);
    const shared = (0,external_node_path_.join)(context.store.temporary, `wheels-${hash.slice(0, 12)}-py${python}`);
    if (await remote?.restore(key, shared)) {
        const copied = await pipOk(context, label, venv, [
            ...['download', '--no-index', '--find-links', shared, '--only-binary', ':all:', '--no-deps', '--require-hashes'],
            ...['--dest', wheels, '-r', requirements],
        ]);
        await (0,promises_.rm)(shared, { recursive: true, force: true });
        if (copied)
            return;
        context.net.log.warning(`${label}: the cached copy is damaged; downloading it again`);
        await (0,promises_.rm)(wheels, { recursive: true });
        await (0,promises_.mkdir)(wheels);
    }
    await pip(context, label, venv, [
        ...['download', '--only-binary', ':all:', '--no-deps', '--require-hashes', '--no-cache-dir'],
        ...['--timeout', '30', '--retries', '2', '--dest', wheels, ...from, '-r', requirements],
    ]);
    context.net.meter.bytes += await sizeOf(wheels);
    if (remote === undefined)
        return;
    await (0,promises_.cp)(wheels, shared, { recursive: true });
    await remote.save(key, shared);
    await (0,promises_.rm)(shared, { recursive: true, force: true });
}
async function indexArguments({ net, mirror }, label) {
    if (mirror === undefined)
        return [];
    const url = (0,mirror_rule/* mirrored */.V)(index, mirror);
    const page = await (0,bytes/* getBytes */.q)(net, { url: `${url}ansible-core/`, label });
    if (page !== undefined)
        return ['--isolated', '--index-url', url, '--trusted-host', new URL(url).host];
    net.log.info(`${label}: the mirror has no Python packages; pip uses its configured index`);
    return [];
}
async function pip(context, label, venv, args) {
    const hint = context.mirror === undefined
        ? 'check that pip reaches a package index'
        : 'check that the mirror has packages for this Python';
    await run(context, label, (0,external_node_path_.join)(venv, 'bin/python'), pipArguments(args), hint);
}
async function pipOk(context, label, venv, args) {
    return (await execute(context, label, (0,external_node_path_.join)(venv, 'bin/python'), pipArguments(args))).code === 0;
}
function pipArguments(args) {
    return ['-P', '-m', 'pip', '--disable-pip-version-check', '--no-input', '--quiet', ...args];
}
async function execute(context, label, command, args) {
    const env = { ...context.env, PYTHONNOUSERSITE: '1', PIP_REQUIRE_VIRTUALENV: undefined, PYTHONPATH: undefined };
    return (0,bounded/* runBounded */.B)({ ...context, limit: 300, label }, command, args, { env });
}
async function run(context, label, command, args, hint) {
    const { code, stdout, stderr } = await execute(context, label, command, args);
    if (code === 0)
        return;
    const output = `${stdout}\n${stderr}`;
    throw (diskFull(new Error(output), label, context.store.directories[0] ?? '') ??
        new errors/* UserError */.yo('tool', `${label}: ${commandCause(output, code)}`, hint));
}
async function sizeOf(directory) {
    const sizes = (await (0,promises_.readdir)(directory)).map(async (name) => (await (0,promises_.stat)((0,external_node_path_.join)(directory, name))).size);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
function treeDigest(root) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    const own = (0,external_node_fs_.realpathSync)(root);
    const walk = (path) => {
        const entries = (0,external_node_fs_.readdirSync)((0,external_node_path_.join)(root, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
        for (const entry of entries) {
            if (entry.name === '__pycache__' || entry.name === RECORD)
                continue;
            const below = path === '' ? entry.name : `${path}/${entry.name}`;
            const full = (0,external_node_path_.join)(root, below);
            if (entry.isDirectory())
                walk(below);
            else if (entry.isSymbolicLink()) {
                const target = (0,external_node_fs_.realpathSync)(full);
                hash.update(`${below} -> ${target.startsWith(`${own}/`) ? (0,external_node_path_.relative)(own, target) : target}\n`);
            }
            else
                hash.update(`${below} ${(0,external_node_fs_.lstatSync)(full).size}\n`);
        }
    };
    walk('');
    return hash.digest('hex');
}

// EXTERNAL MODULE: ./src/upstream/fingerprints.ts + 1 modules
var upstream_fingerprints = __webpack_require__(2088);
// EXTERNAL MODULE: ./src/upstream/gpg.ts + 1 modules
var gpg = __webpack_require__(99937);
;// CONCATENATED MODULE: ./src/upstream/hashicorp-key.ts
const hashicorpKey = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mQINBGB9+xkBEACabYZOWKmgZsHTdRDiyPJxhbuUiKX65GUWkyRMJKi/1dviVxOX
PG6hBPtF48IFnVgxKpIb7G6NjBousAV+CuLlv5yqFKpOZEGC6sBV+Gx8Vu1CICpl
Zm+HpQPcIzwBpN+Ar4l/exCG/f/MZq/oxGgH+TyRF3XcYDjG8dbJCpHO5nQ5Cy9h
QIp3/Bh09kET6lk+4QlofNgHKVT2epV8iK1cXlbQe2tZtfCUtxk+pxvU0UHXp+AB
0xc3/gIhjZp/dePmCOyQyGPJbp5bpO4UeAJ6frqhexmNlaw9Z897ltZmRLGq1p4a
RnWL8FPkBz9SCSKXS8uNyV5oMNVn4G1obCkc106iWuKBTibffYQzq5TG8FYVJKrh
RwWB6piacEB8hl20IIWSxIM3J9tT7CPSnk5RYYCTRHgA5OOrqZhC7JefudrP8n+M
pxkDgNORDu7GCfAuisrf7dXYjLsxG4tu22DBJJC0c/IpRpXDnOuJN1Q5e/3VUKKW
mypNumuQpP5lc1ZFG64TRzb1HR6oIdHfbrVQfdiQXpvdcFx+Fl57WuUraXRV6qfb
4ZmKHX1JEwM/7tu21QE4F1dz0jroLSricZxfaCTHHWNfvGJoZ30/MZUrpSC0IfB3
iQutxbZrwIlTBt+fGLtm3vDtwMFNWM+Rb1lrOxEQd2eijdxhvBOHtlIcswARAQAB
tERIYXNoaUNvcnAgU2VjdXJpdHkgKGhhc2hpY29ycC5jb20vc2VjdXJpdHkpIDxz
ZWN1cml0eUBoYXNoaWNvcnAuY29tPokCVAQTAQoAPgIbAwULCQgHAgYVCgkICwIE
FgIDAQIeAQIXgBYhBMh0AR8KtAURDQIQVTQ2XZRy10aPBQJplkfQBQkQrOy3AAoJ
EDQ2XZRy10aPw6gP/3GUEMUa6mCRuuSOT9UnziPIvXYd63mcN6A6Jwmwj8JaB2qu
OCijvJkw56UbZK3x1FZIbe0hA6VUAwNSNmSIxVJkilgwIYYFO0tnL79XhIeP7jYF
ydXLZ4rTi1FDl8lltAujTNARdY8UGg4hGlcM9OrEeXEFLWugJNiChL15FVoxZqIS
jeduaEqyxGfJnyVwy8z3pZfgODeFr7xs2NkUIMSfuRg24VcL4aW8Frt3jW8P45y3
o/5fsi6Aw2tZ0wD9NSgkVc8VD1NRV9eSZ95Bv+Awf9IXa+Cn5OCjc8Jc+XF+nLfB
oPswOO7E8dLiuBUw6/GzSLMbVs8qf8BNXB92dOe1VccVTqjCxK2sEpVaHh7e+co8
d8lDGBIWMGh7NS6XlGORpFb/T6gxjjOYUV3SKd4QDebUUG8kMkb5juLljOoq+YOP
vgNLDZLZteFpmH+zB9DpOY1YtHZB/OD+DtzLMaSl6VPF2Ln0j5aQGwNDt7sheyAe
sXbu0qn2H5FxojSfvhT0kUDKZ0mgg5y3Oflg49MiAOhjLGY0JocFpBeMILw27fbw
fpIBP7siQWFTFJ1O+l2NQiWAwC2x5fX2EakyCBJmrkPV2hr4nEogNqg9/RDskIUq
cpcOOd/0BntiXMyUCCH2AoCt5acaTQ0WU6CAosZPojOYhtGGgOgeQSdflpMSuQIN
BGB9+xkBEACoklYsfvWRCjOwS8TOKBTfl8myuP9V9uBNbyHufzNETbhYeT33Cj0M
GCNd9GdoaknzBQLbQVSQogA+spqVvQPz1MND18GIdtmr0BXENiZE7SRvu76jNqLp
KxYALoK2Pc3yK0JGD30HcIIgx+lOofrVPA2dfVPTj1wXvm0rbSGA4Wd4Ng3d2AoR
G/wZDAQ7sdZi1A9hhfugTFZwfqR3XAYCk+PUeoFrkJ0O7wngaon+6x2GJVedVPOs
2x/XOR4l9ytFP3o+5ILhVnsK+ESVD9AQz2fhDEU6RhvzaqtHe+sQccR3oVLoGcat
ma5rbfzH0Fhj0JtkbP7WreQf9udYgXxVJKXLQFQgel34egEGG+NlbGSPG+qHOZtY
4uWdlDSvmo+1P95P4VG/EBteqyBbDDGDGiMs6lAMg2cULrwOsbxWjsWka8y2IN3z
1stlIJFvW2kggU+bKnQ+sNQnclq3wzCJjeDBfucR3a5WRojDtGoJP6Fc3luUtS7V
5TAdOx4dhaMFU9+01OoH8ZdTRiHZ1K7RFeAIslSyd4iA/xkhOhHq89F4ECQf3Bt4
ZhGsXDTaA/VgHmf3AULbrC94O7HNqOvTWzwGiWHLfcxXQsr+ijIEQvh6rHKmJK8R
9NMHqc3L18eMO6bqrzEHW0Xoiu9W8Yj+WuB3IKdhclT3w0pO4Pj8gQARAQABiQI8
BBgBCgAmAhsMFiEEyHQBHwq0BRENAhBVNDZdlHLXRo8FAmmWR+0FCRCs7NQACgkQ
NDZdlHLXRo/R0A//QW1opBlzWSmWww1q9QuJA2WCIIs8tJKRDOsmgJPscNpzwZFU
N1Df0wWNjqi1BDReei7lZTHwUk+ebBn0bkI3ANmmgYg7LBueAt5UWSingOc+rvKA
N32BDzBYkMckRzJSQsmeC5hm3J3wLSy90uaIlrJJE9GJZkf/W2Ob+4SQZZ+dnnRP
JokDdW1DuZS9PbxSLJKD5eIWHBxJnFM1CmHfOfrjTJ+MYvVGM5sxSY8R7E+GADj5
L/i4N+tTFJLuTMYARGfA6d+KPKcMJtgpUPjSMAg8nGUhukctpuBs27mOKW0CBtmJ
82X/qYROTL0+vGTvUYflYiuceVlhX/kw0JZnMaG5V/mpHq8SwD07pCGOf69j/mNa
5EL3++Pmzg0s0stw3Ea5pCN0cL/nKkoWchHBfW15W4JOnKAIspyD1vH670P4WfeV
E9B9d6tgKSbM/9JlXoQS5ZdG+kbdosieELhmVWmvojyK7K+Ry6C9wgd+UfnW5jXd
iNwKW3KHuautQwlFhHRNMyDg08c+pI5emTMT3IUQyGWo+Gska3TqGujFcABx7Ip+
mHNmMrCkSD+XC2bvzvRR7FcM0/B9fsjLX/Wttm5vRJ1d2oAoEPvw2IZnJIXpOt2z
zo55sJTztNu4lWGgDVgtp9SXO5a0E5YvFHQNZN5QLeVTTFu6I7qG+ME1E/K5Ag0E
YH3+JQEQALivllTjMolxUW2OxrXb+a2Pt6vjCBsiJzrUj0Pa63U+lT9jldbCCfgP
wDpcDuO1O05Q8k1MoYZ6HddjWnqKG7S3eqkV5c3ct3amAXp513QDKZUfIDylOmhU
qvxjEgvGjdRjz6kECFGYr6Vnj/p6AwWv4/FBRFlrq7cnQgPynbIH4hrWvewp3Tqw
GVgqm5RRofuAugi8iZQVlAiQZJo88yaztAQ/7VsXBiHTn61ugQ8bKdAsr8w/ZZU5
HScHLqRolcYg0cKN91c0EbJq9k1LUC//CakPB9mhi5+aUVUGusIM8ECShUEgSTCi
KQiJUPZ2CFbbPE9L5o9xoPCxjXoX+r7L/WyoCPTeoS3YRUMEnWKvc42Yxz3meRb+
BmaqgbheNmzOah5nMwPupJYmHrjWPkX7oyyHxLSFw4dtoP2j6Z7GdRXKa2dUYdk2
x3JYKocrDoPHh3Q0TAZujtpdjFi1BS8pbxYFb3hHmGSdvz7T7KcqP7ChC7k2RAKO
GiG7QQe4NX3sSMgweYpl4OwvQOn73t5CVWYp/gIBNZGsU3Pto8g27vHeWyH9mKr4
cSepDhw+/X8FGRNdxNfpLKm7Vc0Sm9Sof8TRFrBTqX+vIQupYHRi5QQCuYaV6OVr
ITeegNK3So4m39d6ajCR9QxRbmjnx9UcnSYYDmIB6fpBuwT0ogNtABEBAAGJBHIE
GAEKACYCGwIWIQTIdAEfCrQFEQ0CEFU0Nl2UctdGjwUCYH4bgAUJAeFQ2wJAwXQg
BBkBCgAdFiEEs2y6kaLAcwxDX8KAsLRBCXaFtnYFAmB9/iUACgkQsLRBCXaFtnYX
BhAAlxejyFXoQwyGo9U+2g9N6LUb/tNtH29RHYxy4A3/ZUY7d/FMkArmh4+dfjf0
p9MJz98Zkps20kaYP+2YzYmaizO6OA6RIddcEXQDRCPHmLts3097mJ/skx9qLAf6
rh9J7jWeSqWO6VW6Mlx8j9m7sm3Ae1OsjOx/m7lGZOhY4UYfY627+Jf7WQ5103Qs
lgQ09es/vhTCx0g34SYEmMW15Tc3eCjQ21b1MeJD/V26npeakV8iCZ1kHZHawPq/
aCCuYEcCeQOOteTWvl7HXaHMhHIx7jjOd8XX9V+UxsGz2WCIxX/j7EEEc7CAxwAN
nWp9jXeLfxYfjrUB7XQZsGCd4EHHzUyCf7iRJL7OJ3tz5Z+rOlNjSgci+ycHEccL
YeFAEV+Fz+sj7q4cFAferkr7imY1XEI0Ji5P8p/uRYw/n8uUf7LrLw5TzHmZsTSC
UaiL4llRzkDC6cVhYfqQWUXDd/r385OkE4oalNNE+n+txNRx92rpvXWZ5qFYfv7E
95fltvpXc0iOugPMzyof3lwo3Xi4WZKc1CC/jEviKTQhfn3WZukuF5lbz3V1PQfI
xFsYe9WYQmp25XGgezjXzp89C/OIcYsVB1KJAKihgbYdHyUN4fRCmOszmOUwEAKR
3k5j4X8V5bk08sA69NVXPn2ofxyk3YYOMYWW8ouObnXoS8QJEDQ2XZRy10aPMpsQ
AIbwX21erVqUDMPn1uONP6o4NBEq4MwG7d+fT85rc1U0RfeKBwjucAE/iStZDQoM
ZKWvGhFR+uoyg1LrXNKuSPB82unh2bpvj4zEnJsJadiwtShTKDsikhrfFEK3aCK8
Zuhpiu3jxMFDhpFzlxsSwaCcGJqcdwGhWUx0ZAVD2X71UCFoOXPjF9fNnpy80YNp
flPjj2RnOZbJyBIM0sWIVMd8F44qkTASf8K5Qb47WFN5tSpePq7OCm7s8u+lYZGK
wR18K7VliundR+5a8XAOyUXOL5UsDaQCK4Lj4lRaeFXunXl3DJ4E+7BKzZhReJL6
EugV5eaGonA52TWtFdB8p+79wPUeI3KcdPmQ9Ll5Zi/jBemY4bzasmgKzNeMtwWP
fk6WgrvBwptqohw71HDymGxFUnUP7XYYjic2sVKhv9AevMGycVgwWBiWroDCQ9Ja
btKfxHhI2p+g+rcywmBobWJbZsujTNjhtme+kNn1mhJsD3bKPjKQfAxaTskBLb0V
wgV21891TS1Dq9kdPLwoS4XNpYg2LLB4p9hmeG3fu9+OmqwY5oKXsHiWc43dei9Y
yxZ1AAUOIaIdPkq+YG/PhlGE4YcQZ4RPpltAr0HfGgZhmXWigbGS+66pUj+Ojysc
j0K5tCVxVu0fhhFpOlHv0LWaxCbnkgkQH9jfMEJkAWMOuQINBGCAXCYBEADW6RNr
ZVGNXvHVBqSiOWaxl1XOiEoiHPt50Aijt25yXbG+0kHIFSoR+1g6Lh20JTCChgfQ
kGGjzQvEuG1HTw07YhsvLc0pkjNMfu6gJqFox/ogc53mz69OxXauzUQ/TZ27GDVp
UBu+EhDKt1s3OtA6Bjz/csop/Um7gT0+ivHyvJ/jGdnPEZv8tNuSE/Uo+hn/Q9hg
8SbveZzo3C+U4KcabCESEFl8Gq6aRi9vAfa65oxD5jKaIz7cy+pwb0lizqlW7H9t
Qlr3dBfdIcdzgR55hTFC5/XrcwJ6/nHVH/xGskEasnfCQX8RYKMuy0UADJy72TkZ
bYaCx+XXIcVB8GTOmJVoAhrTSSVLAZspfCnjwnSxisDn3ZzsYrq3cV6sU8b+QlIX
7VAjurE+5cZiVlaxgCjyhKqlGgmonnReWOBacCgL/UvuwMmMp5TTLmiLXLT7uxeG
ojEyoCk4sMrqrU1jevHyGlDJH9Taux15GILDwnYFfAvPF9WCid4UZ4Ouwjcaxfys
3LxNiZIlUsXNKwS3mhiMRL4TRsbs4k4QE+LIMOsauIvcvm8/frydvQ/kUwIhVTH8
0XGOH909bYtJvY3fudK7ShIwm7ZFTduBJUG473E/Fn3VkhTmBX6+PjOC50HR/Hyb
waRCzfDruMe3TAcE/tSP5CUOb9C7+P+hPzQcDwARAQABiQRyBBgBCgAmAhsCFiEE
yHQBHwq0BRENAhBVNDZdlHLXRo8FAmmWSAoFCRCqi+QCQMF0IAQZAQoAHRYhBDdO
x1tIWRNgSoMcx8ggxtXNJ6uHBQJggFwmAAoJEMggxtXNJ6uHRfAP/2CGdSyg0K7U
66Vygl0dugxrMm8O3/Oe211BKdQsFUSWAznOTRTK/zvMUHO4LJAlYvdtZ6xDa4XH
l9FYQ8MR9ZV0OuOlAZvU4IJDLPVCU09X/UzX/GEoZL0R5esvwPAXopMaRHCfXJeI
/gEaB94UhAeYlwpcRn0eSuk1vyZx7GRE6/hog8DCf4hoT40dW20gGe58xcvJ+mRY
lC0lr16WH08wuUcee6+dgu+4Cg6SG6+zt9cMyl8VnTUL5BK/V3MebnYZJK0RFDNn
nXDhzStgOd5gOeIL+xBPXHd0/ld/rDM74SFExpuS+hNsyo+xMQ/HJavak21MFinu
l9COwfGEmlAXTGMY30Lf3Pt/eAkbwgmGc966VSoRmOFEXJVlDr+yJR6ru+7j50z8
lAv6Lsop7sun1Qysbo0swf6W1qgPf6VWbx91NTFLkw0+gD8jxwrU5ZMkeSuntX9d
pjuZS29CflXXIRPlvhuiDPicwTpYuIUx37vHveAH5gnowZg247x780Urrsx8duTX
8CI9MAnqzm4dFAiRlwE8bvLk+l9wekiXA9gIMZiVNqNlduXIqvAG21Wdgq8qyeXK
y/XWCVKDQOmEbFAltfNam8E3KEw0fl199x+93d5ckDGcPzUYPbNkCuIwngC/ZN96
pDafF3Z12fSNfhZUe0C8td8KAszYa96GCRA0Nl2UctdGj1gKD/4jOGhEGTg88Vyu
PVjeK+zkwrTIZSvHdUHfTt/+rTLSNb/RQiBCUQuEZvafj6FrntS7bAEhccGqH894
T3St5K0AXWkvsLd6K+cbIQdlnFA2zb6geJUCk6qx5NgWpRc3i0DS7CheGwl+Bwu7
+n9pNjNjiHV+rYDgqbQXG0dtGysB0/3qIRgEDHFO0HJu/dcte4oXrQIqrZrpOwe8
WxqFqdU918JpSUcc8coiFp9YtwpgqQNxGVZ+rhgnTGdZzk1f/Yhhimh+2B0ReaFv
k3UzVBj3HQ9C6+Ot3MyDEhSgdhjr9e25Tm9S5YfhwtWmghRw9RKPyLMSXSxm/Uc0
mK1NucAp8TQBwKqKzNpCk5IdrBSWRUbjOoOFyzyCsY6gS285GCpSIzI39hTf+3gd
wYPlE6fj+F2TZzdhx62DPnzBzBHnByYTVdJ649bx0FFp4Q+5TbIWtxu/AQkRDxmW
NQfE+6GgeshlrhXWsh6+PGDzt+2raG6zUT913sdz7Ctw4fLjmsKOTdTz3Xa9pr8l
xfI/JuukSgt9o/n3GirhTB3zE1w/I/Xt6k7oASiP3zQSuHtB/CYKYHDtOCWwjo7J
PEGtb/FkreKNxsk/p20jnlrB8WZxxswdr2Vri9NmFeyMDVX7qF3WqT+8aCV9GtS1
GCHx/5nGBdDwoxEsXqpI3IUqPb6FDg==
=wtp+
-----END PGP PUBLIC KEY BLOCK-----
`;

// EXTERNAL MODULE: ./src/upstream/sums.ts
var sums = __webpack_require__(47833);
;// CONCATENATED MODULE: ./src/tools/hashicorp.ts












async function prepareRelease(context, release) {
    const { product, version } = release;
    const label = `${product} ${version}`;
    const id = { tool: `k8s-image-${product}`, version, arch: context.arch, label };
    const zipName = `${product}_${version}_linux_${context.arch}.zip`;
    const accepted = (0,upstream_fingerprints/* trusted */.IZ)(upstream_fingerprints/* hashicorpFingerprint */.yc, context.mirrorTrust);
    const found = await findTool(context.store, id, (provenBy) => accepted.includes(provenBy), (directory, { contents }) => hashicorp_sums(directory, Object.keys(contents)));
    if (found !== undefined)
        return found;
    const url = `https://releases.hashicorp.com/${product}/${version}/${zipName}`;
    const proof = await prove(context, url, label);
    return addTool(context.store, id, async (directory) => {
        const zip = `${directory}.zip`;
        const unpacked = `${directory}-unpacked`;
        const binary = (0,external_node_path_.join)(directory, release.place);
        try {
            await fetchZip(context, { url, label, proof, zip, zipName });
            await unpack(context, zip, unpacked, label);
            await (0,promises_.mkdir)((0,external_node_path_.dirname)(binary), { recursive: true });
            await (0,promises_.rename)((0,external_node_path_.join)(unpacked, release.member), binary).catch((error) => {
                throw new errors/* UserError */.yo('tool', `${label}: ${zipName} does not hold ${release.member}`, 'choose another version', {
                    cause: error,
                });
            });
        }
        finally {
            for (const path of [zip, unpacked])
                await (0,promises_.rm)(path, { recursive: true, force: true });
        }
        await (0,promises_.chmod)(binary, 0o755);
        const { [release.place]: sha256 = '' } = await hashicorp_sums(directory, [release.place]);
        const beside = release.beside?.(sha256) ?? {};
        for (const [path, text] of Object.entries(beside))
            await (0,promises_.writeFile)((0,external_node_path_.join)(directory, path), text);
        return { provenBy: proof.provenBy, contents: await hashicorp_sums(directory, [release.place, ...Object.keys(beside)]) };
    });
}
async function prove(context, zipUrl, label) {
    const { net, mirror } = context;
    const fingerprints = (0,upstream_fingerprints/* trusted */.IZ)(upstream_fingerprints/* hashicorpFingerprint */.yc, context.mirrorTrust);
    const sumsUrl = zipUrl.replace(/_linux_\w+\.zip$/, '_SHA256SUMS');
    const at = (suffix) => ({ url: (0,mirror_rule/* mirrored */.V)(`${sumsUrl}${suffix}`, mirror), label });
    const [file, mirrorKeys] = await Promise.all([(0,bytes/* needBytes */.S)(net, at('')), context.mirrorKeys()]);
    const keyring = { keys: [hashicorpKey, ...mirrorKeys], trusted: fingerprints };
    let reason = 'has no signature';
    for (const suffix of ['.sig', ...fingerprints.map((fingerprint) => `.${fingerprint.slice(-8)}.sig`)]) {
        const signature = await (0,bytes/* getBytes */.q)(net, at(suffix));
        if (signature === undefined)
            continue;
        const judgement = await (0,gpg/* judgeDetached */.kA)(context, keyring, file, signature);
        if (judgement.good) {
            const name = zipUrl.slice(zipUrl.lastIndexOf('/') + 1);
            const sha256 = (0,sums/* sumOf */.X)(file.toString('utf8'), name);
            if (sha256 === undefined)
                throw new errors/* UserError */.yo('tool', `${label}: ${at('').url} does not name ${name}`, 'choose another version or runner architecture');
            return { sha256, provenBy: judgement.fingerprint };
        }
        if (reason === 'has no signature')
            reason = judgement.reason;
    }
    throw new errors/* UserError */.yo('untrusted', `${label}: ${at('').url} ${reason}`, mirror === undefined
        ? 'nothing was installed; try again later, and do not use this file'
        : "nothing was installed; if that is the mirror's own key, add its fingerprint to the file that mirror-trust names");
}
async function fetchZip(context, what) {
    const { url, label, proof, zip, zipName } = what;
    const remote = await context.remote();
    const key = `k8s-image-${zipName.replace(/\.zip$/, '')}-${proof.sha256}`;
    const shared = (0,external_node_path_.join)(context.store.temporary, zipName);
    if (await remote?.restore(key, shared)) {
        await (0,promises_.rename)(shared, zip).catch(() => undefined);
        if ((await sumOfFile(zip).catch(() => '')) === proof.sha256)
            return;
        context.net.log.warning(`${label}: the cached copy is damaged; downloading it again`);
        await (0,promises_.rm)(zip, { force: true });
    }
    await download(context.net, { url: (0,mirror_rule/* mirrored */.V)(url, context.mirror), label }, proof.sha256, zip);
    if (remote === undefined)
        return;
    await (0,promises_.copyFile)(zip, shared);
    await remote.save(key, shared);
    await (0,promises_.rm)(shared, { force: true });
}
async function unpack(context, zip, directory, label) {
    const python = await context.python();
    const { code, stderr } = await (0,bounded/* runBounded */.B)({ ...context, limit: 120, label }, python, [
        ...['-I', '-m', 'zipfile', '-e'],
        ...[zip, directory],
    ]);
    if (code === 0)
        return;
    const error = new Error(stderr);
    throw (diskFull(error, label, directory) ??
        new errors/* UserError */.yo('tool', `${label}: the zip cannot be unpacked: ${(0,errors/* firstLine */.TM)(stderr.trim().split('\n').at(-1))}`, 'run the job again'));
}
async function hashicorp_sums(directory, paths) {
    return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await sumOfFile((0,external_node_path_.join)(directory, path))])));
}

// EXTERNAL MODULE: ./src/tools/versions.ts
var versions = __webpack_require__(62578);
;// CONCATENATED MODULE: ./src/tools/packer.ts



async function preparePacker(context, version) {
    const release = { product: 'packer', version, member: 'packer', place: 'packer' };
    return (0,external_node_path_.join)(await prepareRelease(context, release), 'packer');
}
async function preparePlugin(context) {
    const member = `packer-plugin-amazon_v${versions/* amazonPlugin */.Sx}_${versions/* pluginApi */.g2}_linux_${context.arch}`;
    const place = `plugins/github.com/hashicorp/amazon/${member}`;
    const beside = (sha256) => ({ [`${place}_SHA256SUM`]: sha256 });
    const release = { product: 'packer-plugin-amazon', version: versions/* amazonPlugin */.Sx, member, place, beside };
    return (0,external_node_path_.join)(await prepareRelease(context, release), 'plugins');
}

// EXTERNAL MODULE: ./src/tools/platform.ts
var platform = __webpack_require__(59836);
;// CONCATENATED MODULE: ./src/tools/python.ts


const least = 11;
const wanted = 12;
async function findPython(exec, signal) {
    const script = 'import sys; print(sys.version_info[0], sys.version_info[1], sys.executable)';
    const bounds = { exec, limit: 30, label: 'looking for Python', ...(signal ? { signal } : {}) };
    const seen = [];
    let older;
    for (const name of ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']) {
        const { code, stdout } = await (0,bounded/* runBounded */.B)(bounds, name, ['-I', '-c', script]);
        const [, major, minor, path] = /^(\d+) (\d+) (.+)$/m.exec(stdout) ?? [];
        if (code !== 0 || path === undefined)
            continue;
        if (Number(major) === 3 && Number(minor) >= wanted)
            return path;
        if (Number(major) === 3 && Number(minor) >= least)
            older ??= path;
        seen.push(`${name} is ${major}.${minor}`);
    }
    if (older !== undefined)
        return older;
    throw new errors/* UserError */.yo('runner', `Ansible needs Python 3.${least} or newer; ${seen.length > 0 ? seen.join(', ') : 'python3 is missing'}`, 'install it, or add actions/setup-python before this step');
}

;// CONCATENATED MODULE: ./src/tools/remote-cache.ts

const remote_cache_LIMIT = 120;
async function githubCache(env, log) {
    if (!env.ACTIONS_RESULTS_URL && !env.ACTIONS_CACHE_URL)
        return undefined;
    const cache = await __webpack_require__.e(/* import() */ 592).then(__webpack_require__.bind(__webpack_require__, 16592));
    if (!cache.isFeatureAvailable())
        return undefined;
    return {
        restore: (key, path) => guarded(log, `the cache could not be read (${key})`, false, async () => {
            const hit = await cache.restoreCache([path], key);
            if (hit !== undefined)
                log.info(`${key}: from the cache of an earlier run`);
            return hit === key;
        }),
        save: (key, path) => guarded(log, `the cache could not be written (${key})`, undefined, async () => {
            await cache.saveCache([path], key);
        }),
    };
}
async function guarded(log, what, otherwise, work) {
    let timer;
    const limit = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new errors/* UserError */.yo('tool', `no answer in ${remote_cache_LIMIT} s`)), remote_cache_LIMIT * 1000);
    });
    try {
        return await Promise.race([work(), limit]);
    }
    catch (error) {
        log.warning(`${what}: ${(0,errors/* firstLine */.TM)(error)}`);
        return otherwise;
    }
    finally {
        clearTimeout(timer);
    }
}

;// CONCATENATED MODULE: ./src/tools/tools.ts








async function prepareTools(inputs, effects) {
    const { exec, log, clock, env, root, signal } = effects;
    const started = clock.now();
    const arch = (0,platform/* runnerArch */.J)(process);
    const net = { clock, log, meter: { bytes: 0 }, ...(signal ? { signal } : {}) };
    const { mirror, mirrorTrust } = inputs;
    const context = {
        ...{ net, exec, env, arch, mirror, mirrorTrust },
        ...(signal ? { signal } : {}),
        store: openStore(env, log),
        remote: once(() => (effects.remote ? Promise.resolve(effects.remote) : githubCache(env, log))),
        python: once(() => findPython(exec, signal)),
        mirrorKeys: once(() => (0,upstream_mirror/* mirrorKeys */.s)(net, { exec, ...(signal ? { signal } : {}) }, mirror, mirrorTrust)),
    };
    const [packer, pluginDirectory, ansiblePlaybook] = await (0,gather/* gather */.k)([
        preparePacker(context, inputs.packerVersion),
        preparePlugin(context),
        prepareAnsible(context, root),
    ]);
    const warning = oldAnsible(inputs.os, ansiblePlaybook);
    if (warning !== undefined)
        log.warning(warning);
    return { packer, pluginDirectory, ansiblePlaybook, bytesFetched: net.meter.bytes, seconds: clock.now() - started };
}
function once(work) {
    let promise;
    return () => {
        promise ??= work();
        return promise;
    };
}


/***/ }),

/***/ 75762:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ needBytes),
/* harmony export */   q: () => (/* binding */ getBytes)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97268);
/* harmony import */ var _fetch_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76649);


async function getBytes(net, request, { limit, strict = false } = {}) {
    try {
        return await receiveBytes(net, request, limit);
    }
    catch (error) {
        if (strict || !(error instanceof _fetch_js__WEBPACK_IMPORTED_MODULE_1__/* .Forbidden */ .cw))
            throw error;
        net.log.info(`${error.message}, which counts as missing`);
        return undefined;
    }
}
async function needBytes(net, request) {
    const bytes = await receiveBytes(net, request);
    if (bytes === undefined)
        throw (0,_fetch_js__WEBPACK_IMPORTED_MODULE_1__/* .missing */ .LO)(request);
    return bytes;
}
async function receiveBytes(net, request, limit) {
    const address = `${request.url} ${request.accept ?? ''}`;
    const file = net.files?.get(address) ?? readBytes(net, request, limit);
    net.files?.set(address, file);
    return file;
}
async function readBytes(net, request, limit = 32 * 1024 * 1024) {
    return (0,_fetch_js__WEBPACK_IMPORTED_MODULE_1__/* .get */ .Jt)(net, request, async (body) => {
        const chunks = [];
        let size = 0;
        for await (const chunk of body) {
            chunks.push(chunk);
            size += chunk.length;
            if (size > limit)
                throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('download', `${request.label}: ${request.url} is larger than ${limit} bytes`, (0,_fetch_js__WEBPACK_IMPORTED_MODULE_1__/* .hint */ .aK)(request.url));
        }
        return Buffer.concat(chunks);
    });
}


/***/ }),

/***/ 76649:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Jt: () => (/* binding */ get),
/* harmony export */   LO: () => (/* binding */ missing),
/* harmony export */   aK: () => (/* binding */ hint),
/* harmony export */   cw: () => (/* binding */ Forbidden)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97268);
/* harmony import */ var _send_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(80839);


const LIMIT = 20;
const PAUSES = [1, 3];
class Transient extends Error {
}
class Forbidden extends _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo {
}
async function get(net, request, receive) {
    for (let attempt = 0;; attempt++) {
        try {
            return await once(net, request, receive);
        }
        catch (error) {
            net.signal?.throwIfAborted();
            if (!(error instanceof Transient))
                throw error;
            const pause = PAUSES[attempt];
            if (pause === undefined)
                throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('download', `${request.label}: ${request.url} ${error.message}`, hint(request.url), {
                    cause: error,
                });
            net.log.info(`${request.label}: ${error.message}; trying again in ${pause} s`);
            await net.clock.sleep(pause, net.signal);
        }
    }
}
async function once(net, request, receive) {
    const { stall = 30, send = _send_js__WEBPACK_IMPORTED_MODULE_1__/* .sendGet */ .Vc } = net;
    const stalled = new AbortController();
    const signal = net.signal ? AbortSignal.any([net.signal, stalled.signal]) : stalled.signal;
    let timer;
    const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => stalled.abort(), stall * 1000);
    };
    const deadline = setTimeout(() => stalled.abort(), LIMIT * 60_000);
    let failure;
    alive();
    try {
        const headers = { 'accept-encoding': 'identity', ...(request.accept ? { accept: request.accept } : {}) };
        const response = await send(request.url, headers, signal).catch((error) => {
            if (error instanceof _send_js__WEBPACK_IMPORTED_MODULE_1__/* .Insecure */ .hJ)
                throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('download', `${request.label}: ${request.url} ${error.message}`, hint(request.url));
            throw new Transient(stalled.signal.aborted ? `did not answer for ${stall} s` : `does not answer: ${(0,_send_js__WEBPACK_IMPORTED_MODULE_1__/* .cause */ .c1)(error)}`);
        });
        const { statusCode: status = 0, statusMessage = '' } = response;
        if (status !== 200)
            response.destroy();
        if (status === 404 || status === 410)
            return undefined;
        if (status !== 200) {
            const answer = `answered ${status} ${statusMessage}`.trim();
            if (status >= 500 || status === 429)
                throw new Transient(answer);
            const Failure = status === 403 ? Forbidden : _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo;
            throw new Failure('download', `${request.label}: ${request.url} ${answer}`, hint(request.url));
        }
        const size = response.headers['content-encoding'] === undefined ? contentLength(response.headers) : undefined;
        const stop = () => response.destroy(new Error('stopped'));
        signal.addEventListener('abort', stop, { once: true });
        const body = async function* () {
            let received = 0;
            try {
                for await (const chunk of response) {
                    alive();
                    received += chunk.length;
                    net.meter.bytes += chunk.length;
                    yield chunk;
                }
            }
            catch (error) {
                failure = new Transient(stalled.signal.aborted
                    ? `stopped sending, or took more than ${LIMIT} minutes, after ${amount(received, size)}`
                    : `was cut off after ${amount(received, size)}: ${(0,_send_js__WEBPACK_IMPORTED_MODULE_1__/* .cause */ .c1)(error)}`);
                throw failure;
            }
            finally {
                signal.removeEventListener('abort', stop);
            }
            if (size !== undefined && received !== size) {
                failure = new Transient(`was cut off after ${amount(received, size)}`);
                throw failure;
            }
        };
        return await receive(body());
    }
    catch (error) {
        throw failure ?? error;
    }
    finally {
        clearTimeout(timer);
        clearTimeout(deadline);
    }
}
function contentLength({ 'content-length': text = '' }) {
    return /^\d+$/.test(text) ? Number(text) : undefined;
}
function amount(received, size) {
    return size === undefined ? `${received} bytes` : `${received} of ${size} bytes`;
}
function missing(request) {
    return new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('download', `${request.label}: there is no ${request.url}`, 'check the version, and the content of the mirror');
}
function hint(url) {
    const { protocol, host } = new URL(url);
    return `check that ${protocol}//${host} is reachable from the runner; without internet, set the input mirror`;
}


/***/ }),

/***/ 2088:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  CW: () => (/* binding */ awsCliFingerprint),
  yc: () => (/* binding */ hashicorpFingerprint),
  ln: () => (/* binding */ kubernetesFingerprint),
  IZ: () => (/* binding */ trusted)
});

;// CONCATENATED MODULE: ./catalog/keys.json
const keys_namespaceObject = /*#__PURE__*/JSON.parse('{"Ge":{"Rj":"C874011F0AB405110D02105534365D9472D7468F"},"pm":{"Rj":"DE15B14486CD377B9E876E1A234654DA9A296436"},"YL":{"Rj":"FB5DB77FD5C118B80511ADA8A6310ACC4672475C"}}');
;// CONCATENATED MODULE: ./src/upstream/fingerprints.ts

const hashicorpFingerprint = keys_namespaceObject.Ge.Rj;
const kubernetesFingerprint = keys_namespaceObject.pm.Rj;
const awsCliFingerprint = keys_namespaceObject.YL.Rj;
function trusted(upstream, mirrorTrust) {
    return [...new Set([upstream, ...mirrorTrust])];
}


/***/ }),

/***/ 99937:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Ew: () => (/* binding */ exportTrusted),
  kA: () => (/* binding */ judgeDetached),
  GP: () => (/* binding */ judgeFile),
  g8: () => (/* binding */ openClearsigned)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/lib/bounded.ts
var bounded = __webpack_require__(66610);
// EXTERNAL MODULE: ./src/lib/errors.ts
var errors = __webpack_require__(97268);
;// CONCATENATED MODULE: ./src/upstream/status.ts
const weakHashes = ['1', '2', '3'];
function judge(status, trusted) {
    const signatures = [];
    for (const line of status.split('\n')) {
        if (!line.startsWith('[GNUPG:] '))
            continue;
        const words = line.slice('[GNUPG:] '.length).trim().split(' ');
        if (words[0] === 'NEWSIG')
            signatures.push([]);
        else
            signatures.at(-1)?.push(words);
    }
    if (signatures.some((lines) => lines.some(([word]) => word === 'BADSIG')))
        return { good: false, reason: 'does not match its signature' };
    const judgements = signatures.map((lines) => judgeOne(lines, trusted));
    return judgements.find(({ good }) => good) ?? judgements[0] ?? { good: false, reason: 'is not signed' };
}
function judgeOne(lines, trusted) {
    const find = (name) => lines.find(([word]) => word === name);
    const bad = (reason) => ({ good: false, reason });
    const valid = find('VALIDSIG');
    const fingerprint = valid?.[10] ?? '';
    const missing = find('ERRSIG');
    if (missing) {
        const key = missing[7] && missing[7] !== '-' ? missing[7] : (missing[1] ?? '');
        return bad(find('NO_PUBKEY') ? `is signed by key ${key}, which is not trusted` : 'has a signature that gpg cannot check');
    }
    if (valid && !trusted.includes(fingerprint))
        return bad(`is signed by key ${fingerprint}, which is not trusted`);
    if (find('EXPKEYSIG'))
        return bad(`is signed by key ${fingerprint}, which has expired`);
    if (find('REVKEYSIG'))
        return bad(`is signed by key ${fingerprint}, which is revoked`);
    if (find('EXPSIG'))
        return bad('has a signature that has expired');
    if (!find('GOODSIG') || !valid)
        return bad('has no good signature');
    if (weakHashes.includes(valid[8] ?? ''))
        return bad('has a signature over a broken hash (MD5 or SHA-1)');
    return { good: true, fingerprint };
}
function primaryFingerprints(colons) {
    const found = [];
    let primary = false;
    for (const line of colons.split('\n')) {
        const fields = line.split(':');
        if (fields[0] === 'pub')
            primary = true;
        else if (fields[0] === 'sub')
            primary = false;
        else if (fields[0] === 'fpr' && primary) {
            found.push(fields[9] ?? '');
            primary = false;
        }
    }
    return found;
}
function keyExpiries(colons) {
    const found = [];
    let expires;
    let primary = false;
    for (const line of colons.split('\n')) {
        const fields = line.split(':');
        if (fields[0] === 'pub') {
            primary = true;
            expires = fields[6] ? new Date(Number(fields[6]) * 1000).toISOString().slice(0, 10) : undefined;
        }
        else if (fields[0] === 'sub')
            primary = false;
        else if (fields[0] === 'fpr' && primary) {
            found.push({ fingerprint: fields[9] ?? '', ...(expires && { expires }) });
            primary = false;
        }
    }
    return found;
}

;// CONCATENATED MODULE: ./src/upstream/gpg.ts






const LIMIT = 60;
async function judgeDetached(gpg, keyring, data, signature) {
    return inHome(gpg, keyring.keys, async (home, run) => {
        await (0,promises_.writeFile)((0,external_node_path_.join)(home, 'data'), data);
        await (0,promises_.writeFile)((0,external_node_path_.join)(home, 'signature'), signature);
        const { stdout } = await run(['--status-fd', '1', '--verify', (0,external_node_path_.join)(home, 'signature'), (0,external_node_path_.join)(home, 'data')]);
        return judge(stdout, keyring.trusted);
    });
}
async function judgeFile(gpg, keyring, path, signature) {
    return inHome(gpg, keyring.keys, async (home, run) => {
        await (0,promises_.writeFile)((0,external_node_path_.join)(home, 'signature'), signature);
        const { stdout } = await run(['--status-fd', '1', '--verify', (0,external_node_path_.join)(home, 'signature'), path]);
        return judge(stdout, keyring.trusted);
    });
}
async function openClearsigned(gpg, keyring, document) {
    if (document.match(/^-----BEGIN PGP SIGNED MESSAGE-----/gm)?.length !== 1)
        return { judgement: { good: false, reason: 'is not signed' }, text: '' };
    return inHome(gpg, keyring.keys, async (home, run) => {
        await (0,promises_.writeFile)((0,external_node_path_.join)(home, 'document'), document);
        const { stdout } = await run([
            ...['--status-file', (0,external_node_path_.join)(home, 'status'), '--output', '-'],
            ...['--decrypt', (0,external_node_path_.join)(home, 'document')],
        ]);
        return { judgement: judge(await (0,promises_.readFile)((0,external_node_path_.join)(home, 'status'), 'utf8'), keyring.trusted), text: stdout };
    });
}
async function exportTrusted(gpg, { keys, trusted }) {
    return inHome(gpg, keys, async (_home, run) => {
        const { stdout } = await run(['--with-colons', '--list-keys']);
        const fingerprints = primaryFingerprints(stdout)
            .filter((fingerprint) => trusted.includes(fingerprint))
            .sort();
        const expiries = keyExpiries(stdout).filter(({ fingerprint }) => trusted.includes(fingerprint));
        if (fingerprints.length === 0)
            return { armored: '', fingerprints, expiries };
        const exported = await run([
            '--armor',
            '--no-emit-version',
            '--export-options',
            'export-minimal',
            '--export',
            ...fingerprints,
        ]);
        return { armored: exported.stdout, fingerprints, expiries };
    });
}
async function inHome(gpg, keys, work) {
    const home = await (0,promises_.mkdtemp)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'k8s-image-gpg-'));
    const run = async (args) => {
        const result = await (0,bounded/* runBounded */.B)({ ...gpg, limit: LIMIT, label: 'checking a signature' }, 'gpg', ['--homedir', home, '--no-options', '--batch', '--no-tty', '--no-autostart', '--trust-model', 'always', ...args], { env: { ...process.env, LC_ALL: 'C' } });
        if (result.code === 127)
            throw new errors/* UserError */.yo('runner', 'gpg is missing, but signatures must be checked', 'install it: apt-get install gnupg');
        return result;
    };
    try {
        await (0,promises_.writeFile)((0,external_node_path_.join)(home, 'keys'), `${keys.join('\n')}\n`);
        if (keys.length > 0)
            await run(['--import', (0,external_node_path_.join)(home, 'keys')]);
        return await work(home, run);
    }
    finally {
        await (0,promises_.rm)(home, { recursive: true, force: true });
    }
}


/***/ }),

/***/ 65533:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ mirrored),
/* harmony export */   l: () => (/* binding */ upstreamPath)
/* harmony export */ });
function mirrored(url, mirror) {
    if (mirror === undefined)
        return url;
    return `${mirror}/${upstreamPath(url)}`;
}
function upstreamPath(url) {
    if (!url.startsWith('https://'))
        throw new Error(`not an upstream address: ${url}`);
    return url.slice('https://'.length);
}


/***/ }),

/***/ 83546:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ mirrorSums),
/* harmony export */   s: () => (/* binding */ mirrorKeys)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97268);
/* harmony import */ var _bytes_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(75762);
/* harmony import */ var _gpg_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(99937);
/* harmony import */ var _mirror_rule_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(65533);
/* harmony import */ var _sums_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(47833);





async function mirrorKeys(net, gpg, mirror, mirrorTrust) {
    if (mirror === undefined)
        return [];
    return Promise.all(mirrorTrust.map(async (fingerprint) => {
        const url = `${mirror}/keys/${fingerprint}.asc`;
        const key = (await (0,_bytes_js__WEBPACK_IMPORTED_MODULE_1__/* .needBytes */ .S)(net, { url, label: "the mirror's key" })).toString('utf8');
        const found = await (0,_gpg_js__WEBPACK_IMPORTED_MODULE_2__/* .exportTrusted */ .Ew)(gpg, { keys: [key], trusted: [fingerprint] });
        if (found.fingerprints.length === 0)
            throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('mirror', `the mirror's key: ${url} holds another key`, 'repair the mirror, or correct the file that mirror-trust names');
        return found.armored;
    }));
}
async function mirrorSums(net, gpg, mirror, mirrorTrust, keys) {
    const url = `${mirror}/SHA256SUMS`;
    if (mirrorTrust.length === 0)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('mirror', `the mirror's sums: ${url} proves nothing without a trusted key`, "put the fingerprint of the mirror's key into a file, and set mirror-trust to it");
    const [sums, signature] = await Promise.all([
        (0,_bytes_js__WEBPACK_IMPORTED_MODULE_1__/* .needBytes */ .S)(net, { url, label: "the mirror's sums" }),
        (0,_bytes_js__WEBPACK_IMPORTED_MODULE_1__/* .needBytes */ .S)(net, { url: `${url}.sig`, label: "the signature of the mirror's sums" }),
    ]);
    const judgement = await (0,_gpg_js__WEBPACK_IMPORTED_MODULE_2__/* .judgeDetached */ .kA)(gpg, { keys, trusted: mirrorTrust }, sums, signature);
    if (!judgement.good)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('untrusted', `the mirror's sums: ${url} ${judgement.reason}`, 'repair the mirror, or correct the file that mirror-trust names');
    const byPath = (0,_sums_js__WEBPACK_IMPORTED_MODULE_3__/* .readSums */ .P)(sums.toString('utf8'));
    const lookUp = (upstream) => {
        const path = (0,_mirror_rule_js__WEBPACK_IMPORTED_MODULE_4__/* .upstreamPath */ .l)(upstream);
        const sum = byPath.get(path);
        if (sum === undefined)
            throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('mirror', `the mirror's sums: ${url} does not name ${path}`, 'add the file to the mirror');
        return sum;
    };
    return Object.assign(lookUp, { files: byPath });
}


/***/ }),

/***/ 80839:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Vc: () => (/* binding */ sendGet),
/* harmony export */   c1: () => (/* binding */ cause),
/* harmony export */   hJ: () => (/* binding */ Insecure)
/* harmony export */ });
/* harmony import */ var _actions_http_client__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(44942);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(97268);
/* harmony import */ var _lib_exec_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(10766);
/* harmony import */ var _lib_version_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(87471);




class Insecure extends Error {
}
const REDIRECTIONS = 10;
const sendGet = async (url, headers, signal) => {
    signal.throwIfAborted();
    const client = new _actions_http_client__WEBPACK_IMPORTED_MODULE_0__/* .HttpClient */ .Qq(`k8s-image-action/${_lib_version_js__WEBPACK_IMPORTED_MODULE_3__/* .VERSION */ .x}`, [], { allowRetries: false, allowRedirects: false });
    signal.addEventListener('abort', () => client.dispose(), { once: true });
    const ended = (0,_lib_exec_js__WEBPACK_IMPORTED_MODULE_2__/* .aborted */ .QH)(signal);
    let at = new URL(url);
    for (let count = 0;; count++) {
        const { message } = await Promise.race([client.get(at.href, headers), ended]);
        const { statusCode = 0, headers: answered } = message;
        if (![301, 302, 303, 307, 308].includes(statusCode) || !answered.location || count === REDIRECTIONS)
            return message;
        message.resume();
        const next = new URL(answered.location, at);
        if (at.protocol === 'https:' && next.protocol !== 'https:')
            throw new Insecure(`redirects to ${next.protocol}`);
        at = next;
    }
};
function cause(error) {
    const { code = '', message = '' } = error;
    const tunnel = /^tunneling socket could not be established, (?:statusCode=(\d+)|cause=(.*))/.exec(message);
    if (tunnel?.[1])
        return `the proxy answered ${tunnel[1]}${tunnel[1] === '407' ? ' and requires a user and password' : ''}`;
    if (tunnel)
        return `the proxy does not answer: ${tunnel[2]}`;
    const known = {
        ECONNREFUSED: 'connection refused',
        ECONNRESET: 'connection reset',
        ENOTFOUND: 'no such host',
        EAI_AGAIN: 'the host name could not be resolved',
        ETIMEDOUT: 'connection timed out',
    };
    return known[code] ?? (0,_lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .firstLine */ .TM)(error);
}


/***/ }),

/***/ 47833:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ readSums),
/* harmony export */   X: () => (/* binding */ sumOf)
/* harmony export */ });
function readSums(text) {
    const sums = new Map();
    for (const [, sum = '', name = ''] of text.matchAll(/^([0-9a-fA-F]{64})[ \t]+\*?(\S.*?)\s*$/gm))
        sums.set(name.replace(/^\.\//, ''), sum.toLowerCase());
    return sums;
}
function sumOf(text, name) {
    const bare = /^\s*([0-9a-fA-F]{64})\s*$/.exec(text);
    return bare?.[1]?.toLowerCase() ?? readSums(text).get(name);
}


/***/ })

};
