export const id = 468;
export const ids = [468];
export const modules = {

/***/ 3303:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  V: () => (/* binding */ realEffects)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 7 modules
var core = __webpack_require__(3838);
// EXTERNAL MODULE: ./src/aws/clients.ts + 1 modules
var clients = __webpack_require__(8551);
// EXTERNAL MODULE: ./src/aws/ec2-client.ts + 1 modules
var ec2_client = __webpack_require__(400);
// EXTERNAL MODULE: ./src/aws/keys.ts
var keys = __webpack_require__(4297);
// EXTERNAL MODULE: ./src/aws/parameters.ts
var parameters = __webpack_require__(33);
// EXTERNAL MODULE: ./src/aws/tally.ts
var aws_tally = __webpack_require__(3103);
;// CONCATENATED MODULE: ./src/catalog/catalog.ts


function readCatalog(root) {
    const systems = readCatalogFile(root, 'operating-systems.json');
    return {
        operatingSystems: Object.fromEntries(Object.entries(systems).map(([key, system]) => [key, { ...system, key }])),
        kubernetes: readCatalogFile(root, 'kubernetes.json'),
        schema: (name) => readCatalogFile(root, `${name}.schema.json`),
    };
}
function readCatalogFile(root, name) {
    return JSON.parse((0,external_node_fs_.readFileSync)((0,external_node_path_.join)(root, 'catalog', name), 'utf8'));
}
function fromFiles({ kubernetesSource }, system) {
    return kubernetesSource === 'binary' || system.family === 'flatcar';
}
function takesAwsCli({ ansibleExtraVars }, system) {
    return ansibleExtraVars.base_cluster_api === 'aws' && system.awsCliPackage === undefined;
}
function testedWarning({ key, os, arch }, systems) {
    const name = systems[os]?.name;
    switch (systems[os]?.arch[arch]?.tested) {
        case 'stand-in':
            return `${key}: the authors of this action built ${name} for ${arch} on a stand-in only, never from its base AMI (docs/operating-systems.md)`;
        case 'rendered':
            return `${key}: the authors of this action have never built ${name} for ${arch}, only rendered its template (docs/operating-systems.md)`;
        default:
            return undefined;
    }
}
function minorWarning(minor, kubernetes) {
    if (kubernetes[minor]?.tested !== 'never')
        return undefined;
    return `Kubernetes ${minor}: the authors of this action have never built an image of it (docs/operating-systems.md)`;
}

// EXTERNAL MODULE: ./src/lib/errors.ts
var errors = __webpack_require__(7268);
;// CONCATENATED MODULE: ./src/inputs/files.ts

const FILE_HINT = 'write its path from the workspace, and check that the job has a checkout step';
function unreadable(error, causes = {}) {
    const code = error.code ?? '';
    return { ENOENT: 'does not exist', ...causes }[code] ?? `cannot be read: ${(0,errors/* firstLine */.TM)(error)}`;
}

// EXTERNAL MODULE: ./src/inputs/names.ts
var names = __webpack_require__(5585);
// EXTERNAL MODULE: ./src/model/level.ts
var model_level = __webpack_require__(2975);
// EXTERNAL MODULE: ./src/model/region.ts
var model_region = __webpack_require__(4709);
// EXTERNAL MODULE: ./src/lib/nearest.ts
var nearest = __webpack_require__(2269);
;// CONCATENATED MODULE: ./src/inputs/ami-name.ts

const placeholders = ['kubernetes', 'os', 'arch', 'date', 'run'];
function readAmiName(pattern, many, report) {
    for (const [whole, name = ''] of pattern.matchAll(/\{([^{}]*)\}/g))
        if (!placeholders.includes(name))
            report(`"${whole}" is not filled in`, (0,nearest/* suggest */.Z)(name, placeholders));
    const rest = pattern.replace(/\{[^{}]*\}/g, '');
    const odd = /[^A-Za-z0-9()[\] ./'@_-]/.exec(rest);
    if (odd)
        report(`"${odd[0]}" cannot be in an AMI's name`, "use letters, digits and ( ) [ ] . / - ' @ _ only");
    for (const name of ['os', 'arch', 'kubernetes'])
        if (many[name].length > 1 && !pattern.includes(`{${name}}`))
            report(`several images would have the same name`, `write {${name}} into it`);
    return pattern;
}

// EXTERNAL MODULE: ./src/inputs/parse.ts
var parse = __webpack_require__(3718);
;// CONCATENATED MODULE: ./src/inputs/build-proxy.ts

const ADDRESS = /^http:\/\/([A-Za-z0-9._~%!$&()*+,;=:-]+@)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?\/?$/;
const HOST = /^[A-Za-z0-9.:*/_[\]-]+$/;
function readBuildProxy(text, report) {
    const [first = '', ...rest] = text.split(/\s+/);
    const address = first.replace(/,$/, '');
    if (!ADDRESS.test(address))
        report("its first word is not a proxy's address", 'write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, percent-encoded');
    const none = (0,parse/* list */.p_)(rest.join(' '));
    for (const host of none.filter((each) => !HOST.test(each)))
        report(`"${host}" is not a host to reach without the proxy`, 'it looks like mirror.example.com or .example.com');
    return { address, none };
}

// EXTERNAL MODULE: ./src/lib/schema.ts
var lib_schema = __webpack_require__(956);
;// CONCATENATED MODULE: ./src/inputs/catalog.ts


function mergeCatalog(content, systems, schema, report) {
    let own;
    try {
        own = JSON.parse(content);
    }
    catch (error) {
        report(`is not JSON: ${(0,errors/* firstLine */.TM)(error)}`, 'write {"my-os-1": {"family": "debian", …}}');
        return systems;
    }
    if (!(0,lib_schema/* isMap */.j)(own)) {
        report('is not a map of operating systems', 'write {"my-os-1": {"family": "debian", …}}');
        return systems;
    }
    const merged = Object.fromEntries(Object.entries(own).map(([key, entry]) => {
        if (!(0,lib_schema/* isMap */.j)(entry))
            return [key, entry];
        const { key: _, facts, ownerElsewhere, ...known } = untested(systems[key]);
        const ours = 'owner' in entry || ownerElsewhere === undefined ? known : { ...known, ownerElsewhere };
        return [key, { name: key, ...over(ours, entry) }];
    }));
    (0,lib_schema/* checkShape */.e)(merged, lenient(schema), report);
    checkBases(merged, report);
    const usable = Object.entries(merged).filter(([, entry]) => (0,lib_schema/* isMap */.j)(entry));
    return {
        ...systems,
        ...Object.fromEntries(usable.map(([key, entry]) => [key, { ...entry, key }])),
    };
}
function checkBases(systems, report) {
    for (const [key, entry] of Object.entries(systems)) {
        const arches = (0,lib_schema/* isMap */.j)(entry) && (0,lib_schema/* isMap */.j)(entry.arch) ? entry.arch : {};
        for (const [arch, own] of Object.entries(arches))
            if ((0,lib_schema/* isMap */.j)(own) && ARCHES.includes(arch) && !BASES.some((name) => Object.hasOwn(own, name)))
                report(`${key}.arch.${arch} has no nameFilter`, `write one of ${BASES.join(', ')}`);
    }
}
const ARCHES = ['amd64', 'arm64'];
const BASES = ['nameFilter', 'sourceAmi', 'ssmParameter'];
function lenient(schema) {
    const strip = (part) => ({
        ...part,
        ...(part.required && {
            required: part.required.filter((name) => !['facts', 'tested', 'distribution', 'nameFilter'].includes(name)),
        }),
        ...(part.properties && {
            properties: Object.fromEntries(Object.entries(part.properties).map(([name, own]) => [name, strip(own)])),
        }),
        ...(part.additionalProperties && { additionalProperties: strip(part.additionalProperties) }),
    });
    return strip(schema);
}
function untested(system) {
    if (system === undefined)
        return {};
    const arch = Object.entries(system.arch).map(([name, { tested: _, ...rest }]) => [name, rest]);
    return { ...system, arch: Object.fromEntries(arch) };
}
function over(base, changes) {
    const result = { ...base };
    for (const [name, value] of Object.entries(changes)) {
        const before = result[name];
        result[name] = (0,lib_schema/* isMap */.j)(before) && (0,lib_schema/* isMap */.j)(value) ? over(before, value) : value;
    }
    return result;
}

;// CONCATENATED MODULE: ./src/inputs/flatcar.ts
function checkFlatcar(os, systems, variables, reporter) {
    const found = os.filter((key) => systems[key]?.family === 'flatcar').join(', ');
    if (found === '')
        return;
    const { base_hardening, base_kernel_upgrade, base_gpu, base_ssm_agent, base_cluster_api, kubernetes_packages_extra: packages, } = variables;
    const others = `remove it for ${found}: a config file can set it per image`;
    if (Array.isArray(packages) && packages.length > 0)
        reporter('extra-packages')(`${found} has no package manager, and cannot be given ${packages.join(', ')}`, others);
    if (base_cluster_api === 'aws')
        reporter('cluster-api')(`it is for cloud-init, but Cluster API bootstraps ${found} with Ignition, which does not need it`, `leave it off for ${found}: a config file can set it per image`);
    if (base_hardening === 'cis')
        reporter('ansible-extra-vars')(`base_hardening: cis is not for ${found}`, others);
    if (base_kernel_upgrade === true)
        reporter('ansible-extra-vars')(`base_kernel_upgrade is not for ${found}, whose kernel comes with /usr`, others);
    if (typeof base_gpu === 'string' && base_gpu !== 'none')
        reporter('ansible-extra-vars')(`base_gpu: ${base_gpu} is not for ${found}`, others);
    if (base_ssm_agent instanceof Object && Object.keys(base_ssm_agent).length > 0)
        reporter('ansible-extra-vars')(`base_ssm_agent is a package, and ${found} has no package manager`, others);
}

;// CONCATENATED MODULE: ./src/inputs/hooks.ts





const hookFiles = ['before-packages.yml', 'after-kubernetes.yml', 'before-clean-up.yml', 'first-boot.sh'];
async function readHooks(text, workspace, facts, report) {
    const directory = (0,external_node_path_.resolve)(workspace, text);
    let names;
    try {
        names = facts.readDirectory(directory);
    }
    catch (error) {
        report(`${text} ${unreadable(error, { ENOTDIR: 'is not a directory' })}`, 'write the path of a directory from the workspace, and check that the job has a checkout step');
        return undefined;
    }
    const known = hookFiles;
    for (const name of names.filter((each) => /\.(ya?ml|sh)$/.test(each) && !known.includes(each)))
        report(`${text}/${name} belongs to no known point`, `${(0,nearest/* suggest */.Z)(name, known)}; put files that hooks include into a directory below`);
    const hooks = names.filter((name) => known.includes(name));
    if (hooks.length === 0)
        report(`${text} holds no hook`, `known: ${known.join(', ')}`);
    for (const name of hooks) {
        const content = facts.readFile(`${directory}/${name}`);
        if (name.endsWith('.sh')) {
            if (!content.startsWith('#!'))
                report(`${text}/${name} has no interpreter`, 'begin it with a line like #!/bin/bash');
        }
        else
            await checkTasks(`${text}/${name}`, content, report);
    }
    return directory;
}
async function checkTasks(path, content, report) {
    const { parseDocument } = await __webpack_require__.e(/* import() */ 815).then(__webpack_require__.t.bind(__webpack_require__, 8815, 19));
    const document = parseDocument(content, { logLevel: 'error' });
    const [mistake] = document.errors;
    if (mistake !== undefined) {
        const line = mistake.linePos?.[0].line ?? 1;
        report(`${path}:${line} is not YAML: ${(0,errors/* firstLine */.TM)(mistake).replace(/ at line .*$/, '')}`, 'correct that line');
        return;
    }
    const tasks = document.toJS();
    if (Array.isArray(tasks) && tasks.every(lib_schema/* isMap */.j) && !tasks.some((task) => 'hosts' in task))
        return;
    report(`${path} is not a list of tasks`, 'write tasks alone, without hosts: and tasks: around them');
}

;// CONCATENATED MODULE: ./src/inputs/options.ts





function readOptions(root) {
    return JSON.parse((0,external_node_fs_.readFileSync)((0,external_node_path_.join)(root, 'ansible/options.json'), 'utf8'));
}
const OURS = /^(base|containerd|kubernetes|cleanup|node|image|hooks)_/;
function checkOptions(given, options, hooks, report) {
    const names = Object.keys(options).filter((name) => !options[name]?.plan);
    for (const [name, value] of Object.entries(given)) {
        const option = Object.hasOwn(options, name) ? options[name] : undefined;
        if (option !== undefined) {
            const wrong = mistake(value, option, name);
            if (wrong !== undefined)
                report(...wrong);
        }
        else if (!name.startsWith('ansible_')) {
            const hint = (0,nearest/* suggest */.Z)(name, names);
            if (!hooks && !hint.startsWith('did you mean'))
                report(`no task reads a variable "${name}"`, 'see docs/image-options.md for all variables');
            else if (hint.startsWith('did you mean') || OURS.test(name))
                report(`there is no variable "${name}"`, hint);
        }
    }
}
function checkSystems(given, options, os, known, report) {
    for (const [name, value] of Object.entries(given)) {
        const { systems, default: usual } = (Object.hasOwn(options, name) ? options[name] : undefined) ?? {};
        if (systems === undefined || value === usual)
            continue;
        const fits = new RegExp(systems);
        const without = os.filter((key) => known.includes(key) && !fits.test(key));
        if (without.length > 0)
            report(`${without.join(', ')} cannot have ${name}: ${JSON.stringify(value)}`, `it is for ${known.filter((key) => fits.test(key)).join(', ')}`);
    }
}
function mistake(value, shape, path) {
    const kinds = [shape.type].flat();
    if (!kinds.includes(kindOf(value))) {
        const example = kinds[0] === 'boolean' ? 'write true or false, without quotes' : `write a ${kinds.join(' or a ')}`;
        return [`${path} is ${JSON.stringify(value)} instead of a ${kinds.join(' or a ')}`, example];
    }
    if (typeof value === 'string') {
        if (shape.values !== undefined && !shape.values.includes(value))
            return [`${path} is "${value}" instead of one of ${shape.values.join(', ')}`, (0,nearest/* suggest */.Z)(value, shape.values)];
        if (shape.pattern !== undefined && !new RegExp(shape.pattern).test(value))
            return [`${path} is "${value}", which is not allowed`, `it looks like ${shape.pattern}`];
    }
    if (Array.isArray(value))
        return first(value.map((each, at) => [`${path}[${at}]`, each, shape.items]));
    if (!(0,lib_schema/* isMap */.j)(value))
        return undefined;
    for (const name of Object.keys(value)) {
        if (shape.keys !== undefined && !new RegExp(shape.keys).test(name))
            return [`${path} has "${name}", which is not allowed`, `a name looks like ${shape.keys}`];
        if (shape.fields !== undefined && !Object.hasOwn(shape.fields, name))
            return [`${path} has "${name}", which is not allowed`, (0,nearest/* suggest */.Z)(name, Object.keys(shape.fields))];
    }
    return first(Object.entries(value).map(([name, each]) => [`${path}.${name}`, each, shape.fields?.[name] ?? shape.each]));
}
function first(parts) {
    for (const [path, value, shape] of parts) {
        const found = shape === undefined ? undefined : mistake(value, shape, path);
        if (found !== undefined)
            return found;
    }
    return undefined;
}
function kindOf(value) {
    if (value === null || value === undefined)
        return 'null';
    if (Array.isArray(value))
        return 'list';
    if (typeof value === 'object')
        return 'map';
    if (typeof value === 'number')
        return Number.isInteger(value) ? 'integer' : 'number';
    return typeof value;
}
const SETS = ['none', 'node', 'control-plane'];
function playbookVariables(given, { packages, images, clusterApi, hooks, mirror }, options, reporter) {
    checkOptions(given, options, hooks, reporter('ansible-extra-vars'));
    const added = {
        'extra-packages': (0,parse/* list */.p_)(packages).length > 0 ? { kubernetes_packages_extra: (0,parse/* list */.p_)(packages) } : {},
        'cluster-api': clusterApi === 'off' ? {} : { base_cluster_api: clusterApi },
        'pre-pull-images': readImages((0,parse/* list */.p_)(images), mirror, reporter('pre-pull-images')),
    };
    for (const [input, variables] of Object.entries(added)) {
        checkOptions(variables, options, hooks, reporter(input));
        for (const name of Object.keys(variables).filter((each) => Object.hasOwn(given, each)))
            reporter(input)(`ansible-extra-vars has ${name} as well`, 'write it in one of the two places');
    }
    return Object.assign({ ...given }, ...Object.values(added));
}
function readImages(words, mirror, report) {
    const isSet = (word) => SETS.includes(word);
    const sets = words.filter((word) => isSet(word) && word !== 'none');
    if (sets.length > 1)
        report(`${sets.join(' and ')} are given`, 'control-plane includes node');
    const odd = words.find((word) => !isSet(word) && !word.includes('/'));
    if (odd !== undefined)
        report(`"${odd}" is not an image`, `${(0,nearest/* suggest */.Z)(odd, SETS)}; begin it with its registry`);
    const named = words.filter((word) => word.includes('/'));
    const loose = mirror ? [...sets, ...named].find((word) => !word.includes('@sha256:')) : undefined;
    if (loose !== undefined)
        report(`with a mirror, "${loose}" is not enough: a tag is not a fixed version`, 'write each image with @sha256:…');
    return {
        ...(sets.length > 0 ? { containerd_pull: sets[0] } : {}),
        ...(named.length > 0 ? { containerd_images_extra: named } : {}),
    };
}

// EXTERNAL MODULE: ./src/inputs/publishing.ts
var publishing = __webpack_require__(6292);
// EXTERNAL MODULE: ./src/inputs/reader.ts
var reader = __webpack_require__(9066);
;// CONCATENATED MODULE: ./src/inputs/regions.ts

function readAmiRegions(text, region, check) {
    const words = (0,parse/* list */.p_)(text);
    if (words.length === 1 && words[0]?.toLowerCase() === 'all')
        return 'all';
    return [...new Set([region, ...words.map((word) => check(word))])];
}

;// CONCATENATED MODULE: ./src/inputs/systems.ts

const arches = ['amd64', 'arm64'];
const archAliases = { x86_64: 'amd64', x64: 'amd64', x86: 'amd64', aarch64: 'arm64' };
function chooseSystems(words, systems, report) {
    const entries = Object.values(systems);
    const groups = [...new Set(entries.flatMap(({ distribution, family }) => [distribution ?? [], `${family}-family`]))]
        .flat()
        .sort();
    const chosen = words.flatMap((word) => {
        const fits = Object.hasOwn(systems, word)
            ? [systems[word]]
            : entries.filter((entry) => matches(word, entry));
        if (fits.length === 0) {
            const known = [...Object.keys(systems), ...groups, 'all'];
            report(`"${word}" is not an operating system of the catalogue`, (0,nearest/* suggest */.Z)(word, known));
        }
        return fits.map(({ key }) => key);
    });
    return [...new Set(chosen)];
}
function matches(word, { key, distribution, family }) {
    if (word === 'all' || word === distribution || word === `${family}-family`)
        return true;
    if (!/[*?]/.test(word))
        return false;
    const pattern = word.replace(/[^*?]+/g, (text) => text.replace(/[.+^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(key);
}
function checkPairs(os, arch, systems, report) {
    for (const key of os)
        for (const each of arch) {
            const known = systems[key]?.arch;
            if (known !== undefined && known[each] === undefined)
                report(`there is no base AMI of ${key} for ${each}`, `build it for ${Object.keys(known).join(', ')}`);
        }
}
function readArch(word, report) {
    if (arches.includes(word))
        return word;
    const alias = Object.hasOwn(archAliases, word.toLowerCase()) ? archAliases[word.toLowerCase()] : undefined;
    report(`"${word}" is not an architecture`, alias ? `did you mean "${alias}"?` : (0,nearest/* suggest */.Z)(word, arches));
    return 'amd64';
}

;// CONCATENATED MODULE: ./src/inputs/tags.ts

const MOST = 38;
function readTags(text, report) {
    const tags = (0,parse/* pairs */.AS)(text, report);
    for (const [key, value] of Object.entries(tags)) {
        if (/^(aws:|k8s-image:)/i.test(key))
            report(`"${key}" begins with a reserved word`, 'choose another key');
        if (key.length > 128 || value.length > 256)
            report(`"${key.slice(0, 40)}" is too long`, 'use at most 128 characters for a key, and 256 for a value');
    }
    if (Object.keys(tags).length > MOST)
        report(`more than ${MOST} tags`, 'EC2 allows 50 per resource, and the action uses twelve');
    return tags;
}

;// CONCATENATED MODULE: ./src/inputs/template-variables.ts





function readTemplateVariables(root) {
    const directory = (0,external_node_path_.join)(root, 'packer/image');
    const files = (0,external_node_fs_.readdirSync)(directory).filter((name) => name.endsWith('.pkr.hcl'));
    const text = files.map((name) => (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(directory, name), 'utf8')).join('\n');
    return [...text.matchAll(/^variable\s+"([^"]+)"/gm)].map((match) => match[1] ?? '').sort();
}
const ownVariables = {
    region: 'use the input region',
    instance_type: 'use the input instance-type',
    subnet_id: 'use the input subnet-id',
    ssh_interface: 'use the input ssh-interface',
    ssh_source_cidrs: 'use the input ssh-source-cidr',
    associate_public_ip_address: 'use the input associate-public-ip-address',
    timeout: 'use the input timeout',
    mirror: 'use the input mirror',
    session_manager_ports: 'remove it: the action gives each build a port of its own',
    build_proxy: 'use the input build-proxy',
    build_no_proxy: 'use the input build-proxy: hosts follow the address',
    tags: 'use the input tags',
    ansible_extra_vars: 'use the input ansible-extra-vars',
    ansible_hooks: 'use the input ansible-hooks',
    images: 'use the inputs kubernetes-version, os, arch and ami-name',
    kubernetes_version: 'use the input kubernetes-version',
    os_filter: 'use the input os',
    kubernetes_repository_fingerprints: 'use the input mirror-trust',
    ami_regions: 'use the input ami-regions: the action copies after the build',
    volume_kms_key_id: 'use the input kms-key-ids',
    kms_key_id: 'use the input kms-key-ids',
    encrypt_boot: 'use the input kms-key-ids',
    base_images: 'use the input os: the plan names each base AMI',
    run_id: 'remove it: the action gives every run its own',
    source_commit: "remove it: the action takes the workflow's commit",
    ansible_playbook: 'remove it: the action brings its own Ansible',
    manifest: 'remove it: see the output manifest',
};
const afterwards = /^(ami_(users|groups|org_arns|ou_arns|product_codes)|snapshot_(users|groups|copy_duration_minutes)|region_kms_key_ids|skip_build_region|force_(deregister|delete_snapshot))$/;
function checkTemplateVariables(names, declared, report) {
    const free = declared.filter((name) => !(name in ownVariables) && !afterwards.test(name));
    for (const name of names) {
        const own = Object.hasOwn(ownVariables, name) ? ownVariables[name] : undefined;
        if (own !== undefined)
            report(`"${name}" is not for vars or var-file`, own);
        else if (afterwards.test(name))
            report(`"${name}" is not for vars or var-file`, 'remove it; to share AMIs, use share-with-accounts and the inputs beside it');
        else if (!declared.includes(name))
            report(`the template has no variable "${name}"`, (0,nearest/* suggest */.Z)(name, free));
    }
}
function readVarFile(path, content, report) {
    let value;
    try {
        value = JSON.parse(content);
    }
    catch (error) {
        report(`${path} is not JSON: ${(0,errors/* firstLine */.TM)(error)}`, path.endsWith('.hcl') ? 'write it as .pkrvars.json' : 'correct it; a JSON linter shows the place');
        return {};
    }
    if ((0,lib_schema/* isMap */.j)(value))
        return value;
    report(`${path} is not a map of variables`, 'write {"name": "value"}');
    return {};
}

;// CONCATENATED MODULE: ./src/inputs/tests.ts


const testWords = ['none', ...model_level/* levels */.yr];
const rebootWords = ['auto', 'true', 'false'];
const UNSTEADY = String.raw `\[Flaky\]|\[Serial\]`;
const MORE_THAN_A_NODE = String.raw `\[sig-network\]|Container Lifecycle Hook`;
function skippedBy(focus) {
    return focus === names/* inputDefaults */.V0['test-focus'] ? `${UNSTEADY}|${MORE_THAN_A_NODE}` : UNSTEADY;
}
function selection(text, report) {
    try {
        new RegExp(text.replace(/\(\?[a-zA-Z]+\)/g, ''));
    }
    catch {
        report(`"${text}" is not a regular expression`, String.raw `it looks like \[Conformance\]`);
    }
    return text;
}

// EXTERNAL MODULE: ./src/catalog/versions.ts
var versions = __webpack_require__(1190);
;// CONCATENATED MODULE: ./src/catalog/support.ts

function containerdProblem(minor, { containerdLines }, version) {
    const line = containerdLines.find((least) => (0,versions/* minorOf */.H)(least) === (0,versions/* minorOf */.H)(version));
    const newest = containerdLines.at(-1);
    if (line === undefined && newest !== undefined && (0,versions/* compareVersions */.Z)(version, newest) > 0)
        return undefined;
    if (line !== undefined && (0,versions/* compareVersions */.Z)(version, line) >= 0)
        return undefined;
    return `containerd ${version} does not support Kubernetes ${minor}, which needs ${containerdLines.map((least) => `${least} or later of ${(0,versions/* minorOf */.H)(least)}`).join(', ')}`;
}
function goneKubeadmVersions(text, { kubeadmApi }) {
    const named = [...text.matchAll(/kubeadm\.k8s\.io\/(v\d+(?:(?:alpha|beta)\d+)?)/g)].map(([, version = '']) => version);
    return [...new Set(named)].filter((version) => !kubeadmApi.includes(version));
}
function daysBetween(from, to) {
    const day = (text) => Date.parse(text.replace(/^(\d{4})-?(\d\d)-?(\d\d)$/, '$1-$2-$3T00:00:00Z')) / 86_400_000;
    return Math.round(day(to) - day(from));
}
const KEY_WARNING = 60;
function keyWarnings(keys, today) {
    return keys.flatMap(({ fingerprint, expires }) => {
        if (expires === undefined)
            return [];
        const days = daysBetween(today, expires);
        if (days < 0 || days > KEY_WARNING)
            return [];
        return [
            `the key of the Kubernetes packages, ${fingerprint}, expires on ${expires}, in ${days} ${days === 1 ? 'day' : 'days'}: upstream usually extends it in time; if not, builds fail after that date`,
        ];
    });
}

// EXTERNAL MODULE: ./src/plan/lock.ts
var lock = __webpack_require__(5396);
;// CONCATENATED MODULE: ./src/inputs/versions.ts






function checkContainerd(version, kubernetesVersions, { kubernetes }, report) {
    for (const minor of new Set(kubernetesVersions.map(versions/* minorOf */.H))) {
        const entry = kubernetes[minor];
        const problem = entry && containerdProblem(minor, entry, version);
        if (entry !== undefined && problem !== undefined)
            report(problem, `remove it for ${entry.containerd}, or build another Kubernetes`);
    }
}
function checkKubeadmConfig(variables, kubernetesVersions, { kubernetes }, report) {
    const text = JSON.stringify(variables);
    for (const minor of new Set(kubernetesVersions.map(versions/* minorOf */.H))) {
        const entry = kubernetes[minor];
        if (entry === undefined)
            continue;
        for (const version of goneKubeadmVersions(text, entry))
            report(`kubeadm.k8s.io/${version} is named, which kubeadm of Kubernetes ${minor} does not read`, `write kubeadm.k8s.io/${entry.kubeadmApi.at(-1)}`);
    }
}
function parseLock(file, content, { schema }, report) {
    try {
        return (0,lock/* readLock */.mF)(content, schema('lock'));
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.yo))
            throw error;
        report(`${file} ${error.message}`, error.hint ?? '');
        return undefined;
    }
}
function readKubernetes(text, catalog, report) {
    const minors = Object.keys(catalog.kubernetes).reverse();
    const versions = (0,parse/* list */.p_)(text).map((word) => {
        const match = /^v?((\d+\.\d+)(\.\d+(-[0-9A-Za-z.+~]+)?)?)$/.exec(word);
        if (match === null)
            report(`"${word}" is not a version`, 'write 1.37, 1.37.2 or 1.37.2-1.1');
        else if (!minors.includes(match[2] ?? ''))
            report(`Kubernetes ${match[2]} is not in the catalogue`, (0,nearest/* suggest */.Z)(match[2] ?? '', minors));
        return match?.[1] ?? word;
    });
    return [...new Set(versions)];
}

;// CONCATENATED MODULE: ./src/inputs/read-inputs.ts





















const sshInterfaces = ['public_ip', 'private_ip', 'ipv6', 'public_dns', 'private_dns', 'session_manager'];
async function readInputs(env, facts) {
    const { mistakes, text, reporter, optional, oneOf, word, yes, matching } = (0,reader/* inputReader */.cN)(env, names/* inputDefaults */.V0);
    const workspace = env.GITHUB_WORKSPACE || '.';
    const file = (name, empty, read) => {
        const path = text(name);
        if (path === '')
            return empty;
        let content;
        try {
            content = facts.readFile((0,external_node_path_.resolve)(workspace, path));
        }
        catch (error) {
            reporter(name)(`${path} ${unreadable(error)}`, FILE_HINT);
            return empty;
        }
        return read(content, reporter(name));
    };
    for (const name of ['kubernetes-version', 'os', 'arch'])
        if (parse/* list */.p_(text(name)).length === 0)
            reporter(name)('names nothing', `write ${names/* inputDefaults */.V0[name]}, for example`);
    const ours = facts.catalog.operatingSystems;
    const operatingSystems = file('catalog', ours, (content, report) => mergeCatalog(content, ours, facts.catalog.schema('operating-systems'), report));
    const os = chooseSystems(parse/* list */.p_(text('os')), operatingSystems, reporter('os'));
    const arch = parse/* list */.p_(text('arch')).map((word) => readArch(word, reporter('arch')));
    checkPairs(os, arch, operatingSystems, reporter('os'));
    const kubernetesVersions = readKubernetes(text('kubernetes-version'), facts.catalog, reporter('kubernetes-version'));
    const region = text('region') || env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1';
    const checkRegion = (name, value) => {
        if (!model_region/* REGION */.Zg.test(value))
            reporter(name)(`"${value}" is not an AWS region`, 'it looks like us-east-1');
        return value;
    };
    const amiRegions = readAmiRegions(text('ami-regions'), region, (value) => checkRegion('ami-regions', value));
    const mirror = optional('mirror', parse/* mirrorAddress */.af);
    const mirrorTrust = file('mirror-trust', [], parse/* fingerprints */.WS);
    if (text('mirror') === '' && text('mirror-trust') !== '')
        reporter('mirror-trust')('it adds keys for a mirror, but `mirror` is empty', 'set `mirror` too, or remove it');
    const containerdVersion = matching('containerd-version', /^\d+\.\d+\.\d+$/, 'an exact version', '2.3.7');
    if (containerdVersion?.includes('.'))
        checkContainerd(containerdVersion, kubernetesVersions, facts.catalog, reporter('containerd-version'));
    const lockMode = word('lock', ['off', 'use', 'check', 'write'], 'off, use, check or write');
    const locked = lockMode === 'use' || lockMode === 'check'
        ? file('lock-file', undefined, (content, report) => parseLock(text('lock-file'), content, facts.catalog, report))
        : undefined;
    const varFile = file('var-file', {}, (content, report) => readVarFile(text('var-file'), content, report));
    const vars = parse/* pairs */.AS(text('vars'), reporter('vars'));
    checkTemplateVariables(Object.keys(varFile), facts.templateVariables, reporter('var-file'));
    checkTemplateVariables(Object.keys(vars), facts.templateVariables, reporter('vars'));
    const ansibleExtraVars = playbookVariables((await optional('ansible-extra-vars', parse/* map */.Tj)) ?? {}, {
        packages: text('extra-packages'),
        images: text('pre-pull-images'),
        clusterApi: word('cluster-api', ['off', 'aws'], 'off or aws'),
        hooks: text('ansible-hooks') !== '',
        mirror: mirror !== undefined,
    }, facts.options, reporter);
    const systems = Object.keys(facts.catalog.operatingSystems);
    checkSystems(ansibleExtraVars, facts.options, os, systems, reporter('ansible-extra-vars'));
    checkFlatcar(os, operatingSystems, ansibleExtraVars, reporter);
    checkKubeadmConfig(ansibleExtraVars, kubernetesVersions, facts.catalog, reporter('ansible-extra-vars'));
    const test = word('test', testWords, testWords.join(', ').replace(/, (?=\w+$)/, ' or '));
    const inputs = {
        kubernetesVersions,
        os,
        operatingSystems,
        arch,
        region: checkRegion('region', region),
        amiRegions,
        containerdVersion,
        kubernetesSource: word('kubernetes-source', ['package', 'binary'], 'package or binary'),
        lock: {
            mode: lockMode,
            file: text('lock-file'),
            path: (0,external_node_path_.resolve)(workspace, text('lock-file')),
            ...(locked && { content: locked }),
        },
        instanceType: matching('instance-type', /^[a-z0-9-]+\.[a-z0-9-]+$/, 'an instance type', 't3.medium'),
        subnetId: matching('subnet-id', /^subnet-[0-9a-f]{8,17}$/, 'a subnet ID', 'subnet-0123456789abcdef0'),
        associatePublicIp: text('associate-public-ip-address') === '' ? undefined : yes('associate-public-ip-address'),
        sshInterface: optional('ssh-interface', (value) => oneOf('ssh-interface', value, sshInterfaces, 'a way to reach an instance')),
        sshSourceCidrs: parse/* list */.p_(text('ssh-source-cidr')).map((value) => {
            if (!parse/* isCidr */.JR(value))
                reporter('ssh-source-cidr')(`"${value}" is not an address range`, 'it looks like 203.0.113.7/32');
            else if (value.endsWith('/0'))
                reporter('ssh-source-cidr')(`"${value}" is the whole internet`, 'name the ranges that the runner comes from');
            return value;
        }),
        amiName: readAmiName(text('ami-name'), { os, arch, kubernetes: kubernetesVersions }, reporter('ami-name')),
        packerVersion: matching('packer-version', /^\d+\.\d+\.\d+$/, 'an exact version', names/* inputDefaults */.V0['packer-version']) ?? '',
        mirror,
        mirrorTrust,
        buildProxy: optional('build-proxy', readBuildProxy),
        varFile,
        vars,
        ansibleExtraVars,
        ansibleHooks: await optional('ansible-hooks', (value, report) => readHooks(value, workspace, facts, report)),
        tags: readTags(text('tags'), reporter('tags')),
        ifExists: word('if-exists', ['skip', 'rebuild'], 'skip or rebuild'),
        publish: (0,publishing/* readPublishing */.E)({
            text,
            report: reporter,
            region,
            amiRegions,
            test: text('test').toLowerCase(),
            many: { os, arch, kubernetes: kubernetesVersions },
        }),
        rehearse: word('rehearse', ['false', 'true', 'keep'], 'true, false or keep'),
        test,
        testFocus: selection(text('test-focus'), reporter('test-focus')),
        testSkip: selection(text('test-skip'), reporter('test-skip')) || skippedBy(text('test-focus')),
        testReboot: word('test-reboot', rebootWords, 'auto, true or false'),
        testTimeout: text('test-timeout') === ''
            ? model_level/* testMinutes */.Q4[test]
            : parse/* integer */.nd(text('test-timeout'), [1, 1440], reporter('test-timeout')),
        keepFailed: yes('keep-failed'),
        parallelBuilds: parse/* integer */.nd(text('parallel-builds'), [1, 64], reporter('parallel-builds')),
        timeout: parse/* integer */.nd(text('timeout'), [1, 1440], reporter('timeout')),
        preflight: yes('preflight'),
    };
    if (mistakes.length > 0)
        throw new errors/* UserErrors */.tQ(mistakes);
    return inputs;
}

// EXTERNAL MODULE: ./src/inputs/config/place.ts
var config_place = __webpack_require__(3395);
;// CONCATENATED MODULE: ./src/inputs/config/read.ts







async function readWanted(env, facts) {
    const config = (0,reader/* inputText */.AN)(env, 'config');
    if (config === '')
        return [{ name: undefined, required: true, inputs: await readInputs(env, facts), texts: textsOf(env) }];
    const { file, text } = readText(config, env, facts);
    const { readConfig } = await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(223)]).then(__webpack_require__.bind(__webpack_require__, 6223));
    const { entries, mistakes: shape } = readConfig(file, text);
    const mistakes = [...shape];
    const wanted = [];
    for (const { name, required, settings } of entries) {
        const own = Object.fromEntries([...settings].map(([input, { value }]) => [(0,reader/* variableOf */.Qn)(input), value]));
        const rehearsed = ['', 'false'].includes((0,reader/* inputText */.AN)(env, 'rehearse').toLowerCase())
            ? {}
            : { [(0,reader/* variableOf */.Qn)('rehearse')]: env[(0,reader/* variableOf */.Qn)('rehearse')] };
        const merged = { ...env, ...own, ...rehearsed, [(0,reader/* variableOf */.Qn)('config')]: '' };
        try {
            wanted.push({ name, required, inputs: await readInputs(merged, facts), texts: textsOf(merged) });
        }
        catch (error) {
            if (!(error instanceof errors/* UserErrors */.tQ))
                throw error;
            mistakes.push(...error.errors.map((mistake) => {
                const place = settings.get(mistake.message.split(':', 1)[0] ?? '');
                return place === undefined ? mistake : (0,config_place/* placed */.G)(mistake, file, place);
            }));
        }
    }
    const unique = [...new Map(mistakes.map((mistake) => [mistake.message, mistake])).values()];
    const line = ({ place }) => place?.line ?? Number.POSITIVE_INFINITY;
    if (unique.length > 0)
        throw new errors/* UserErrors */.tQ(unique.sort((a, b) => (line(a) < line(b) ? -1 : Number(line(a) > line(b)))));
    return wanted;
}
function readText(config, env, facts) {
    if (config.startsWith('{') || config.includes('\n'))
        return { file: 'config', text: config };
    try {
        return { file: config, text: facts.readFile((0,external_node_path_.resolve)(env.GITHUB_WORKSPACE || '.', config)) };
    }
    catch (error) {
        throw new errors/* UserErrors */.tQ([new errors/* UserError */.yo('config-file', `config: ${config} ${unreadable(error)}`, FILE_HINT)]);
    }
}
function textsOf(env) {
    return Object.fromEntries(names/* inputNames */.vj.flatMap((name) => {
        const text = (0,reader/* inputText */.AN)(env, name);
        return text && text !== names/* inputDefaults */.V0[name] && !names/* outsideConfig */.UC.includes(name) ? [[name, text]] : [];
    }));
}

// EXTERNAL MODULE: ./src/lib/clock.ts
var lib_clock = __webpack_require__(4517);
// EXTERNAL MODULE: ./node_modules/@actions/exec/lib/exec.js + 1 modules
var exec = __webpack_require__(1955);
;// CONCATENATED MODULE: ./src/lib/exec.ts


const TIMEOUT = ['/usr/bin/timeout', '/bin/timeout'].find((path) => (0,external_node_fs_.existsSync)(path)) ?? 'timeout';
const TIMED_OUT = [124, 137];
const exec_exec = async (command, args, { cwd, env = process.env, limit = 300, signal } = {}) => {
    signal?.throwIfAborted();
    const given = Object.entries(env).filter((entry) => entry[1] !== undefined);
    const running = (0,exec/* getExecOutput */.H)(TIMEOUT, ['-k', '5', String(limit), command, ...args], {
        ...(cwd === undefined ? {} : { cwd }),
        env: Object.fromEntries(given),
        silent: true,
        ignoreReturnCode: true,
    }).then(({ exitCode, stdout, stderr }) => ({ code: exitCode, stdout, stderr }));
    return signal === undefined ? running : Promise.race([running, aborted(signal)]);
};
function aborted(signal) {
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

// EXTERNAL MODULE: ./src/lib/log.ts
var lib_log = __webpack_require__(1025);
// EXTERNAL MODULE: ./src/lib/gather.ts
var gather = __webpack_require__(5552);
;// CONCATENATED MODULE: ./src/tools/versions.ts
const amazonPlugin = '1.8.2';
const pluginApi = 'x5.0';

// EXTERNAL MODULE: ./src/plan/digest.ts
var digest = __webpack_require__(1147);
;// CONCATENATED MODULE: ./src/upstream/fingerprints.ts
const hashicorpFingerprint = 'C874011F0AB405110D02105534365D9472D7468F';
const kubernetesFingerprint = 'DE15B14486CD377B9E876E1A234654DA9A296436';
const awsCliFingerprint = 'FB5DB77FD5C118B80511ADA8A6310ACC4672475C';
function trusted(upstream, mirrorTrust) {
    return [...new Set([upstream, ...mirrorTrust])];
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
;// CONCATENATED MODULE: ./src/lib/bounded.ts


async function runBounded({ exec, signal, limit, label }, command, args, options = {}) {
    const result = await exec(command, args, { ...options, limit, ...(signal ? { signal } : {}) });
    if (TIMED_OUT.includes(result.code))
        throw new errors/* UserError */.yo('tool', `${label}: ${command} was ended after ${limit} s`, 'run the job again; the runner may be overloaded');
    return result;
}

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
        const result = await runBounded({ ...gpg, limit: LIMIT, label: 'checking a signature' }, 'gpg', ['--homedir', home, '--no-options', '--batch', '--no-tty', '--no-autostart', '--trust-model', 'always', ...args], { env: { ...process.env, LC_ALL: 'C' } });
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

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/index.js + 1 modules
var lib = __webpack_require__(4942);
// EXTERNAL MODULE: ./src/lib/version.ts
var version = __webpack_require__(7471);
;// CONCATENATED MODULE: ./src/upstream/send.ts




const REDIRECTIONS = 10;
const sendGet = async (url, headers, signal) => {
    signal.throwIfAborted();
    const client = new lib/* HttpClient */.Qq(`k8s-image-action/${version/* VERSION */.x}`, [], { allowRetries: false, allowRedirects: false });
    signal.addEventListener('abort', () => client.dispose(), { once: true });
    const ended = aborted(signal);
    let at = new URL(url);
    for (let count = 0;; count++) {
        const { message } = await Promise.race([client.get(at.href, headers), ended]);
        const { statusCode = 0, headers: answered } = message;
        if (![301, 302, 303, 307, 308].includes(statusCode) || !answered.location || count === REDIRECTIONS)
            return message;
        message.resume();
        const next = new URL(answered.location, at);
        if (at.protocol === 'https:' && next.protocol !== 'https:')
            throw new Error(`redirects to ${next.protocol}`);
        at = next;
    }
};
function cause(error) {
    const { code = '', message = '' } = error;
    const tunnel = /^tunneling socket could not be established, (?:statusCode=(\d+)|cause=(.*))/.exec(message);
    if (tunnel?.[1])
        return `the proxy answered ${tunnel[1]}${tunnel[1] === '407' ? 'and requires a user and password' : ''}`;
    if (tunnel)
        return `the proxy does not answer: ${tunnel[2]}`;
    const known = {
        ECONNREFUSED: 'connection refused',
        ECONNRESET: 'connection reset',
        ENOTFOUND: 'no such host',
        EAI_AGAIN: 'the host name could not be resolved',
        ETIMEDOUT: 'connection timed out',
    };
    return known[code] ?? (0,errors/* firstLine */.TM)(error);
}

;// CONCATENATED MODULE: ./src/upstream/fetch.ts


const fetch_LIMIT = 20;
const PAUSES = [1, 3];
class Transient extends Error {
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
                throw new errors/* UserError */.yo('download', `${request.label}: ${request.url} ${error.message}`, hint(request.url), {
                    cause: error,
                });
            net.log.info(`${request.label}: ${error.message}; trying again in ${pause} s`);
            await net.clock.sleep(pause, net.signal);
        }
    }
}
async function getBytes(net, request, limit = 32 * 1024 * 1024) {
    return get(net, request, async (body) => {
        const chunks = [];
        let size = 0;
        for await (const chunk of body) {
            chunks.push(chunk);
            size += chunk.length;
            if (size > limit)
                throw new errors/* UserError */.yo('download', `${request.label}: ${request.url} is larger than ${limit} bytes`, hint(request.url));
        }
        return Buffer.concat(chunks);
    });
}
async function needBytes(net, request) {
    const bytes = await getBytes(net, request);
    if (bytes === undefined)
        throw missing(request);
    return bytes;
}
function missing(request) {
    return new errors/* UserError */.yo('download', `${request.label}: there is no ${request.url}`, 'check the version, and the content of the mirror');
}
async function once(net, request, receive) {
    const { stall = 30, send = sendGet } = net;
    const stalled = new AbortController();
    const signal = net.signal ? AbortSignal.any([net.signal, stalled.signal]) : stalled.signal;
    let timer;
    const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => stalled.abort(), stall * 1000);
    };
    const deadline = setTimeout(() => stalled.abort(), fetch_LIMIT * 60_000);
    let failure;
    alive();
    try {
        const headers = { 'accept-encoding': 'identity', ...(request.accept ? { accept: request.accept } : {}) };
        const response = await send(request.url, headers, signal).catch((error) => {
            throw new Transient(stalled.signal.aborted ? `did not answer for ${stall} s` : `does not answer: ${cause(error)}`);
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
            throw new errors/* UserError */.yo('download', `${request.label}: ${request.url} ${answer}`, hint(request.url));
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
                    ? `stopped sending, or took more than ${fetch_LIMIT} minutes, after ${amount(received, size)}`
                    : `was cut off after ${amount(received, size)}: ${cause(error)}`);
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
        return await receive(body(), size);
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
function hint(url) {
    const { protocol, host } = new URL(url);
    return `check that ${protocol}//${host} is reachable from the runner; without internet, set the input mirror`;
}

;// CONCATENATED MODULE: ./src/upstream/mirror-rule.ts
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

;// CONCATENATED MODULE: ./src/upstream/sums.ts
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

;// CONCATENATED MODULE: ./src/upstream/artifacts.ts





const github = 'https://github.com';
function releases(minor, arch) {
    const containerd = `${github}/containerd/containerd/releases/download/v${minor.containerd}/containerd-${minor.containerd}-linux-${arch}.tar.gz`;
    const runc = `${github}/opencontainers/runc/releases/download/v${minor.runc}`;
    const cni = `${github}/containernetworking/plugins/releases/download/v${minor.cniPlugins}/cni-plugins-linux-${arch}-v${minor.cniPlugins}.tgz`;
    return {
        containerd: { name: 'containerd', version: minor.containerd, url: containerd, sumsUrl: `${containerd}.sha256sum` },
        runc: { name: 'runc', version: minor.runc, url: `${runc}/runc.${arch}`, sumsUrl: `${runc}/runc.sha256sum` },
        cniPlugins: { name: 'the CNI plugins', version: minor.cniPlugins, url: cni, sumsUrl: `${cni}.sha256` },
    };
}
function ecrCredentialProvider(version, arch) {
    const url = `https://artifacts.k8s.io/binaries/cloud-provider-aws/v${version}/linux/${arch}/ecr-credential-provider-linux-${arch}`;
    return { name: 'the ECR credential provider', version, url, sumsUrl: `${url}.sha256` };
}
function binaries(version, { crictl }, arch) {
    const program = (name) => {
        const url = `https://dl.k8s.io/release/v${version}/bin/linux/${arch}/${name}`;
        return { name, version, url, sumsUrl: `${url}.sha256` };
    };
    const tools = `${github}/kubernetes-sigs/cri-tools/releases/download/v${crictl}/crictl-v${crictl}-linux-${arch}.tar.gz`;
    return {
        kubelet: program('kubelet'),
        kubeadm: program('kubeadm'),
        kubectl: program('kubectl'),
        crictl: { name: 'crictl', version: crictl, url: tools, sumsUrl: `${tools}.sha256` },
    };
}
async function resolveArtifact(net, release, sums) {
    const { name, version, url, sumsUrl } = release;
    if (sums !== undefined)
        return { version, url, sha256: sums(url) };
    const text = await needBytes(net, { url: sumsUrl, label: `${name} ${version}` });
    const sha256 = sumOf(text.toString('utf8'), url.slice(url.lastIndexOf('/') + 1));
    if (sha256 === undefined)
        throw new errors/* UserError */.yo('repository', `${name} ${version}: ${sumsUrl} does not name the file`, 'report it as a defect of the action');
    return { version, url, sha256 };
}
async function resolveOffered(net, release, sums) {
    const { name, version, url, sumsUrl } = release;
    const offered = sums === undefined
        ? (await getBytes(net, { url: sumsUrl, label: `${name} ${version}` })) !== undefined
        : sums.files.has(upstreamPath(url));
    return offered ? resolveArtifact(net, release, sums) : undefined;
}
function pauseImage(tag) {
    return `registry.k8s.io/pause:${tag}`;
}
async function resolvePause(net, tag, sums) {
    const url = `https://registry.k8s.io/v2/pause/manifests/${tag}`;
    if (sums !== undefined)
        return `sha256:${sums(url)}`;
    const manifest = await needBytes(net, {
        url,
        label: `the pause image ${tag}`,
        accept: 'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json;q=0.9',
    });
    return `sha256:${(0,external_node_crypto_.createHash)('sha256').update(manifest).digest('hex')}`;
}

;// CONCATENATED MODULE: ./src/upstream/aws-cli.ts









const machines = { amd64: 'x86_64', arm64: 'aarch64' };
function awsCliKeyring(root) {
    return { keys: [(0,external_node_fs_.readFileSync)((0,external_node_path_.join)(root, 'catalog/aws-cli.asc'), 'utf8')], trusted: [awsCliFingerprint] };
}
async function resolveAwsCli(net, gpg, version, arch, sums, keyring) {
    const url = `https://awscli.amazonaws.com/awscli-exe-linux-${machines[arch]}-${version}.zip`;
    if (sums !== undefined)
        return { version, url, sha256: sums(url) };
    const label = `the AWS CLI ${version}`;
    const signature = await needBytes(net, { url: `${url}.sig`, label: `the signature of ${label}` });
    const directory = await (0,promises_.mkdtemp)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'k8s-image-aws-cli-'));
    try {
        const path = (0,external_node_path_.join)(directory, 'archive.zip');
        const sha256 = await get(net, { url, label }, (body) => store(body, path));
        if (sha256 === undefined)
            throw missing({ url, label });
        const judgement = await judgeFile(gpg, keyring(), path, signature);
        if (!judgement.good)
            throw new errors/* UserError */.yo('untrusted', `${label}: ${url} ${judgement.reason}`, 'AWS extends its key every year: use a newer version of the action, or a lock');
        return { version, url, sha256 };
    }
    finally {
        await (0,promises_.rm)(directory, { recursive: true, force: true });
    }
}
async function store(body, path) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    const file = await (0,promises_.open)(path, 'w', 0o600);
    try {
        for await (const chunk of body) {
            hash.update(chunk);
            await file.writeFile(chunk);
        }
    }
    finally {
        await file.close();
    }
    return hash.digest('hex');
}

;// CONCATENATED MODULE: ./src/upstream/package-index.ts
function readPackages(text) {
    return text
        .split(/\n\s*\n/)
        .map((paragraph) => {
        const field = (name) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(paragraph)?.[1]?.trim() ?? '';
        const [path, sha256] = [field('Filename').replace(/^\.\//, ''), field('SHA256').toLowerCase()];
        return {
            ...{ name: field('Package'), version: field('Version'), arch: field('Architecture') },
            ...(path && { path }),
            ...(sha256 && { sha256 }),
        };
    })
        .filter(({ name, version }) => name !== '' && version !== '');
}
function releaseSum(release, name) {
    const section = /^SHA256:[ \t]*\n((?:[ \t]+.*\n?)*)/m.exec(release)?.[1] ?? '';
    for (const line of section.split('\n')) {
        const [sum, , path] = line.trim().split(/\s+/);
        if (path === name)
            return sum?.toLowerCase();
    }
    return undefined;
}

;// CONCATENATED MODULE: ./src/upstream/deb-repository.ts







function repositoryUrl(minor) {
    return `https://pkgs.k8s.io/core:/stable:/v${minor}/deb/`;
}
async function offeredKey(net, minor, mirror) {
    const request = { url: mirrored(`${repositoryUrl(minor)}Release.key`, mirror), label: `Kubernetes ${minor} packages` };
    return (await getBytes(net, request))?.toString('utf8');
}
async function readRepository(net, gpg, minor, mirror, mirrorTrust, keys) {
    const url = repositoryUrl(minor);
    const label = `Kubernetes ${minor} packages`;
    const at = (name) => mirrored(`${url}${name}`, mirror);
    const fetchFile = (name) => needBytes(net, { url: at(name), label });
    const [own, inRelease, packages] = await Promise.all([keys.own, ...['InRelease', 'Packages'].map(fetchFile)]);
    if (own === undefined)
        throw missing({ url: at('Release.key'), label });
    const extended = await keys.newest;
    const keyring = {
        keys: extended === undefined || extended === own ? [own] : [own, extended],
        trusted: trusted(kubernetesFingerprint, mirrorTrust),
    };
    const [key, { judgement, text }] = await Promise.all([
        exportTrusted(gpg, keyring),
        openClearsigned(gpg, keyring, String(inRelease)),
    ]);
    if (!judgement.good)
        throw new errors/* UserError */.yo('untrusted', `${label}: ${at('InRelease')} ${judgement.reason}`, mirror === undefined
            ? 'do not build from it; look for news at https://kubernetes.io/blog/'
            : "if that is the mirror's own key, name its fingerprint in the file that mirror-trust names");
    const sum = releaseSum(text, 'Packages');
    if (sum !==
        (0,external_node_crypto_.createHash)('sha256')
            .update(packages ?? '')
            .digest('hex'))
        throw new errors/* UserError */.yo('repository', `${label}: ${at('Packages')} is not the file that InRelease names`, 'run the job again in a few minutes, since the repository may be changing, or repair the mirror');
    const { armored, fingerprints, expiries } = key;
    return { url, packages: readPackages(String(packages)), key: armored, fingerprints, expiries };
}

;// CONCATENATED MODULE: ./src/upstream/mirror.ts





async function mirrorKeys(net, gpg, mirror, mirrorTrust) {
    if (mirror === undefined)
        return [];
    return Promise.all(mirrorTrust.map(async (fingerprint) => {
        const url = `${mirror}/keys/${fingerprint}.asc`;
        const key = (await needBytes(net, { url, label: "the mirror's key" })).toString('utf8');
        const found = await exportTrusted(gpg, { keys: [key], trusted: [fingerprint] });
        if (found.fingerprints.length === 0)
            throw new errors/* UserError */.yo('mirror', `the mirror's key: ${url} holds another key`, 'repair the mirror, or correct the file that mirror-trust names');
        return found.armored;
    }));
}
async function mirrorSums(net, gpg, mirror, mirrorTrust, keys) {
    const url = `${mirror}/SHA256SUMS`;
    if (mirrorTrust.length === 0)
        throw new errors/* UserError */.yo('mirror', `the mirror's sums: ${url} proves nothing without a trusted key`, "name the fingerprint of the mirror's key in a file, and the file in mirror-trust");
    const [sums, signature] = await Promise.all([
        needBytes(net, { url, label: "the mirror's sums" }),
        needBytes(net, { url: `${url}.sig`, label: "the signature of the mirror's sums" }),
    ]);
    const judgement = await judgeDetached(gpg, { keys, trusted: mirrorTrust }, sums, signature);
    if (!judgement.good)
        throw new errors/* UserError */.yo('untrusted', `the mirror's sums: ${url} ${judgement.reason}`, 'repair the mirror, or correct the file that mirror-trust names');
    const byPath = readSums(sums.toString('utf8'));
    const lookUp = (upstream) => {
        const path = upstreamPath(upstream);
        const sum = byPath.get(path);
        if (sum === undefined)
            throw new errors/* UserError */.yo('mirror', `the mirror's sums: ${url} does not name ${path}`, 'add the file to the mirror');
        return sum;
    };
    return Object.assign(lookUp, { files: byPath });
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
;// CONCATENATED MODULE: ./src/upstream/rpm-repository.ts








const architectures = { x86_64: 'amd64', aarch64: 'arm64', noarch: 'all' };
const LARGEST = 64 << 20;
function rpmRepositoryUrl(minor) {
    return `https://pkgs.k8s.io/core:/stable:/v${minor}/rpm/`;
}
async function readRpmRepository(net, gpg, minor, mirror, mirrorTrust, keys) {
    const label = `Kubernetes ${minor} rpm packages`;
    const at = (name) => mirrored(`${rpmRepositoryUrl(minor)}${name}`, mirror);
    const fetchFile = (name) => needBytes(net, { url: at(name), label });
    const names = ['repodata/repomd.xml', 'repodata/repomd.xml.asc', 'repodata/repomd.xml.key'];
    const [index, signature, key] = (await Promise.all(names.map(fetchFile)));
    const keyring = { keys: [String(key), ...keys], trusted: trusted(kubernetesFingerprint, mirrorTrust) };
    const judgement = await judgeDetached(gpg, keyring, index, signature);
    if (!judgement.good)
        throw new errors/* UserError */.yo('untrusted', `${label}: ${at(names[0])} ${judgement.reason}`, mirror === undefined
            ? 'do not build from it; look for news at https://kubernetes.io/blog/'
            : "if that is the mirror's own key, name its fingerprint in the file that mirror-trust names");
    const primary = primaryOf(String(index));
    if (primary === undefined)
        throw new errors/* UserError */.yo('repository', `${label}: ${at(names[0])} names no primary index`, 'report it to the maintainers of the repository');
    const packed = await fetchFile(primary.path);
    if ((0,external_node_crypto_.createHash)('sha256').update(packed).digest('hex') !== primary.sha256)
        throw new errors/* UserError */.yo('repository', `${label}: ${at(primary.path)} is not the file that repomd.xml names`, 'run the job again in a few minutes, since the repository may be changing, or repair the mirror');
    try {
        return readPrimary(await unpack(primary.path, packed));
    }
    catch {
        throw new errors/* UserError */.yo('repository', `${label}: ${at(primary.path)} cannot be unpacked`, 'report it to the maintainers of the repository');
    }
}
function primaryOf(repomd) {
    const data = /<data\s+type="primary"\s*>(.*?)<\/data>/s.exec(repomd)?.[1] ?? '';
    const sha256 = /<checksum\s+type="sha256"\s*>\s*([0-9a-fA-F]{64})\s*</.exec(data)?.[1]?.toLowerCase();
    const path = /<location\s[^>]*href="([^"]+)"/.exec(data)?.[1];
    if (sha256 === undefined || path === undefined || !/^repodata\/[\w.-]+$/.test(path))
        return undefined;
    return { path, sha256 };
}
function readPrimary(xml) {
    return [...xml.matchAll(/<package\s[^>]*type="rpm"[^>]*>(.*?)<\/package>/gs)].flatMap(([, text = '']) => {
        const name = /<name>([^<]+)<\/name>/.exec(text)?.[1];
        const arch = /<arch>([^<]+)<\/arch>/.exec(text)?.[1];
        const version = /<version\s[^>]*>/.exec(text)?.[0] ?? '';
        const [ver, rel] = ['ver', 'rel'].map((word) => new RegExp(`\\s${word}="([^"]+)"`).exec(version)?.[1]);
        if (!(name && arch && ver && rel))
            return [];
        const sha256 = /<checksum\s[^>]*type="sha256"[^>]*>\s*([0-9a-fA-F]{64})\s*</.exec(text)?.[1]?.toLowerCase();
        const path = /<location\s+href="((?:[\w+~^-][\w.+~^-]*\/)*[\w+~^-][\w.+~^-]*)"\s*\/>/.exec(text)?.[1];
        const found = sha256 !== undefined && path !== undefined;
        return [{ name, arch: architectures[arch] ?? arch, version: `${ver}-${rel}`, ...(found && { path, sha256 }) }];
    });
}
async function unpack(path, packed) {
    const limit = { maxOutputLength: LARGEST };
    if (path.endsWith('.gz'))
        return String(await (0,external_node_util_.promisify)(external_node_zlib_.gunzip)(packed, limit));
    if (path.endsWith('.zst'))
        return String(await (0,external_node_util_.promisify)(external_node_zlib_.zstdDecompress)(packed, limit));
    return String(packed);
}

;// CONCATENATED MODULE: ./src/plan/kubernetes.ts


const needed = ['kubelet', 'kubeadm', 'kubectl'];
function chooseKubernetes(wanted, entries, arches) {
    const deb = chooseVersion(wanted, entries, arches, 'in the package index');
    return { version: deb.replace(/-.*/, ''), deb };
}
function chooseVersion(wanted, entries, arches, place) {
    const offered = offeredVersions(entries, arches);
    const fits = offered.filter((version) => version === wanted || version.startsWith(`${wanted}-`) || version.startsWith(`${wanted}.`));
    const choice = fits.at(-1);
    if (choice !== undefined)
        return choice;
    const newest = offered.at(-1);
    throw new errors/* UserError */.yo('kubernetes-version', `Kubernetes ${wanted} is not ${place} for ${arches.join(' and ')}`, newest === undefined ? 'the index offers none; check the mirror, or the architecture' : `the newest is ${newest}`);
}
const beside = ['cri-tools', 'kubernetes-cni'];
function packageFiles(exact, entries, arch, repository) {
    const files = {};
    for (const name of [...needed, ...beside]) {
        const named = entries.filter((entry) => entry.name === name && [arch, 'all'].includes(entry.arch));
        const newest = named
            .map(({ version }) => version)
            .sort(versions/* compareVersions */.Z)
            .at(-1);
        const wanted = needed.includes(name) ? exact : newest;
        const fits = named.filter(({ version }) => version === wanted);
        const sums = new Set(fits.map(({ sha256 }) => sha256));
        if (sums.size > 1)
            throw new errors/* UserError */.yo('repository', `the package index names ${name} ${wanted} for ${arch} twice, with different sums`, 'do not build from it; report it to the maintainers of the repository');
        const [entry] = fits;
        if (entry?.path !== undefined && entry.sha256 !== undefined)
            files[name] = { version: entry.version, url: `${repository}${entry.path}`, sha256: entry.sha256 };
    }
    return files;
}
function offeredVersions(entries, arches) {
    const known = new Set(entries.map(({ name, version, arch }) => `${name} ${version} ${arch}`));
    const has = (name, version, arch) => known.has(`${name} ${version} ${arch}`) || known.has(`${name} ${version} all`);
    return [...new Set(entries.filter(({ name }) => name === needed[0]).map(({ version }) => version))]
        .filter((version) => arches.every((arch) => needed.every((name) => has(name, version, arch))))
        .sort(versions/* compareVersions */.Z);
}

;// CONCATENATED MODULE: ./src/plan/resolve.ts










function minorEntry(wanted, inputs, facts) {
    const entry = facts.catalog.kubernetes[(0,versions/* minorOf */.H)(wanted)];
    if (entry === undefined)
        throw new Error(`inputs accepted Kubernetes ${wanted}`);
    return inputs.containerdVersion === undefined ? entry : { ...entry, containerd: inputs.containerdVersion };
}
async function resolveNodes(inputs, facts, net) {
    const { mirror, mirrorTrust } = inputs;
    const sums = mirror === undefined
        ? Promise.resolve(undefined)
        : mirrorKeys(net, facts, mirror, mirrorTrust).then((keys) => mirrorSums(net, facts, mirror, mirrorTrust, keys));
    const newest = newestSupported(facts);
    const minors = [...new Set(inputs.kubernetesVersions.map(versions/* minorOf */.H))];
    const offered = new Map();
    const keyOf = (minor) => {
        const known = offered.get(minor) ?? offeredKey(net, minor, mirror);
        offered.set(minor, known);
        return known;
    };
    const repositories = new Map(minors.map((minor) => {
        const own = keyOf(minor);
        const better = minor === newest ? own : keyOf(newest).catch(() => undefined);
        return [minor, readRepository(net, facts, minor, mirror, mirrorTrust, { own, newest: better })];
    }));
    const systems = inputs.os.flatMap((os) => inputs.operatingSystems[os] ?? []);
    const rpm = systems.some(({ family }) => family === 'redhat');
    const files = systems.some((system) => fromFiles(inputs, system));
    const cli = systems.some((system) => takesAwsCli(inputs, system));
    const archives = new Map();
    const awsCli = (version, arch) => {
        const known = archives.get(`${version} ${arch}`) ??
            sums.then((list) => resolveAwsCli(net, facts, version, arch, list, () => awsCliKeyring(facts.root)));
        archives.set(`${version} ${arch}`, known);
        return known;
    };
    const rpmRepositories = new Map([...repositories].map(([minor, repository]) => [
        minor,
        rpm ? repository.then(({ key }) => readRpmRepository(net, facts, minor, mirror, mirrorTrust, [key])) : undefined,
    ]));
    const entries = await (0,gather/* gather */.k)(inputs.kubernetesVersions.map(async (wanted) => {
        const entry = minorEntry(wanted, inputs, facts);
        const minor = (0,versions/* minorOf */.H)(wanted);
        const repository = repositories.get(minor);
        if (repository === undefined)
            throw new Error(`inputs accepted Kubernetes ${wanted}`);
        const known = (found) => (0,gather/* gather */.k)(Object.entries(found).map(async ([name, release]) => [name, await resolveArtifact(net, release, await sums)]));
        const [packages, rpms, digest, ...releaseFiles] = await (0,gather/* gather */.k)([
            repository,
            Promise.resolve(rpmRepositories.get(minor)),
            sums.then((list) => resolvePause(net, entry.pause, list)),
            ...inputs.arch.map((arch) => known(releases(entry, arch))),
        ]);
        const choice = chooseKubernetes(wanted, packages.packages, inputs.arch);
        const providers = await (0,gather/* gather */.k)(inputs.arch.map((arch) => readProvider(inputs, entry.ecrCredentialProvider, arch, net, facts, sums)));
        const programs = await (0,gather/* gather */.k)(inputs.arch.map((arch) => known(files ? binaries(choice.version, entry, arch) : {})));
        const clis = await (0,gather/* gather */.k)(inputs.arch.map(async (arch) => (cli ? [['awsCli', await awsCli(entry.awsCli, arch)]] : [])));
        const rpmVersion = rpms && chooseVersion(choice.version, rpms, inputs.arch, 'among the rpm packages');
        const arch = Object.fromEntries(inputs.arch.map((each, index) => [
            each,
            {
                packages: packageFiles(choice.deb, packages.packages, each, packages.url),
                ...(rpmVersion && { rpms: packageFiles(rpmVersion, rpms, each, rpmRepositoryUrl(minor)) }),
                files: Object.fromEntries([
                    ...(releaseFiles[index] ?? []),
                    ...(programs[index] ?? []),
                    ...(providers[index] ?? []),
                    ...(clis[index] ?? []),
                ]),
            },
        ]));
        return [
            wanted,
            {
                ...choice,
                ...(rpmVersion && { rpm: { version: rpmVersion, url: rpmRepositoryUrl(minor) } }),
                repository: { url: packages.url, fingerprints: packages.fingerprints, key: packages.key },
                sandboxImage: { name: pauseImage(entry.pause), digest },
                arch,
            },
        ];
    }));
    warnOfKeys(await Promise.all(repositories.values()), facts);
    return Object.fromEntries(entries);
}
async function readProvider(inputs, version, arch, net, { log }, sums) {
    if (inputs.ansibleExtraVars.kubernetes_ecr_credential_provider === false)
        return [];
    const release = ecrCredentialProvider(version, arch);
    const found = await resolveOffered(net, release, await sums);
    if (found !== undefined)
        return [['ecrCredentialProvider', found]];
    log.warning(`images for ${arch} are made without the ECR credential provider ${version}: ${inputs.mirror === undefined ? `there is no ${release.sumsUrl}` : `${inputs.mirror} does not have it`}`);
    return [];
}
function newestSupported({ catalog, date }) {
    const minors = Object.entries(catalog.kubernetes);
    const alive = minors.filter(([, { endOfLife }]) => endOfLife.replaceAll('-', '') >= date);
    return ((alive.length > 0 ? alive : minors)
        .map(([minor]) => minor)
        .sort(byMinor)
        .at(-1) ?? '');
}
function byMinor(a, b) {
    return Number(a.split('.')[1]) - Number(b.split('.')[1]);
}
function warnOfKeys(repositories, { log, date }) {
    const lines = repositories.flatMap(({ expiries }) => keyWarnings(expiries, date));
    for (const line of new Set(lines))
        log.warning(line);
}

;// CONCATENATED MODULE: ./src/plan/locked.ts








async function readNodes(inputs, facts, net) {
    const { content, file, mode } = inputs.lock;
    for (const wanted of inputs.kubernetesVersions) {
        const { endOfLife } = minorEntry(wanted, inputs, facts);
        if (facts.date > endOfLife.replaceAll('-', ''))
            facts.log.warning(`Kubernetes ${(0,versions/* minorOf */.H)(wanted)} has had no patches since ${endOfLife}`);
    }
    if (content === undefined)
        return resolveNodes(inputs, facts, net);
    const locked = Object.fromEntries(inputs.kubernetesVersions.map((wanted) => [wanted, (0,lock/* lockedNode */.Nd)(content, file, wanted, inputs.arch)]));
    await (0,gather/* gather */.k)(Object.entries(locked).map(([wanted, node]) => checkLocked(wanted, node, inputs, facts)));
    if (mode === 'use')
        return locked;
    const now = await resolveNodes(inputs, facts, net);
    const lines = inputs.kubernetesVersions.flatMap((wanted) => (0,lock/* differences */.tX)(locked[wanted], now[wanted]));
    if (lines.length > 0)
        throw moved(file, [...new Set(lines)]);
    return locked;
}
async function checkLocked(wanted, node, inputs, facts) {
    const { file } = inputs.lock;
    const entry = minorEntry(wanted, inputs, facts);
    const { key, fingerprints } = node.repository;
    const allowed = trusted(kubernetesFingerprint, inputs.mirrorTrust);
    const [stranger] = fingerprints.filter((fingerprint) => !allowed.includes(fingerprint));
    if (stranger !== undefined)
        throw new errors/* UserError */.yo('lock', `${file} trusts the key ${stranger} for the packages of Kubernetes ${wanted}, which this run does not`, "if that is a mirror's own key, name its fingerprint in the file that mirror-trust names");
    const held = await exportTrusted(facts, { keys: [key], trusted: fingerprints });
    if (held.fingerprints.length !== fingerprints.length || fingerprints.length === 0)
        throw new errors/* UserError */.yo('lock', `${file} holds another key for Kubernetes ${wanted} than it names`, 'rewrite it (lock: write)');
    const today = facts.date.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
    const dead = held.expiries.find(({ expires }) => expires !== undefined && expires < today);
    if (dead !== undefined)
        throw new errors/* UserError */.yo('lock', `the key of the Kubernetes packages in ${file}, ${dead.fingerprint}, expired on ${dead.expires}`, 'rewrite it (lock: write): upstream extends its key');
    for (const line of keyWarnings(held.expiries, facts.date))
        facts.log.warning(line);
    for (const arch of inputs.arch) {
        const problem = containerdProblem((0,versions/* minorOf */.H)(wanted), entry, (0,lock/* lockedFile */.NG)(node, file, arch, 'containerd').version);
        if (problem !== undefined)
            throw new errors/* UserError */.yo('lock', `${file}: ${problem}`, 'rewrite it (lock: write)');
    }
}
function moved(file, lines) {
    return new errors/* UserError */.yo('lock', `${file} differs from upstream: ${lines.join(', ')}`, 'rewrite it (lock: write) and commit it, or build from it unchanged (lock: use)');
}

// EXTERNAL MODULE: ./src/plan/names.ts
var plan_names = __webpack_require__(2471);
;// CONCATENATED MODULE: ./src/plan/regions.ts


function copyRegions(inputs, enabled) {
    const wanted = inputs.amiRegions === 'all' ? enabled : inputs.amiRegions;
    const named = new Set([inputs.region, ...wanted, ...Object.keys(inputs.publish?.keys ?? {})]);
    const [missing, ...more] = [...named].filter((region) => !enabled.includes(region));
    if (missing !== undefined) {
        const meant = (0,nearest/* nearest */.p)(missing, enabled);
        throw new errors/* UserError */.yo('region', `the account has not enabled ${[missing, ...more].join(', ')}`, `${meant === undefined ? '' : `did you mean "${meant}"? If not, `}enable it (aws account enable-region --region-name ${missing}), or remove it from region, ami-regions and kms-key-ids`);
    }
    return [...new Set(wanted)].filter((region) => region !== inputs.region).sort();
}
async function readRegions(inputs, { ec2, anyRegions }) {
    try {
        return copyRegions(inputs, await ec2.enabledRegions());
    }
    catch (error) {
        const enabled = await anyRegions?.().catch(() => undefined);
        if (enabled !== undefined && !enabled.includes(inputs.region))
            copyRegions(inputs, enabled);
        throw error;
    }
}
function regionOfPartition(region) {
    if (region.startsWith('cn-'))
        return 'cn-north-1';
    if (region.startsWith('us-gov-'))
        return 'us-gov-west-1';
    return region.startsWith('eusc-') ? 'eusc-de-east-1' : 'us-east-1';
}
function publishedBy({ key, owner, ownerElsewhere }, region) {
    const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : undefined;
    const elsewhere = partition && ownerElsewhere?.[partition];
    const hint = partition === undefined || elsewhere !== undefined || !/^[0-9]/.test(owner)
        ? 'build in another region (input region), and copy there with ami-regions; if the account restricts AMIs (Allowed AMIs), allow that owner'
        : `the catalogue does not say who publishes it in ${partition}: name the account in the file of the input catalog, {"${key}": {"owner": "…"}}`;
    return { owner: elsewhere ?? owner, hint };
}

;// CONCATENATED MODULE: ./src/plan/supplies.ts






const REGISTRY = 'registry.k8s.io';
async function readSupplies(inputs, gpg, net, nodes) {
    const { mirror, mirrorTrust, test: level } = inputs;
    if (!(0,model_level/* includes */.mK)(level, 'cluster'))
        return () => ({ images: {} });
    const sums = mirror && (await mirrorSums(net, gpg, mirror, mirrorTrust, await mirrorKeys(net, gpg, mirror, mirrorTrust)));
    const versions = [...new Set(Object.values(nodes).map(({ version }) => version))];
    const pairs = versions.flatMap((version) => inputs.arch.map((arch) => ({ level, version, arch })));
    const found = await (0,gather/* gather */.k)(pairs.map((pair) => resolveSupplies(net, pair, sums || undefined)));
    const known = new Map(pairs.map(({ version, arch }, at) => [`${version} ${arch}`, found[at]]));
    return (version, arch) => known.get(`${version} ${arch}`) ?? { images: {} };
}
async function resolveSupplies(net, order, sums) {
    const { level, version, arch } = order;
    if (!(0,model_level/* includes */.mK)(level, 'cluster'))
        return { images: {} };
    const images = sums === undefined ? {} : mirrorImages(sums.files, version, (0,model_level/* includes */.mK)(level, 'conformance'));
    if (!(0,model_level/* includes */.mK)(level, 'conformance'))
        return { images };
    const url = `https://dl.k8s.io/release/v${version}/kubernetes-test-linux-${arch}.tar.gz`;
    return { images, suite: { version, url, sha256: await suiteSum(net, url, version, sums) } };
}
async function suiteSum(net, url, version, sums) {
    if (sums !== undefined)
        return sums(url);
    const text = await needBytes(net, { url: `${url}.sha256`, label: `the tests of Kubernetes ${version}` });
    const sha256 = sumOf(text.toString('utf8'), url.slice(url.lastIndexOf('/') + 1));
    if (sha256 === undefined)
        throw new errors/* UserError */.yo('repository', `the tests of Kubernetes ${version}: ${url}.sha256 does not name the file`, 'try again later');
    return sha256;
}
const MANIFEST = /^registry\.k8s\.io\/v2\/(.+)\/manifests\/([^:/]+)$/;
function mirrorImages(files, version, suite) {
    const images = {};
    for (const [path, sum] of files) {
        const [, name = '', tag = ''] = MANIFEST.exec(path) ?? [];
        const wanted = (name.startsWith('kube-') && tag === `v${version}`) ||
            name === 'etcd' ||
            name === 'coredns/coredns' ||
            (suite && name.startsWith('e2e-test-images/'));
        if (wanted)
            images[`${REGISTRY}/${name}:${tag}`] = `sha256:${sum}`;
    }
    return images;
}

;// CONCATENATED MODULE: ./src/plan/volume.ts

function checkRootVolume(image, { name, rootGib = 0 }, { vars, varFile }) {
    const size = Number(vars.root_volume_size ?? varFile.root_volume_size ?? 0);
    if (size > 0 && size < rootGib)
        throw new errors/* UserError */.yo('base-ami', `${image}: the base AMI ${name} needs ${rootGib} GiB, and root_volume_size is ${size}`, `set root_volume_size to ${rootGib} or more, or remove it`);
}

;// CONCATENATED MODULE: ./src/plan/plan.ts












async function makePlan(inputs, facts) {
    const net = { ...facts, meter: { bytes: 0 } };
    const [regions, bases, nodes] = await (0,gather/* gather */.k)([
        readRegions(inputs, facts),
        readBases(inputs, facts),
        readNodes(inputs, facts, net),
    ]);
    const images = makeImages(inputs, facts, bases, nodes, await readSupplies(inputs, facts, net, nodes));
    const minors = new Set(inputs.kubernetesVersions.map(versions/* minorOf */.H));
    for (const minor of minors) {
        const warning = minorWarning(minor, facts.catalog.kubernetes);
        if (warning !== undefined)
            facts.log.warning(warning);
    }
    for (const image of images) {
        if (inputs.kubernetesSource === 'package' && image.node.kubernetesBinaries !== undefined)
            facts.log.info(`${image.key}: Kubernetes comes as files, as with kubernetes-source: binary, since it has no package manager`);
        const warning = testedWarning(image, inputs.operatingSystems);
        if (warning !== undefined)
            facts.log.warning(warning);
    }
    const plan = { runId: facts.runId, region: inputs.region, copyRegions: regions, images };
    return inputs.lock.mode === 'write' ? { ...plan, lock: toLock(inputs, bases, nodes) } : plan;
}
function toLock(inputs, bases, nodes) {
    const amis = bases.map(({ system, arch, ami }) => [`${system.key}-${arch}`, ami]);
    return {
        format: 1,
        tools: { packer: inputs.packerVersion, 'packer-plugin-amazon': amazonPlugin },
        kubernetes: nodes,
        baseAmis: { [inputs.region]: Object.fromEntries(amis) },
    };
}
async function readBases(inputs, facts) {
    const { content, file, mode } = inputs.lock;
    const pairs = inputs.os.flatMap((os) => inputs.arch.map((arch) => ({ os, arch })));
    return (0,gather/* gather */.k)(pairs.map(async ({ os, arch }) => {
        const system = inputs.operatingSystems[os];
        const filter = system?.arch[arch];
        if (system === undefined || filter === undefined)
            throw new Error(`inputs accepted ${os} on ${arch}`);
        const locked = content && (0,lock/* lockedAmi */._M)(content, file, inputs.region, `${os}-${arch}`);
        if (locked !== undefined && mode === 'use') {
            checkRootVolume(`${os}-${arch}`, locked, inputs);
            return { system, arch, ami: locked };
        }
        const { owner, hint } = publishedBy(system, inputs.region);
        const ami = await facts.ec2.newestAmi({
            ...{ owner, arch, ...baseOf(filter) },
            ...(system.order && { order: system.order }),
        });
        if (ami === undefined)
            throw new errors/* UserError */.yo('base-ami', `${os}-${arch}: there is no base AMI in ${inputs.region}: ${filter.sourceAmi ?? filter.ssmParameter ?? `owner ${owner}, name ${filter.nameFilter}`}`, filter.sourceAmi === undefined && filter.ssmParameter === undefined ? hint : NAMED);
        if (EKS.test(ami.name))
            throw eksRefusal(`${os}-${arch}`, ami.name);
        checkRootVolume(`${os}-${arch}`, ami, inputs);
        if (locked !== undefined && ami.id === '')
            return { system, arch, ami: locked };
        if (locked !== undefined && locked.id !== ami.id)
            throw moved(file, [`base AMI of ${os}-${arch} ${locked.name} (${locked.id}) -> ${ami.name} (${ami.id})`]);
        return { system, arch, ami };
    }));
}
function baseOf({ sourceAmi, ssmParameter, nameFilter = '' }) {
    if (sourceAmi !== undefined)
        return { sourceAmi };
    return ssmParameter === undefined ? { nameFilter } : { ssmParameter };
}
const NAMED = 'name an AMI that is available in this regionand of this architecture, with its root volume on EBS';
const EKS = /^(amazon|ubuntu)-eks\b/;
const eksRefusal = (image, name) => new errors/* UserError */.yo('base-ami', `${image}: the base AMI ${name} is EKS-optimised: nodeadm configures its kubelet and containerd, and this image would replace both`, "build from the distribution's own AMI, which EKS nodes cannot use");
function nodeVersions(node, system, arch, inputs) {
    const file = (name) => (0,lock/* lockedFile */.NG)(node, inputs.lock.file, arch, name);
    const programs = ['kubelet', 'kubeadm', 'kubectl', 'crictl'];
    const rpm = system.family === 'redhat' ? (0,lock/* lockedRpms */.f7)(node, inputs.lock.file, arch) : undefined;
    return {
        kubernetesVersion: node.version,
        kubernetesDeb: node.deb,
        kubernetesRepository: node.repository.url,
        kubernetesRepositoryKey: node.repository.key,
        kubernetesRepositoryFingerprints: node.repository.fingerprints,
        ...(rpm && { kubernetesRpm: rpm.version, kubernetesRpmRepository: rpm.url }),
        ...(fromFiles(inputs, system) && {
            kubernetesBinaries: Object.fromEntries(programs.map((name) => [name, file(name)])),
        }),
        containerd: file('containerd'),
        runc: file('runc'),
        cniPlugins: file('cniPlugins'),
        ...(node.arch[arch]?.files.ecrCredentialProvider && {
            ecrCredentialProvider: node.arch[arch].files.ecrCredentialProvider,
        }),
        ...(takesAwsCli(inputs, system) && { awsCli: file('awsCli') }),
        ...(inputs.ansibleExtraVars.base_cluster_api === 'aws' &&
            system.awsCliPackage !== undefined && { awsCliPackage: system.awsCliPackage }),
        kubernetesPackages: fromFiles(inputs, system) ? {} : (rpm?.rpms ?? node.arch[arch]?.packages ?? {}),
        sandboxImage: node.sandboxImage.name,
        sandboxImageDigest: node.sandboxImage.digest,
    };
}
function makeImages(inputs, facts, bases, nodes, supplies) {
    const sources = (0,digest/* hashSources */.jD)(facts.root);
    const hooks = inputs.ansibleHooks === undefined ? undefined : (0,digest/* hashHooks */.HI)(inputs.ansibleHooks);
    const several = new Set(Object.values(nodes).map(({ deb }) => deb)).size > 1;
    const images = bases.flatMap(({ system, arch, ami: { rootDevice: seen, rootGib, ...ami } }) => Object.values(nodes).map((node) => {
        const versions = nodeVersions(node, system, arch, inputs);
        const plain = `${system.key}-${arch}`;
        const { name, family, sshUser } = system;
        const rootDevice = system.rootDevice ?? seen ?? '';
        const instanceType = system.arch[arch]?.instanceType ?? '';
        return {
            key: several ? `${plain}-${versions.kubernetesVersion}` : plain,
            os: system.key,
            arch,
            baseAmi: ami,
            system: {
                ...{ name, family, sshUser, rootDevice, instanceType },
                ...(system.fips ? { fips: true } : {}),
                ...(rootGib === undefined ? {} : { rootGib }),
            },
            amiName: (0,plan_names/* amiName */.H)(inputs.amiName, {
                kubernetes: versions.kubernetesVersion,
                os: system.key,
                arch,
                date: facts.date,
                run: facts.runId.slice(0, 6),
            }),
            node: versions,
            supplies: supplies(node.version, arch),
            digest: (0,digest/* imageDigest */.Wf)({
                ...{ sources, os: system.key, arch, baseAmi: ami.id || undefined, node: versions },
                system: { family, sshUser, rootDevice },
                extraVars: inputs.ansibleExtraVars,
                hooks,
                templateVariables: { ...inputs.varFile, ...inputs.vars },
                key: inputs.publish.keys[inputs.region],
            }) ?? '',
        };
    }));
    const byKey = new Map(images.map((image) => [image.key, image]));
    return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

// EXTERNAL MODULE: ./node_modules/@actions/tool-cache/lib/tool-cache.js + 2 modules
var tool_cache = __webpack_require__(9805);
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







const download_LIMIT = 20;
async function download(net, request, sha256, path) {
    const { label, url } = request;
    const late = AbortSignal.timeout(download_LIMIT * 60_000);
    const signal = net.signal ? AbortSignal.any([net.signal, late]) : late;
    try {
        signal.throwIfAborted();
        await Promise.race([(0,tool_cache/* downloadTool */.bq)(url, path), aborted(signal)]);
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
    throw new errors/* UserError */.yo('untrusted', `${label}: ${url} has the wrong content: sha256 is ${sum}, and should be ${sha256}`, 'the action kept nothing; try again later, or repair the mirror');
}
function failure(request, isLate, error) {
    const { label, url } = request;
    const status = error instanceof tool_cache/* HTTPError */.Hl ? error.httpStatusCode : undefined;
    if (status === 404 || status === 410)
        return missing(request);
    const what = isLate ? `took more than ${download_LIMIT} minutes` : status ? `answered ${status}` : `failed: ${cause(error)}`;
    return new errors/* UserError */.yo('download', `${label}: ${url} ${what}`, hint(url), { cause: error });
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

;// CONCATENATED MODULE: ./src/tools/store.ts







const RECORD = '.verified.json';
const ABANDONED = 24 * 3600 * 1000;
function openStore(env, log) {
    const cache = env.K8S_IMAGE_CACHE || (0,external_node_path_.join)(env.XDG_CACHE_HOME || (0,external_node_path_.join)(env.HOME || (0,external_node_os_.homedir)(), '.cache'), 'k8s-image-action');
    const temporary = env.RUNNER_TEMP || (0,external_node_os_.tmpdir)();
    const directories = [env.RUNNER_TOOL_CACHE || (0,external_node_path_.join)(cache, 'tools'), (0,external_node_path_.join)(temporary, 'k8s-image-tools')];
    return { log, directories, temporary };
}
async function findTool(store, { tool, version, arch, label }, isTrusted, contentsOf) {
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
                if (same(proof.contents, await contentsOf(directory, proof)))
                    return directory;
                throw new Error('it differs from what was verified');
            }
            catch (error) {
                if (findIn(base, tool, version, name) === '')
                    continue;
                store.log.info(`${label}: ${directory} is damaged (${(0,errors/* firstLine */.TM)(error)}); preparing it again`);
                await discard(directory);
            }
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
    const found = await findTool(context.store, id, (provenBy) => provenBy === hash, async (directory) => ({ venv: treeDigest(directory) }));
    if (found !== undefined)
        return (0,external_node_path_.join)(found, 'bin/ansible-playbook');
    const [python, from] = await Promise.all([context.python(), indexArguments(context, label)]);
    const directory = await addTool(context.store, id, async (venv) => {
        const wheels = (0,external_node_path_.join)(venv, 'wheels');
        await run(context, label, python, ['-I', '-m', 'venv', venv], 'install venv: apt-get install python3-venv');
        await fetchWheels(context, { venv, wheels, requirements, hash, label, from }, (0,external_node_path_.dirname)(venv));
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
    if (without.length === 0 || !(0,external_node_fs_.existsSync)((0,external_node_path_.join)((0,external_node_path_.dirname)(playbook), '../lib/python3.11')))
        return undefined;
    return `ansible-core 2.19 does not support the Python of ${without.join(', ')}: install Python 3.12 or newer on the runner`;
}
async function fetchWheels(context, what, base) {
    const { venv, wheels, requirements, hash, label, from } = what;
    const config = (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(venv, 'pyvenv.cfg'), 'utf8');
    const python = /^version\s*=\s*(\d+\.\d+)/m.exec(config)?.[1] ?? 'unknown';
    const key = `k8s-image-wheels-${hash}-py${python}-linux-${context.arch}`;
    const remote = await context.remote();
    await (0,promises_.mkdir)(wheels);
    const shared = (0,external_node_path_.join)(base, `wheels-${hash.slice(0, 12)}-py${python}`);
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
    const url = mirrored(index, mirror);
    const page = await getBytes(net, { url: `${url}ansible-core/`, label });
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
    return ['-m', 'pip', '--disable-pip-version-check', '--no-input', '--quiet', ...args];
}
async function execute(context, label, command, args) {
    const env = { ...context.env, PYTHONNOUSERSITE: '1', PIP_REQUIRE_VIRTUALENV: undefined, PYTHONPATH: undefined };
    return runBounded({ ...context, limit: 300, label }, command, args, { env });
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
                (0,external_node_fs_.statSync)(full);
                hash.update(`${below} -> ${(0,external_node_fs_.readlinkSync)(full)}\n`);
            }
            else
                hash.update(`${below} ${(0,external_node_fs_.lstatSync)(full).size}\n`);
        }
    };
    walk('');
    return hash.digest('hex');
}

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

;// CONCATENATED MODULE: ./src/tools/checksums.json
const checksums_namespaceObject = {"r":{}};
;// CONCATENATED MODULE: ./src/tools/hashicorp.ts













async function prepareRelease(context, release, pinned = checksums_namespaceObject.r) {
    const { product, version } = release;
    const label = `${product} ${version}`;
    const id = { tool: `k8s-image-${product}`, version, arch: context.arch, label };
    const zipName = `${product}_${version}_linux_${context.arch}.zip`;
    const pin = pinned[zipName];
    const accepted = [...trusted(hashicorpFingerprint, context.mirrorTrust), ...(pin ? [`sha256:${pin}`] : [])];
    const found = await findTool(context.store, id, (provenBy) => accepted.includes(provenBy), (directory, { contents }) => sums(directory, Object.keys(contents)));
    if (found !== undefined)
        return found;
    const url = `https://releases.hashicorp.com/${product}/${version}/${zipName}`;
    const proof = pin !== undefined && context.mirrorTrust.length === 0
        ? { sha256: pin, provenBy: `sha256:${pin}` }
        : await prove(context, url, label);
    return addTool(context.store, id, async (directory) => {
        const zip = `${directory}.zip`;
        const unpacked = `${directory}-unpacked`;
        const binary = (0,external_node_path_.join)(directory, release.place);
        try {
            await fetchZip(context, { url, label, proof, zip, zipName });
            await hashicorp_unpack(context, zip, unpacked, label);
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
        const { [release.place]: sha256 = '' } = await sums(directory, [release.place]);
        const beside = release.beside?.(sha256) ?? {};
        for (const [path, text] of Object.entries(beside))
            await (0,promises_.writeFile)((0,external_node_path_.join)(directory, path), text);
        return { provenBy: proof.provenBy, contents: await sums(directory, [release.place, ...Object.keys(beside)]) };
    });
}
async function prove(context, zipUrl, label) {
    const { net, mirror } = context;
    const fingerprints = trusted(hashicorpFingerprint, context.mirrorTrust);
    const sumsUrl = zipUrl.replace(/_linux_\w+\.zip$/, '_SHA256SUMS');
    const at = (suffix) => ({ url: mirrored(`${sumsUrl}${suffix}`, mirror), label });
    const [file, mirrorKeys] = await Promise.all([needBytes(net, at('')), context.mirrorKeys()]);
    const keyring = { keys: [hashicorpKey, ...mirrorKeys], trusted: fingerprints };
    let reason = 'has no signature';
    for (const suffix of ['.sig', ...fingerprints.map((fingerprint) => `.${fingerprint.slice(-8)}.sig`)]) {
        const signature = await getBytes(net, at(suffix));
        if (signature === undefined)
            continue;
        const judgement = await judgeDetached(context, keyring, file, signature);
        if (judgement.good) {
            const name = zipUrl.slice(zipUrl.lastIndexOf('/') + 1);
            const sha256 = sumOf(file.toString('utf8'), name);
            if (sha256 === undefined)
                throw new errors/* UserError */.yo('tool', `${label}: ${at('').url} does not name ${name}`, 'choose another version or runner architecture');
            return { sha256, provenBy: judgement.fingerprint };
        }
        if (reason === 'has no signature')
            reason = judgement.reason;
    }
    throw new errors/* UserError */.yo('untrusted', `${label}: ${at('').url} ${reason}`, mirror === undefined
        ? 'nothing was installed; try again later, and do not use this file'
        : "nothing was installed; if that is the mirror's own key, name its fingerprint in the file that mirror-trust names");
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
    await download(context.net, { url: mirrored(url, context.mirror), label }, proof.sha256, zip);
    if (remote === undefined)
        return;
    await (0,promises_.copyFile)(zip, shared);
    await remote.save(key, shared);
    await (0,promises_.rm)(shared, { force: true });
}
async function hashicorp_unpack(context, zip, directory, label) {
    const python = await context.python();
    const { code, stderr } = await runBounded({ ...context, limit: 120, label }, python, [
        ...['-I', '-m', 'zipfile', '-e'],
        ...[zip, directory],
    ]);
    if (code === 0)
        return;
    const error = new Error(stderr);
    throw (diskFull(error, label, directory) ??
        new errors/* UserError */.yo('tool', `${label}: the zip cannot be unpacked: ${(0,errors/* firstLine */.TM)(stderr.trim().split('\n').at(-1))}`, 'run the job again'));
}
async function sums(directory, paths) {
    return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await sumOfFile((0,external_node_path_.join)(directory, path))])));
}

;// CONCATENATED MODULE: ./src/tools/packer.ts



async function preparePacker(context, version) {
    const release = { product: 'packer', version, member: 'packer', place: 'packer' };
    return (0,external_node_path_.join)(await prepareRelease(context, release), 'packer');
}
async function preparePlugin(context) {
    const member = `packer-plugin-amazon_v${amazonPlugin}_${pluginApi}_linux_${context.arch}`;
    const place = `plugins/github.com/hashicorp/amazon/${member}`;
    const beside = (sha256) => ({ [`${place}_SHA256SUM`]: sha256 });
    const release = { product: 'packer-plugin-amazon', version: amazonPlugin, member, place, beside };
    return (0,external_node_path_.join)(await prepareRelease(context, release), 'plugins');
}

// EXTERNAL MODULE: ./src/tools/platform.ts
var platform = __webpack_require__(9836);
;// CONCATENATED MODULE: ./src/tools/python.ts


const least = 11;
const wanted = 12;
async function findPython(exec, signal) {
    const script = 'import sys; print(sys.version_info[0], sys.version_info[1], sys.executable)';
    const bounds = { exec, limit: 30, label: 'looking for Python', ...(signal ? { signal } : {}) };
    const seen = [];
    let older;
    for (const name of ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']) {
        const { code, stdout } = await runBounded(bounds, name, ['-I', '-c', script]);
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
    const cache = await __webpack_require__.e(/* import() */ 592).then(__webpack_require__.bind(__webpack_require__, 6592));
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
        remote: tools_once(() => (effects.remote ? Promise.resolve(effects.remote) : githubCache(env, log))),
        python: tools_once(() => findPython(exec, signal)),
        mirrorKeys: tools_once(() => mirrorKeys(net, { exec, ...(signal ? { signal } : {}) }, mirror, mirrorTrust)),
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
function tools_once(work) {
    let promise;
    return () => {
        promise ??= work();
        return promise;
    };
}

;// CONCATENATED MODULE: ./src/actions/effects.ts


















function realEffects(crashed) {
    const { env } = process;
    const root = actionRoot(import.meta.dirname);
    const log = (0,lib_log/* actionsLog */._D)();
    const clock = lib_clock/* systemClock */.m;
    const tally = (0,aws_tally/* newTally */.l)();
    const accounts = new Map();
    const aws = (account) => {
        const key = account.env.AWS_ENDPOINT_URL ?? '';
        const known = accounts.get(key) ?? (0,clients/* awsClients */.e)(account.env, tally);
        accounts.set(key, known);
        return known;
    };
    const ec2 = (account) => (0,ec2_client/* ec2ByRegion */.E)(aws(account), clock);
    const catalog = readCatalog(root);
    return {
        env,
        root,
        machine: { platform: process.platform, arch: process.arch, uid: process.getuid?.() ?? -1 },
        log,
        clock,
        exec: exec_exec,
        started: performance.timeOrigin / 1000,
        readWanted: () => readWanted(env, {
            catalog,
            templateVariables: readTemplateVariables(root),
            readFile: (path) => (0,external_node_fs_.readFileSync)(path, 'utf8'),
            readDirectory: (path) => (0,external_node_fs_.readdirSync)(path),
            options: readOptions(root),
        }),
        makePlan: (inputs, runId, account, preparation) => makePlan(inputs, {
            ...preparation,
            catalog,
            root,
            runId,
            date: (0,lib_clock/* dayOf */.k)(clock.now()),
            ec2: preparation.ec2 ?? ec2(account)(inputs.region),
            ...(preparation.ec2
                ? {}
                : { anyRegions: () => ec2(account)(regionOfPartition(inputs.region)).enabledRegions() }),
            exec: exec_exec,
            clock,
        }),
        prepareTools: (inputs, preparation) => prepareTools(inputs, { ...preparation, exec: exec_exec, clock, env, root }),
        ec2,
        tally,
        services: (account) => ({
            parameters: (region) => (0,parameters/* parametersIn */.K)(region, aws(account)),
            keys: (region) => (0,keys/* keysIn */.q)(region, aws(account)),
        }),
        aws,
        saveState: core/* saveState */.LZ,
        setOutput: core/* setOutput */.uH,
        writeSummary: async (markdown) => {
            if (env.GITHUB_STEP_SUMMARY)
                await core/* summary */.z.addRaw(markdown).write();
        },
        crashed,
    };
}
function actionRoot(from) {
    for (let directory = from;; directory = (0,external_node_path_.dirname)(directory)) {
        if ((0,external_node_fs_.existsSync)((0,external_node_path_.join)(directory, 'action.yml')))
            return directory;
        if (directory === (0,external_node_path_.dirname)(directory))
            throw new Error(`no action.yml above ${from}`);
    }
}


/***/ }),

/***/ 4297:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   q: () => (/* binding */ keysIn)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9378);

function keysIn(region, aws) {
    return {
        describe: async (KeyId) => {
            const kms = await aws.kms(region);
            const answer = await kms.describeKey({ KeyId }).catch((error) => {
                if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .isNotFound */ .c4)(error))
                    return undefined;
                throw error;
            });
            if (answer === undefined)
                return undefined;
            const key = answer.KeyMetadata;
            return {
                manager: key?.KeyManager === 'AWS' ? 'AWS' : 'CUSTOMER',
                state: key?.KeyState ?? 'unknown',
                symmetric: key?.KeyUsage === 'ENCRYPT_DECRYPT' && (key.KeySpec ?? key.CustomerMasterKeySpec) === 'SYMMETRIC_DEFAULT',
            };
        },
    };
}


/***/ }),

/***/ 1190:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ minorOf),
/* harmony export */   Z: () => (/* binding */ compareVersions)
/* harmony export */ });
function compareVersions(a, b) {
    const [left, right] = [a, b].map((version) => version.split(/[.-]/).map(Number));
    for (let place = 0; place < Math.max(left?.length ?? 0, right?.length ?? 0); place++) {
        const difference = (left?.[place] ?? -1) - (right?.[place] ?? -1);
        if (difference !== 0)
            return difference;
    }
    return 0;
}
function minorOf(version) {
    return version.split('.').slice(0, 2).join('.');
}


/***/ }),

/***/ 3395:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ placed)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7268);

function placed({ message, hint }, file, { line, column }) {
    return new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('config-file', `${file}:${line}:${column}: ${message}`, hint, { place: { file, line } });
}


/***/ }),

/***/ 5585:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   UC: () => (/* binding */ outsideConfig),
/* harmony export */   V0: () => (/* binding */ inputDefaults),
/* harmony export */   qW: () => (/* binding */ jobInputNames),
/* harmony export */   vj: () => (/* binding */ inputNames)
/* harmony export */ });
/* harmony import */ var _publishing_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6292);

const inputDefaults = {
    config: '',
    'kubernetes-version': '1.37',
    os: 'debian-13',
    arch: 'amd64',
    catalog: '',
    'containerd-version': '',
    'kubernetes-source': 'package',
    lock: 'off',
    'lock-file': 'k8s-image.lock.json',
    region: '',
    'ami-regions': '',
    'ami-name': 'k8s-{kubernetes}-{os}-{arch}-{date}-{run}',
    'instance-type': '',
    'subnet-id': '',
    'associate-public-ip-address': '',
    'ssh-interface': '',
    'ssh-source-cidr': '',
    'packer-version': '1.16.0',
    mirror: '',
    'mirror-trust': '',
    'build-proxy': '',
    'var-file': '',
    vars: '',
    'ansible-extra-vars': '',
    'ansible-hooks': '',
    'extra-packages': '',
    'pre-pull-images': 'none',
    'cluster-api': 'off',
    tags: '',
    'if-exists': 'skip',
    ..._publishing_js__WEBPACK_IMPORTED_MODULE_0__/* .publishingDefaults */ .O,
    rehearse: 'false',
    test: 'node',
    'test-focus': String.raw `\[Conformance\]`,
    'test-skip': '',
    'test-reboot': 'auto',
    'test-timeout': '',
    'keep-failed': 'false',
    'parallel-builds': '2',
    timeout: '60',
    preflight: 'true',
};
const inputNames = Object.keys(inputDefaults);
const outsideConfig = ['config', 'build-proxy'];
const jobInputNames = [
    'rehearse',
    'parallel-builds',
    'packer-version',
    'mirror',
    'mirror-trust',
    'lock',
    'lock-file',
];


/***/ }),

/***/ 3718:
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
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7268);
/* harmony import */ var _lib_schema_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(956);



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
    if (url.username !== '' || url.password !== '')
        report('the address holds a user name or password', 'use a mirror without a password: the address appears in logs');
    if (url.search !== '' || url.hash !== '')
        report(`"${text}" holds ? or #`, 'write the base address alone');
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
        const { parse } = await __webpack_require__.e(/* import() */ 815).then(__webpack_require__.t.bind(__webpack_require__, 8815, 19));
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

/***/ 6292:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ readPublishing),
/* harmony export */   O: () => (/* binding */ publishingDefaults)
/* harmony export */ });
/* harmony import */ var _lib_nearest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2269);
/* harmony import */ var _model_region_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4709);
/* harmony import */ var _parse_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3718);



const publishingDefaults = {
    'copy-before-test': 'true',
    'max-concurrent-copies': '50',
    'kms-key-ids': '',
    'share-with-accounts': '',
    'share-with-organizations': '',
    'share-with-ous': '',
    'share-publicly': 'false',
    'deprecate-after': '',
    'deregistration-protection': 'false',
    'ssm-parameters': '',
};
const PLACEHOLDERS = ['os', 'arch', 'kubernetes', 'minor'];
const PUBLIC_DAYS = 730;
function readPublishing(given) {
    const { text, report } = given;
    const words = (name, pattern, what, example) => _parse_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_(text(name))
        .map((word) => {
        if (!pattern.test(word))
            report(name)(`"${word}" is not ${what}`, `it looks like ${example}`);
        return word;
    })
        .sort();
    const choice = (name, known) => {
        const word = text(name).toLowerCase();
        if (!known.includes(word))
            report(name)(`"${word}" is not ${known.join(' or ')}`, (0,_lib_nearest_js__WEBPACK_IMPORTED_MODULE_0__/* .suggest */ .Z)(word, known));
        return word;
    };
    const settings = {
        keys: readKeys(given),
        accounts: words('share-with-accounts', /^\d{12}$/, 'an AWS account', '123456789012'),
        organizations: words('share-with-organizations', /^arn:aws[\w-]*:organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/, 'the ARN of an organization', 'arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5'),
        organizationalUnits: words('share-with-ous', /^arn:aws[\w-]*:organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$/, 'the ARN of an organizational unit', 'arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-c3d4e5f6'),
        everybody: choice('share-publicly', ['true', 'false']) === 'true',
        deprecateAfter: text('deprecate-after') === ''
            ? undefined
            :
                _parse_js__WEBPACK_IMPORTED_MODULE_1__/* .integer */ .nd(text('deprecate-after'), [1, 3650], report('deprecate-after')),
        protection: choice('deregistration-protection', ['true', 'false', 'with-cooldown']),
        parameters: readParameters(given),
        copyBeforeTest: choice('copy-before-test', ['true', 'false']) === 'true',
        maxCopies: _parse_js__WEBPACK_IMPORTED_MODULE_1__/* .integer */ .nd(text('max-concurrent-copies'), [1, 500], report('max-concurrent-copies')),
    };
    checkTogether(settings, given);
    return settings;
}
function checkTogether(settings, { test, report }) {
    if (settings.everybody && Object.keys(settings.keys).length > 0)
        report('share-publicly')('an encrypted AMI cannot be public', 'leave kms-key-ids out, or share with accounts');
    if (settings.everybody && (settings.deprecateAfter ?? 0) > PUBLIC_DAYS)
        report('deprecate-after')(`EC2 deprecates a public AMI after ${PUBLIC_DAYS} days at most`, `write up to ${PUBLIC_DAYS}, or leave share-publicly out`);
    if (test !== 'none')
        return;
    const why = 'it needs AMIs that passed a test, but `test` is none';
    if (settings.parameters.length > 0)
        report('ssm-parameters')(why, 'write test: boot, or node');
    if (settings.protection !== 'false')
        report('deregistration-protection')(why, 'write test: boot, or node');
}
function readKeys({ text, report, region, amiRegions }) {
    const name = 'kms-key-ids';
    const keys = _parse_js__WEBPACK_IMPORTED_MODULE_1__/* .pairs */ .AS(text(name), report(name));
    for (const [at, key] of Object.entries(keys)) {
        if (!_model_region_js__WEBPACK_IMPORTED_MODULE_2__/* .REGION */ .Zg.test(at))
            report(name)(`"${at}" is not an AWS region`, 'it looks like us-east-1');
        const arn = /^arn:aws[\w-]*:kms:([a-z0-9-]+):\d{12}:(key|alias)\/\S+$/.exec(key);
        if (arn === null && !/^(mrk-)?[0-9a-f-]{32,36}$|^alias\/\S+$/.test(key))
            report(name)(`"${key}" is not a KMS key`, 'write its ID, its ARN, or alias/NAME');
        else if (arn !== null && arn[1] !== at)
            report(name)(`${key} is not a key of ${at}`, 'name a key of that region');
    }
    const wanted = [region, ...(amiRegions === 'all' ? [] : amiRegions)];
    const missing = [...new Set(wanted)].filter((each) => !(each in keys));
    if (Object.keys(keys).length > 0 && missing.length > 0)
        report(name)(`there is no key for ${missing.join(', ')}`, 'write a REGION=KEY line for each region');
    return keys;
}
function readParameters({ text, report, many }) {
    const name = 'ssm-parameters';
    const patterns = _parse_js__WEBPACK_IMPORTED_MODULE_1__/* .list */ .p_(text(name));
    for (const pattern of patterns) {
        for (const [whole, placeholder = ''] of pattern.matchAll(/\{([^{}]*)\}/g))
            if (!PLACEHOLDERS.includes(placeholder))
                report(name)(`"${whole}" is not filled in`, (0,_lib_nearest_js__WEBPACK_IMPORTED_MODULE_0__/* .suggest */ .Z)(placeholder, PLACEHOLDERS));
        const rest = pattern.replace(/\{[^{}]*\}/g, 'x');
        if (!/^(\/[A-Za-z0-9_.-]+){1,15}$/.test(rest))
            report(name)(`"${pattern}" is not a parameter's name`, 'it looks like /k8s-image/{os}/{arch}/{minor}/latest');
        if (/^\/?(aws|ssm)/i.test(pattern))
            report(name)(`"${pattern}" begins with a word that AWS reserves`, 'choose another prefix');
        for (const each of ['os', 'arch', 'kubernetes']) {
            const told = pattern.includes(`{${each}}`) || (each === 'kubernetes' && pattern.includes('{minor}'));
            if (many[each].length > 1 && !told)
                report(name)(`several images would write the same parameter`, `write {${each}} into ${pattern}`);
        }
    }
    return patterns;
}


/***/ }),

/***/ 9066:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AN: () => (/* binding */ inputText),
/* harmony export */   Qn: () => (/* binding */ variableOf),
/* harmony export */   cN: () => (/* binding */ inputReader)
/* harmony export */ });
/* unused harmony export misspelt */
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7268);
/* harmony import */ var _lib_nearest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2269);


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
            report(`"${value}" is not ${what}`, `it looks like ${example}`);
        return value;
    });
    return { mistakes, text, reporter, optional, oneOf, word, yes, matching };
}


/***/ }),

/***/ 1400:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ canonicalJson),
/* harmony export */   o: () => (/* binding */ digestOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);

function canonicalJson(value) {
    if (Array.isArray(value))
        return `[${value.map((each) => canonicalJson(each)).join(',')}]`;
    if (typeof value !== 'object' || value === null)
        return JSON.stringify(value) ?? 'null';
    const members = Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
}
function digestOf(content) {
    return `sha256:${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(canonicalJson(content)).digest('hex')}`;
}


/***/ }),

/***/ 5552:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ gather)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7268);

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

/***/ 2269:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ suggest),
/* harmony export */   p: () => (/* binding */ nearest)
/* harmony export */ });
/* harmony import */ var fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1916);

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

/***/ 956:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ checkShape),
/* harmony export */   j: () => (/* binding */ isMap)
/* harmony export */ });
/* harmony import */ var _nearest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2269);

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
            report(`${place} is ${show(value)}, which does not look like one`, `${hint} (${schema.pattern})`);
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

/***/ 4214:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ AWS)
/* harmony export */ });
const AWS = { env: {}, sshPort: 22, sshSourceCidrs: [] };


/***/ }),

/***/ 2975:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   In: () => (/* binding */ levelOf),
/* harmony export */   NW: () => (/* binding */ isLevel),
/* harmony export */   Q4: () => (/* binding */ testMinutes),
/* harmony export */   l8: () => (/* binding */ passedLevel),
/* harmony export */   mK: () => (/* binding */ includes),
/* harmony export */   yr: () => (/* binding */ levels)
/* harmony export */ });
const levels = ['boot', 'node', 'cluster', 'conformance'];
const testMinutes = {
    none: 20,
    boot: 20,
    node: 20,
    cluster: 30,
    conformance: 90,
};
function includes(level, part) {
    return level !== 'none' && levels.indexOf(level) >= levels.indexOf(part);
}
function passedLevel(tested, level) {
    return isLevel(tested) && (level === undefined || includes(tested, level));
}
function isLevel(word) {
    return levels.includes(word);
}
function levelOf({ test }) {
    return test === 'none' ? undefined : test;
}


/***/ }),

/***/ 4709:
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

/***/ 1147:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HI: () => (/* binding */ hashHooks),
/* harmony export */   WG: () => (/* binding */ describeDigest),
/* harmony export */   Wf: () => (/* binding */ imageDigest),
/* harmony export */   jD: () => (/* binding */ hashSources)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1400);




const BUILD_ONLY = new Set(['ssh_port']);
function imageDigest(content) {
    if (content.baseAmi === undefined)
        return undefined;
    const { family, sshUser, rootDevice } = content.system;
    const variables = Object.entries(content.templateVariables).filter(([name]) => !BUILD_ONLY.has(name));
    return (0,_lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_3__/* .digestOf */ .o)({
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
    return hashFiles(directory, ['.'], (name) => name !== '.git');
}
function hashFiles(root, paths, counts) {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256');
    const walk = (path) => {
        for (const entry of (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readdirSync)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(root, path), { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1)) {
            const below = `${path}/${entry.name}`;
            if (!counts(entry.name, below))
                continue;
            if (entry.isDirectory())
                walk(below);
            else
                hash.update(`${below}\0${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256')
                    .update((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(root, below)))
                    .digest('hex')}\n`);
        }
    };
    for (const path of paths)
        walk(path);
    return hash.digest('hex');
}


/***/ }),

/***/ 5396:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   NG: () => (/* binding */ lockedFile),
/* harmony export */   Nd: () => (/* binding */ lockedNode),
/* harmony export */   _M: () => (/* binding */ lockedAmi),
/* harmony export */   f7: () => (/* binding */ lockedRpms),
/* harmony export */   mF: () => (/* binding */ readLock),
/* harmony export */   t0: () => (/* binding */ mergeLocks),
/* harmony export */   tX: () => (/* binding */ differences),
/* harmony export */   wC: () => (/* binding */ renderLock)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1400);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7268);
/* harmony import */ var _lib_schema_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(956);




const again = 'rewrite it (lock: write), and commit it';
function renderLock(lock) {
    return `${JSON.stringify(sorted({ ...lock, sum: sumOf(lock) }), null, 2)}\n`;
}
function readLock(text, schema) {
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo('lock', 'is not JSON', `restore it from version control, or ${again}`);
    }
    if (typeof value === 'object' && value !== null && value.format !== 1)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo('lock', `has the format ${JSON.stringify(value.format) ?? 'of no lock'}, which this version of the action cannot read`, `use the version of the action that wrote it, or ${again}`);
    const mistakes = [];
    (0,_lib_schema_js__WEBPACK_IMPORTED_MODULE_3__/* .checkShape */ .e)(value, schema, (message) => mistakes.push(message));
    if (mistakes[0] !== undefined)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo('lock', mistakes[0], `do not edit it by hand: restore it from version control, or ${again}`);
    const { sum, ...lock } = value;
    if (sum !== sumOf(lock))
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo('lock', 'was changed after it was written: its checksum differs', `restore it from version control, or ${again}`);
    return lock;
}
function mergeLocks(locks) {
    const merge = (parts, both) => {
        const result = {};
        for (const part of parts)
            for (const [name, value] of Object.entries(part)) {
                const before = result[name];
                result[name] = before === undefined ? value : both(before, value);
            }
        return result;
    };
    const mergeArch = (a, b) => {
        const rpms = { ...a.rpms, ...b.rpms };
        return {
            packages: { ...a.packages, ...b.packages },
            files: { ...a.files, ...b.files },
            ...(Object.keys(rpms).length > 0 && { rpms }),
        };
    };
    return {
        format: 1,
        tools: Object.assign({}, ...locks.map(({ tools }) => tools)),
        kubernetes: merge(locks.map(({ kubernetes }) => kubernetes), (a, b) => ({ ...a, ...b, arch: merge([a.arch, b.arch], mergeArch) })),
        baseAmis: merge(locks.map(({ baseAmis }) => baseAmis), (a, b) => ({ ...a, ...b })),
    };
}
function lockedNode(lock, file, wanted, arches) {
    const node = Object.hasOwn(lock.kubernetes, wanted) ? lock.kubernetes[wanted] : undefined;
    const missing = arches.filter((arch) => node?.arch[arch] === undefined);
    if (node !== undefined && missing.length === 0)
        return node;
    throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo('lock', `${file} does not name Kubernetes ${wanted}${node === undefined ? '' : ` for ${missing.join(' and ')}`}`, again);
}
function lockedFile(node, file, arch, name) {
    const found = node.arch[arch]?.files[name];
    if (found === undefined)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo('lock', `${file} does not name ${name} for ${arch}`, again);
    return found;
}
function lockedRpms(node, file, arch) {
    const rpms = node.arch[arch]?.rpms;
    if (node.rpm !== undefined && rpms !== undefined)
        return { ...node.rpm, rpms };
    throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo('lock', `${file} does not name the rpm packages of Kubernetes ${node.version} for ${arch}`, again);
}
function lockedAmi(lock, file, region, image) {
    const ami = lock.baseAmis[region]?.[image];
    if (ami === undefined)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo('lock', `${file} does not name the base AMI of ${image} in ${region}`, again);
    return ami;
}
function differences(locked, now) {
    const moved = [];
    const compare = (what, before, after) => {
        if (before !== after)
            moved.push(`${what} ${before ?? 'absent'} -> ${after ?? 'absent'}`);
    };
    compare('Kubernetes', locked.deb, now.deb);
    compare('Kubernetes rpm', locked.rpm?.version, now.rpm?.version);
    compare('sandbox image', locked.sandboxImage.name, now.sandboxImage.name);
    if (locked.sandboxImage.name === now.sandboxImage.name)
        compare(`digest of ${now.sandboxImage.name}`, locked.sandboxImage.digest, now.sandboxImage.digest);
    for (const [arch, { packages, files, rpms = {} }] of Object.entries(now.arch)) {
        const before = locked.arch[arch];
        const rows = [
            ...Object.entries(files).map(([name, after]) => [name, before?.files[name], after]),
            ...Object.entries(packages).map(([name, after]) => [name, before?.packages[name], after]),
            ...Object.entries(rpms).map(([name, after]) => [`${name} rpm`, before?.rpms?.[name], after]),
        ];
        for (const [name, old, after] of rows) {
            const said = new Set([
                locked.deb !== now.deb && now.deb,
                locked.rpm?.version !== now.rpm?.version && now.rpm?.version,
            ]);
            if (old?.version !== after.version && said.has(after.version))
                continue;
            compare(name, old?.version, after.version);
            if (old?.version === after.version)
                compare(`sha256 of ${name} ${after.version} for ${arch}`, old.sha256, after.sha256);
        }
    }
    return [...new Set(moved)];
}
function sumOf(lock) {
    return `sha256:${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update((0,_lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalJson */ .d)(lock)).digest('hex')}`;
}
function sorted(value) {
    if (Array.isArray(value))
        return value.map(sorted);
    if (typeof value !== 'object' || value === null)
        return value;
    return Object.fromEntries(Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, member]) => [name, sorted(member)]));
}


/***/ }),

/***/ 2471:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ amiName),
/* harmony export */   g: () => (/* binding */ checkNameIsFree)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7268);

function amiName(pattern, parts) {
    const name = pattern.replace(/\{(\w+)\}/g, (whole, part) => parts[part] ?? whole);
    if (name.length < 3 || name.length > 128)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('ami-name', `ami-name: "${name}" has ${name.length} characters`, 'use 3 to 128');
    return name;
}
async function checkNameIsFree(image, region, ec2) {
    if (await ec2.amiNameTaken(image.amiName))
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('ami-name', `${image.key}: the account has an AMI named ${image.amiName} in ${region} already`, 'choose another ami-name, or add {run}, which differs in every run');
}


/***/ }),

/***/ 4285:
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
    rest: 'The report directory has it all.',
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

/***/ 9836:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ runnerArch)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7268);

function runnerArch(machine) {
    const arch = { x64: 'amd64', arm64: 'arm64' }[machine.arch];
    if (machine.platform === 'linux' && arch !== undefined)
        return arch;
    throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('runner', `this action runs on Linux x64 and arm64; this runner is ${machine.platform} ${machine.arch}`, 'choose another runs-on, such as ubuntu-latest');
}


/***/ })

};
