export const id = 576;
export const ids = [576];
export const modules = {

/***/ 1576:
/***/ ((module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _crash_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32172);
/* harmony import */ var _effects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(16579);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(51792);



await (0,_crash_js__WEBPACK_IMPORTED_MODULE_0__/* .runStep */ .e)((crashed) => (0,_run_js__WEBPACK_IMPORTED_MODULE_2__/* .runRelease */ .T)((0,_effects_js__WEBPACK_IMPORTED_MODULE_1__/* .realEffects */ .V)(crashed)));

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 51792:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  T: () => (/* binding */ runRelease)
});

// EXTERNAL MODULE: ./src/lib/errors.ts
var errors = __webpack_require__(97268);
// EXTERNAL MODULE: ./src/lib/redact.ts
var lib_redact = __webpack_require__(60310);
// EXTERNAL MODULE: ./src/report/failures.ts
var report_failures = __webpack_require__(97999);
// EXTERNAL MODULE: ./src/report/summary.ts
var summary = __webpack_require__(57994);
// EXTERNAL MODULE: ./src/inputs/reader.ts
var reader = __webpack_require__(9066);
;// CONCATENATED MODULE: ./src/actions/release/inputs.ts


function readReleaseInputs(env) {
    const input = (name) => (0,reader/* inputText */.AN)(env, name);
    return {
        step: input('step'),
        images: input('images'),
        directory: input('directory'),
        reports: input('reports'),
        signer: input('signer'),
        tag: input('tag') || 'images-v{kubernetes}-{date}',
        token: input('token'),
    };
}
function readPlan(text) {
    try {
        const planned = JSON.parse(text);
        if (Array.isArray(planned) &&
            planned.every((each) => typeof each?.image === 'string' && Array.isArray(each.regions)))
            return planned;
    }
    catch {
    }
    throw new errors/* UserError */.yo('input', 'images: this is not the output `images` of a plan', "pass on the plan's output `images` as it is");
}

// EXTERNAL MODULE: ./src/aws/ec2.ts
var ec2 = __webpack_require__(52791);
// EXTERNAL MODULE: ./src/model/level.ts
var model_level = __webpack_require__(52975);
;// CONCATENATED MODULE: ./src/actions/release/manifest.ts



const UNKNOWN = {
    message: 'its digest is unknown: the plan had no AWS account, or it is a rehearsal',
    hint: 'give the plan a role, and images that are not rehearsed',
};
const UNTESTED = {
    message: 'it is built without a test (`test: none`), but a release names tested AMIs only',
    hint: 'test it (`test: boot` is the fastest), write `required: false` for it in the config file, or do not release',
};
const staysUntested = ({ test, action }) => test === 'none' && action === 'build';
function whyNotReleasable(one) {
    return one.digest === null ? UNKNOWN : staysUntested(one) ? UNTESTED : undefined;
}
function previewRelease(planned) {
    return sort(planned, (one) => whyNotReleasable(one) ?? one, 'test at least one image');
}
function choose(planned, found) {
    return sort(planned, (one) => release(one, found), 'look at the build jobs');
}
function sort(planned, judge, hint) {
    const images = [];
    const left = [];
    const mistakes = [];
    for (const one of [...planned].sort((a, b) => (a.image < b.image ? -1 : 1))) {
        const verdict = judge(one);
        if (!('hint' in verdict))
            images.push(verdict);
        else if (one.required)
            mistakes.push(new errors/* UserError */.yo('release', `${one.image}: ${verdict.message}`, verdict.hint));
        else
            left.push(`${one.image}: ${verdict.message}`);
    }
    if (mistakes.length > 0)
        throw new errors/* UserErrors */.tQ(mistakes);
    if (images.length === 0)
        throw new errors/* UserError */.yo('release', 'there is no image to release', hint);
    return { images, left };
}
function release(one, found) {
    const { image, os, arch, kubernetes, digest, baseAmi, versions } = one;
    if (digest === null)
        return UNKNOWN;
    if (staysUntested(one))
        return UNTESTED;
    const level = (0,model_level/* isLevel */.NW)(one.test) ? one.test : undefined;
    const chosen = new Map();
    for (const region of one.regions) {
        const here = (found.get(region) ?? []).filter((each) => isReleasable(each, digest));
        const ami = newest(here.filter(({ tags }) => (0,model_level/* passedLevel */.l8)(tags[ec2/* TESTED_TAG */.N5], level)));
        if (ami === undefined)
            return whyMissing(region, digest, newest(here), one.test);
        chosen.set(region, ami);
    }
    const [first] = chosen.values();
    return {
        ...{ image, os, arch, kubernetes, digest, baseAmi, versions },
        tested: { level: first?.tags[ec2/* TESTED_TAG */.N5] ?? '', at: first?.tags[ec2/* TESTED_AT_TAG */.vy] ?? '' },
        amis: Object.fromEntries([...chosen].map(([region, { id, snapshots }]) => [region, { ami: id, snapshots }])),
    };
}
function whyMissing(region, digest, less, test) {
    if (less === undefined)
        return {
            message: `${region} has no tested AMI with the digest ${digest.slice(0, 19)}`,
            hint: 'fix its build job, and run it again; if it passed, a newer base AMI has appeared since the plan: re-run all jobs',
        };
    return {
        message: `${less.id} in ${region} passed the test ${less.tags[ec2/* TESTED_TAG */.N5]}, but this job requires \`test: ${test}\``,
        hint: 'look at its build job; `if-exists: rebuild` makes another AMI',
    };
}
function isReleasable({ state, tags }, digest) {
    const isOurs = tags[ec2/* DIGEST_TAG */.K1] === digest && tags[ec2/* STATE_TAG */.PZ] === ec2/* BUILT */.BT;
    return isOurs && state === 'available' && (0,model_level/* isLevel */.NW)(tags[ec2/* TESTED_TAG */.N5]);
}
function newest(amis) {
    const at = ({ id, tags }) => `${tags[ec2/* TESTED_AT_TAG */.vy] ?? ''} ${id}`;
    return [...amis].sort((a, b) => (at(a) < at(b) ? 1 : -1))[0];
}
function newestKubernetes(images) {
    const versions = images.map(({ kubernetes }) => kubernetes);
    return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1) ?? '';
}

// EXTERNAL MODULE: ./src/catalog/versions.ts
var versions = __webpack_require__(71190);
// EXTERNAL MODULE: ./src/lib/clock.ts
var clock = __webpack_require__(84517);
// EXTERNAL MODULE: ./src/lib/nearest.ts
var nearest = __webpack_require__(72269);
;// CONCATENATED MODULE: ./src/actions/release/tag.ts





const placeholders = ['kubernetes', 'date', 'run'];
function tagName(template, parts) {
    for (const [whole, name = ''] of template.matchAll(/\{([^{}]*)\}/g))
        if (!placeholders.includes(name))
            throw new errors/* UserError */.yo('input', `tag: "${whole}" is not a placeholder`, (0,nearest/* suggest */.Z)(name, placeholders));
    const tag = template.replace(/\{(\w+)\}/g, (_, name) => parts[name] ?? '');
    if (!/^[A-Za-z0-9][A-Za-z0-9._+/-]*$/.test(tag) || /\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(tag))
        throw new errors/* UserError */.yo('input', `tag: "${tag}" is not a valid name for a git tag`, 'use letters, digits and . _ + - / only');
    return tag;
}
const isOfDay = (template) => template.includes('{date}');
function* namesFor(template, tag) {
    yield tag;
    if (isOfDay(template))
        for (let number = 2;; number++)
            yield `${tag}-${number}`;
}
async function freeName(names, hub, commit) {
    const releases = await hub.releases();
    const used = new Set(releases.filter(({ draft }) => !draft).map(({ tag_name }) => tag_name));
    for (const name of names) {
        if (!used.has(name) && [undefined, commit].includes(await hub.tagged(name)))
            return name;
    }
    return undefined;
}
function seriesOf(template, kubernetes) {
    const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const fillings = {
        kubernetes: `${literal((0,versions/* minorOf */.Hs)(kubernetes))}\\.\\d+`,
        date: '\\d{8}',
        run: '\\d+',
    };
    const pattern = template.split(/\{(\w+)\}/).map((part, at) => (at % 2 === 0 ? literal(part) : (fillings[part] ?? '')));
    return new RegExp(`^${pattern.join('')}${isOfDay(template) ? '(-\\d+)?' : ''}$`);
}
function nameOf(images, template, { now, run }) {
    return tagName(template, { kubernetes: newestKubernetes(images), date: (0,clock/* dayOf */.k)(now), run: run || '1' });
}
const taken = (tag) => new errors/* UserError */.yo('release', `the tag ${tag} exists already`, 'run the job again, or write {date} or {run} into the input tag; if the tag has no release, delete it');

;// CONCATENATED MODULE: ./src/actions/release/check.ts



async function check({ env, log, clock }, inputs, hub) {
    const planned = readPlan(inputs.images);
    const { images, left } = previewRelease(planned);
    for (const each of left)
        log.warning(`will not be in the release: ${each}`);
    const tag = nameOf(images, inputs.tag, { now: clock.now(), run: env.GITHUB_RUN_NUMBER });
    if (!planned.some(({ work }) => work))
        return;
    const name = await freeName(namesFor(inputs.tag, tag), hub, env.GITHUB_SHA);
    if (name === undefined)
        throw taken(tag);
    log.info(`${name} can be released once its images are there`);
}

// EXTERNAL MODULE: ./node_modules/@actions/github/lib/github.js + 21 modules
var github = __webpack_require__(11758);
// EXTERNAL MODULE: ./node_modules/@octokit/plugin-retry/dist-bundle/index.js
var dist_bundle = __webpack_require__(49735);
// EXTERNAL MODULE: ./src/lib/version.ts
var version = __webpack_require__(87471);
;// CONCATENATED MODULE: ./src/actions/release/github.ts




function github_github({ api, repository, token, pause = 1000 }) {
    const [owner = '', repo = ''] = repository.split('/');
    if (token === '')
        throw new errors/* UserError */.yo('input', 'token: it is empty', 'give a token, such as github.token, with contents: write');
    const options = { baseUrl: api, userAgent: `k8s-image-action/${version/* VERSION */.x}`, retry: { retryAfterBaseValue: pause } };
    const octokit = (0,github/* getOctokit */.Q)(token, options, dist_bundle/* retry */.L);
    const { repos, git } = octokit.rest;
    const here = { owner, repo };
    const answer = async (call, response) => {
        try {
            return (await response).data;
        }
        catch (error) {
            throw refusal(call, error);
        }
    };
    const missing = (error) => {
        if (error.status === 404)
            return { data: undefined };
        throw error;
    };
    const tagged = async (tag) => {
        const found = git.getRef({ ...here, ref: `tags/${tag}` }).catch(missing);
        const object = (await answer(`reading the tag ${tag}`, found))?.object;
        if (object?.type !== 'tag')
            return object?.sha;
        const annotated = await answer(`reading the tag ${tag}`, git.getTag({ ...here, tag_sha: object.sha }));
        return annotated.object.sha;
    };
    return {
        releases: () => answer('listing releases', octokit.paginate(repos.listReleases, { ...here, per_page: 100 }).then((all) => ({ data: newestFirst(all) }))),
        asset: async (url) => {
            const request = { headers: { accept: 'application/octet-stream' }, request: { parseSuccessResponseBody: false } };
            return new Response((await answer(`GET ${url}`, octokit.request(`GET ${url}`, request)))).text();
        },
        createDraft: (release) => answer('creating a release', repos.createRelease({ ...here, ...release, draft: true })),
        upload: async ({ id, upload_url: url }, name, data) => {
            const headers = { 'content-type': 'application/octet-stream' };
            const send = () => octokit.request({ method: 'POST', url, name, data, headers });
            const sent = send().catch(async (error) => {
                if (error.status !== 422)
                    throw error;
                const assets = await octokit.paginate(repos.listReleaseAssets, { ...here, release_id: id, per_page: 100 });
                const there = assets.find((each) => each.name === name);
                if (there === undefined)
                    throw error;
                if (there.state === 'uploaded' && there.size === data.length)
                    return { data: there };
                await repos.deleteReleaseAsset({ ...here, asset_id: there.id }).catch(missing);
                return send();
            });
            await answer(`uploading ${name}`, sent);
        },
        publish: ({ id }) => answer('publishing the release', repos.updateRelease({ ...here, release_id: id, draft: false })),
        remove: async ({ id }) => {
            await answer('deleting a draft', repos.deleteRelease({ ...here, release_id: id }).catch(missing));
        },
        tagged,
        tag: async (tag, commit, message) => {
            const made = git.createTag({ ...here, tag, message, object: commit, type: 'commit' });
            const { sha } = await answer(`making the tag ${tag}`, made);
            const named = git.createRef({ ...here, ref: `refs/tags/${tag}`, sha }).catch(async (error) => {
                if (error.status !== 422 || (await tagged(tag)) !== commit)
                    throw error;
                return { data: undefined };
            });
            await answer(`making the tag ${tag}`, named);
        },
    };
}
const newestFirst = (releases) => releases.toSorted((a, b) => Date.parse(b.published_at ?? '9999') - Date.parse(a.published_at ?? '9999'));
function refusal(call, error) {
    const { status = 0, message } = error;
    const cause = error.cause instanceof Error ? error.cause.message : '';
    return new errors/* UserError */.yo('github', `${call} failed: ${[status || '', message, cause].filter(Boolean).join(' ').slice(0, 300)}`, status === 429 || /rate limit/i.test(message)
        ? 'GitHub limits the number of calls: wait up to an hour, then run the job again'
        : [401, 403, 404].includes(status)
            ? 'the job needs `permissions: contents: write` to release'
            : 'run the job again; if it fails again, report it', { cause: error });
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/model/account.ts
var account = __webpack_require__(64214);
// EXTERNAL MODULE: ./src/report/markdown.ts
var markdown = __webpack_require__(54285);
// EXTERNAL MODULE: ./src/report/record.ts
var record = __webpack_require__(51117);
;// CONCATENATED MODULE: ./src/actions/release/previous.ts
async function last(hub, series, images) {
    for (const release of await hub.releases()) {
        if (release.draft || !series.test(release.tag_name))
            continue;
        const released = await imagesOf(hub, release);
        if (images.some((image) => before(image, released) !== undefined))
            return { tag: release.tag_name, release, images: released };
    }
    return undefined;
}
async function imagesOf(hub, { assets }) {
    const asset = assets.find(({ name }) => name === 'images.json');
    if (asset === undefined)
        return [];
    const images = JSON.parse(await hub.asset(asset.url));
    return Array.isArray(images) ? images : [];
}
const amisOf = (images) => images.flatMap(({ amis, tested }) => Object.values(amis).map(({ ami }) => `${ami} ${tested.level}`));
function hasAll(released, images) {
    const known = new Set(amisOf(released));
    return amisOf(images).every((ami) => known.has(ami));
}
const isSame = (old, now) => old.image === now.image ||
    (old.os === now.os && old.arch === now.arch && old.image === now.image.replace(now.kubernetes, old.kubernetes));
const before = (image, previous) => previous.find((each) => isSame(each, image));
function hasSameAmis(old, now) {
    const both = Object.keys(now.amis).filter((region) => region in old.amis);
    return both.length > 0 && both.every((region) => old.amis[region]?.ami === now.amis[region]?.ami);
}

;// CONCATENATED MODULE: ./src/actions/release/notes.ts



const LIMIT = 120_000;
const MAX_PACKAGES = 100;
function notes(facts) {
    const text = [
        '## AMIs',
        ...facts.images.map(amis),
        ...(facts.left.length === 0
            ? []
            : [`Not in this release:\n\n${facts.left.map((each) => `- ${(0,markdown/* plain */.pj)(each)}`).join('\n')}`]),
        changes(facts),
        checking(facts),
    ].join('\n\n');
    return text.length <= LIMIT
        ? `${text}\n`
        : `${text.slice(0, text.lastIndexOf('\n', LIMIT))}\n\n_The rest is in images.json and the SBOMs._\n`;
}
function checking({ repository, signer, sum }) {
    const text = `## Checking it\n\n\`images.json\` names every AMI and snapshot; its sha256 is \`${sum}\`, and \`SHA256SUMS\` has all files.`;
    if (signer === 'none')
        return text;
    const other = signer === '' ? '' : ` --signer-repo ${signer}`;
    return `${text}\n\n\`\`\`sh\ngh attestation verify images.json --repo ${repository}${other}\n\`\`\``;
}
function amis({ image, kubernetes, digest, tested, baseAmi, amis: byRegion }) {
    const rows = Object.entries(byRegion).map(([region, { ami, snapshots }]) => [
        (0,markdown/* plain */.pj)(region),
        `\`${ami}\``,
        snapshots.map((id) => `\`${id}\``).join(' '),
    ]);
    const base = baseAmi === null ? '' : `, on ${(0,markdown/* plain */.pj)(baseAmi.name)} \`${baseAmi.id}\``;
    return `### ${(0,markdown/* plain */.pj)(image)}\n\nKubernetes ${(0,markdown/* plain */.pj)(kubernetes)}${base}; passed \`${tested.level}\` at ${(0,markdown/* plain */.pj)(tested.at)}; digest \`${digest}\`.\n\n${(0,markdown/* table */.tp)(['Region', 'AMI', 'Snapshots'], rows)}`;
}
function changes({ images, previous, packages }) {
    if (previous === undefined)
        return '## Changes\n\nThe first release of its series.';
    const sections = images.map((image) => {
        const old = before(image, previous.images);
        const lines = old === undefined ? ['new in this release'] : versionChanges(old, image);
        const both = packages[image.image];
        const rows = both === undefined ? [] : packageChanges(both.before, both.after);
        const shown = rows.slice(0, MAX_PACKAGES);
        const rest = rows.length > shown.length ? `\n\n_${rows.length - shown.length} more are in the SBOMs._` : '';
        return [
            `### ${(0,markdown/* plain */.pj)(image.image)}`,
            (lines.length === 0 ? ['no component changed its version'] : lines).map((line) => `- ${(0,markdown/* plain */.pj)(line)}`).join('\n'),
            ...(shown.length === 0 ? [] : [`${(0,markdown/* table */.tp)(['Package', 'Before', 'Now'], shown)}${rest}`]),
        ].join('\n\n');
    });
    const gone = previous.images.filter((each) => !images.some((image) => isSame(each, image)));
    const left = gone.map(({ image }) => `- ${(0,markdown/* plain */.pj)(image)} is no longer in this release`);
    return [`## Changes since ${(0,markdown/* plain */.pj)(previous.tag)}`, ...sections, ...(left.length === 0 ? [] : [left.join('\n')])].join('\n\n');
}
function versionChanges(before, after) {
    const parts = Object.keys({ ...before.versions, ...after.versions }).flatMap((part) => {
        const [old, now] = [before.versions[part], after.versions[part]];
        return old === now ? [] : [`${record/* PART_NAMES */.zK[part] ?? part} ${old ?? 'none'} -> ${now ?? 'none'}`];
    });
    const base = before.baseAmi?.id === after.baseAmi?.id ? [] : [`base AMI ${before.baseAmi?.name} -> ${after.baseAmi?.name}`];
    return [...parts, ...base];
}
function packageChanges(before, after) {
    const isKernel = (name) => /^(linux-image|kernel)(-|$)/.test(name);
    return Object.keys({ ...before, ...after })
        .filter((name) => before[name] !== after[name])
        .sort((a, b) => Number(isKernel(b)) - Number(isKernel(a)) || (a < b ? -1 : 1))
        .map((name) => [(0,markdown/* plain */.pj)(name), (0,markdown/* plain */.pj)(before[name] ?? '—'), (0,markdown/* plain */.pj)(after[name] ?? '—')]);
}
function packagesOf(sbom) {
    const { components, packages } = (sbom ?? {});
    const list = (Array.isArray(components) ? components : Array.isArray(packages) ? packages : []);
    return Object.fromEntries(list.flatMap(({ name, version, versionInfo }) => typeof name === 'string' ? [[name, String(version ?? versionInfo ?? '')]] : []));
}

// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(70370);
;// CONCATENATED MODULE: ./src/actions/release/sboms.ts





const AT_ONCE = 4;
function copySboms(images, reports, directory) {
    const boms = {};
    if (reports === '')
        return boms;
    for (const { image } of images) {
        const [file] = (0,external_node_fs_.globSync)((0,external_node_path_.join)(reports, `report-${image}`, '**/*.{cdx,spdx}.json'));
        if (file === undefined)
            continue;
        boms[image] = packagesOf(JSON.parse((0,external_node_fs_.readFileSync)(file, 'utf8')));
        (0,external_node_fs_.cpSync)(file, (0,external_node_path_.join)(directory, assetName(image, kindOf(file))));
    }
    return boms;
}
async function keepSboms(images, previous, made, directory, hub) {
    const limit = (0,p_limit/* default */.A)(AT_ONCE);
    const kept = images.map((one) => limit(async () => {
        const old = before(one, previous.images);
        if (one.image in made || old === undefined || !hasSameAmis(old, one))
            return;
        const asset = sbomOf(old, previous);
        if (asset === undefined)
            return;
        (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(directory, assetName(one.image, kindOf(asset.name))), await hub.asset(asset.url));
    }));
    await Promise.all(kept);
}
const KINDS = ['cdx', 'spdx'];
const kindOf = (file) => (file.endsWith('.spdx.json') ? 'spdx' : 'cdx');
const assetName = (image, kind) => `${image}.${kind}.json`;
const sbomOf = ({ image }, { release }) => release.assets.find(({ name }) => KINDS.some((kind) => name === assetName(image, kind)));
async function packageDifferences(images, previous, after, hub) {
    const limit = (0,p_limit/* default */.A)(AT_ONCE);
    const found = images.map((one) => limit(async () => {
        const old = before(one, previous.images);
        const asset = old === undefined ? undefined : sbomOf(old, previous);
        const now = after[one.image];
        if (asset === undefined || now === undefined)
            return [];
        return [[one.image, { before: packagesOf(JSON.parse(await hub.asset(asset.url))), after: now }]];
    }));
    return Object.fromEntries((await Promise.all(found)).flat());
}

;// CONCATENATED MODULE: ./src/actions/release/prepare.ts










async function prepare(effects, inputs, hub) {
    const { env, log, clock } = effects;
    const planned = readPlan(inputs.images);
    const regions = [...new Set(planned.flatMap((each) => each.regions))];
    const ec2 = effects.ec2(account/* AWS */.k);
    const found = await Promise.all(regions.map(async (region) => [region, await ec2(region).builtAmis()]));
    const { images, left } = choose(planned, new Map(found));
    for (const each of left)
        log.warning(`not in the release: ${each}`);
    const directory = (0,external_node_path_.join)(env.RUNNER_TEMP || '.', 'k8s-image-release');
    (0,external_node_fs_.rmSync)(directory, { recursive: true, force: true });
    (0,external_node_fs_.mkdirSync)(directory, { recursive: true });
    const manifest = `${JSON.stringify(images, null, 2)}\n`;
    (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(directory, 'images.json'), manifest);
    const named = nameOf(images, inputs.tag, { now: clock.now(), run: env.GITHUB_RUN_NUMBER });
    const previous = await last(hub, seriesOf(inputs.tag, newestKubernetes(images)), images);
    const isReleased = previous !== undefined && hasAll(previous.images, images);
    const tag = isReleased ? previous.tag : ((await freeName(namesFor(inputs.tag, named), hub, env.GITHUB_SHA)) ?? named);
    const boms = copySboms(images, inputs.reports, directory);
    if (previous !== undefined && !isReleased)
        await keepSboms(images, previous, boms, directory, hub);
    const files = (0,external_node_fs_.readdirSync)(directory).sort();
    const sum = (name) => sha256((0,external_node_fs_.readFileSync)((0,external_node_path_.join)(directory, name)));
    (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(directory, 'SHA256SUMS'), files.map((name) => `${sum(name)}  ${name}\n`).join(''));
    const text = notes({
        ...{ images, left, repository: env.GITHUB_REPOSITORY ?? '', signer: inputs.signer, sum: sha256(manifest) },
        ...(previous === undefined ? {} : { previous }),
        packages: previous === undefined ? {} : await packageDifferences(images, previous, boms, hub),
    });
    (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(directory, 'notes.md'), text);
    (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(directory, 'tag'), tag);
    for (const [name, value] of Object.entries({ tag, directory, manifest: (0,external_node_path_.join)(directory, 'images.json') }))
        effects.setOutput(name, value);
    if (isReleased) {
        effects.setOutput('url', previous.release.html_url);
        log.info(`${tag} has all these AMIs: there is nothing to release`);
        return;
    }
    await effects.writeSummary(`# ${tag}\n\n${text}`);
    log.info(`${tag}: ${images.length} images, ${previous === undefined ? 'the first of its series' : `after ${previous.tag}`}`);
}
function sha256(content) {
    return (0,external_node_crypto_.createHash)('sha256').update(content).digest('hex');
}

;// CONCATENATED MODULE: ./src/actions/release/publish.ts





const OWN = ['notes.md', 'tag'];
async function publish(effects, inputs, hub) {
    const { env, log } = effects;
    const { directory } = inputs;
    if (!(0,external_node_fs_.existsSync)((0,external_node_path_.join)(directory, 'tag')))
        throw new errors/* UserError */.yo('release', `directory: ${directory || '(empty)'} holds no prepared release`, 'give the output `directory` of the step that prepared it');
    const tag = (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(directory, 'tag'), 'utf8');
    const commit = env.GITHUB_SHA ?? '';
    const tagged = await hub.tagged(tag);
    const done = (await named(tag, hub)).find(({ draft }) => !draft);
    if (done !== undefined || (tagged !== undefined && tagged !== commit)) {
        const images = JSON.parse((0,external_node_fs_.readFileSync)((0,external_node_path_.join)(directory, 'images.json'), 'utf8'));
        if (done !== undefined && hasAll(await imagesOf(hub, done), images)) {
            log.info(`${tag} is released already: ${done.html_url}`);
            effects.setOutput('tag', tag);
            effects.setOutput('url', done.html_url);
            return;
        }
        throw taken(tag);
    }
    const draft = await hub.createDraft({
        tag_name: tag,
        name: tag,
        body: (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(directory, 'notes.md'), 'utf8'),
        target_commitish: commit,
    });
    try {
        for (const each of await named(tag, hub))
            if (each.draft && each.id !== draft.id)
                await hub.remove(each);
        for (const name of (0,external_node_fs_.readdirSync)(directory).filter((each) => !OWN.includes(each)))
            await hub.upload(draft, name, (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(directory, name)));
        if (tagged === undefined)
            await hub.tag(tag, commit, `Kubernetes node images ${tag}`);
    }
    catch (error) {
        await hub.remove(draft).catch((problem) => log.warning(`a draft of ${tag} is left: ${problem.message}`));
        throw error;
    }
    const { html_url } = await hub.publish(draft);
    effects.setOutput('tag', tag);
    effects.setOutput('url', html_url);
    log.info(`released ${tag}: ${html_url}`);
}
const named = async (tag, hub) => (await hub.releases()).filter(({ tag_name }) => tag_name === tag);

;// CONCATENATED MODULE: ./src/actions/release/run.ts









async function runRelease(effects, pause) {
    const { env, log } = effects;
    const inputs = readReleaseInputs(env);
    for (const secret of [...(0,lib_redact/* secretsIn */.V)(env), inputs.token])
        log.mask(secret);
    try {
        const { GITHUB_API_URL: api = 'https://api.github.com', GITHUB_REPOSITORY: repository = '' } = env;
        const hub = github_github({ api, repository, token: inputs.token, pause });
        const step = { check: check, prepare: prepare, publish: publish }[inputs.step];
        if (step === undefined)
            throw new errors/* UserError */.yo('input', `step: "${inputs.step}" is not a step of a release`, 'write check, prepare or publish');
        await Promise.race([step(effects, inputs, hub), effects.crashed]);
        return 0;
    }
    catch (error) {
        const failures = (0,report_failures/* tellError */.S)(error, log);
        const redact = (0,lib_redact/* redactor */.$)([inputs.token]);
        await effects.writeSummary(redact(`## No release\n\n${(0,summary/* failureList */.J_)(failures)}\n`));
        return 1;
    }
}


/***/ }),

/***/ 64214:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ AWS)
/* harmony export */ });
const AWS = { env: {}, sshPort: 22, sshSourceCidrs: [] };


/***/ })

};
