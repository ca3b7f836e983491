export const id = 260;
export const ids = [260];
export const modules = {

/***/ 92260:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  buildImages: () => (/* binding */ buildImages)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(70370);
// EXTERNAL MODULE: ./src/lib/duration.ts
var duration = __webpack_require__(82543);
// EXTERNAL MODULE: ./src/lib/errors.ts
var errors = __webpack_require__(97268);
// EXTERNAL MODULE: ./src/model/result.ts
var model_result = __webpack_require__(12960);
// EXTERNAL MODULE: ./src/aws/errors.ts
var aws_errors = __webpack_require__(99378);
// EXTERNAL MODULE: ./src/aws/provisional.ts
var provisional = __webpack_require__(52615);
// EXTERNAL MODULE: ./src/lib/limit.ts
var limit = __webpack_require__(67280);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./src/aws/ec2.ts
var aws_ec2 = __webpack_require__(52791);
// EXTERNAL MODULE: ./src/lib/canonical-json.ts
var canonical_json = __webpack_require__(81400);
// EXTERNAL MODULE: ./src/publish/existing.ts
var publish_existing = __webpack_require__(97194);
// EXTERNAL MODULE: ./src/publish/namesake.ts
var namesake = __webpack_require__(97980);
// EXTERNAL MODULE: ./src/publish/wait.ts
var publish_wait = __webpack_require__(26318);
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
            return await effects.wait(region, order.begun.id, deadline, publish_wait/* GONE */.uj);
        }
        catch (error) {
            if (!(error instanceof publish_wait/* NotAvailable */.vX) || error.state === 'late')
                throw error;
            const named = await (0,namesake/* namedInstead */.e)(error, (0,namesake/* finalIdentity */.vP)(order.begun), region, deadline, effects);
            if (named !== undefined)
                return named;
            dead = order.begun;
        }
    }
    if (dead !== undefined)
        await remove(dead, ec2);
    let salt = dead === undefined ? '' : `${order.runId} ${dead.id}`;
    for (;;) {
        let id;
        try {
            id = await start(order, salt, deadline, effects);
            const ami = await effects.wait(region, id, deadline);
            effects.log.info(`${image}: copied to ${region} as ${id}`);
            return ami;
        }
        catch (error) {
            const named = await (0,namesake/* namedInstead */.e)(error, (0,namesake/* finalIdentity */.vP)(order.source), region, deadline, effects);
            if (named !== undefined)
                return named;
            if (!(error instanceof publish_wait/* NotAvailable */.vX) || id === undefined)
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
        .update((0,canonical_json/* canonicalJson */.dj)([region, request, salt]))
        .digest('hex');
    for (;;) {
        effects.signal.throwIfAborted();
        try {
            return await ec2.copy({ ...request, token });
        }
        catch (error) {
            const code = (0,aws_errors/* errorCode */.CA)(error);
            if (code === 'InvalidAMIName.Duplicate') {
                const other = await begunBefore(source, ec2, effects);
                if (other !== undefined)
                    return other;
                throw (0,namesake/* nameTaken */.nn)(source.name, region, { cause: error });
            }
            const full = code === 'ResourceLimitExceeded' || (0,aws_errors/* isThrottled */.B5)(error);
            if (!full || effects.clock.now() + FULL_PAUSE >= deadline)
                throw error;
            await effects.clock.sleep(FULL_PAUSE, effects.signal);
        }
    }
}
async function begunBefore(source, ec2, effects) {
    const found = await (0,namesake/* takenName */.Nx)({ digest: source.tags[aws_ec2/* DIGEST_TAG */.K1], name: source.name }, ec2, effects);
    if (found === undefined || found.state === 'failed')
        return undefined;
    return found.copiedFrom === source.id || (0,publish_existing/* isTested */.eW)(found) ? found.id : undefined;
}
async function remove({ id, snapshots }, ec2) {
    const all = snapshots.length > 0 ? snapshots : ((await ec2.ami(id))?.snapshots ?? []);
    await ec2.deregister({ id, snapshots: all });
}
const settableTags = (tags) => Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith('aws:')));
function tagsOfCopy(tags) {
    const { [aws_ec2/* PUBLISHED_TAG */.Eq]: _, ...kept } = settableTags(tags);
    return { ...kept, ...(tags[aws_ec2/* STATE_TAG */.PZ] === aws_ec2/* BUILT */.BT ? { [aws_ec2/* STATE_TAG */.PZ]: aws_ec2/* TESTED */.gf } : {}) };
}

;// CONCATENATED MODULE: ./src/publish/name.ts







async function giveName(order, effects) {
    const { ami, region, timeout, image } = order;
    const name = (0,provisional/* nameToCome */.c)(ami);
    if (name === undefined)
        return ami;
    if (ami.registration === undefined) {
        effects.log.info(`${image}: copying ${ami.id} within ${region}, since another AMI of its snapshots may be billed otherwise`);
        if (!ami.needsImdsV2)
            await effects.ec2(region).requireImdsV2(ami.id);
        return copyTo({ ...order, sourceRegion: region, source: { ...ami, name } }, effects);
    }
    const deadline = effects.clock.now() + timeout;
    const id = await register(ami, name, effects.ec2(region), effects);
    const named = await effects.wait(region, id, deadline);
    effects.log.info(`${image}: ${ami.id} in ${region} is now ${id}, named ${name}`);
    return named;
}
async function register(ami, name, ec2, effects) {
    const tags = settableTags(ami.tags);
    for (let first = true;; first = false) {
        effects.signal.throwIfAborted();
        try {
            return await ec2.register(ami, name, tags);
        }
        catch (error) {
            if ((0,aws_errors/* errorCode */.CA)(error) !== 'InvalidAMIName.Duplicate')
                throw error;
            const other = await (0,namesake/* takenName */.Nx)({ digest: ami.tags[aws_ec2/* DIGEST_TAG */.K1], name }, ec2, effects);
            if (other !== undefined && isSame(other, ami)) {
                if (other.state !== 'failed' && other.state !== 'error')
                    return other.id;
                if (first) {
                    await ec2.deregister({ id: other.id, snapshots: [], othersStay: true });
                    continue;
                }
            }
            throw (0,namesake/* nameTaken */.nn)(name, ec2.region, { cause: error });
        }
    }
}
function isSame(other, { snapshots }) {
    return other.snapshots.some((snapshot) => snapshots.includes(snapshot)) || (0,publish_existing/* isTested */.eW)(other);
}
async function retire(provisional, named, ec2, log) {
    const own = provisional.snapshots.filter((snapshot) => !named.snapshots.includes(snapshot));
    try {
        await ec2.deregister({ id: provisional.id, snapshots: own, othersStay: own.length < provisional.snapshots.length });
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.yo))
            throw error;
        log.warning(`${provisional.id} in ${ec2.region} is still there under its provisional name: ${error.message}`);
    }
}

;// CONCATENATED MODULE: ./src/publish/outcomes.ts

function outcomes(image, signal) {
    const regions = {};
    const failures = [];
    const attempt = async (region, work) => {
        try {
            signal.throwIfAborted();
            return await work();
        }
        catch (error) {
            signal.throwIfAborted();
            if (!(error instanceof errors/* UserError */.yo))
                throw error;
            regions[region] = { status: 'failed', message: error.message };
            failures.push((0,errors/* failureOf */.g5)(image, error));
            return undefined;
        }
    };
    const each = async (given, work) => {
        const all = await Promise.all([...given].map(async ([region, one]) => [region, await attempt(region, () => work(region, one))]));
        return new Map(all.flatMap(([region, done]) => (done === undefined ? [] : [[region, done]])));
    };
    return { regions, failures, attempt, each };
}

;// CONCATENATED MODULE: ./src/publish/published.ts
const UNNAMED = 'the AMI exists, and gets its name once it is in all regions';
function publishedResult(done, { regions, failures }) {
    const amis = Object.fromEntries(Object.entries(regions).flatMap(([region, { ami }]) => (ami ? [[region, ami]] : [])));
    if (failures.length === 0)
        return { ...done, amis, regions };
    const lost = { status: 'failed', message: 'not kept: it was not tested, and another region failed' };
    const kept = done.test?.passed
        ? regions
        : Object.fromEntries(Object.entries(regions).map(([region, result]) => [
            region,
            result.ami === undefined && result.message !== UNNAMED ? result : lost,
        ]));
    return { ...done, status: 'failed', amis: {}, regions: kept, failures };
}

// EXTERNAL MODULE: ./src/model/publish.ts
var publish = __webpack_require__(54706);
// EXTERNAL MODULE: ./src/publish/settings.ts
var publish_settings = __webpack_require__(26878);
;// CONCATENATED MODULE: ./src/publish/settle.ts



async function giveTags(ami, terms, ec2) {
    const tags = missingTags(ami, terms);
    if (Object.keys(tags).length === 0)
        return ami;
    await ec2.tag([ami.id, ...ami.snapshots], tags);
    return { ...ami, tags: { ...ami.tags, ...tags } };
}
async function settle(ami, terms, ec2) {
    const { settings } = terms;
    await giveTags(ami, terms, ec2);
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
    for (const name of [aws_ec2/* RUN_TAG */.R2, aws_ec2/* TESTED_TAG */.N5, aws_ec2/* TESTED_AT_TAG */.vy])
        wanted[name] = source.tags[name];
    const states = [ami, source].map((each) => each.tags[aws_ec2/* STATE_TAG */.PZ]);
    if (!states.includes(aws_ec2/* BUILT */.BT))
        wanted[aws_ec2/* STATE_TAG */.PZ] = source.tags[aws_ec2/* STATE_TAG */.PZ];
    return Object.fromEntries(Object.entries(wanted).flatMap(([name, value]) => value === undefined || ami.tags[name] === value ? [] : [[name, value]]));
}

;// CONCATENATED MODULE: ./src/publish/source.ts


async function sourceOf(order, effects) {
    const deadline = effects.clock.now() + order.timeout;
    return withKnown(await available({ id: order.source, region: order.home, ...order }, deadline, effects, publish_wait/* GONE */.uj), order);
}
async function available({ id, region, digest, name }, deadline, effects, unknown) {
    try {
        return await effects.wait(region, id, deadline, unknown);
    }
    catch (error) {
        const named = await (0,namesake/* namedInstead */.e)(error, { digest, name }, region, deadline, effects);
        if (named === undefined)
            throw error;
        return named;
    }
}
const withKnown = (ami, { known, description }) => ({
    description,
    ...ami,
    tags: { ...ami.tags, ...known },
});

;// CONCATENATED MODULE: ./src/publish/publish.ts












const PER_REGION = 15;
function publisher(effects, maxCopies) {
    const { wait = (0,publish_wait/* waiter */.h9)(effects) } = effects;
    const copies = (0,p_limit/* default */.A)(maxCopies);
    const copying = (0,limit/* within */.u)(PER_REGION);
    const settling = (0,limit/* within */.u)(PER_REGION);
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
        const abortable = (...given) => orAborted(wait(...given), signal);
        return copying(region, () => copies(() => copyTo(copied, { ...effects, signal, wait: abortable })));
    };
    const begin = (order, source, signal) => new Map(order.regions.map((region) => {
        const copied = copy(order, withKnown(source, order), region, signal);
        copied.catch(() => undefined);
        return [region, copied];
    }));
    const publishAll = async (order, early) => {
        const { image, home, left, settings, tags } = order;
        const { regions, failures, attempt, each } = outcomes(image, effects.signal);
        const settled = (source) => async (region, ami) => {
            await settling(region, () => settle(ami, { settings, source, tags }, effects.ec2(region)));
            regions[region] = { status: 'ready', ami: ami.id };
        };
        const source = await attempt(home, () => sourceOf(order, { ...effects, wait }));
        if (source === undefined) {
            for (const region of order.regions)
                regions[region] = { status: 'failed', message: `there is nothing to copy from ${home}` };
            return { regions, failures };
        }
        const kept = async (region, ami) => {
            try {
                return await settling(region, () => giveTags(ami, { settings, source, tags }, effects.ec2(region)));
            }
            catch (error) {
                if ((0,aws_errors/* isNotFound */.c4)(error))
                    return ami;
                throw error;
            }
        };
        const keptIfLate = async (region, error) => {
            const late = error instanceof publish_wait/* NotAvailable */.vX && error.state === 'late' ? error.id : undefined;
            const ami = late === undefined ? undefined : await effects.ec2(region).ami(late);
            if (ami !== undefined)
                await kept(region, ami);
            throw error;
        };
        const wanted = new Map([home, ...order.regions].map((region) => [region, early?.get(region)]));
        const unnamed = await each(wanted, async (region, begun) => {
            const made = region === home ? Promise.resolve(source) : (begun ?? copy(order, source, region));
            const ami = await made.catch((error) => keptIfLate(region, error));
            if ((0,provisional/* nameToCome */.c)(ami) !== undefined)
                return kept(region, ami);
            await settled(source)(region, ami);
            for (const one of left?.spent[region] ?? [])
                await retire(one, ami, effects.ec2(region), effects.log);
            return undefined;
        });
        if (failures.length > 0) {
            for (const region of unnamed.keys())
                regions[region] = { status: 'failed', message: UNNAMED };
            return { regions, failures };
        }
        const named = await each(unnamed, async (region, ami) => {
            const { runId, timeout } = order;
            const ec2 = effects.ec2(region);
            try {
                const tagged = await settling(region, () => giveTags(ami, { settings, source, tags }, ec2));
                const described = { description: order.description, ...tagged };
                const naming = { image, runId, region, ami: described, key: settings.keys[region], timeout };
                const give = () => giveName(naming, { ...effects, wait });
                return await (tagged.registration === undefined ? copying(region, () => copies(give)) : settling(region, give));
            }
            catch (error) {
                const deadline = effects.clock.now() + timeout;
                const other = await (0,namesake/* namedInstead */.e)(error, (0,namesake/* finalIdentity */.vP)(ami), region, deadline, { ...effects, wait });
                if (other === undefined)
                    throw error;
                return other;
            }
        });
        await each(named, async (region, ami) => {
            const first = unnamed.get(region);
            await Promise.all([
                settled(named.get(home) ?? source)(region, ami),
                first === undefined ? undefined : retire(first, ami, effects.ec2(region), effects.log),
            ]);
        });
        return { regions, failures };
    };
    return {
        begin,
        publish: async (order, early) => {
            const { regions, failures } = await publishAll(order, early);
            const ordered = [order.home, ...order.regions].flatMap((region) => {
                const result = regions[region];
                return result === undefined ? [] : [[region, result]];
            });
            return { regions: Object.fromEntries(ordered), failures };
        },
    };
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

// EXTERNAL MODULE: ./src/publish/names.ts
var names = __webpack_require__(27479);
;// CONCATENATED MODULE: ./src/publish/resume.ts




function existingResult(image, home, existing) {
    const { source, copies } = existing;
    const all = Object.entries({ [home]: source, ...copies });
    const amis = Object.fromEntries(all.map(([at, { id }]) => [at, id]));
    const test = testedBefore(source);
    return {
        image: { ...image, amiName: (0,names/* finalName */.C)(image, existing) },
        status: 'existing',
        amis,
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
async function adopt(existing, home, runId, now, ec2) {
    if (!(0,publish_existing/* isUntested */.Lc)(existing.source))
        return existing;
    const own = { [aws_ec2/* RUN_TAG */.R2]: runId, [aws_ec2/* STARTED_TAG */.bl]: now };
    const take = async (region, ami) => {
        try {
            await ec2(region).tag([ami.id, ...ami.snapshots], own);
        }
        catch (error) {
            if ((0,aws_errors/* isNotFound */.c4)(error))
                return ami;
            throw error;
        }
        return { ...ami, tags: { ...ami.tags, ...own } };
    };
    const copies = await Promise.all(Object.entries(existing.copies).map(async ([region, ami]) => [region, await take(region, ami)]));
    const spent = await Promise.all(Object.entries(existing.spent).map(async ([region, amis]) => [region, await Promise.all(amis.map((ami) => take(region, ami)))]));
    const source = await take(home, existing.source);
    return { ...existing, source, copies: Object.fromEntries(copies), spent: Object.fromEntries(spent) };
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: ./src/packer/args.ts
var args = __webpack_require__(36205);
// EXTERNAL MODULE: ./src/lib/hints.ts
var hints = __webpack_require__(67085);
;// CONCATENATED MODULE: ./src/packer/failure.ts


const LATER = /^(Unknown error|Error) (creating|waiting for|tagging|searching for) AMI\b|^Error (stopping instance|waiting for instance to stop|modify (AMI|snapshot) attributes|enable AMI deprecation|adding tags)\b|\b(CreateImage|StopInstances)\b/;
const INSTANCE_DETAILS = 'Instance state change details: ';
const isUnknownYet = (errors) => errors.length > 0 &&
    errors.every((text) => /^(Unknown error|Error) waiting for AMI\b.*InvalidAMIID\.NotFound/s.test(text));
function causes(evidence) {
    const { image, ending } = evidence;
    if (ending.cause === 'timeout') {
        return [
            {
                code: 'build-failed',
                message: `${image}: gave up after ${evidence.timeout} minutes (${evidence.last})`,
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
    const isLater = evidence.errors.some((text) => LATER.test(text));
    const task = isLater
        ? undefined
        : evidence.tasks.findLast((record) => record.status === 'failed' || record.status === 'unreachable');
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
    const complaint = oneLine(evidence.complaints.slice(-3).join(' '));
    const end = ending.code === 128 ? 'was ended by a signal' : `ended with exit code ${ending.code}`;
    return [
        {
            code: 'build-failed',
            message: `${image}: Packer ${end}${complaint === '' ? '' : `: ${complaint}`}`,
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

// EXTERNAL MODULE: ./src/aws/lag.ts
var lag = __webpack_require__(38781);
// EXTERNAL MODULE: ./src/model/region.ts
var model_region = __webpack_require__(54709);
;// CONCATENATED MODULE: ./src/packer/lost-response.ts




const TEMPORARY = /\bInvalid(KeyPair|Group|Permission)\.Duplicate\b/;
const canBeginAgain = (errors) => errors.length > 0 && errors.every((text) => TEMPORARY.test(text));
const isNameTaken = (errors) => errors.length > 0 && errors.every((text) => /^Error creating AMI: .*\bInvalidAMIName\.Duplicate\b/s.test(text));
const PAUSE = 2;
async function findAmiAfterLostResponse(image, runId, ec2, clock, signal) {
    const end = clock.now() + lag/* LAG */.p;
    const isLate = (0,model_region/* tagsAmisLate */.wO)(ec2.region) && image.buildName !== image.amiName;
    const isOurs = (tags) => tags[aws_ec2/* RUN_TAG */.R2] === runId && tags[aws_ec2/* STATE_TAG */.PZ] === aws_ec2/* UNTESTED */.bW;
    for (;;) {
        try {
            const found = await (isLate ? ec2.amisNamed([image.buildName]) : ec2.amisByDigest([image.digest]));
            const made = found.find(({ name, tags }) => name === image.buildName && (isLate || isOurs(tags)));
            if (made !== undefined)
                return ['pending', 'available'].includes(made.state) ? made.id : undefined;
        }
        catch (error) {
            if (!(error instanceof errors/* UserError */.yo))
                throw error;
            return undefined;
        }
        if (clock.now() >= end)
            return undefined;
        await clock.sleep(PAUSE, signal);
    }
}

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
var external_node_stream_promises_ = __webpack_require__(46466);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(31421);
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
var tail = __webpack_require__(58954);
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
    readers.catch(() => undefined);
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
var events = __webpack_require__(19525);
;// CONCATENATED MODULE: ./src/packer/progress.ts


const PHASE_BEGINS = [
    ['provision', /^Connected to SSH!/],
    ['snapshot', /^Stopping the source instance\b/],
    ['clean-up', /^(Terminating the source AWS instance|Cleaning up any extra volumes|Provisioning step had errors)/],
];
const STOPPED = /^(Running local shell script|Stopping the source instance|Stopping instance|Waiting for the instance to stop)/;
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
    let isStopped = false;
    const endPhase = () => {
        const now = clock.now();
        phases.push({ name: phase, start: phaseStart, seconds: now - phaseStart });
        phaseStart = now;
    };
    const begin = (next) => {
        if (next === phase)
            return;
        endPhase();
        phase = next;
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
            if (next !== undefined)
                begin(next);
            const chatter = phase === 'provision' && next === undefined;
            const line = row.text.trim();
            if (row.build !== undefined && !chatter && line !== '' && !NOISE.test(line) && !(isStopped && STOPPED.test(line)))
                say(line);
            else
                log.debug(`${name}: ${line}`);
        },
        event: (line) => {
            const event = (0,events/* parseEvent */.w)(line);
            if (event !== undefined)
                onEvent(event);
        },
        stopping: () => {
            isStopped = true;
            begin('snapshot');
            say('Stopping the source instance...');
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

;// CONCATENATED MODULE: ./src/packer/stop.ts


function stopFile(path, ec2, { log, signal }, onStop) {
    const ended = new AbortController();
    const until = AbortSignal.any([signal, ended.signal]);
    let stopping = Promise.resolve();
    const stop = async (id) => {
        try {
            await ec2.stop(id, until);
        }
        catch (error) {
            if (!(error instanceof errors/* UserError */.yo) && !until.aborted)
                throw error;
            log.debug(`${id}: Packer stops it: ${String(error)}`);
        }
        finally {
            await (0,promises_.rm)(path, { force: true });
        }
    };
    return {
        file: {
            path,
            onLine: (id) => {
                onStop();
                stopping = stop(id);
                stopping.catch(() => undefined);
            },
        },
        end: () => {
            ended.abort();
            return stopping;
        },
    };
}

;// CONCATENATED MODULE: ./src/packer/build.ts










const KEPT_COMPLAINTS = 20;
async function buildImage(image, directory, settings, effects) {
    const watch = progress(image.key, settings.several, effects.log, effects.clock);
    const found = { amis: {}, errors: [], complaints: [] };
    const log = (0,external_node_path_.join)(settings.reportDirectory, `${image.key}.packer.log`);
    const sbom = (0,external_node_path_.join)(settings.reportDirectory, `${image.key}.cdx.json`);
    const stop = stopFile((0,external_node_path_.join)(directory, 'stop'), settings.ec2, effects, watch.stopping);
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
        files: [{ path: eventsFile(directory), onLine: watch.event }, stop.file],
        env: { K8S_IMAGE_SBOM: sbom, K8S_IMAGE_STOP: stop.file.path },
        describe: watch.describe,
    };
    const ending = await runPacker(task, settings, effects).finally(stop.end);
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
    if (made !== undefined) {
        if (made !== found.begun)
            effects.onAmi?.(made);
        return { ...base, status: 'built', amis: { [settings.region]: made }, failures: [] };
    }
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

// EXTERNAL MODULE: ./src/model/plan.ts
var model_plan = __webpack_require__(67978);
// EXTERNAL MODULE: ./src/preflight/tags.ts
var preflight_tags = __webpack_require__(65386);
;// CONCATENATED MODULE: ./src/actions/build/publish-order.ts







function publishOrder({ image, inputs, plan }, source, { job }, existing, test) {
    const passed = test?.passed ? { [aws_ec2/* TESTED_TAG */.N5]: test.level, [aws_ec2/* TESTED_AT_TAG */.vy]: test.at } : {};
    return {
        image: image.key,
        runId: job.runId,
        home: plan.region,
        source,
        regions: plan.copyRegions,
        ...(existing === undefined ? {} : { left: existing }),
        name: (0,names/* finalName */.C)(image, existing),
        digest: image.digest,
        description: (0,model_plan/* descriptionOf */.K)(image),
        known: {
            ...(existing === undefined && (0,model_region/* tagsAmisLate */.wO)(plan.region) ? (0,preflight_tags/* knownTags */.$)({ image, inputs, runId: job.runId }) : {}),
            ...(existing === undefined && image.buildName !== image.amiName ? { [provisional/* NAME_TAG */.L]: image.amiName } : {}),
            ...(existing === undefined || !(0,publish_existing/* isUntested */.Lc)(existing.source) ? {} : ownership(existing.source.tags)),
            ...passed,
            ...(test?.passed && !existing?.handedOut ? { [aws_ec2/* STATE_TAG */.PZ]: aws_ec2/* TESTED */.gf } : {}),
        },
        settings: inputs.publish,
        tags: inputs.tags,
        timeout: inputs.timeout * 60,
    };
}
const ownership = (tags) => Object.fromEntries(Object.entries(tags).filter(([name]) => name === aws_ec2/* RUN_TAG */.R2 || name === aws_ec2/* STARTED_TAG */.bl));

// EXTERNAL MODULE: ./src/lib/redact.ts
var redact = __webpack_require__(60310);
// EXTERNAL MODULE: ./src/actions/build/job.ts
var build_job = __webpack_require__(44079);
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
        newRedactor: () => (0,redact/* redactor */.$)(job.secrets),
    };
}
function packerEffects(name, region, { job, state }) {
    return {
        log: job.log,
        clock: job.effects.clock,
        signal: job.signal,
        during: (describe, work) => job.during(describe, () => (0,build_job/* phase */.Oi)(job, name, work)),
        onStart: (id) => state.change({ packers: [...state.get().packers, id] }),
        onTemporary: (thing) => {
            if ((0,model_region/* tagsNoTemporaries */.oE)(region))
                state.change({ temporaries: [...(state.get().temporaries ?? []), { ...thing, region }] });
        },
    };
}

;// CONCATENATED MODULE: ./src/actions/build/tag-at-once.ts





const tag_at_once_PAUSE = 2;
async function tagAtOnce({ image, inputs, plan }, ami, { ec2, job }) {
    if (!(0,model_region/* tagsAmisLate */.wO)(plan.region))
        return;
    const { clock } = job.effects;
    const tags = (0,preflight_tags/* knownTags */.$)({ image, inputs, runId: job.runId });
    for (const end = clock.now() + lag/* LAG */.p;;) {
        try {
            await ec2(plan.region).tag([ami], tags);
            return;
        }
        catch (error) {
            if (!(error instanceof errors/* UserError */.yo))
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
        if (!(error instanceof errors/* UserError */.yo))
            throw error;
        log.warning(`${image}: ${ami} ${keep ? 'could not be tagged and will be deleted' : 'is still there'}: ${error.message}`);
    }
}

// EXTERNAL MODULE: ./src/publish/mark.ts
var mark = __webpack_require__(64498);
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
            if (!(error instanceof errors/* UserError */.yo) && !error.code)
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
var model_level = __webpack_require__(52975);
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
var variables = __webpack_require__(75754);
;// CONCATENATED MODULE: ./src/gate/verdict.ts

const CONSOLE_LINES = 20;
function verdict(evidence) {
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
    const message = failure.message.replace('Packer ended without naming an AMI', 'Packer ended, and no check says why');
    const hint = failure.hint?.replace('`timeout`', '`test-timeout`').replace('packer.log', 'the log of its test');
    return { ...failure, message, ...(hint === undefined ? {} : { hint }) };
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
    const journal = [];
    let end;
    let state = 'launch';
    let launched = started;
    const reached = {};
    const reach = (what) => {
        reached[what] = Math.round((clock.now() - launched) * 10) / 10;
    };
    const onResult = (line) => {
        const event = parseGuestLine(line);
        if (event?.kind === 'journal') {
            journal.push(event.text);
            (0,external_node_fs_.writeFileSync)(kept('journal.log'), journal.join('\n'));
        }
        if (event?.kind === 'note')
            log.info(`${image.key}: ${event.text}`);
        if (event?.kind === 'end')
            end = event;
        if (event?.kind !== 'check')
            return;
        const { check } = event;
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
        const failures = verdict({
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
        const unlaunched = !passed && state === 'launch' && checks.length === 0 && ending.cause === 'ended';
        return { test, failures, cancelled, unlaunched };
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.yo))
            throw error;
        return {
            test: { level, passed: false, at: date(), seconds: clock.now() - started, reached, checks },
            failures: [(0,errors/* failureOf */.g5)(image.key, error)],
            cancelled: false,
            unlaunched: false,
        };
    }
    finally {
        await console.stop(false);
    }
}
async function markOutcome(image, ami, outcome, effects) {
    const { test } = outcome;
    if (!test.passed)
        return outcome;
    try {
        await (0,mark/* markTested */.L)(ami, test.level, test.at, effects);
        return outcome;
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.yo))
            throw error;
        return { ...outcome, test: { ...test, passed: false }, failures: [(0,errors/* failureOf */.g5)(image, error)] };
    }
}

;// CONCATENATED MODULE: ./src/actions/build/test-image.ts






const test_image_PAUSE = 20;
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
    const test = () => testImage(image, ami, system, directory, gate, effects);
    let outcome = await test();
    if (outcome.unlaunched) {
        log.warning(`${outcome.failures[0]?.message ?? image.key}; the test starts once more in ${test_image_PAUSE} s`);
        await clock.sleep(test_image_PAUSE, signal).catch(() => { });
        outcome = await test();
    }
    return { ami, outcome, phase: { name: 'test', start, seconds: clock.now() - start } };
}
async function concludeTest(task, built, tested, shared, existing) {
    if (tested === undefined)
        return built;
    const { image, inputs, plan } = task;
    const { log, effects, signal } = shared.job;
    const ec2 = shared.ec2(plan.region);
    const { ami } = tested;
    const marking = { ec2, clock: effects.clock, signal };
    const { test, failures, cancelled, unlaunched } = await markOutcome(image.key, ami, tested.outcome, marking);
    const phases = [...built.phases, tested.phase];
    if (cancelled)
        return { ...built, status: 'cancelled', amis: {}, phases, test };
    if (failures.length === 0)
        return { ...built, phases, test };
    const before = existing?.source.tags ?? { [aws_ec2/* STATE_TAG */.PZ]: aws_ec2/* UNTESTED */.bW };
    if (existing?.handedOut)
        log.info(`${image.key}: ${ami} stays, because an earlier run published it; set if-exists: rebuild for a new one`);
    else if (unlaunched && before[aws_ec2/* STATE_TAG */.PZ] === aws_ec2/* TESTED */.gf)
        log.info(`${image.key}: ${ami} stays, because it passed a lower test, and the test of this run had no instance`);
    else {
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
    const looking = id === undefined ? undefined : Promise.race([shared.wait(plan.region, id, limit).catch(unknown), ended]);
    const early = await looking?.catch((error) => ended.then(() => Promise.reject(error)));
    if (early !== undefined)
        return beside(task, early, building, directory, shared);
    const built = await building;
    return (0,model_result/* isWhole */.w)(built) ? testBuilt(task, built, directory, shared) : { result: built };
}
function unknown(error) {
    if (!(error instanceof errors/* UserError */.yo))
        throw error;
}
async function testBuilt(task, built, directory, shared, existing) {
    const { image, inputs, plan } = task;
    const deadline = shared.job.effects.clock.now() + inputs.timeout * 60;
    try {
        const { region } = plan;
        const made = {
            id: built.amis[region] ?? '',
            region,
            digest: image.digest,
            name: (0,names/* finalName */.C)(image, existing),
        };
        const source = await available(made, deadline, shared, existing === undefined ? undefined : publish_wait/* GONE */.uj);
        const amis = { ...built.amis, [region]: source.id };
        return await beside(task, source, Promise.resolve({ ...built, amis }), directory, shared, existing);
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.yo))
            throw error;
        return { result: failed(built, (0,errors/* failureOf */.g5)(image.key, error)) };
    }
}
function testExisting(task, existing, directory, shared) {
    const before = existingResult(task.image, task.plan.region, existing);
    const result = existing.handedOut ? before : { ...before, regions: {} };
    return testBuilt(task, result, directory, shared, existing);
}
function failed(built, failure) {
    return { ...built, status: 'failed', amis: {}, failures: [failure] };
}
async function beside(task, source, building, directory, shared, existing) {
    const stop = new AbortController();
    const signal = AbortSignal.any([shared.job.signal, stop.signal]);
    const { image, plan } = task;
    const isNew = existing === undefined || (0,publish_existing/* isUntested */.Lc)(existing.source);
    const wanted = isNew && task.inputs.publish.copyBeforeTest && plan.copyRegions.length > 0;
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
            stop.abort(new errors/* UserError */.yo('build-failed', 'the build failed'));
            await testing;
            return { result: built };
        }
        const result = await concludeTest(task, built, await testing, shared, existing);
        if (!(0,model_result/* isWhole */.w)(result))
            stop.abort(new errors/* UserError */.yo('test-failed', 'the test failed'));
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
    const wait = (0,publish_wait/* waiter */.h9)({ ec2, clock, signal });
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
    const now = new Date(job.effects.clock.now() * 1000).toISOString();
    let existing;
    try {
        existing = await adopt(action, plan.region, job.runId, now, ec2);
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.yo))
            throw error;
        return failed({ ...existingResult(image, plan.region, action), regions: {} }, (0,errors/* failureOf */.g5)(image.key, error));
    }
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
    const order = publishOrder(task, id, shared, existing, done.test);
    const published = await job.during(() => `${image.key}: publishing to ${[plan.region, ...plan.copyRegions].join(', ')} for ${(0,duration/* duration */.p)(seconds())}`, () => (0,build_job/* phase */.Oi)(job, 'copy', () => publisher.publish(order, copies)));
    const copying = { name: 'copy', start, seconds: seconds() };
    const phases = plan.copyRegions.length === 0 ? done.phases : [...done.phases, copying];
    return publishedResult({ ...done, phases }, published);
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

/***/ 65386:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ knownTags),
/* harmony export */   H: () => (/* binding */ runTags)
/* harmony export */ });
/* harmony import */ var _aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(52791);
/* harmony import */ var _aws_provisional_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(52615);


const runTags = (facts) => ({
    ...knownTags(facts),
    [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .VERSIONS_TAG */ .Pg]: 'preflight',
    [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .STARTED_TAG */ .bl]: 'preflight',
});
function knownTags({ image, inputs, runId }) {
    return {
        ...inputs.tags,
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .RUN_TAG */ .R2]: runId,
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .IMAGE_TAG */ .Ne]: image?.key ?? 'preflight',
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .DIGEST_TAG */ .K1]: image?.digest ?? '',
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .KUBERNETES_TAG */ .km]: image?.node.kubernetesVersion ?? '',
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .OS_TAG */ .w7]: image?.os ?? '',
        [_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .STATE_TAG */ .PZ]: _aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .UNTESTED */ .bW,
        ...(image === undefined || image.buildName === image.amiName ? {} : { [_aws_provisional_js__WEBPACK_IMPORTED_MODULE_1__/* .NAME_TAG */ .L]: image.amiName }),
    };
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
