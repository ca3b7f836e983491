export const id = 146;
export const ids = [146];
export const modules = {

/***/ 4146:
/***/ ((module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _crash_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32172);
/* harmony import */ var _effects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(59951);
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
    const head = `${MARKER}\n## Kubernetes node images: ${count === 0 ? 'nothing to do' : `${count} of ${verdicts.length} to do`}`;
    const sections = [
        { title: 'what happens', text: `${head}\n\n${fates(verdicts)}` },
        { title: 'versions', text: comment_versions(verdicts) },
        { title: 'regions', text: regions(verdicts) },
        { title: 'the cost', text: (0,words/* estimateSection */.Kt)(cost) },
    ].filter(({ text }) => text !== '');
    return (0,markdown/* within */.ux)(sections, LIMIT, {
        limit: 'a comment may have 65,536 characters',
        rest: 'The output `images` has it all.',
    });
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
            ? `${include.length} images need a build, but a matrix takes ${MAX_JOBS} jobs`
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
            (0,catalog_versions/* minorOf */.H)(kubernetes) === (0,catalog_versions/* minorOf */.H)(image.node.kubernetesVersion));
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
            const planned = await (0,groups/* planGroups */.W)(wanted, (inputs) => effects.makePlan(inputs, runId, account/* AWS */.k, { log, signal, ...(inAccount ? {} : { ec2: withoutAccount(inputs) }) }));
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
                add(isTree && isExecutable(full) ? `${below} *` : below, (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)(full));
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
function isExecutable(path) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.accessSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_1__.constants.X_OK);
        return true;
    }
    catch {
        return false;
    }
}


/***/ })

};
