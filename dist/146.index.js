export const id = 146;
export const ids = [146];
export const modules = {

/***/ 4146:
/***/ ((module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _crash_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32172);
/* harmony import */ var _effects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(16579);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6699);



const cancel = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => cancel.abort(new Error('the run was cancelled')));
await (0,_crash_js__WEBPACK_IMPORTED_MODULE_0__/* .runStep */ .e)((crashed) => (0,_run_js__WEBPACK_IMPORTED_MODULE_2__/* .runPlan */ .F)((0,_effects_js__WEBPACK_IMPORTED_MODULE_1__/* .realEffects */ .V)(crashed), cancel.signal));

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 6699:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  F: () => (/* binding */ runPlan)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./src/catalog/prices.ts
var prices = __webpack_require__(64777);
// EXTERNAL MODULE: ./src/lib/duration.ts
var duration = __webpack_require__(82543);
// EXTERNAL MODULE: ./src/lib/errors.ts
var errors = __webpack_require__(97268);
// EXTERNAL MODULE: ./src/lib/gather.ts
var gather = __webpack_require__(15552);
// EXTERNAL MODULE: ./src/lib/heartbeat.ts
var heartbeat = __webpack_require__(31039);
// EXTERNAL MODULE: ./src/lib/redact.ts
var lib_redact = __webpack_require__(60310);
// EXTERNAL MODULE: ./src/model/account.ts
var account = __webpack_require__(64214);
// EXTERNAL MODULE: ./src/plan/facts.ts
var facts = __webpack_require__(17736);
// EXTERNAL MODULE: ./src/plan/groups.ts
var groups = __webpack_require__(89675);
// EXTERNAL MODULE: ./src/plan/lock-file.ts
var lock_file = __webpack_require__(94303);
// EXTERNAL MODULE: ./src/publish/tasks.ts + 3 modules
var publish_tasks = __webpack_require__(64615);
// EXTERNAL MODULE: ./src/report/cost/estimate.ts
var estimate = __webpack_require__(87118);
// EXTERNAL MODULE: ./src/report/failures.ts
var report_failures = __webpack_require__(97999);
// EXTERNAL MODULE: ./src/report/summary.ts
var summary = __webpack_require__(57994);
// EXTERNAL MODULE: ./src/tools/platform.ts
var platform = __webpack_require__(59836);
// EXTERNAL MODULE: ./src/plan/digest.ts
var digest = __webpack_require__(31147);
// EXTERNAL MODULE: ./src/report/cost/words.ts
var words = __webpack_require__(31203);
// EXTERNAL MODULE: ./src/report/markdown.ts
var markdown = __webpack_require__(54285);
// EXTERNAL MODULE: ./src/report/versions.ts
var versions = __webpack_require__(29069);
;// CONCATENATED MODULE: ./src/actions/plan/comment.ts




const MARKER = '<!-- k8s-image-action plan -->';
const LIMIT = 65_536;
const MAX_ROWS = 200;
const WORDS = {
    build: '**build**',
    test: '**test again**',
    publish: '**publish**',
    nothing: 'nothing',
};
function comment(verdicts, cost = { unknown: [] }) {
    const count = verdicts.filter(({ work }) => work).length;
    const head = `${MARKER}\n## Kubernetes node images: ${count === 0 ? 'nothing to do' : `${count} of ${verdicts.length} to do`}\n\n`;
    const sections = [
        { title: 'what happens', text: fates(verdicts) },
        { title: 'versions', text: comment_versions(verdicts) },
        { title: 'regions', text: regions(verdicts) },
        { title: 'the cost', text: (0,words/* estimateSection */.Kt)(cost) },
    ].filter(({ text }) => text !== '');
    const rest = (0,markdown/* within */.ux)(sections, LIMIT - Buffer.byteLength(head), {
        limit: 'a comment may have 65,536 characters',
        rest: 'The output `images` has everything.',
    });
    return head + rest;
}
function fates(verdicts) {
    const rows = verdicts.map(({ image, action, reason, last, wanted }) => [
        `${(0,markdown/* plain */.pj)(image.key)}${wanted.required ? '' : ' (optional)'}`,
        WORDS[action],
        `${(0,markdown/* plain */.pj)(reason)}${last === undefined ? '' : `, since \`${last.id}\``}`,
    ]);
    return withRest((0,markdown/* table */.tp)(['Image', 'What happens', 'Why'], rows.slice(0, MAX_ROWS)), rows.length);
}
function comment_versions(verdicts) {
    const images = verdicts.slice(0, MAX_ROWS).map(({ image, digest }) => ({ ...image, key: (0,markdown/* plain */.pj)(image.key), digest }));
    const missing = verdicts.some(({ digest }) => digest === undefined);
    const why = `${(0,digest/* describeDigest */.WG)(undefined)}, because there is no AWS account (or it is a rehearsal).`;
    return `### Versions\n\n${withRest((0,versions/* versionTables */.C)(images), verdicts.length)}${missing ? `\n\n${why}` : ''}`;
}
function regions(verdicts) {
    const groups = new Map();
    for (const { image, regions: list, wanted } of verdicts) {
        const all = wanted.inputs.amiRegions === 'all' && list.length === 1
            ? `${list[0]}, and every region that is enabled`
            : list.join(', ');
        groups.set(all, [...(groups.get(all) ?? []), image.key]);
    }
    const rows = [...groups].map(([list, images]) => [(0,markdown/* plain */.pj)(images.join(', ')), (0,markdown/* plain */.pj)(list)]);
    return `### Regions\n\nThe first is the build region.\n\n${withRest((0,markdown/* table */.tp)(['Images', 'Regions'], rows.slice(0, MAX_ROWS)), rows.length)}`;
}
function withRest(text, rows) {
    return rows > MAX_ROWS ? `${text}\n\n_${rows - MAX_ROWS} more are in the output \`images\`._` : text;
}

// EXTERNAL MODULE: ./src/report/record.ts
var record = __webpack_require__(51117);
// EXTERNAL MODULE: ./src/inputs/names.ts
var names = __webpack_require__(85585);
;// CONCATENATED MODULE: ./src/actions/plan/matrix.ts


const MAX_JOBS = 256;
const MAX_BYTES = 1_048_576;
function matrix(verdicts) {
    const include = verdicts.filter(({ work }) => work).map(entry);
    const bytes = 2 * JSON.stringify({ include }).length;
    if (include.length > MAX_JOBS || bytes > MAX_BYTES)
        throw new errors/* UserError */.yo('config-file', include.length > MAX_JOBS
            ? `${include.length} images need a build, but a matrix allows ${MAX_JOBS} jobs`
            : `the matrix of the images to build has ${bytes} bytes in UTF-16, but GitHub allows ${MAX_BYTES}`, 'split the config file in two, and call the workflow for each');
    return { include };
}
function entry({ image, wanted }) {
    const { os, arch } = image;
    const exact = { os, arch, 'kubernetes-version': image.node.kubernetesDeb };
    const ofTheJob = (name) => names/* jobInputNames */.qW.includes(name);
    const texts = Object.entries(wanted.texts);
    const own = Object.fromEntries(texts.filter(([name]) => !ofTheJob(name)));
    const defaults = Object.fromEntries(texts.filter(([name]) => ofTheJob(name)));
    const { region } = wanted.inputs;
    const settings = {
        ...(wanted.name === undefined ? {} : { name: wanted.name }),
        ...own,
        region,
        ...exact,
        'kubernetes-version': versionFor(wanted.inputs, image.node.kubernetesDeb),
    };
    return {
        image: image.key,
        ...exact,
        required: wanted.required,
        config: JSON.stringify({ ...(Object.keys(defaults).length > 0 ? { defaults } : {}), images: [settings] }),
    };
}
function versionFor({ kubernetesVersions, lock }, exact) {
    const locked = lock.content?.kubernetes ?? {};
    return kubernetesVersions.findLast((written) => locked[written]?.deb === exact) ?? exact;
}

;// CONCATENATED MODULE: ./src/actions/plan/outputs.ts


function planOutputs(verdicts, comment) {
    return {
        matrix: JSON.stringify(matrix(verdicts)),
        'has-work': String(verdicts.some(({ work }) => work)),
        images: JSON.stringify(verdicts.map(outputs_record)),
        comment,
    };
}
const LONGEST = 131_071 - 'INPUT_IMAGES='.length;
function tooLong(images) {
    const size = Buffer.byteLength(images);
    if (size <= LONGEST)
        return undefined;
    return `the output images has ${size} bytes, but the release accepts at most ${LONGEST}: split the config file, and make a release of each part`;
}
function outputs_record({ image, wanted, regions, action, work, digest, reason, last, changes, amis }) {
    return {
        image: image.key,
        os: image.os,
        arch: image.arch,
        kubernetes: image.node.kubernetesVersion,
        required: wanted.required,
        test: wanted.inputs.test,
        work,
        action,
        reason,
        changes,
        last: last ?? null,
        digest: digest ?? null,
        baseAmi: digest === undefined ? null : image.baseAmi,
        versions: (0,record/* versionRecord */.AO)(image.node),
        regions,
        amis,
    };
}

// EXTERNAL MODULE: ./src/aws/errors.ts
var aws_errors = __webpack_require__(99378);
;// CONCATENATED MODULE: ./src/actions/plan/reads.ts

const UNRESOLVED = { id: '', name: '' };
function isUnresolved({ baseAmi }) {
    return baseAmi.id === UNRESOLVED.id;
}
function withoutAccount({ region, amiRegions }) {
    return {
        enabledRegions: async () => [region, ...(amiRegions === 'all' ? [] : amiRegions)],
        newestAmi: async () => UNRESOLVED,
    };
}
async function hasAccount(ask) {
    try {
        await ask();
        return true;
    }
    catch (error) {
        if ((0,aws_errors/* isNoCredentials */.aU)(error))
            return false;
        throw error;
    }
}

// EXTERNAL MODULE: ./src/aws/ec2.ts
var ec2 = __webpack_require__(52791);
// EXTERNAL MODULE: ./src/catalog/versions.ts
var catalog_versions = __webpack_require__(71190);
;// CONCATENATED MODULE: ./src/actions/plan/changes.ts




const PARTS = {
    ...record/* PART_NAMES */.zK,
    'cni-plugins': record/* PART_NAMES */.zK.cniPlugins,
    sandbox: record/* PART_NAMES */.zK.sandboxImage,
    base: 'base AMI',
};
function partsOf(image) {
    const { node } = image;
    return {
        kubernetes: node.kubernetesDeb,
        containerd: node.containerd.version,
        runc: node.runc.version,
        'cni-plugins': node.cniPlugins.version,
        sandbox: node.sandboxImage.replace(/^.*:/, ''),
        ...(isUnresolved(image) ? {} : { base: image.baseAmi.id }),
    };
}
function readVersions(tag) {
    const pairs = (tag ?? '').split(' ').map((pair) => pair.split('=', 2));
    return Object.fromEntries(pairs.flatMap(([word, value]) => (value === undefined ? [] : [[word, value]])));
}
function lastTested(image, amis) {
    const at = ({ tags }) => tags[ec2/* TESTED_AT_TAG */.vy] ?? '';
    return amis
        .filter(({ state, tags }) => {
        const { arch, kubernetes } = readVersions(tags[ec2/* VERSIONS_TAG */.Pg]);
        return (state === 'available' &&
            tags[ec2/* STATE_TAG */.PZ] === ec2/* BUILT */.BT &&
            tags[ec2/* TESTED_TAG */.N5] !== undefined &&
            tags[ec2/* OS_TAG */.w7] === image.os &&
            arch === image.arch &&
            kubernetes !== undefined &&
            (0,catalog_versions/* minorOf */.Hs)(kubernetes) === (0,catalog_versions/* minorOf */.Hs)(image.node.kubernetesVersion));
    })
        .sort((a, b) => (at(a) < at(b) ? 1 : -1))[0];
}
function changesSince(image, last) {
    const before = readVersions(last.tags[ec2/* VERSIONS_TAG */.Pg]);
    return Object.entries(partsOf(image)).flatMap(([word, to]) => before[word] === to ? [] : [{ what: PARTS[word] ?? word, from: before[word], to }]);
}
function describeChange({ what, from, to }) {
    return from === undefined ? `${what} ${to}` : `${what} ${from} -> ${to}`;
}

;// CONCATENATED MODULE: ./src/actions/plan/verdict.ts



function judge(planned, look) {
    return planned.flatMap(({ wanted, plan }) => plan.images.map((image) => {
        const account = isUnresolved(image) ? undefined : look(image, plan.region);
        const last = account && lastTested(image, account.amis);
        const changes = last === undefined ? [] : changesSince(image, last);
        const action = account?.existing.action ?? 'build';
        return {
            ...{ image, wanted, action, changes },
            regions: [plan.region, ...plan.copyRegions],
            work: action !== 'nothing',
            digest: isUnresolved(image) ? undefined : image.digest,
            reason: reason(action, account, last, changes),
            last: last && { id: last.id, name: last.name },
            amis: account?.existing.amis ?? {},
        };
    }));
}
function reason(action, account, last, changes) {
    if (account === undefined)
        return (0,digest/* describeDigest */.WG)(undefined);
    if (action === 'nothing')
        return 'a tested AMI has this digest, in all regions';
    if (action === 'publish')
        return 'a tested AMI has this digest, but not in all regions or not published as asked';
    if (action === 'test')
        return 'an AMI has this digest, but passed a lower test level only';
    if (last === undefined)
        return 'the account has no tested AMI of this system, architecture and Kubernetes minor';
    if (changes.length === 0)
        return 'same versions; the playbook, the template or the settings changed';
    return changes.map(describeChange).join(', ');
}

;// CONCATENATED MODULE: ./src/actions/plan/run.ts




















async function runPlan(effects, signal) {
    const { clock, env } = effects;
    const secrets = (0,lib_redact/* secretsIn */.V)(env);
    const heart = (0,heartbeat/* heartbeat */.j)(effects.log, clock);
    const { log } = heart;
    for (const secret of secrets)
        log.mask(secret);
    const redact = (0,lib_redact/* redactor */.$)(secrets);
    try {
        (0,platform/* runnerArch */.J)(effects.machine);
        const wanted = await effects.readWanted();
        const start = clock.now();
        const planning = heart.during(() => `planning for ${(0,duration/* duration */.p)(clock.now() - start)}`, async () => {
            const inAccount = await mayAsk(effects, (0,groups/* jobInputs */.v)(wanted));
            if (!inAccount)
                log.info('no AWS account: base AMIs and digests stay unknown');
            const runId = (0,external_node_crypto_.randomBytes)(6).toString('hex');
            const common = { log, signal, shared: (0,facts/* sharedReads */.F)() };
            const planned = await (0,groups/* planGroups */.W)(wanted, (inputs) => effects.makePlan(inputs, runId, account/* AWS */.k, { ...common, ...(inAccount ? {} : { ec2: withoutAccount(inputs) }) }));
            const { lock } = (0,groups/* jobInputs */.v)(wanted);
            if (lock.mode === 'write' && !inAccount)
                throw new errors/* UserError */.yo('lock', 'lock: a lock names base AMIs, but there are no credentials to look them up', 'provide credentials that may describe images, or plan without lock: write');
            if (lock.mode === 'write')
                (0,lock_file/* writeLock */.b)(lock, planned, log);
            return judge(planned, inAccount ? await lookInto(planned, effects) : () => undefined);
        });
        const verdicts = await Promise.race([planning, effects.crashed]);
        const body = redact(comment(verdicts, cost(verdicts, effects.root)));
        const outputs = planOutputs(verdicts, body);
        for (const [name, value] of Object.entries(outputs))
            effects.setOutput(name, value);
        const warning = tooLong(outputs.images);
        if (warning !== undefined)
            log.warning(warning);
        for (const verdict of verdicts)
            log.info(describe(verdict));
        await effects.writeSummary(body);
        return 0;
    }
    catch (error) {
        const failure = signal.aborted ? new errors/* UserError */.yo('cancelled', 'the plan was cancelled') : error;
        const failures = (0,report_failures/* tellError */.S)(failure, log);
        await effects
            .writeSummary(redact(`## Kubernetes node images: no plan\n\n${(0,summary/* failureList */.J_)(failures)}\n`))
            .catch(() => undefined);
        return 1;
    }
}
async function mayAsk(effects, inputs) {
    return inputs.rehearse === 'false' && hasAccount(() => effects.ec2(account/* AWS */.k)(inputs.region).enabledRegions());
}
async function lookInto(planned, effects) {
    const ec2 = effects.ec2(account/* AWS */.k);
    const regions = [...new Set(planned.map(({ plan }) => plan.region))];
    const [tasks, ...read] = await (0,gather/* gather */.k)([
        (0,publish_tasks/* findTasks */.Uz)(planned, ec2, effects.services(account/* AWS */.k), effects.clock.now()),
        ...regions.map(async (region) => [region, await ec2(region).builtAmis()]),
    ]);
    const amis = new Map(read);
    const actions = new Map(tasks.map(({ image, action }) => [image.key, action]));
    return ({ key }, region) => ({ amis: amis.get(region) ?? [], existing: existing(actions.get(key), region) });
}
const ACTIONS = { build: 'build', gate: 'test', publish: 'publish', nothing: 'nothing' };
function existing(action, region) {
    if (action === undefined || action.kind === 'build')
        return { action: 'build', amis: {} };
    const amis = Object.entries({ [region]: action.source, ...action.copies }).map(([at, { id }]) => [at, id]);
    return { action: ACTIONS[action.kind], amis: Object.fromEntries(amis) };
}
function cost(verdicts, root) {
    const builds = verdicts.filter(({ action }) => action === 'build');
    return (0,estimate/* estimate */.jA)(builds.map(({ image, regions, wanted: { inputs } }) => ({ image, regions, inputs })), (0,prices/* readPrices */.R)(root));
}
function describe({ image, action, reason, digest }) {
    const what = action === 'nothing' ? 'nothing to do' : action;
    return `${image.key}: ${what}: ${reason}${digest === undefined ? '' : ` (${digest.slice(0, 19)})`}`;
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

/***/ 31147:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $E: () => (/* binding */ contentOf),
/* harmony export */   HI: () => (/* binding */ hashHooks),
/* harmony export */   WG: () => (/* binding */ describeDigest),
/* harmony export */   Wf: () => (/* binding */ imageDigest),
/* harmony export */   jD: () => (/* binding */ hashSources)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(81400);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(97268);





const BUILD_ONLY = new Set(['ssh_port']);
function imageDigest(content) {
    if (content.baseAmi === undefined)
        return undefined;
    const { family, sshUser, rootDevice } = content.system;
    const variables = Object.entries(content.templateVariables).filter(([name]) => !BUILD_ONLY.has(name));
    return (0,_lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_3__/* .digestOf */ .ol)({
        ...content,
        format: 1,
        system: { family, sshUser, rootDevice },
        templateVariables: Object.fromEntries(variables.map(([name, value]) => [name, plainText(value)])),
    });
}
function describeDigest(digest) {
    return digest ?? 'digest unknown: base AMI not resolved';
}
const plainText = (value) => typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
const CARRIED = /^ansible\/roles\/[^/]+\/(files|templates)\//;
function hashSources(root) {
    const counts = (name, path) => name !== '__pycache__' && (CARRIED.test(path) || !(name.startsWith('.') || name.endsWith('.md')));
    return hashFiles(root, ['ansible', 'packer/image', 'packer/python'], counts);
}
function hashHooks(directory) {
    return hashFiles(directory, ['.'], (name) => name !== '.git' && name !== '__pycache__' && !name.endsWith('.pyc'));
}
function contentOf(variables) {
    const { base_trees_extra: trees } = variables;
    if (!Array.isArray(trees))
        return variables;
    return { ...variables, base_trees_extra: trees.map((tree) => hashTree(String(tree))) };
}
function hashTree(directory) {
    if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_1__.statSync)(directory, { throwIfNoEntry: false })?.isDirectory())
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .yo('input', `base_trees_extra: ${directory} is not a directory`, 'name one on the runner');
    return hashFiles(directory, ['.'], () => true, true);
}
function hashFiles(root, paths, counts, isTree = false) {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256');
    const add = (path, content) => hash.update(`${path}\0${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(content).digest('hex')}\n`);
    const walk = (path, above) => {
        const here = [...above, (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.realpathSync)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(root, path))];
        for (const entry of (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readdirSync)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(root, path), { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1)) {
            const below = `${path}/${entry.name}`;
            const full = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(root, below);
            if (!counts(entry.name, below))
                continue;
            if (isTree && entry.isSymbolicLink())
                add(`${below} ->`, (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readlinkSync)(full));
            else if (entry.isDirectory() || (entry.isSymbolicLink() && leadsTo(full, here).isDirectory()))
                walk(below, here);
            else
                add(isTree ? below + modeMarks(full) : below, (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)(full));
        }
    };
    for (const path of paths)
        walk(path, []);
    return hash.digest('hex');
}
function leadsTo(path, above) {
    const found = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.statSync)(path, { throwIfNoEntry: false });
    if (found !== undefined && !above.includes((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.realpathSync)(path)))
        return found;
    const what = found === undefined ? 'a broken link' : 'a link to a directory above it';
    throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .yo('input', `${path} is ${what}`, 'fix the link, or remove it');
}
function modeMarks(path) {
    return (isExecutable(path) ? ' *' : '') + (((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.statSync)(path).mode & 0o077) === 0 ? ' -' : '');
}
function isExecutable(path) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.accessSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_1__.constants.X_OK);
        return true;
    }
    catch {
        return false;
    }
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
