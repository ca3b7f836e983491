export const id = 563;
export const ids = [563];
export const modules = {

/***/ 21916:
/***/ ((__unused_webpack_module, exports) => {

var __webpack_unused_export__;

__webpack_unused_export__ = true;
exports.Io = exports.kp = void 0;
var peq = new Uint32Array(0x10000);
var myers_32 = function (a, b) {
    var n = a.length;
    var m = b.length;
    var lst = 1 << (n - 1);
    var pv = -1;
    var mv = 0;
    var sc = n;
    var i = n;
    while (i--) {
        peq[a.charCodeAt(i)] |= 1 << i;
    }
    for (i = 0; i < m; i++) {
        var eq = peq[b.charCodeAt(i)];
        var xv = eq | mv;
        eq |= ((eq & pv) + pv) ^ pv;
        mv |= ~(eq | pv);
        pv &= eq;
        if (mv & lst) {
            sc++;
        }
        if (pv & lst) {
            sc--;
        }
        mv = (mv << 1) | 1;
        pv = (pv << 1) | ~(xv | mv);
        mv &= xv;
    }
    i = n;
    while (i--) {
        peq[a.charCodeAt(i)] = 0;
    }
    return sc;
};
var myers_x = function (b, a) {
    var n = a.length;
    var m = b.length;
    var mhc = [];
    var phc = [];
    var hsize = Math.ceil(n / 32);
    var vsize = Math.ceil(m / 32);
    for (var i = 0; i < hsize; i++) {
        phc[i] = -1;
        mhc[i] = 0;
    }
    var j = 0;
    for (; j < vsize - 1; j++) {
        var mv_1 = 0;
        var pv_1 = -1;
        var start_1 = j * 32;
        var vlen_1 = Math.min(32, m) + start_1;
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] |= 1 << k;
        }
        for (var i = 0; i < n; i++) {
            var eq = peq[a.charCodeAt(i)];
            var pb = (phc[(i / 32) | 0] >>> i) & 1;
            var mb = (mhc[(i / 32) | 0] >>> i) & 1;
            var xv = eq | mv_1;
            var xh = ((((eq | mb) & pv_1) + pv_1) ^ pv_1) | eq | mb;
            var ph = mv_1 | ~(xh | pv_1);
            var mh = pv_1 & xh;
            if ((ph >>> 31) ^ pb) {
                phc[(i / 32) | 0] ^= 1 << i;
            }
            if ((mh >>> 31) ^ mb) {
                mhc[(i / 32) | 0] ^= 1 << i;
            }
            ph = (ph << 1) | pb;
            mh = (mh << 1) | mb;
            pv_1 = mh | ~(xv | ph);
            mv_1 = ph & xv;
        }
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] = 0;
        }
    }
    var mv = 0;
    var pv = -1;
    var start = j * 32;
    var vlen = Math.min(32, m - start) + start;
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] |= 1 << k;
    }
    var score = m;
    for (var i = 0; i < n; i++) {
        var eq = peq[a.charCodeAt(i)];
        var pb = (phc[(i / 32) | 0] >>> i) & 1;
        var mb = (mhc[(i / 32) | 0] >>> i) & 1;
        var xv = eq | mv;
        var xh = ((((eq | mb) & pv) + pv) ^ pv) | eq | mb;
        var ph = mv | ~(xh | pv);
        var mh = pv & xh;
        score += (ph >>> (m - 1)) & 1;
        score -= (mh >>> (m - 1)) & 1;
        if ((ph >>> 31) ^ pb) {
            phc[(i / 32) | 0] ^= 1 << i;
        }
        if ((mh >>> 31) ^ mb) {
            mhc[(i / 32) | 0] ^= 1 << i;
        }
        ph = (ph << 1) | pb;
        mh = (mh << 1) | mb;
        pv = mh | ~(xv | ph);
        mv = ph & xv;
    }
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] = 0;
    }
    return score;
};
var distance = function (a, b) {
    if (a.length < b.length) {
        var tmp = b;
        b = a;
        a = tmp;
    }
    if (b.length === 0) {
        return a.length;
    }
    if (a.length <= 32) {
        return myers_32(a, b);
    }
    return myers_x(a, b);
};
exports.Io = distance;
var closest = function (str, arr) {
    var min_distance = Infinity;
    var min_index = 0;
    for (var i = 0; i < arr.length; i++) {
        var dist = distance(str, arr[i]);
        if (dist < min_distance) {
            min_distance = dist;
            min_index = i;
        }
    }
    return arr[min_index];
};
exports.kp = closest;


/***/ }),

/***/ 75535:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ readPruneInputs)
/* harmony export */ });
/* unused harmony export pruneDefaults */
/* harmony import */ var _inputs_parse_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(13718);
/* harmony import */ var _inputs_reader_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9066);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(97268);
/* harmony import */ var _model_region_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(54709);




const pruneDefaults = {
    regions: '',
    keep: '3',
    'keep-younger-than': '30d',
    'deregister-after': '30d',
    'include-shared': 'false',
    'include-protected': 'false',
    'sweep-older-than': '',
    'dry-run': 'true',
};
const UNITS = { m: 60, h: 3600, d: 86400, w: 7 * 86400 };
function readPruneInputs(env) {
    const { mistakes, text, reporter: report, word, yes } = (0,_inputs_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .inputReader */ .cN)(env, pruneDefaults);
    const time = (name) => {
        const match = /^(\d{1,5})([mhdw])$/.exec(text(name).toLowerCase());
        if (match === null)
            report(name)(`"${text(name)}" is not a time`, 'write 90m, 24h, 30d or 8w');
        return Number(match?.[1] ?? 0) * (UNITS[match?.[2] ?? ''] ?? 0);
    };
    const home = env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1';
    const words = _inputs_parse_js__WEBPACK_IMPORTED_MODULE_0__/* .list */ .p_(text('regions'));
    const all = words.length === 1 && words[0]?.toLowerCase() === 'all';
    const named = all ? [] : words.length === 0 ? [home] : words;
    for (const region of named)
        if (!_model_region_js__WEBPACK_IMPORTED_MODULE_3__/* .REGION */ .Zg.test(region))
            report('regions')(`"${region}" is not an AWS region`, 'write it like us-east-1');
    const inputs = {
        regions: all ? 'all' : named,
        home: named[0] ?? home,
        rules: {
            keep: _inputs_parse_js__WEBPACK_IMPORTED_MODULE_0__/* .integer */ .nd(text('keep'), [1, 1000], report('keep')),
            keepYounger: time('keep-younger-than'),
            deregisterAfter: time('deregister-after'),
            includeShared: yes('include-shared'),
            includeProtected: yes('include-protected'),
        },
        sweepOlder: text('sweep-older-than') === '' ? undefined : time('sweep-older-than'),
        dryRun: word('dry-run', ['true', 'false'], 'true or false') !== 'false',
    };
    if (inputs.sweepOlder !== undefined && inputs.sweepOlder < 60 && mistakes.length === 0)
        report('sweep-older-than')('less than a minute', 'write a time longer than any run takes, such as 24h');
    if (mistakes.length > 0)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserErrors */ .tQ(mistakes);
    return inputs;
}


/***/ }),

/***/ 37563:
/***/ ((module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(33838);
/* harmony import */ var _aws_clients_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(88551);
/* harmony import */ var _aws_ec2_client_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(37170);
/* harmony import */ var _lib_clock_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(84517);
/* harmony import */ var _lib_log_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(61025);
/* harmony import */ var _lib_redact_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(60310);
/* harmony import */ var _crash_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(32172);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(75535);
/* harmony import */ var _report_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(17156);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(77886);










const log = (0,_lib_log_js__WEBPACK_IMPORTED_MODULE_4__/* .actionsLog */ ._D)();
async function main() {
    for (const secret of (0,_lib_redact_js__WEBPACK_IMPORTED_MODULE_8__/* .secretsIn */ .V)(process.env))
        log.mask(secret);
    const inputs = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_6__/* .readPruneInputs */ .a)(process.env);
    const aws = (0,_aws_clients_js__WEBPACK_IMPORTED_MODULE_1__/* .awsClients */ .e)({});
    const report = await (0,_run_js__WEBPACK_IMPORTED_MODULE_7__/* .prune */ .R)(inputs, { aws, ec2: (0,_aws_ec2_client_js__WEBPACK_IMPORTED_MODULE_2__/* .ec2ByRegion */ .E)(aws), clock: _lib_clock_js__WEBPACK_IMPORTED_MODULE_3__/* .systemClock */ .m, log });
    for (const line of (0,_report_js__WEBPACK_IMPORTED_MODULE_9__/* .logLines */ .OG)(report))
        log.info(line);
    for (const [name, value] of Object.entries((0,_report_js__WEBPACK_IMPORTED_MODULE_9__/* .pruneOutputs */ .lb)(report)))
        _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setOutput */ .uH(name, value);
    if (process.env.GITHUB_STEP_SUMMARY)
        await _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .summary */ .z.addRaw((0,_report_js__WEBPACK_IMPORTED_MODULE_9__/* .pruneSummary */ .tG)(report)).write();
    if ((0,_report_js__WEBPACK_IMPORTED_MODULE_9__/* .isWhole */ .wP)(report))
        return 0;
    for (const { region, why } of report.unread)
        log.error(`${region} was not pruned: ${why}`);
    for (const row of [...report.amis, ...report.snapshots, ...(report.leftovers ?? [])])
        if (row.result.startsWith('failed'))
            log.error(`${row.region}: ${row.action} ${row.id} ${row.result}`);
    return 1;
}
await (0,_crash_js__WEBPACK_IMPORTED_MODULE_5__/* .runStep */ .e)((crashed) => Promise.race([main(), crashed]));

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 17156:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Lg: () => (/* binding */ snapshotRow),
/* harmony export */   OG: () => (/* binding */ logLines),
/* harmony export */   QK: () => (/* binding */ leftoverRow),
/* harmony export */   c_: () => (/* binding */ amiRow),
/* harmony export */   lb: () => (/* binding */ pruneOutputs),
/* harmony export */   tG: () => (/* binding */ pruneSummary),
/* harmony export */   wP: () => (/* binding */ isWhole)
/* harmony export */ });
/* harmony import */ var _aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(52791);
/* harmony import */ var _report_markdown_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(54285);


function amiRow({ ami, action, reason }, outcome) {
    return {
        region: ami.region,
        kind: 'image',
        id: ami.id,
        name: ami.name,
        os: ami.tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .OS_TAG */ .w7] ?? '',
        arch: ami.arch,
        kubernetes: ami.tags[_aws_ec2_js__WEBPACK_IMPORTED_MODULE_0__/* .KUBERNETES_TAG */ .km] ?? '',
        created: iso(ami.created),
        deprecated: iso(ami.deprecated),
        action,
        reason,
        result: resultOf(action, outcome),
    };
}
function snapshotRow(region, id, outcome) {
    const reason = 'its AMI was deregistered by a run that was then killed';
    return { region, kind: 'snapshot', id, name: '', action: 'delete', reason, result: resultOf('delete', outcome) };
}
function leftoverRow({ resource, action, reason }, outcome) {
    const { region, kind, id, name } = resource;
    const word = action === 'keep' ? 'keep' : 'delete';
    return { region, kind, id, name, action: word, reason, result: resultOf(word, outcome) };
}
function resultOf(action, outcome) {
    if (action === 'keep')
        return 'none';
    if (outcome === undefined)
        return 'dry run';
    if (!outcome.done)
        return `failed: ${outcome.why}`;
    return outcome.note === undefined ? 'done' : `done; ${outcome.note}`;
}
const iso = (seconds) => seconds === undefined || !Number.isFinite(seconds) ? '' : new Date(seconds * 1000).toISOString();
function isWhole({ amis, snapshots, leftovers = [], unread }) {
    return unread.length === 0 && ![...amis, ...snapshots, ...leftovers].some(({ result }) => result.startsWith('failed'));
}
function pruneOutputs({ amis, snapshots, leftovers = [] }) {
    const count = (action) => String(amis.filter((row) => row.action === action).length);
    return {
        images: JSON.stringify([...amis, ...snapshots]),
        kept: count('keep'),
        deprecated: count('deprecate'),
        deregistered: count('deregister'),
        leftovers: JSON.stringify(leftovers),
        failed: String([...amis, ...snapshots, ...leftovers].filter(({ result }) => result.startsWith('failed')).length),
    };
}
function logLines({ dryRun, amis, snapshots, leftovers = [], unread }) {
    const all = [...amis, ...snapshots, ...leftovers];
    const going = all.filter(({ action }) => action !== 'keep');
    const failed = going.filter(({ result }) => result.startsWith('failed')).length;
    return [
        ...going.map((row) => `${row.region} ${row.id} ${row.name}: ${row.action} (${row.result}): ${row.reason}`),
        ...unread.map(({ region, why }) => `${region}: ${why}`),
        `${all.length - going.length} kept, ${going.length - failed} ${dryRun ? 'to prune' : 'pruned'}${failed > 0 ? `, ${failed} failed` : ''}`,
    ];
}
const MAX_ROWS = 1000;
function pruneSummary(report) {
    const { dryRun, amis, snapshots, leftovers, unread } = report;
    const parts = [`## Kubernetes node images: ${dryRun ? 'what pruning would do' : 'pruned'}`];
    if (dryRun)
        parts.push('A dry run: nothing was changed. Set `dry-run: false` to prune.');
    if (unread.length > 0)
        parts.push(unread.map(({ region, why }) => `- **${(0,_report_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(region)} was not read**: ${(0,_report_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(why)}`).join('\n'));
    const head = ['Region', 'AMI', 'Contents', 'Made', 'Action', 'Why', 'Result'];
    const rows = amis.map((row) => [
        (0,_report_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(row.region),
        `\`${row.id}\``,
        (0,_report_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(`${row.name} (${row.os} ${row.arch} ${row.kubernetes})`),
        (0,_report_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(row.created.slice(0, 10)),
        row.action === 'keep' ? 'keep' : `**${row.action}**`,
        (0,_report_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(row.reason),
        row.result === 'none' ? '' : (0,_report_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(row.result),
    ]);
    parts.push(rows.length === 0 ? 'There are no AMIs of this action.' : cut(head, rows));
    const rest = [...snapshots, ...(leftovers ?? [])];
    if (leftovers !== undefined || rest.length > 0) {
        parts.push('### Leftovers of killed runs');
        const cells = rest.map((row) => [
            (0,_report_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(row.region),
            (0,_report_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(row.kind),
            `\`${row.id}\``,
            row.action === 'keep' ? 'keep' : `**${row.action}**`,
            (0,_report_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(row.reason),
            row.result === 'none' ? '' : (0,_report_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(row.result),
        ]);
        parts.push(cells.length === 0 ? 'Nothing.' : cut(['Region', 'Kind', 'ID', 'Action', 'Why', 'Result'], cells));
    }
    return `${parts.join('\n\n')}\n`;
}
function cut(head, rows) {
    const text = (0,_report_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .table */ .tp)(head, rows.slice(0, MAX_ROWS));
    return rows.length > MAX_ROWS ? `${text}\n\n_${rows.length - MAX_ROWS} more rows are in the outputs._` : text;
}


/***/ }),

/***/ 77886:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  R: () => (/* binding */ prune)
});

// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(70370);
// EXTERNAL MODULE: ./src/lib/errors.ts
var errors = __webpack_require__(97268);
// EXTERNAL MODULE: ./src/lib/nearest.ts
var nearest = __webpack_require__(72269);
// EXTERNAL MODULE: ./src/aws/ec2.ts
var aws_ec2 = __webpack_require__(52791);
// EXTERNAL MODULE: ./src/aws/lists.ts
var lists = __webpack_require__(98988);
// EXTERNAL MODULE: ./src/aws/resources.ts
var resources = __webpack_require__(47360);
;// CONCATENATED MODULE: ./src/actions/prune/act.ts




async function readSnapshots(ec2) {
    const found = await (0,resources/* listKind */.zM)(ec2, 'snapshot', [(0,lists/* filter */.pb)('tag-key', aws_ec2/* RUN_TAG */.R2)]);
    return found.map(({ id, tags }) => ({ id, pruned: aws_ec2/* PRUNED_TAG */.qv in tags }));
}
function orphans(snapshots, amis) {
    const used = new Set(amis.flatMap((ami) => ami.snapshots));
    return snapshots.filter(({ id, pruned }) => pruned && !used.has(id)).map(({ id }) => id);
}
async function carryOut({ ami, action }, ec2, own, now) {
    return attempt(async () => {
        if (action === 'deprecate')
            await ec2.deprecate(ami.id, soon(now));
        if (action === 'unprotect')
            await ec2.unprotect(ami.id);
        return action === 'deregister' ? deregister(ec2, ami, own) : undefined;
    });
}
async function removeSnapshot(ec2, id) {
    return attempt(async () => {
        await ec2.remove('snapshot', id);
        return undefined;
    });
}
async function attempt(work) {
    try {
        const note = await work();
        return { done: true, ...(note === undefined ? {} : { note }) };
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.yo))
            throw error;
        return { done: false, why: error.message };
    }
}
const SOON = 120;
const soon = (now) => `${new Date((now + SOON) * 1000).toISOString().slice(0, 16)}:00.000Z`;
async function deregister(ec2, ami, own) {
    const ours = ami.snapshots.filter((id) => own.has(id));
    if (ami.protection.startsWith('enabled'))
        await ec2.unprotect(ami.id);
    if (ours.length > 0)
        await ec2.tag(ours, { [aws_ec2/* PRUNED_TAG */.qv]: ami.id });
    const others = ami.snapshots.filter((id) => !own.has(id));
    await ec2.deregister({ id: ami.id, snapshots: ours, othersStay: others.length > 0 });
    return others.length === 0 ? undefined : `kept without our tag: ${others.join(', ')}`;
}

;// CONCATENATED MODULE: ./src/actions/prune/decide.ts

function decide(amis, facts, rules, now) {
    const sorted = [...amis].sort((a, b) => order(a, b));
    const counted = new Map();
    return sorted.map((ami) => {
        const group = groupOf(ami);
        let place;
        if (group !== undefined && counts(ami)) {
            place = (counted.get(`${ami.region} ${group}`) ?? 0) + 1;
            counted.set(`${ami.region} ${group}`, place);
        }
        return { ami, ...judge(ami, { group, place, now }, facts, rules) };
    });
}
function groupOf({ tags, arch }) {
    const { [aws_ec2/* OS_TAG */.w7]: os, [aws_ec2/* KUBERNETES_TAG */.km]: version = '', [aws_ec2/* IMAGE_TAG */.Ne]: key = '' } = tags;
    const minor = /^(\d+\.\d+)(\.|$)/.exec(version)?.[1];
    if (!os || !minor || !arch)
        return undefined;
    const ends = [`-${os}-${arch}`, `-${os}-${arch}-${version}`];
    const end = ends.find((each) => key.endsWith(each)) ?? key;
    return [key.slice(0, key.length - end.length), os, arch, minor].filter((part) => part !== '').join('/');
}
const UNFINISHED = 86400;
function judge(ami, { group, place, now }, facts, rules) {
    const keep = (reason) => ({ action: 'keep', reason });
    const age = now - ami.created;
    const state = ami.tags[aws_ec2/* STATE_TAG */.PZ];
    if (!ami.tags[aws_ec2/* RUN_TAG */.R2])
        return keep('not ours: it has no run tag');
    if (state !== aws_ec2/* BUILT */.BT && state !== aws_ec2/* FAILED */.Wk && state !== aws_ec2/* TESTED */.gf)
        return keep(`never tested or published (${aws_ec2/* STATE_TAG */.PZ} is ${state || 'not set'})`);
    if (ami.state !== 'available')
        return keep(`it is ${ami.state}`);
    if (group === undefined)
        return keep('its tags do not name the operating system and Kubernetes version');
    if (place !== undefined && place <= rules.keep)
        return keep(`number ${place} of the newest ${rules.keep} of ${group}`);
    const young = Math.max(rules.keepYounger, state === aws_ec2/* TESTED */.gf ? UNFINISHED : 0);
    if (age < young)
        return keep(`${days(age)} old, younger than ${days(young)}`);
    const usage = facts.usage[ami.region] ?? { uses: new Map(), unknown: ['the region was not read'] };
    const uses = usage.uses.get(ami.id) ?? [];
    if (uses.length > 0)
        return keep(`in use by ${listed(uses)}`);
    const idle = now - (ami.launched ?? Number.NEGATIVE_INFINITY);
    if (idle < rules.keepYounger)
        return keep(`launched ${days(idle)} ago`);
    if (usage.unknown.length > 0)
        return keep(`unknown use: ${listed(usage.unknown)}`);
    const sharing = facts.sharing.get(ami.id);
    if (!rules.includeShared) {
        if (ami.isPublic)
            return keep('it is public');
        if (sharing !== undefined && 'unknown' in sharing)
            return keep(`unknown sharing: ${sharing.unknown}`);
        if (sharing !== undefined && sharing.with.length > 0)
            return keep(`shared with ${listed(sharing.with)}`);
    }
    const isProtected = ami.protection !== '' && ami.protection !== 'disabled';
    if (isProtected && !rules.includeProtected)
        return keep('protected from deregistration');
    const why = place !== undefined
        ? `${days(age)} old, number ${place} of ${group}`
        : state === aws_ec2/* FAILED */.Wk
            ? `it failed its test, ${days(age)} ago`
            : `${days(age)} old, passed its test, but no run published it`;
    const since = ami.deprecated === undefined ? -1 : now - ami.deprecated;
    if (state !== aws_ec2/* FAILED */.Wk && since < 0)
        return { action: 'deprecate', reason: why };
    if (state !== aws_ec2/* FAILED */.Wk && since < rules.deregisterAfter)
        return keep(`deprecated ${days(since)} ago, deregistered after ${days(rules.deregisterAfter)}`);
    const reason = state === aws_ec2/* FAILED */.Wk ? why : `${why}, deprecated ${days(since)} ago`;
    if (isProtected && ami.protection === 'enabled-with-cooldown')
        return { action: 'unprotect', reason: `${reason}; EC2 allows its deregistration a day after its protection ended` };
    return { action: 'deregister', reason };
}
function counts({ tags, state }) {
    return Boolean(tags[aws_ec2/* RUN_TAG */.R2]) && tags[aws_ec2/* STATE_TAG */.PZ] === aws_ec2/* BUILT */.BT && state === 'available';
}
function order(a, b) {
    const key = (ami) => `${ami.region} ${groupOf(ami) ?? '~'}`;
    if (key(a) !== key(b))
        return key(a) < key(b) ? -1 : 1;
    return b.created - a.created || (a.id < b.id ? -1 : 1);
}
function listed(items) {
    const shown = items.slice(0, 3).join(', ');
    return items.length > 3 ? `${shown} and ${items.length - 3} more` : shown;
}
function days(seconds) {
    const [size, name] = [86400, 3600, 60]
        .map((unit, at) => [unit, ['day', 'hour', 'minute'][at]])
        .find(([unit]) => seconds >= unit) ?? [60, 'minute'];
    const count = Math.max(0, Math.floor(seconds / size));
    return `${count} ${name}${count === 1 ? '' : 's'}`;
}

// EXTERNAL MODULE: ./src/aws/amis.ts + 2 modules
var amis = __webpack_require__(24890);
;// CONCATENATED MODULE: ./src/actions/prune/images.ts



async function readAmis(ec2, region) {
    const found = await (0,amis/* images */.zC)(ec2, { Owners: ['self'], Filters: [(0,lists/* filter */.pb)('tag-key', aws_ec2/* RUN_TAG */.R2)], IncludeDisabled: true });
    return found.map((image) => {
        return {
            region,
            id: image.ImageId ?? '',
            name: image.Name ?? '',
            state: image.State ?? '',
            arch: (0,amis/* archOf */.Qh)(image),
            created: (0,lists/* seconds */.YA)(image.CreationDate) ?? Number.POSITIVE_INFINITY,
            deprecated: (0,lists/* seconds */.YA)(image.DeprecationTime),
            launched: (0,lists/* seconds */.YA)(image.LastLaunchedTime),
            isPublic: image.Public === true,
            protection: image.DeregistrationProtection ?? '',
            tags: (0,lists/* tagsOf */.Fg)(image),
            snapshots: (0,amis/* snapshotsOf */.XO)(image),
        };
    });
}
async function readSharing(ec2, id) {
    const answer = await ec2.describeImageAttribute({ ImageId: id, Attribute: 'launchPermission' });
    return { with: (answer.LaunchPermissions ?? []).map(nameOf) };
}
const nameOf = ({ UserId, Group, OrganizationArn, OrganizationalUnitArn }) => UserId || Group || OrganizationArn || OrganizationalUnitArn || 'somebody (EC2 does not say who)';

// EXTERNAL MODULE: ./src/actions/prune/report.ts
var report = __webpack_require__(17156);
// EXTERNAL MODULE: ./src/aws/lag.ts
var lag = __webpack_require__(38781);
// EXTERNAL MODULE: ./src/sweep/sweep.ts
var sweep = __webpack_require__(79300);
// EXTERNAL MODULE: ./src/sweep/select.ts
var sweep_select = __webpack_require__(75610);
;// CONCATENATED MODULE: ./src/actions/prune/by-age.ts


const BY_HAND = 'by-hand';
function decideByAge(resources, older, now, say) {
    const runs = Map.groupBy(resources, ({ tags }) => tags[aws_ec2/* RUN_TAG */.R2] ?? '');
    return [...runs].flatMap(([run, things]) => {
        const stays = things.filter(({ tags }) => [aws_ec2/* BUILT */.BT, aws_ec2/* FAILED */.Wk].includes(tags[aws_ec2/* STATE_TAG */.PZ] ?? ''));
        const left = things.filter((thing) => !stays.includes(thing));
        const keep = (reason) => left.map((resource) => ({ resource, action: 'keep', reason }));
        if (run === '')
            return [];
        if (run === BY_HAND)
            return keep('made by hand');
        const ages = things.flatMap((thing) => birthsOf(thing)).map((made) => now - made);
        if (ages.length === 0)
            return keep(`the age of the run ${run} is unknown`);
        const age = Math.min(...ages);
        if (age < older)
            return keep(`the run ${run} made something ${say(age)} ago`);
        const going = new Set([...Map.groupBy(things, ({ region }) => region).values()].flatMap((some) => (0,sweep_select/* select */.Lt)(some).remove.map(({ id }) => id)));
        return left
            .filter(({ id }) => going.has(id))
            .map((resource) => ({ resource, action: 'remove', reason: `left by the run ${run}, ${say(age)} ago` }));
    });
}
function spare(decisions, taken) {
    const why = new Map(taken);
    for (const { resource } of decisions) {
        const reason = taken.get(keyOf(resource));
        for (const id of reason === undefined ? [] : (resource.snapshots ?? []))
            why.set(keyOf({ ...resource, id }), `of ${resource.id}, which stays: ${reason}`);
    }
    return decisions.map((decision) => {
        const reason = why.get(keyOf(decision.resource));
        return reason === undefined ? decision : { ...decision, action: 'keep', reason };
    });
}
const keyOf = ({ region, id }) => `${region} ${id}`;
function birthsOf({ made, tags }) {
    const started = Date.parse(tags[aws_ec2/* STARTED_TAG */.bl] ?? '') / 1000;
    return [...(made === undefined ? [] : [made]), ...(Number.isNaN(started) ? [] : [started])];
}

;// CONCATENATED MODULE: ./src/actions/prune/leftovers.ts



async function readLeftovers(ec2, region) {
    const found = await Promise.all(resources/* KINDS */.GW.map((kind) => (0,resources/* listKind */.zM)(ec2, kind, [(0,lists/* filter */.pb)('tag-key', aws_ec2/* RUN_TAG */.R2)])));
    return found.flat().map((one) => ({ ...one, region }));
}

// EXTERNAL MODULE: ./src/aws/errors.ts
var aws_errors = __webpack_require__(99378);
// EXTERNAL MODULE: ./src/aws/parameters.ts
var parameters = __webpack_require__(70033);
;// CONCATENATED MODULE: ./src/actions/prune/usage.ts






const AT_ONCE = 4;
const TEMPLATES = 200;
const GROUPS = 100;
const PARAMETERS = 50;
const MANAGED = { IncludeManagedResources: true };
async function readUsage(aws, region) {
    const [ec2, autoScaling, ssm] = await Promise.all([aws.ec2(region), aws.autoScaling(region), aws.ssm(region)]);
    const uses = new Map();
    const aliases = new Map();
    const note = (text, what) => {
        const alias = /^resolve:ssm:(.+)$/.exec(text ?? '')?.[1];
        if (alias !== undefined)
            aliases.set(alias, what);
        for (const [id] of (text ?? '').matchAll(/\bami-[0-9a-f]{8,17}\b/g)) {
            const known = uses.get(id) ?? [];
            if (!known.includes(what))
                uses.set(id, [...known, what]);
        }
    };
    const questions = [
        ['instances', () => instances(ec2, note)],
        ['launch templates', () => launchTemplates(ec2, note)],
        ['Auto Scaling groups', () => groups(autoScaling, ec2, note)],
        ['SSM parameters', () => usage_parameters(ssm, note)],
    ];
    const unknown = (await Promise.all(questions.map(answered))).flat();
    const named = () => values(ssm, [...aliases.keys()], (name, value) => note(value, aliases.get(name) ?? name));
    unknown.push(...(await answered(['SSM parameters that launch templates name', named])));
    return { uses, unknown };
}
async function answered([what, ask]) {
    try {
        await ask();
        return [];
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.yo))
            throw error;
        return [`${what} (${error.message})`];
    }
}
async function instances(ec2, note) {
    const pages = ec2.paginateDescribeInstances({ MaxResults: amis/* PAGE */.KL, ...MANAGED });
    for (const { Instances = [] } of await (0,lists/* allItems */.au)(pages, ({ Reservations }) => Reservations))
        for (const { State, ImageId, InstanceId } of Instances)
            if (State?.Name !== 'terminated')
                note(ImageId, `instance ${InstanceId}`);
}
async function launchTemplates(ec2, note) {
    const limit = (0,p_limit/* default */.A)(AT_ONCE);
    const pages = ec2.paginateDescribeLaunchTemplates({ MaxResults: TEMPLATES, ...MANAGED });
    const templates = await (0,lists/* allItems */.au)(pages, ({ LaunchTemplates }) => LaunchTemplates);
    await Promise.all(templates.map(({ LaunchTemplateId = '' }) => limit(() => versions(ec2, { LaunchTemplateId }, 'launch template', note))));
}
async function versions(ec2, which, what, note) {
    const pages = ec2.paginateDescribeLaunchTemplateVersions({ MaxResults: TEMPLATES, ...MANAGED, ...which });
    const found = await (0,lists/* allItems */.au)(pages, (page) => page.LaunchTemplateVersions).catch((error) => {
        if ((0,aws_errors/* isNotFound */.c4)(error))
            return [];
        throw error;
    });
    for (const { LaunchTemplateName, LaunchTemplateData, VersionNumber } of found)
        note(LaunchTemplateData?.ImageId, `${what} ${LaunchTemplateName} version ${VersionNumber}`);
}
async function groups(autoScaling, ec2, note) {
    const page = { MaxRecords: GROUPS };
    const [found, configurations] = await Promise.all([
        (0,lists/* allItems */.au)(autoScaling.paginateDescribeAutoScalingGroups(page), ({ AutoScalingGroups }) => AutoScalingGroups),
        (0,lists/* allItems */.au)(autoScaling.paginateDescribeLaunchConfigurations(page), (some) => some.LaunchConfigurations),
    ]);
    for (const { ImageId, LaunchConfigurationName } of configurations)
        note(ImageId, `launch configuration ${LaunchConfigurationName}`);
    const limit = (0,p_limit/* default */.A)(AT_ONCE);
    await Promise.all(found.flatMap((group) => {
        const what = `Auto Scaling group ${group.AutoScalingGroupName}`;
        for (const { ImageId } of overridesOf(group))
            note(ImageId, what);
        return [...templatesOf(group).values()].map((which) => limit(() => versions(ec2, which, `${what}, launch template`, note)));
    }));
}
const overridesOf = (group) => group.MixedInstancesPolicy?.LaunchTemplate?.Overrides ?? [];
function templatesOf(group) {
    const named = [
        group.LaunchTemplate,
        group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification,
        ...overridesOf(group).map(({ LaunchTemplateSpecification: own }) => own),
        ...(group.Instances ?? []).map(({ LaunchTemplate }) => LaunchTemplate),
    ];
    return new Map(named.flatMap((one) => {
        const { LaunchTemplateId: id, LaunchTemplateName: name, Version: version = '$Default' } = one ?? {};
        const template = id ? { LaunchTemplateId: id } : { LaunchTemplateName: name };
        return id || name ? [[`${id || name} ${version}`, { ...template, Versions: [version] }]] : [];
    }));
}
async function usage_parameters(ssm, note) {
    const pages = ssm.paginateDescribeParameters({
        MaxResults: PARAMETERS,
        ParameterFilters: [{ Key: 'Type', Option: 'Equals', Values: ['String', 'StringList'] }],
    });
    const found = await (0,lists/* allItems */.au)(pages, ({ Parameters }) => Parameters);
    const names = found.flatMap(({ Name }) => Name ?? []);
    await values(ssm, names, (name, value) => note(value, `SSM parameter ${name}`));
}
async function values(ssm, names, use) {
    const limit = (0,p_limit/* default */.A)(AT_ONCE);
    await Promise.all((0,lists/* chunks */.VN)(names, parameters/* AT_ONCE */.Q).map((Names) => limit(async () => {
        const { Parameters = [] } = await ssm.getParameters({ Names });
        for (const { Name = '', Selector = '', Value = '' } of Parameters)
            use(`${Name}${Selector}`, Value);
    })));
}

;// CONCATENATED MODULE: ./src/actions/prune/taken.ts







const taken_AT_ONCE = 4;
function whyTaken(ami, usage, sharing, own, includeShared) {
    const uses = (usage.uses.get(ami.id) ?? []).filter((use) => !own.has(use.replace(/^instance /, '')));
    if (ami.tags[aws_ec2/* PUBLISHED_TAG */.Eq])
        return 'it was published, by its tag';
    if (ami.protection !== undefined && ami.protection !== '' && ami.protection !== 'disabled')
        return 'protected from deregistration';
    if (uses.length > 0)
        return `in use by ${listed(uses)}`;
    if (usage.unknown.length > 0)
        return `unknown use: ${listed(usage.unknown)}`;
    if (includeShared)
        return undefined;
    if ('unknown' in sharing)
        return `unknown sharing: ${sharing.unknown}`;
    return sharing.with.length > 0 ? `shared with ${listed(sharing.with)}` : undefined;
}
async function readTaken(decisions, aws, includeShared) {
    const going = decisions.filter(({ action }) => action === 'remove').map(({ resource }) => resource);
    const regions = Map.groupBy(going, ({ region }) => region);
    const limit = (0,p_limit/* default */.A)(taken_AT_ONCE);
    const found = await Promise.all([...regions].map(async ([region, things]) => {
        const amis = things.filter(({ kind }) => kind === 'image');
        if (amis.length === 0)
            return [];
        const own = new Set(things.filter(({ kind }) => kind === 'instance').map(({ id }) => id));
        const usage = await readUsage(aws, region);
        const ec2 = await aws.ec2(region);
        const sharing = (id) => readSharing(ec2, id).catch((error) => {
            if (!(error instanceof errors/* UserError */.yo))
                throw error;
            return { unknown: error.message };
        });
        return Promise.all(amis.map((ami) => limit(async () => {
            const why = whyTaken(ami, usage, await sharing(ami.id), own, includeShared);
            return why === undefined ? [] : [[keyOf(ami), why]];
        })));
    }));
    return new Map(found.flat(2));
}

;// CONCATENATED MODULE: ./src/actions/prune/sweep-old.ts









const SWEEP = 240;
const LOOK = 5;
async function sweepOld(older, inputs, regions, inEach, effects) {
    const { aws, ec2, clock, log } = effects;
    const found = await inEach(async (region) => readLeftovers(await aws.ec2(region), region));
    const decided = decideByAge(found.flat(), older, clock.now(), days);
    const old = found.length === regions.length ? decided : decided.map(keptUnseen);
    const taken = await readTaken(old, aws, inputs.rules.includeShared);
    const decisions = spare(old, taken);
    const going = decisions.filter(({ action }) => action === 'remove');
    if (inputs.dryRun || going.length === 0)
        return decisions.map((one) => (0,report/* leftoverRow */.QK)(one, undefined));
    const left = new Map();
    for (const some of Map.groupBy(going, ({ resource }) => `${resource.region} ${resource.tags[aws_ec2/* RUN_TAG */.R2]}`).values()) {
        const { region, tags } = some[0].resource;
        const deadline = clock.now() + SWEEP;
        const handedOut = old
            .map(({ resource }) => resource)
            .filter((one) => one.region === region && taken.has(keyOf(one)));
        const sweeping = { clock, log, deadline, pause: 2, handedOut: handedOut.map(({ id }) => id) };
        const swept = await (0,sweep/* sweepRegion */.R)(ec2(region), tags[aws_ec2/* RUN_TAG */.R2] ?? '', sweeping);
        for (const { resource, why } of swept.left)
            for (const one of some)
                if (resource === undefined || resource.id === one.resource.id)
                    left.set(keyOf(one.resource), why);
    }
    for (const [key, why] of await unconfirmed(going, left, effects))
        left.set(key, why);
    return decisions.map((one) => {
        const why = left.get(keyOf(one.resource));
        return (0,report/* leftoverRow */.QK)(one, why === undefined ? { done: true } : { done: false, why });
    });
}
async function unconfirmed(going, left, { aws, clock }) {
    const resources = going.map(({ resource }) => resource).filter((one) => !left.has(keyOf(one)));
    const regions = Map.groupBy(resources, ({ region }) => region);
    const look = async (region, gone) => {
        const reasons = (some, why) => some.map((one) => [keyOf(one), why]);
        try {
            const told = new Set((await readLeftovers(await aws.ec2(region), region)).map(keyOf));
            return reasons(gone.filter((one) => told.has(keyOf(one))), 'it is still there');
        }
        catch (error) {
            if (!(error instanceof errors/* UserError */.yo))
                throw error;
            return reasons(gone, `its deletion could not be checked: ${error.message}`);
        }
    };
    for (const end = clock.now() + lag/* LAG */.p;; await clock.sleep(LOOK)) {
        const still = (await Promise.all([...regions].map(([region, gone]) => look(region, gone)))).flat();
        if (still.length === 0 || clock.now() >= end)
            return still;
    }
}
const keptUnseen = (one) => one.action === 'keep'
    ? one
    : { ...one, action: 'keep', reason: `${one.reason}, but a region could not be read and may have a match` };

;// CONCATENATED MODULE: ./src/actions/prune/run.ts









const REGIONS_AT_ONCE = 6;
const AMIS_AT_ONCE = 4;
async function prune(inputs, effects) {
    const regions = inputs.regions === 'all' ? await effects.ec2(inputs.home).enabledRegions() : inputs.regions;
    const limit = (0,p_limit/* default */.A)(REGIONS_AT_ONCE);
    const unread = new Map();
    const inEach = async (work) => {
        const done = regions.map((region) => limit(async () => {
            try {
                return [await work(region)];
            }
            catch (error) {
                if (!(error instanceof errors/* UserError */.yo))
                    throw error;
                unread.set(region, `${error.message}${await meant(region, regions, effects)}`);
                return [];
            }
        }));
        return (await Promise.all(done)).flat();
    };
    const pruned = await inEach((region) => pruneRegion(region, inputs, effects));
    const leftovers = inputs.sweepOlder === undefined ? undefined : await sweepOld(inputs.sweepOlder, inputs, regions, inEach, effects);
    return {
        dryRun: inputs.dryRun,
        amis: pruned.flatMap(({ decisions, outcomes }) => decisions.map((one, at) => (0,report/* amiRow */.c_)(one, outcomes[at]))),
        snapshots: pruned.flatMap((region) => region.snapshots),
        leftovers,
        unread: [...unread].map(([region, why]) => ({ region, why })),
    };
}
async function meant(region, named, { ec2 }) {
    const other = named.find((each) => each !== region) ?? 'us-east-1';
    const enabled = await ec2(other)
        .enabledRegions()
        .catch(() => [region]);
    return enabled.includes(region) ? '' : ` (${(0,nearest/* suggest */.Z)(region, enabled)})`;
}
async function pruneRegion(region, inputs, effects) {
    const { aws, clock } = effects;
    const sdk = await aws.ec2(region);
    const [amis, own] = await Promise.all([readAmis(sdk, region), readSnapshots(sdk)]);
    const decisions = await decideRegion(region, amis, inputs, effects);
    const left = orphans(own, amis);
    if (inputs.dryRun)
        return {
            decisions,
            outcomes: decisions.map(() => undefined),
            snapshots: left.map((id) => (0,report/* snapshotRow */.Lg)(region, id, undefined)),
        };
    const ec2 = effects.ec2(region);
    const ours = new Set(own.map(({ id }) => id));
    const limit = (0,p_limit/* default */.A)(AMIS_AT_ONCE);
    const outcomes = await Promise.all(decisions.map((decision) => decision.action === 'keep' ? undefined : limit(() => carryOut(decision, ec2, ours, clock.now()))));
    const snapshots = await Promise.all(left.map((id) => limit(async () => (0,report/* snapshotRow */.Lg)(region, id, await removeSnapshot(ec2, id)))));
    return { decisions, outcomes, snapshots };
}
async function decideRegion(region, amis, { rules }, { aws, clock }) {
    const ec2 = await aws.ec2(region);
    const now = clock.now();
    const goes = (usage, sharing) => {
        const decisions = decide(amis, { usage: { [region]: usage }, sharing }, rules, now);
        return { decisions, going: decisions.filter(({ action }) => action !== 'keep') };
    };
    const none = new Map();
    if (goes({ uses: new Map(), unknown: [] }, none).going.length === 0)
        return goes({ uses: new Map(), unknown: [] }, none).decisions;
    const usage = await readUsage(aws, region);
    const limit = (0,p_limit/* default */.A)(AMIS_AT_ONCE);
    const sharing = await Promise.all(goes(usage, none).going.map(({ ami: { id } }) => limit(async () => {
        try {
            return [id, await readSharing(ec2, id)];
        }
        catch (error) {
            if (!(error instanceof errors/* UserError */.yo))
                throw error;
            return [id, { unknown: error.message }];
        }
    })));
    return goes(usage, new Map(sharing)).decisions;
}


/***/ }),

/***/ 38781:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ LAG)
/* harmony export */ });
const LAG = 30;


/***/ }),

/***/ 13718:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AS: () => (/* binding */ pairs),
/* harmony export */   JR: () => (/* binding */ isCidr),
/* harmony export */   Tj: () => (/* binding */ map),
/* harmony export */   WS: () => (/* binding */ fingerprints),
/* harmony export */   af: () => (/* binding */ mirrorAddress),
/* harmony export */   nd: () => (/* binding */ integer),
/* harmony export */   p_: () => (/* binding */ list)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(97268);
/* harmony import */ var _lib_schema_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(30956);



function list(text) {
    return [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))];
}
function pairs(text, report) {
    const entries = [];
    for (const line of text.split('\n').map((each) => each.trim())) {
        if (line === '' || line.startsWith('#'))
            continue;
        const at = line.indexOf('=');
        const name = line.slice(0, at).trim();
        if (at < 1 || name === '')
            report(`"${line}" is not a name=value line`, 'write one name=value per line');
        else if (entries.some(([known]) => known === name))
            report(`"${name}" is given twice`, 'remove one of its lines');
        else
            entries.push([name, line.slice(at + 1).trim()]);
    }
    return Object.fromEntries(entries);
}
function integer(text, [least, most], report) {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most)
        return value;
    report(`"${text}" is not a whole number from ${least} to ${most}`, `write one, such as ${least}`);
    return least;
}
function fingerprints(text, report) {
    const found = new Set();
    const words = text.split('\n').map((line) => line.replace(/#.*/, '').replace(/\s+/g, '').toUpperCase());
    if (words.every((word) => word === ''))
        report('the file names no key', 'write one fingerprint per line');
    for (const word of words.filter((each) => each !== '')) {
        if (/^[0-9A-F]{40}$/.test(word))
            found.add(word);
        else
            report(`"${word}" is not a fingerprint`, 'write the full fingerprint of the key, 40 hex digits');
    }
    return [...found];
}
const MIRROR = /^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[^\s'"?#]*)?$/;
function mirrorAddress(text, report) {
    let url;
    try {
        url = new URL(text);
    }
    catch {
        report(`"${text}" is not an address`, 'write http://HOST/PATH or https://HOST/PATH');
        return undefined;
    }
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
        report(`"${text}" is neither http nor https`, 'write http://HOST/PATH or https://HOST/PATH');
    else if (url.username !== '' || url.password !== '')
        report('the address holds a user name or password', 'use a mirror without a password: the address appears in logs');
    else if (url.search !== '' || url.hash !== '')
        report(`"${text}" holds ? or #`, 'write only the base address');
    else if (!MIRROR.test(text))
        report(`"${text}" has a host or path that not every step can use`, 'write a host of letters, digits, dots and hyphens, and a path without spaces and quotes');
    return text.replace(/\/+$/, '');
}
function isCidr(text) {
    const [address = '', length = '', rest] = text.split('/');
    const family = (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(address);
    return rest === undefined && family !== 0 && /^\d+$/.test(length) && Number(length) <= (family === 4 ? 32 : 128);
}
async function map(text, report) {
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        const { parse } = await __webpack_require__.e(/* import() */ 815).then(__webpack_require__.t.bind(__webpack_require__, 38815, 19));
        try {
            value = parse(text);
        }
        catch (error) {
            report(`is neither JSON nor YAML: ${(0,_lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .firstLine */ .TM)(error)}`, 'write a map, such as {"name": "value"}');
            return {};
        }
    }
    if ((0,_lib_schema_js__WEBPACK_IMPORTED_MODULE_2__/* .isMap */ .j)(value))
        return value;
    report('is not a map of names to values', 'write a map, such as {"name": "value"}');
    return {};
}


/***/ }),

/***/ 9066:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AN: () => (/* binding */ inputText),
/* harmony export */   Qn: () => (/* binding */ variableOf),
/* harmony export */   cN: () => (/* binding */ inputReader)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97268);
/* harmony import */ var _lib_nearest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(72269);


const variableOf = (input) => `INPUT_${input.toUpperCase()}`;
function inputText(env, input) {
    return env[variableOf(input)]?.trim() ?? '';
}
function misspelt(env, names) {
    return Object.keys(env).flatMap((variable) => {
        const name = variable.slice('INPUT_'.length).toLowerCase();
        if (!variable.startsWith('INPUT_') || names.includes(name))
            return [];
        const hint = (0,_lib_nearest_js__WEBPACK_IMPORTED_MODULE_1__/* .suggest */ .Z)(name, names);
        return hint.startsWith('did you mean') ? [new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('input', `"${name}" is not an input`, hint)] : [];
    });
}
function inputReader(env, defaults) {
    const mistakes = misspelt(env, Object.keys(defaults));
    const text = (name) => inputText(env, name) || defaults[name];
    const reporter = (name) => (message, hint) => mistakes.push(new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('input', `${name}: ${message}`, hint));
    const optional = (name, check) => text(name) === '' ? undefined : check(text(name), reporter(name));
    const oneOf = (name, value, words, what) => {
        if (!words.includes(value))
            reporter(name)(`"${value}" is not ${what}`, (0,_lib_nearest_js__WEBPACK_IMPORTED_MODULE_1__/* .suggest */ .Z)(value, words));
        return value;
    };
    const word = (name, words, what) => oneOf(name, text(name).toLowerCase(), words, what);
    const yes = (name) => word(name, ['true', 'false'], 'true or false') === 'true';
    const matching = (name, pattern, what, example) => optional(name, (value, report) => {
        if (!pattern.test(value))
            report(`"${value}" is not ${what}`, `write it like ${example}`);
        return value;
    });
    return { mistakes, text, reporter, optional, oneOf, word, yes, matching };
}


/***/ }),

/***/ 72269:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ suggest),
/* harmony export */   p: () => (/* binding */ nearest)
/* harmony export */ });
/* harmony import */ var fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(21916);

function nearest(word, words) {
    if (words.length === 0)
        return undefined;
    const best = (0,fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__/* .closest */ .kp)(word.toLowerCase(), words);
    const allowed = Math.max(2, Math.floor(Math.max(word.length, best.length) / 3));
    return (0,fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__/* .distance */ .Io)(word.toLowerCase(), best) <= allowed ? best : undefined;
}
function suggest(word, words) {
    const best = nearest(word, words);
    return best === undefined ? `known: ${[...words].join(', ')}` : `did you mean "${best}"?`;
}


/***/ }),

/***/ 30956:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ checkShape),
/* harmony export */   j: () => (/* binding */ isMap)
/* harmony export */ });
/* harmony import */ var _nearest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(72269);

function checkShape(value, schema, report, path = '') {
    const place = path === '' ? 'the file' : path;
    const at = (name) => typeof name === 'number' ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    const hint = schema.description ?? 'see the schema in catalog/';
    const wrong = mismatch(value, schema);
    if (wrong !== undefined) {
        report(`${place} is ${wrong}`, schema.enum === undefined ? hint : (0,_nearest_js__WEBPACK_IMPORTED_MODULE_0__/* .suggest */ .Z)(String(value), schema.enum.map(String)));
        return;
    }
    if (typeof value === 'string') {
        if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
            report(`${place} is ${show(value)}, which has the wrong form`, `${hint} (${schema.pattern})`);
        else if (value.length < (schema.minLength ?? 0))
            report(`${place} is empty`, hint);
    }
    else if (Array.isArray(value)) {
        if (value.length < (schema.minItems ?? 0))
            report(`${place} is empty`, hint);
        const { items } = schema;
        if (items !== undefined)
            for (const [index, each] of value.entries())
                checkShape(each, items, report, at(index));
    }
    else if (typeOf(value) === 'object') {
        const members = value;
        const known = schema.properties ?? {};
        if (Object.keys(members).length < (schema.minProperties ?? 0))
            report(`${place} is empty`, hint);
        for (const name of schema.required ?? [])
            if (!Object.hasOwn(members, name))
                report(`${place} has no ${name}`, known[name]?.description ?? hint);
        for (const [name, member] of Object.entries(members)) {
            const own = Object.hasOwn(known, name) ? known[name] : schema.additionalProperties;
            if (own === false)
                report(`${place} has an unknown "${name}"`, (0,_nearest_js__WEBPACK_IMPORTED_MODULE_0__/* .suggest */ .Z)(name, Object.keys(known)));
            else if (schema.propertyNames !== undefined && !new RegExp(schema.propertyNames.pattern).test(name))
                report(`"${name}" does not look like a name for ${place}`, schema.propertyNames.pattern);
            else if (own !== undefined)
                checkShape(member, own, report, at(name));
        }
    }
}
function mismatch(value, { const: constant, enum: words, type }) {
    if (constant !== undefined && value !== constant)
        return `${show(value)}, not ${show(constant)}`;
    if (words !== undefined && !words.includes(value))
        return show(value);
    return type !== undefined && typeOf(value) !== type ? `${typeOf(value)}, not ${type}` : undefined;
}
function typeOf(value) {
    if (value === null)
        return 'null';
    if (Array.isArray(value))
        return 'array';
    return Number.isInteger(value) ? 'integer' : typeof value;
}
function show(value) {
    const text = JSON.stringify(value) ?? 'undefined';
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
function isMap(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}


/***/ }),

/***/ 54709:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Zg: () => (/* binding */ REGION),
/* harmony export */   oE: () => (/* binding */ tagsNoTemporaries),
/* harmony export */   wO: () => (/* binding */ tagsAmisLate)
/* harmony export */ });
const REGION = /^[a-z]{2,4}(-[a-z]+)+-[0-9]+$/;
const tagsNoTemporaries = (region) => region.startsWith('cn-');
const tagsAmisLate = (region) => /^(cn|us-gov)-/.test(region);


/***/ }),

/***/ 54285:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Pf: () => (/* binding */ label),
/* harmony export */   TM: () => (/* binding */ folded),
/* harmony export */   pj: () => (/* binding */ plain),
/* harmony export */   tp: () => (/* binding */ table),
/* harmony export */   ux: () => (/* binding */ within)
/* harmony export */ });
function plain(text) {
    return text
        .replace(/\s+/g, ' ')
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replace(/[\\`*_{}[\]()#+!|~@$:]/g, (character) => `&#${character.charCodeAt(0)};`);
}
function table(head, rows) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
function folded(title, text) {
    return `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;
}
function label(text) {
    return (text
        .replace(/[^\p{L}\p{N} ._/-]+/gu, ' ')
        .replace(/\s+/g, ' ')
        .trim() || '-');
}
function within(sections, limit, why = {
    limit: 'a summary may have 1 MiB',
    rest: 'The report directory has everything.',
}) {
    const missing = [];
    let result = '';
    for (const { title, text } of sections) {
        const next = `${result}${text}\n\n`;
        if (Buffer.byteLength(next) + 400 <= limit)
            result = next;
        else
            missing.push(title);
    }
    return missing.length === 0
        ? result
        : `${result}_Left out, because ${why.limit}: ${missing.slice(0, 10).map(plain).join(', ')}. ${why.rest}_\n`;
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


/***/ })

};
