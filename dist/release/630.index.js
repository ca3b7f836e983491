export const id = 630;
export const ids = [630];
export const modules = {

/***/ 630:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readConfig: () => (/* binding */ readConfig)
});

// UNUSED EXPORTS: defaultNames, entryNames

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(3916);
// EXTERNAL MODULE: ./src/inputs/names.ts
var names = __webpack_require__(5585);
// EXTERNAL MODULE: ./src/inputs/nearest.ts
var nearest = __webpack_require__(3915);
// EXTERNAL MODULE: ./src/plan/gather.ts
var plan_gather = __webpack_require__(4312);
;// CONCATENATED MODULE: ./src/config/groups.ts
/** Groups of images with settings of their own, as one job. */


/** Inputs that one job can have only once; a config file may hold them below `defaults`, not with an image. */
const jobInputNames = [
    'rehearse',
    'parallel-builds',
    'packer-version',
    'mirror',
    'mirror-trust',
    'lock',
    'lock-file',
];
/** The settings that hold for the whole job, and the sum of what must be prepared: all systems and architectures, and a test where any image has one. */
function jobInputs(wanted) {
    const [first] = wanted;
    if (first === undefined)
        throw new Error('nothing is wanted');
    const all = wanted.map(({ inputs }) => inputs);
    const tested = all.find(({ test }) => test !== 'none') ?? first.inputs;
    return {
        ...first.inputs,
        os: [...new Set(all.flatMap(({ os }) => os))],
        arch: [...new Set(all.flatMap(({ arch }) => arch))],
        test: tested.test,
    };
}
/**
 * Plans every group and gives each image a key of its own: `NAME-OS-ARCH-KUBERNETES`, without a name where the group has none, and
 * without the version where all images have the same.
 *
 * @throws UserError when two images would be the same, or have the same AMI name
 */
async function planGroups(wanted, makePlan) {
    const planned = await gather(wanted.map(async (each) => ({ wanted: each, plan: await makePlan(each.inputs) })));
    if (wanted.length === 1 && wanted[0]?.name === undefined)
        return planned;
    const all = planned.flatMap(({ plan }) => plan.images);
    const several = new Set(all.map(({ node }) => node.kubernetesDeb)).size > 1;
    const keyed = planned.map((each) => ({
        ...each,
        plan: {
            ...each.plan,
            images: each.plan.images.map((image) => ({ ...image, key: key(image, each.wanted, several) })),
        },
    }));
    const images = keyed.flatMap(({ plan }) => plan.images.map((image) => ({ ...image, region: plan.region })));
    for (const { key: twice } of repeated(images, (image) => image.key))
        throw new UserError(`the config file asks for ${twice} more than once`, 'give one of the entries a `name`, or take the image out of it');
    for (const { amiName } of repeated(images, (image) => `${image.region} ${image.amiName}`))
        throw new UserError(`the config file would give two images the AMI name ${amiName}`, 'give each of the entries an `ami-name` of its own');
    return keyed;
}
function key({ os, arch, node }, { name }, several) {
    return [name, os, arch, several ? node.kubernetesVersion : undefined].filter((part) => part !== undefined).join('-');
}
function repeated(items, of) {
    const seen = new Set();
    return items.filter((item) => {
        const before = seen.has(of(item));
        seen.add(of(item));
        return before;
    });
}

// EXTERNAL MODULE: ./src/config/read.ts + 10 modules
var read = __webpack_require__(3588);
;// CONCATENATED MODULE: ./src/config/document.ts
/** The config file: YAML or JSON -> entries whose settings still know where they were written. */






/** Names that an entry may have. */
const entryNames = [
    'name',
    'required',
    ...names/* inputNames */.v.filter((name) => name !== 'config' && !jobInputNames.includes(name)),
];
/** Names that `defaults` may have. */
const defaultNames = names/* inputNames */.v.filter((name) => name !== 'config');
const rootNames = ['defaults', 'images'];
/**
 * @param file for messages
 * @returns the entries, as far as they can be read, and what is wrong with the file, each with line and column
 * @throws UserErrors when it is not YAML
 */
function readConfig(file, text) {
    const lines = new dist/* LineCounter */.HN();
    const document = (0,dist.parseDocument)(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
    const mistakes = [];
    const at = (offset) => {
        const { line, col } = lines.linePos(offset);
        return { line: Math.max(1, line), column: Math.max(1, col) };
    };
    const start = (node) => at(node?.range?.[0] ?? 0);
    const report = (node, message, hint) => mistakes.push((0,read/* placed */.G)(new errors/* UserError */.yo(message, hint), file, start(node)));
    // One mistake makes the parser stumble several times on its line.
    const broken = new Map(document.errors.toReversed().map(({ message, pos }) => [at(pos[0]).line, { message, pos }]));
    if (broken.size > 0)
        throw new errors/* UserErrors */.tQ([...broken.values()]
            .reverse()
            .map(({ message, pos }) => (0,read/* placed */.G)(new errors/* UserError */.yo(`not valid YAML: ${message}`, 'mend it there, or just before'), file, at(pos[0]))));
    /** Pairs of a map by name, all of them known. */
    const pairs = (node, what, known) => {
        const found = new Map();
        if (!(0,dist/* isMap */.jh)(node)) {
            report(node, `${what} is not a map`, `write \`name: value\` lines; known: ${known.join(', ')}`);
            return found;
        }
        for (const pair of node.items) {
            const name = String((0,dist/* isScalar */.jn)(pair.key) ? pair.key.value : pair.key);
            if (known.includes(name))
                found.set(name, pair);
            else if (jobInputNames.includes(name))
                report(pair.key, `"${name}" holds for the whole job, not for one image`, 'move it to `defaults`');
            else
                report(pair.key, `"${name}" is not a setting of ${what}`, (0,nearest/* suggest */.Z)(name, known));
        }
        return found;
    };
    const settings = (found) => [...found].flatMap(([name, { key, value }]) => {
        const words = asText(name, (0,dist/* isAlias */.Vj)(value) ? value.resolve(document) : value);
        if (words === undefined) {
            report(value ?? key, `${name}: the value has no form that is known here`, 'write a word, a list of words, or a map of words');
            return [];
        }
        return words === '' ? [] : [[name, { value: words, ...start(value) }]];
    });
    const root = pairs(document.contents, 'the config file', rootNames);
    const defaults = root.has('defaults') ? settings(pairs(root.get('defaults')?.value, 'defaults', defaultNames)) : [];
    const list = root.get('images')?.value;
    if (mistakes.length === 0 && (!(0,dist/* isSeq */.oP)(list) || list.items.length === 0))
        report(list ?? document.contents, 'images is not a list of images', 'write `images:` and below it `- os: debian-13`, for example');
    const entries = ((0,dist/* isSeq */.oP)(list) ? list.items : []).map((item) => {
        const found = pairs(item, 'an image', entryNames);
        const { name, required } = Object.fromEntries(found);
        found.delete('name');
        found.delete('required');
        const word = name === undefined ? undefined : scalar(name.value);
        if (name !== undefined && !/^[a-z0-9][a-z0-9-]{0,30}$/.test(word ?? ''))
            report(name.value ?? name.key, `name: "${word}" is not a name`, 'lower-case letters, digits and hyphens, at most 31');
        const need = required === undefined ? 'true' : scalar(required.value);
        if (need !== 'true' && need !== 'false')
            report(required?.value ?? item, `required: "${need}" is not true or false`, 'write true or false');
        return { name: word, required: need === 'true', settings: new Map([...defaults, ...settings(found)]) };
    });
    return { entries, mistakes };
}
/** A scalar as it was written, so that the version 1.30 stays 1.30. */
function scalar(node) {
    if (!(0,dist/* isScalar */.jn)(node))
        return undefined;
    if (node.value === null)
        return '';
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}
/** A setting as the text that the input of that name takes; undefined when it has no such form. */
function asText(name, node) {
    if ((0,dist/* isScalar */.jn)(node))
        return scalar(node);
    if (name === 'ansible-extra-vars')
        return (0,dist/* isMap */.jh)(node) ? JSON.stringify(node.toJSON()) : undefined;
    const words = (0,dist/* isSeq */.oP)(node)
        ? node.items.map(scalar)
        : (0,dist/* isMap */.jh)(node)
            ? node.items.map(({ key, value }) => {
                const word = scalar(value);
                return word === undefined ? undefined : `${scalar(key)}=${word}`;
            })
            : [undefined];
    return words.every((word) => word !== undefined && !word.includes('\n')) ? words.join('\n') : undefined;
}


/***/ })

};
