export const id = 223;
export const ids = [223];
export const modules = {

/***/ 96223:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readConfig: () => (/* binding */ readConfig)
/* harmony export */ });
/* unused harmony exports entryNames, defaultNames */
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38815);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(97268);
/* harmony import */ var _lib_nearest_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(72269);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(85585);
/* harmony import */ var _place_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(83395);





const entryNames = [
    'name',
    'required',
    ..._names_js__WEBPACK_IMPORTED_MODULE_3__/* .inputNames */ .vj.filter((name) => ![..._names_js__WEBPACK_IMPORTED_MODULE_3__/* .outsideConfig */ .UC, ..._names_js__WEBPACK_IMPORTED_MODULE_3__/* .jobInputNames */ .qW].includes(name)),
];
const defaultNames = _names_js__WEBPACK_IMPORTED_MODULE_3__/* .inputNames */ .vj.filter((name) => !_names_js__WEBPACK_IMPORTED_MODULE_3__/* .outsideConfig */ .UC.includes(name));
const rootNames = ['defaults', 'images'];
function readConfig(file, text) {
    const lines = new yaml__WEBPACK_IMPORTED_MODULE_0__/* .LineCounter */ .HN();
    const document = (0,yaml__WEBPACK_IMPORTED_MODULE_0__.parseDocument)(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
    const mistakes = [];
    const at = (offset) => {
        const { line, col } = lines.linePos(offset);
        return { line: Math.max(1, line), column: Math.max(1, col) };
    };
    const start = (node) => at(node?.range?.[0] ?? 0);
    const report = (node, message, hint) => mistakes.push((0,_place_js__WEBPACK_IMPORTED_MODULE_4__/* .placed */ .G)(new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('config-file', message, hint), file, start(node)));
    const broken = new Map(document.errors.toReversed().map(({ message, pos }) => [at(pos[0]).line, { message, pos }]));
    if (broken.size > 0)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserErrors */ .tQ([...broken.values()]
            .reverse()
            .map(({ message, pos }) => (0,_place_js__WEBPACK_IMPORTED_MODULE_4__/* .placed */ .G)(new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('config-file', `not valid YAML: ${message}`, 'correct that line, or the one before it'), file, at(pos[0]))));
    const pairs = (node, what, known) => {
        const found = new Map();
        if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(node)) {
            report(node, `${what} is not a map`, `write \`name: value\` lines; known: ${known.join(', ')}`);
            return found;
        }
        for (const pair of node.items) {
            const name = String((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(pair.key) ? pair.key.value : pair.key);
            if (known.includes(name))
                found.set(name, pair);
            else if (_names_js__WEBPACK_IMPORTED_MODULE_3__/* .jobInputNames */ .qW.includes(name))
                report(pair.key, `"${name}" applies to the whole job, not to one image`, 'move it to `defaults`');
            else
                report(pair.key, `"${name}" is not a setting of ${what}`, (0,_lib_nearest_js__WEBPACK_IMPORTED_MODULE_2__/* .suggest */ .Z)(name, known));
        }
        return found;
    };
    const settings = (found) => [...found].flatMap(([name, { key, value }]) => {
        const words = asText(name, target(value, document), document);
        if (words === undefined) {
            report(value ?? key, `${name}: the value has an unsupported form`, 'write a word, a list of words, or a map of words');
            return [];
        }
        return [[name, { value: words, ...start(value ?? key) }]];
    });
    const root = pairs(document.contents, 'the config file', rootNames);
    const defaults = root.has('defaults') ? settings(pairs(root.get('defaults')?.value, 'defaults', defaultNames)) : [];
    const list = root.get('images')?.value;
    if (mistakes.length === 0 && (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(list) || list.items.length === 0))
        report(list ?? document.contents, 'images is not a list of images', 'write `images:` with entries such as `- os: debian-13`');
    const entries = ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(list) ? list.items : []).map((item) => {
        const found = pairs(item, 'an image', entryNames);
        const { name, required } = Object.fromEntries(found);
        found.delete('name');
        found.delete('required');
        const word = name === undefined ? undefined : scalar(name.value);
        if (name !== undefined && !/^[a-z0-9][a-z0-9-]{0,30}$/.test(word ?? ''))
            report(name.value ?? name.key, `name: "${word}" is not a name`, 'use at most 31 lower-case letters, digits and hyphens');
        const need = required === undefined ? 'true' : scalar(required.value);
        if (need !== 'true' && need !== 'false')
            report(required?.value ?? item, `required: "${need}" is not true or false`, 'write true or false');
        return { name: word, required: need === 'true', settings: new Map([...defaults, ...settings(found)]) };
    });
    return { entries, mistakes };
}
function scalar(node) {
    if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(node))
        return undefined;
    if (node.value === null)
        return '';
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}
const target = (node, document) => ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isAlias */ .Vj)(node) ? node.resolve(document) : node);
function asText(name, node, document) {
    if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(node))
        return scalar(node);
    if (name === 'ansible-extra-vars')
        return (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(node) ? JSON.stringify(node.toJS(document)) : undefined;
    const words = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(node)
        ? node.items.map((item) => scalar(target(item, document)))
        : (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(node)
            ? node.items.map(({ key, value }) => {
                const word = scalar(target(value, document));
                return word === undefined ? undefined : `${scalar(key)}=${word}`;
            })
            : [undefined];
    return words.every((word) => word !== undefined && !word.includes('\n')) ? words.join('\n') : undefined;
}


/***/ })

};
