export const id = 812;
export const ids = [812];
export const modules = {

/***/ 16579:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  V: () => (/* binding */ realEffects)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 7 modules
var core = __webpack_require__(33838);
// EXTERNAL MODULE: ./src/aws/clients.ts + 1 modules
var clients = __webpack_require__(88551);
// EXTERNAL MODULE: ./src/aws/ec2-client.ts + 3 modules
var ec2_client = __webpack_require__(37170);
// EXTERNAL MODULE: ./src/aws/keys.ts
var keys = __webpack_require__(34297);
// EXTERNAL MODULE: ./src/aws/parameters.ts
var parameters = __webpack_require__(70033);
// EXTERNAL MODULE: ./src/aws/tally.ts
var aws_tally = __webpack_require__(23103);
// EXTERNAL MODULE: ./src/catalog/catalog.ts
var catalog_catalog = __webpack_require__(97008);
// EXTERNAL MODULE: ./src/lib/errors.ts
var errors = __webpack_require__(97268);
;// CONCATENATED MODULE: ./src/inputs/files.ts

const FILE_HINT = 'write its path from the workspace, and check that the job has a checkout step';
function unreadable(error, causes = {}) {
    const code = error.code ?? '';
    return { ENOENT: 'does not exist', ...causes }[code] ?? `cannot be read: ${(0,errors/* firstLine */.TM)(error)}`;
}

// EXTERNAL MODULE: ./src/inputs/names.ts
var names = __webpack_require__(85585);
// EXTERNAL MODULE: ./src/model/level.ts
var level = __webpack_require__(52975);
// EXTERNAL MODULE: ./src/model/region.ts
var model_region = __webpack_require__(54709);
// EXTERNAL MODULE: ./src/lib/schema.ts
var lib_schema = __webpack_require__(30956);
;// CONCATENATED MODULE: ./src/inputs/agent.ts

const PACKAGES = { debian: '.deb', redhat: '.rpm' };
function checkAgent(agent, { os, arch }, systems, known, report) {
    if (!(0,lib_schema/* isMap */.j)(agent) || Object.keys(agent).length === 0)
        return;
    const { url } = agent;
    const others = 'remove it there: a config file can set it per image';
    const snaps = os.filter((key) => known.includes(key) && systems[key]?.distribution === 'ubuntu');
    if (snaps.length > 0)
        report(`base_ssm_agent: AMIs of ${snaps.join(', ')} have the agent as a snap, which refuses the package`, others);
    for (const [family, ending] of Object.entries(PACKAGES)) {
        const unfit = os.filter((key) => !snaps.includes(key) && systems[key]?.family === family);
        if (unfit.length > 0 && typeof url === 'string' && !url.endsWith(ending))
            report(`base_ssm_agent: ${unfit.join(', ')} cannot install ${url.replace(/.*\//, '')}`, `name a ${ending} package`);
    }
    if (arch.length > 1)
        report(`base_ssm_agent: one package does not fit ${arch.join(' and ')}`, 'write an entry for each architecture into a config file');
}

// EXTERNAL MODULE: ./src/lib/nearest.ts
var nearest = __webpack_require__(72269);
;// CONCATENATED MODULE: ./src/inputs/ami-name.ts

const placeholders = ['kubernetes', 'os', 'arch', 'date', 'run'];
function readAmiName(pattern, many, report) {
    for (const [whole, name = ''] of pattern.matchAll(/\{([^{}]*)\}/g))
        if (!placeholders.includes(name))
            report(`"${whole}" is not a placeholder`, (0,nearest/* suggest */.Z)(name, placeholders));
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
var parse = __webpack_require__(13718);
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
        report(`"${host}" is not a host to reach without the proxy`, 'write it like mirror.example.com or .example.com');
    return { address, none };
}

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
        reporter('extra-packages')(`${found} has no package manager, so it cannot install ${packages.join(', ')}`, others);
    if (base_cluster_api === 'aws')
        reporter('cluster-api')(`it is for cloud-init, but Cluster API bootstraps ${found} with Ignition, which does not need it`, `leave it off for ${found}: a config file can set it per image`);
    if (base_hardening === 'cis')
        reporter('ansible-extra-vars')(`base_hardening: ${found} does not support cis`, others);
    if (base_kernel_upgrade === true)
        reporter('ansible-extra-vars')(`${found} does not support base_kernel_upgrade, since its kernel comes with /usr`, others);
    if (typeof base_gpu === 'string' && base_gpu !== 'none')
        reporter('ansible-extra-vars')(`base_gpu: ${found} does not support ${base_gpu}`, others);
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
        report(`${text}/${name} is not a hook`, `${(0,nearest/* suggest */.Z)(name, known)}; put files that hooks include into a directory below`);
    const hooks = names.filter((name) => known.includes(name));
    if (hooks.length === 0)
        report(`${text} contains no hook`, `known: ${known.join(', ')}`);
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
    const { parseDocument } = await __webpack_require__.e(/* import() */ 815).then(__webpack_require__.t.bind(__webpack_require__, 38815, 19));
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
    report(`${path} is not a list of tasks`, 'write only tasks, without hosts: and tasks: around them');
}

// EXTERNAL MODULE: ./src/lib/canonical-json.ts
var canonical_json = __webpack_require__(81400);
;// CONCATENATED MODULE: ./src/inputs/images.ts

const SETS = ['none', 'node', 'control-plane'];
function readImages(words, report) {
    const isSet = (word) => SETS.includes(word);
    const sets = words.filter((word) => isSet(word) && word !== 'none');
    if (sets.length > 1)
        report(`${sets.join(' and ')} are given`, 'control-plane includes node');
    const odd = words.find((word) => !isSet(word) && !word.includes('/'));
    if (odd !== undefined)
        report(`"${odd}" is not an image`, `${(0,nearest/* suggest */.Z)(odd, SETS)}; begin it with its registry`);
    const named = words.filter((word) => word.includes('/'));
    return {
        ...(sets.length > 0 ? { containerd_pull: sets[0] } : {}),
        ...(named.length > 0 ? { containerd_images_extra: named } : {}),
    };
}
function checkDigests(variables, report) {
    const { containerd_pull: set, containerd_images_extra: named } = variables;
    const words = [...(set === 'none' ? [] : [set]), ...(Array.isArray(named) ? named : [])];
    const loose = words.find((word) => typeof word === 'string' && !word.includes('@sha256:'));
    if (loose !== undefined)
        report(`with a mirror, "${loose}" is not enough: a tag is not a fixed version`, 'write each image with @sha256:…');
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
        if (option?.plan)
            report(`"${name}" is what the plan decides`, 'remove it; an input or the lock has its value');
        else if (option !== undefined) {
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
        if (systems === undefined || (0,canonical_json/* canonicalJson */.dj)(value) === (0,canonical_json/* canonicalJson */.dj)(usual))
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
            return [`${path} is "${value}", which is not allowed`, `it must match ${shape.pattern}`];
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
    const names = Object.keys(shape.fields ?? {});
    const missing = names.find((name) => !Object.hasOwn(value, name));
    return (first(Object.entries(value).map(([name, each]) => [`${path}.${name}`, each, shape.fields?.[name] ?? shape.each])) ??
        (shape.whole && missing !== undefined && Object.keys(value).length > 0
            ? [`${path} has no ${missing}`, `write ${names.join(' and ')}`]
            : undefined));
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
function playbookVariables(given, { packages, images, clusterApi, hooks, mirror }, options, reporter) {
    checkOptions(given, options, hooks, reporter('ansible-extra-vars'));
    const added = {
        'extra-packages': (0,parse/* list */.p_)(packages).length > 0 ? { kubernetes_packages_extra: (0,parse/* list */.p_)(packages) } : {},
        'cluster-api': clusterApi === 'off' ? {} : { base_cluster_api: clusterApi },
        'pre-pull-images': readImages((0,parse/* list */.p_)(images), reporter('pre-pull-images')),
    };
    const all = { 'ansible-extra-vars': given, ...added };
    if (mirror)
        for (const [input, variables] of Object.entries(all))
            checkDigests(variables, reporter(input));
    for (const [input, variables] of Object.entries(added)) {
        checkOptions(variables, options, hooks, reporter(input));
        for (const name of Object.keys(variables).filter((each) => Object.hasOwn(given, each)))
            reporter(input)(`ansible-extra-vars has ${name} as well`, 'write it in one of the two places');
    }
    return Object.assign({ ...given }, ...Object.values(added));
}

// EXTERNAL MODULE: ./src/inputs/publishing.ts
var publishing = __webpack_require__(6292);
// EXTERNAL MODULE: ./src/model/reach.ts
var reach = __webpack_require__(66930);
// EXTERNAL MODULE: ./src/model/variables.ts
var variables = __webpack_require__(33904);
;// CONCATENATED MODULE: ./src/inputs/reach.ts


const PRIVATE = 'set `ssh-interface: private_ip` on a runner that reaches the subnet, or `session_manager`';
function checkReach(inputs, reporter) {
    const { subnetId, associatePublicIp, sshInterface } = inputs;
    if (associatePublicIp !== undefined && subnetId === undefined)
        reporter('associate-public-ip-address')('it needs `subnet-id`', 'set `subnet-id`, or remove it');
    else if (associatePublicIp === false && (0,reach/* hopesForPublic */.U)(inputs))
        reporter('associate-public-ip-address')('the runner cannot reach an instance without a public address', PRIVATE);
    if (sshInterface === 'session_manager' && (0,variables/* profileOf */.d)(inputs) === undefined)
        reporter('ssh-interface')('session_manager needs an instance profile with AmazonSSMManagedInstanceCore', 'set it with `vars: iam_instance_profile=NAME`');
}

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
            report(`"${word}" is not an operating system in the catalog`, (0,nearest/* suggest */.Z)(word, known));
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

// EXTERNAL MODULE: ./src/aws/ec2.ts
var ec2 = __webpack_require__(52791);
// EXTERNAL MODULE: ./src/aws/provisional.ts
var provisional = __webpack_require__(52615);
;// CONCATENATED MODULE: ./src/inputs/tags.ts



const LIMIT = 50;
const OWN = [
    ...[ec2/* RUN_TAG */.R2, ec2/* IMAGE_TAG */.Ne, ec2/* DIGEST_TAG */.K1, ec2/* KUBERNETES_TAG */.km, ec2/* OS_TAG */.w7, ec2/* VERSIONS_TAG */.Pg, ec2/* STATE_TAG */.PZ, ec2/* STARTED_TAG */.bl, provisional/* NAME_TAG */.L],
    ...[ec2/* TESTED_TAG */.N5, ec2/* TESTED_AT_TAG */.vy],
    ...[ec2/* KEY_TAG */.HI, ec2/* PUBLISHED_TAG */.Eq, ec2/* PRUNED_TAG */.qv],
];
const MOST = LIMIT - OWN.length;
function readTags(text, report) {
    const tags = (0,parse/* pairs */.AS)(text, report);
    for (const [key, value] of Object.entries(tags)) {
        if (/^(aws:|k8s-image:)/i.test(key))
            report(`"${key}" begins with a reserved word`, 'choose another key');
        if (key.length > 128 || value.length > 256)
            report(`"${key.slice(0, 40)}" is too long`, 'use at most 128 characters for a key, and 256 for a value');
        if (`${key}\n${value}`.includes('{{'))
            report(`"${key}" holds {{`, 'write it without {{: Packer would fill it in');
    }
    if (Object.keys(tags).length > MOST)
        report(`more than ${MOST} tags`, `EC2 allows ${LIMIT} per resource, and the action uses ${OWN.length}`);
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
const VALUES = {
    root_volume_size: [/^(0|[89]|[1-9]\d+)$/, 'write a number of GiB from 8, or 0 for the size of the base AMI'],
    root_volume_type: [/^gp[23]$/, 'write gp3 or gp2'],
};
function checkTemplateValues(values, report) {
    for (const [name, [form, hint]] of Object.entries(VALUES)) {
        const value = values[name];
        if (value !== undefined && value !== null && !form.test(String(value)))
            report(`${name} is "${value}"`, hint);
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


const testWords = ['none', ...level/* levels */.yr];
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
        report(`"${text}" is not a regular expression`, String.raw `write it like \[Conformance\]`);
    }
    return text;
}

// EXTERNAL MODULE: ./src/catalog/support.ts
var support = __webpack_require__(24144);
// EXTERNAL MODULE: ./src/catalog/versions.ts
var versions = __webpack_require__(71190);
// EXTERNAL MODULE: ./src/plan/lock.ts
var lock = __webpack_require__(55396);
// EXTERNAL MODULE: ./src/tools/versions.ts
var tools_versions = __webpack_require__(62578);
;// CONCATENATED MODULE: ./src/inputs/versions.ts






function checkContainerd(version, kubernetesVersions, { kubernetes }, report) {
    for (const minor of new Set(kubernetesVersions.map(versions/* minorOf */.Hs))) {
        const entry = kubernetes[minor];
        const problem = entry && (0,support/* containerdProblem */.BT)(minor, entry, version);
        if (entry !== undefined && problem !== undefined)
            report(problem, `remove it for ${entry.containerd}, or build another Kubernetes`);
    }
}
function checkKubeadmConfig(variables, kubernetesVersions, { kubernetes }, report) {
    const text = JSON.stringify(variables);
    for (const minor of new Set(kubernetesVersions.map(versions/* minorOf */.Hs))) {
        const entry = kubernetes[minor];
        if (entry === undefined)
            continue;
        for (const version of (0,support/* goneKubeadmVersions */.sz)(text, entry))
            report(`kubeadm of Kubernetes ${minor} does not read kubeadm.k8s.io/${version}`, `write kubeadm.k8s.io/${entry.kubeadmApi.at(-1)}`);
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
    const minors = Object.keys(catalog.kubernetes);
    const versions = (0,parse/* list */.p_)(text).map((word) => {
        const match = /^v?((\d+\.\d+)(\.\d+(-[0-9A-Za-z.+~]+)?)?)$/.exec(word);
        if (match === null)
            report(`"${word}" is not a version`, 'write 1.37, 1.37.2 or 1.37.2-1.1');
        else if (!minors.includes(match[2] ?? ''))
            report(`Kubernetes ${match[2]} is not in the catalog`, `known: ${minors.join(', ')}`);
        return match?.[1] ?? word;
    });
    return [...new Set(versions)];
}
function checkTools(file, { tools }, packer, report) {
    for (const [name, version] of Object.entries((0,tools_versions/* toolVersions */.Ek)(packer))) {
        const locked = tools[name] ?? version;
        if (locked !== version)
            report(`${file} names ${name} ${locked}, but this run uses ${version}`, name === 'packer' ? `rewrite it (lock: write), or set packer-version: ${locked}` : 'rewrite it (lock: write)');
    }
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
            reporter(name)('is empty', `write ${names/* inputDefaults */.V0[name]}, for example`);
    const ours = facts.catalog.operatingSystems;
    const operatingSystems = file('catalog', ours, (content, report) => mergeCatalog(content, ours, facts.catalog.schema('operating-systems'), report));
    const os = chooseSystems(parse/* list */.p_(text('os')), operatingSystems, reporter('os'));
    const arch = parse/* list */.p_(text('arch')).map((word) => readArch(word, reporter('arch')));
    checkPairs(os, arch, operatingSystems, reporter('os'));
    const kubernetesVersions = readKubernetes(text('kubernetes-version'), facts.catalog, reporter('kubernetes-version'));
    const region = text('region') || env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1';
    const checkRegion = (name, value) => {
        if (!model_region/* REGION */.Zg.test(value))
            reporter(name)(`"${value}" is not an AWS region`, 'write it like us-east-1');
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
    const packerVersion = matching('packer-version', /^\d+\.\d+\.\d+$/, 'an exact version', names/* inputDefaults */.V0['packer-version']) ?? '';
    if (locked !== undefined)
        checkTools(text('lock-file'), locked, packerVersion, reporter('lock-file'));
    const varFile = file('var-file', {}, (content, report) => readVarFile(text('var-file'), content, report));
    const vars = parse/* pairs */.AS(text('vars'), reporter('vars'));
    checkTemplateVariables(Object.keys(varFile), facts.templateVariables, reporter('var-file'));
    checkTemplateVariables(Object.keys(vars), facts.templateVariables, reporter('vars'));
    checkTemplateValues(varFile, reporter('var-file'));
    checkTemplateValues(vars, reporter('vars'));
    const ansibleExtraVars = playbookVariables((await optional('ansible-extra-vars', parse/* map */.Tj)) ?? {}, {
        packages: text('extra-packages'),
        images: text('pre-pull-images'),
        clusterApi: word('cluster-api', ['off', 'aws'], 'off or aws'),
        hooks: text('ansible-hooks') !== '',
        mirror: mirror !== undefined,
    }, facts.options, reporter);
    const systems = Object.keys(facts.catalog.operatingSystems);
    checkSystems(ansibleExtraVars, facts.options, os, systems, reporter('ansible-extra-vars'));
    const { base_ssm_agent: agent } = ansibleExtraVars;
    checkAgent(agent, { os, arch }, operatingSystems, systems, reporter('ansible-extra-vars'));
    checkFlatcar(os, operatingSystems, ansibleExtraVars, reporter);
    checkKubeadmConfig(ansibleExtraVars, kubernetesVersions, facts.catalog, reporter('ansible-extra-vars'));
    if (new Set(arch).size > 1 && text('instance-type') !== '')
        reporter('instance-type')('no type runs both architectures', 'leave it empty, or give each architecture an entry of a config file');
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
                reporter('ssh-source-cidr')(`"${value}" is not an address range`, 'write it like 203.0.113.7/32');
            else if (value.endsWith('/0'))
                reporter('ssh-source-cidr')(`"${value}" is the whole internet`, 'name the ranges that the runner comes from');
            return value;
        }),
        amiName: readAmiName(text('ami-name'), { os, arch, kubernetes: kubernetesVersions }, reporter('ami-name')),
        packerVersion,
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
            ? level/* testMinutes */.Q4[test]
            : parse/* integer */.nd(text('test-timeout'), [1, 1440], reporter('test-timeout')),
        keepFailed: yes('keep-failed'),
        parallelBuilds: parse/* integer */.nd(text('parallel-builds'), [1, 64], reporter('parallel-builds')),
        timeout: parse/* integer */.nd(text('timeout'), [1, 1440], reporter('timeout')),
        preflight: yes('preflight'),
    };
    checkReach(inputs, reporter);
    if (mistakes.length > 0)
        throw new errors/* UserErrors */.tQ(mistakes);
    return inputs;
}

// EXTERNAL MODULE: ./src/inputs/config/place.ts
var config_place = __webpack_require__(83395);
;// CONCATENATED MODULE: ./src/inputs/config/read.ts







async function readWanted(env, facts) {
    const config = (0,reader/* inputText */.AN)(env, 'config');
    if (config === '')
        return [{ name: undefined, required: true, inputs: await readInputs(env, facts), texts: textsOf(env) }];
    const { file, text } = readText(config, env, facts);
    const { readConfig } = await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(223)]).then(__webpack_require__.bind(__webpack_require__, 96223));
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
            wanted.push({ name, required, inputs: await readInputs(merged, facts), texts: textsOf(merged, settings) });
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
function textsOf(env, settings = new Map()) {
    return Object.fromEntries(names/* inputNames */.vj.flatMap((name) => {
        const text = (0,reader/* inputText */.AN)(env, name);
        const counts = settings.has(name) || (text !== '' && text !== names/* inputDefaults */.V0[name]);
        return counts && !names/* outsideConfig */.UC.includes(name) ? [[name, text]] : [];
    }));
}

// EXTERNAL MODULE: ./src/lib/clock.ts
var lib_clock = __webpack_require__(84517);
// EXTERNAL MODULE: ./src/lib/exec.ts
var exec = __webpack_require__(10766);
// EXTERNAL MODULE: ./src/lib/log.ts
var lib_log = __webpack_require__(61025);
// EXTERNAL MODULE: ./src/plan/regions.ts
var regions = __webpack_require__(86046);
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
    const catalog = (0,catalog_catalog/* readCatalog */.uM)(root);
    return {
        env,
        root,
        machine: { platform: process.platform, arch: process.arch, uid: process.getuid?.() ?? -1 },
        log,
        clock,
        exec: exec/* exec */.m0,
        started: performance.timeOrigin / 1000,
        readWanted: () => readWanted(env, {
            catalog,
            templateVariables: readTemplateVariables(root),
            readFile: (path) => (0,external_node_fs_.readFileSync)(path, 'utf8'),
            readDirectory: (path) => (0,external_node_fs_.readdirSync)(path),
            options: readOptions(root),
        }),
        makePlan: async (inputs, runId, account, preparation) => (await __webpack_require__.e(/* import() */ 403).then(__webpack_require__.bind(__webpack_require__, 55403))).makePlan(inputs, {
            ...preparation,
            catalog,
            root,
            runId,
            date: (0,lib_clock/* dayOf */.k)(clock.now()),
            ec2: preparation.ec2 ?? ec2(account)(inputs.region),
            ...(preparation.ec2
                ? {}
                : { anyRegions: () => ec2(account)((0,regions/* regionOfPartition */.Eo)(inputs.region)).enabledRegions() }),
            exec: exec/* exec */.m0,
            clock,
        }),
        prepareTools: async (inputs, preparation) => (await Promise.all(/* import() */[__webpack_require__.e(805), __webpack_require__.e(953)]).then(__webpack_require__.bind(__webpack_require__, 95953))).prepareTools(inputs, { ...preparation, exec: exec/* exec */.m0, clock, env, root }),
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

/***/ 34297:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   q: () => (/* binding */ keysIn)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(99378);

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

/***/ 97008:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EB: () => (/* binding */ testedWarning),
/* harmony export */   KY: () => (/* binding */ fromFiles),
/* harmony export */   MM: () => (/* binding */ takesAwsCli),
/* harmony export */   ax: () => (/* binding */ takesEcrProvider),
/* harmony export */   gO: () => (/* binding */ minorWarning),
/* harmony export */   uM: () => (/* binding */ readCatalog)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);


function readCatalog(root) {
    const systems = readCatalogFile(root, 'operating-systems.json');
    return {
        operatingSystems: Object.fromEntries(Object.entries(systems).map(([key, system]) => [key, { ...system, key }])),
        kubernetes: readCatalogFile(root, 'kubernetes.json'),
        schema: (name) => readCatalogFile(root, `${name}.schema.json`),
    };
}
function readCatalogFile(root, name) {
    return JSON.parse((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, 'catalog', name), 'utf8'));
}
function fromFiles({ kubernetesSource }, system) {
    return kubernetesSource === 'binary' || system.family === 'flatcar';
}
function takesEcrProvider({ ansibleExtraVars }) {
    return ansibleExtraVars.kubernetes_ecr_credential_provider !== false;
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


/***/ }),

/***/ 24144:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BT: () => (/* binding */ containerdProblem),
/* harmony export */   sz: () => (/* binding */ goneKubeadmVersions),
/* harmony export */   x2: () => (/* binding */ keyWarnings)
/* harmony export */ });
/* unused harmony export daysBetween */
/* harmony import */ var _versions_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(71190);

function containerdProblem(minor, { containerdLines }, version) {
    const line = containerdLines.find((least) => (0,_versions_js__WEBPACK_IMPORTED_MODULE_0__/* .minorOf */ .Hs)(least) === (0,_versions_js__WEBPACK_IMPORTED_MODULE_0__/* .minorOf */ .Hs)(version));
    const newest = containerdLines.at(-1);
    if (line === undefined && newest !== undefined && (0,_versions_js__WEBPACK_IMPORTED_MODULE_0__/* .compareVersions */ .Zy)(version, newest) > 0)
        return undefined;
    if (line !== undefined && (0,_versions_js__WEBPACK_IMPORTED_MODULE_0__/* .compareVersions */ .Zy)(version, line) >= 0)
        return undefined;
    return `containerd ${version} does not support Kubernetes ${minor}, which needs ${containerdLines.map((least) => `${least} or later of ${(0,_versions_js__WEBPACK_IMPORTED_MODULE_0__/* .minorOf */ .Hs)(least)}`).join(', ')}`;
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


/***/ }),

/***/ 71190:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Hs: () => (/* binding */ minorOf),
/* harmony export */   Zy: () => (/* binding */ compareVersions),
/* harmony export */   lA: () => (/* binding */ fits)
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
function fits(exact, wanted) {
    return exact === wanted || exact.startsWith(`${wanted}-`) || exact.startsWith(`${wanted}.`);
}
function minorOf(version) {
    return version.split('.').slice(0, 2).join('.');
}


/***/ }),

/***/ 83395:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ placed)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97268);

function placed({ message, hint }, file, { line, column }) {
    return new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('config-file', `${file}:${line}:${column}: ${message}`, hint, { place: { file, line } });
}


/***/ }),

/***/ 85585:
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

/***/ 6292:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ readPublishing),
/* harmony export */   O: () => (/* binding */ publishingDefaults)
/* harmony export */ });
/* harmony import */ var _lib_nearest_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(72269);
/* harmony import */ var _model_region_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(54709);
/* harmony import */ var _parse_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(13718);



const publishingDefaults = {
    'copy-before-test': 'true',
    'name-at': 'test',
    'max-concurrent-copies': '200',
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
            report(name)(`"${word}" is not ${what}`, `write it like ${example}`);
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
        nameAt: choice('name-at', ['test', 'build']),
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
        report('ssm-parameters')(why, 'write test: boot or higher');
    if (settings.protection !== 'false')
        report('deregistration-protection')(why, 'write test: boot or higher');
}
function readKeys({ text, report, region, amiRegions }) {
    const name = 'kms-key-ids';
    const keys = _parse_js__WEBPACK_IMPORTED_MODULE_1__/* .pairs */ .AS(text(name), report(name));
    for (const [at, key] of Object.entries(keys)) {
        if (!_model_region_js__WEBPACK_IMPORTED_MODULE_2__/* .REGION */ .Zg.test(at))
            report(name)(`"${at}" is not an AWS region`, 'write it like us-east-1');
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
                report(name)(`"${whole}" is not a placeholder`, (0,_lib_nearest_js__WEBPACK_IMPORTED_MODULE_0__/* .suggest */ .Z)(placeholder, PLACEHOLDERS));
        const rest = pattern.replace(/\{[^{}]*\}/g, 'x');
        if (!/^((\/[A-Za-z0-9_.-]+){1,15}|[A-Za-z0-9_.-]+)$/.test(rest))
            report(name)(`"${pattern}" is not a parameter's name`, 'write it like /k8s-image/{os}/{arch}/{minor}/latest');
        if (/^\/?(aws|ssm)/i.test(pattern))
            report(name)(`"${pattern}" begins with a word that AWS reserves`, 'choose another prefix');
        for (const each of ['os', 'arch', 'kubernetes']) {
            const distinct = pattern.includes(`{${each}}`) || (each === 'kubernetes' && pattern.includes('{minor}'));
            if (many[each].length > 1 && !distinct)
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

/***/ 81400:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   IP: () => (/* binding */ sorted),
/* harmony export */   dj: () => (/* binding */ canonicalJson),
/* harmony export */   ol: () => (/* binding */ digestOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
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
function sorted(value) {
    if (Array.isArray(value))
        return value.map(sorted);
    if (typeof value !== 'object' || value === null)
        return value;
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sorted(member)]));
}
function digestOf(content) {
    return `sha256:${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(canonicalJson(content)).digest('hex')}`;
}


/***/ }),

/***/ 82543:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ duration)
/* harmony export */ });
function duration(seconds) {
    if (seconds < 10)
        return `${seconds.toFixed(1)} s`;
    const whole = Math.round(seconds);
    return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}


/***/ }),

/***/ 10766:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   QH: () => (/* binding */ aborted),
/* harmony export */   VP: () => (/* binding */ TIMED_OUT),
/* harmony export */   m0: () => (/* binding */ exec)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _actions_exec__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(41955);


const TIMEOUT = ['/usr/bin/timeout', '/bin/timeout'].find((path) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(path)) ?? 'timeout';
const KILLED = 137;
const TIMED_OUT = [124, KILLED];
const exec = async (command, args, { cwd, env = process.env, limit = 300, signal } = {}) => {
    signal?.throwIfAborted();
    const given = Object.entries(env).filter((entry) => entry[1] !== undefined);
    const start = performance.now();
    const running = (0,_actions_exec__WEBPACK_IMPORTED_MODULE_1__/* .getExecOutput */ .H)(TIMEOUT, ['-k', '5', String(limit), command, ...args], {
        ...(cwd === undefined ? {} : { cwd }),
        env: Object.fromEntries(given),
        silent: true,
        ignoreReturnCode: true,
    }).then(({ exitCode, stdout, stderr }) => {
        if (exitCode !== null)
            return { code: exitCode, stdout, stderr };
        return performance.now() < start + limit * 1000
            ? { code: 1, stdout, stderr: `${stderr}\nthe command was ended by a signal, perhaps because memory ran out` }
            : { code: KILLED, stdout, stderr };
    });
    return signal === undefined ? running : Promise.race([running, aborted(signal)]);
};
function aborted(signal) {
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
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

/***/ 52975:
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

/***/ 66930:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ hopesForPublic)
/* harmony export */ });
const hopesForPublic = ({ sshInterface, sshSourceCidrs, }) => sshInterface === undefined ? sshSourceCidrs.length === 0 : /^public_/.test(sshInterface);


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

/***/ 12960:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ isWhole)
/* harmony export */ });
const isWhole = ({ status }) => status === 'built' || status === 'existing';


/***/ }),

/***/ 33904:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ templateVariable),
/* harmony export */   d: () => (/* binding */ profileOf)
/* harmony export */ });
const templateVariable = ({ vars, varFile }, name) => vars[name] ?? varFile[name];
const profileOf = (inputs) => String(templateVariable(inputs, 'iam_instance_profile') ?? '') || undefined;


/***/ }),

/***/ 19525:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ slowest),
/* harmony export */   w: () => (/* binding */ parseEvent)
/* harmony export */ });
const STATUSES = new Set(['ok', 'changed', 'skipped', 'failed', 'unreachable']);
function parseEvent(line) {
    let value;
    try {
        value = JSON.parse(line);
    }
    catch {
        return undefined;
    }
    const { event, task, path, status, seconds, time, message } = value ?? {};
    if (typeof task !== 'string' || typeof path !== 'string')
        return undefined;
    if (event === 'task_start')
        return { event: 'start', task, path };
    if (event !== 'task_end' || typeof status !== 'string' || !STATUSES.has(status))
        return undefined;
    return {
        event: 'end',
        time: typeof time === 'number' ? time : 0,
        record: {
            task,
            path,
            seconds: typeof seconds === 'number' ? seconds : 0,
            status: status,
            ...(typeof message === 'string' && message !== '' ? { message } : {}),
        },
    };
}
function slowest(tasks, count) {
    return [...tasks].sort((a, b) => b.seconds - a.seconds).slice(0, count);
}


/***/ }),

/***/ 55396:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   NG: () => (/* binding */ lockedFile),
/* harmony export */   Nd: () => (/* binding */ lockedNode),
/* harmony export */   _M: () => (/* binding */ lockedAmi),
/* harmony export */   f7: () => (/* binding */ lockedRpms),
/* harmony export */   mF: () => (/* binding */ readLock),
/* harmony export */   s9: () => (/* binding */ omitsEcrProvider),
/* harmony export */   t0: () => (/* binding */ mergeLocks),
/* harmony export */   tX: () => (/* binding */ differences),
/* harmony export */   wC: () => (/* binding */ renderLock)
/* harmony export */ });
/* harmony import */ var _lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(81400);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(97268);
/* harmony import */ var _lib_schema_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(30956);



const again = 'rewrite it (lock: write), and commit it';
function renderLock(lock) {
    return `${JSON.stringify((0,_lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_0__/* .sorted */ .IP)({ ...lock, sum: (0,_lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_0__/* .digestOf */ .ol)(lock) }), null, 2)}\n`;
}
function readLock(text, schema) {
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('lock', 'is not JSON', `restore it from version control, or ${again}`);
    }
    if (typeof value === 'object' && value !== null && value.format !== 1)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('lock', `has the format ${JSON.stringify(value.format) ?? '(none)'}, which this version of the action cannot read`, `use the version of the action that wrote it, or ${again}`);
    const mistakes = [];
    (0,_lib_schema_js__WEBPACK_IMPORTED_MODULE_2__/* .checkShape */ .e)(value, schema, (message) => mistakes.push(message));
    if (mistakes[0] !== undefined)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('lock', mistakes[0], `do not edit it by hand: restore it from version control, or ${again}`);
    const { sum, ...lock } = value;
    if (sum !== (0,_lib_canonical_json_js__WEBPACK_IMPORTED_MODULE_0__/* .digestOf */ .ol)(lock))
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('lock', 'was changed after it was written: its checksum differs', `restore it from version control, or ${again}`);
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
        for (const [name, { version }] of Object.entries(b.files)) {
            const before = a.files[name]?.version ?? version;
            if (before === version)
                continue;
            throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('lock', `the images need ${name} ${before} and ${version} for one Kubernetes version, but a lock holds only one`, 'set the same containerd-version for all of them');
        }
        const rpms = { ...a.rpms, ...b.rpms };
        const omitted = [...new Set([...(a.omitted ?? []), ...(b.omitted ?? [])])];
        return {
            packages: { ...a.packages, ...b.packages },
            files: { ...a.files, ...b.files },
            ...(Object.keys(rpms).length > 0 && { rpms }),
            ...(omitted.length > 0 && { omitted }),
        };
    };
    return {
        format: 1,
        tools: Object.assign({}, ...locks.map(({ tools }) => tools)),
        kubernetes: merge(locks.map(({ kubernetes }) => kubernetes), (a, b) => ({ ...a, ...b, arch: merge([a.arch, b.arch], mergeArch) })),
        baseAmis: merge(locks.map(({ baseAmis }) => baseAmis), (a, b) => merge([a, b], sameBase)),
    };
}
function sameBase(a, b) {
    if (a.id === b.id)
        return b;
    throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('lock', `the images need the base AMIs ${a.name} (${a.id}) and ${b.name} (${b.id}) for one system in one region, but a lock holds only one`, 'give the systems names of their own in the files that `catalog` names, or use a lock file for each entry');
}
function lockedNode(lock, file, wanted, arches) {
    const isExact = ({ version, deb }) => wanted === version || wanted === deb;
    const exact = Object.values(lock.kubernetes).filter(isExact);
    const node = Object.hasOwn(lock.kubernetes, wanted)
        ? lock.kubernetes[wanted]
        : (exact.find(({ arch }) => arches.every((each) => arch[each] !== undefined)) ?? exact[0]);
    const missing = arches.filter((arch) => node?.arch[arch] === undefined);
    if (node !== undefined && missing.length === 0)
        return node;
    throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('lock', `${file} does not name Kubernetes ${wanted}${node === undefined ? '' : ` for ${missing.join(' and ')}`}`, again);
}
function lockedFile(node, file, arch, name) {
    const found = node.arch[arch]?.files[name];
    if (found === undefined)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('lock', `${file} does not name ${name} for ${arch}`, again);
    return found;
}
function omitsEcrProvider(node, arch) {
    return node.arch[arch]?.omitted?.includes('ecrCredentialProvider') === true;
}
function lockedRpms(node, file, arch) {
    const rpms = node.arch[arch]?.rpms;
    if (node.rpm !== undefined && rpms !== undefined)
        return { ...node.rpm, rpms };
    throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('lock', `${file} does not name the rpm packages of Kubernetes ${node.version} for ${arch}`, again);
}
function lockedAmi(lock, file, region, image) {
    const ami = lock.baseAmis[region]?.[image];
    if (ami === undefined)
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('lock', `${file} does not name the base AMI of ${image} in ${region}`, again);
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
            const reported = new Set([
                locked.deb !== now.deb && now.deb,
                locked.rpm?.version !== now.rpm?.version && now.rpm?.version,
            ]);
            if (old?.version !== after.version && reported.has(after.version))
                continue;
            compare(name, old?.version, after.version);
            if (old?.version === after.version)
                compare(`sha256 of ${name} ${after.version} for ${arch}`, old.sha256, after.sha256);
        }
    }
    return [...new Set(moved)];
}


/***/ }),

/***/ 86046:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Eo: () => (/* binding */ regionOfPartition),
/* harmony export */   Qv: () => (/* binding */ publishedBy),
/* harmony export */   eV: () => (/* binding */ readRegions)
/* harmony export */ });
/* unused harmony export copyRegions */
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97268);
/* harmony import */ var _lib_nearest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(72269);


function copyRegions(inputs, enabled) {
    const wanted = inputs.amiRegions === 'all' ? enabled : inputs.amiRegions;
    const named = new Set([inputs.region, ...wanted, ...Object.keys(inputs.publish?.keys ?? {})]);
    const [missing, ...more] = [...named].filter((region) => !enabled.includes(region));
    if (missing !== undefined) {
        const meant = (0,_lib_nearest_js__WEBPACK_IMPORTED_MODULE_1__/* .nearest */ .p)(missing, enabled);
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('region', `the account has not enabled ${[missing, ...more].join(', ')}`, `${meant === undefined ? '' : `did you mean "${meant}"? If not, `}enable it (aws account enable-region --region-name ${missing}), or remove it from region, ami-regions and kms-key-ids`);
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
        ? 'build in another `region`, and copy to this one with `ami-regions`; if the account restricts AMIs (Allowed AMIs), allow that owner'
        : `the catalog names no publisher in ${partition}: name the account in your \`catalog\` file, {"${key}": {"owner": "…"}}`;
    return { owner: elsewhere ?? owner, hint };
}


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

/***/ 51117:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AO: () => (/* binding */ versionRecord),
/* harmony export */   FL: () => (/* binding */ imageRecord),
/* harmony export */   zK: () => (/* binding */ PART_NAMES)
/* harmony export */ });
function imageRecord({ image, status, amis, regions = {}, failures, tasks, phases, test }) {
    return {
        image: image.key,
        status,
        os: image.os,
        arch: image.arch,
        kubernetes: image.node.kubernetesVersion,
        amis,
        regions,
        name: image.amiName,
        digest: image.digest,
        baseAmi: image.baseAmi,
        versions: versionRecord(image.node),
        failures,
        test: test === undefined ? null : testRecord(test),
        tasks: tasks.length,
        seconds: Object.fromEntries(phases.map(({ name, seconds }) => [name, Math.round(seconds * 10) / 10])),
    };
}
const PART_NAMES = {
    kubernetes: 'Kubernetes',
    containerd: 'containerd',
    runc: 'runc',
    cniPlugins: 'CNI plugins',
    sandboxImage: 'sandbox image',
};
function versionRecord(node) {
    return {
        kubernetes: node.kubernetesDeb,
        containerd: node.containerd.version,
        runc: node.runc.version,
        cniPlugins: node.cniPlugins.version,
        sandboxImage: node.sandboxImage,
    };
}
function testRecord({ level, passed, at, seconds, reached, checks }) {
    const brief = checks.map((check) => ({
        level: check.level,
        name: check.name,
        passed: check.passed,
        message: check.message,
        seconds: check.seconds,
    }));
    return { level, passed, at, seconds: Math.round(seconds * 10) / 10, reached, checks: brief };
}


/***/ }),

/***/ 57994:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J_: () => (/* binding */ failureList),
/* harmony export */   U4: () => (/* binding */ policySection),
/* harmony export */   z: () => (/* binding */ summary)
/* harmony export */ });
/* harmony import */ var _lib_duration_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(82543);
/* harmony import */ var _model_result_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(12960);
/* harmony import */ var _packer_events_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(19525);
/* harmony import */ var _annotations_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(856);
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(54285);
/* harmony import */ var _versions_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(29069);






const LIMIT = 1024 * 1024;
const MAX_ROWS = 2000;
const MAX_AMIS = 5000;
const MAX_FAILURES = 200;
const MAX_OPEN = 10;
const MAX_REGIONS = 4;
function summary(facts) {
    const { results } = facts;
    const failures = [...facts.failures, ...results.flatMap((result) => result.failures)];
    const sections = [
        { title: 'AMI IDs', text: `## Kubernetes node images: ${count(results)}\n\n${imageTable(results)}`.trimEnd() },
        ...(failures.length === 0 ? [] : [{ title: 'failures', text: failureList(failures) }]),
        { title: 'the tests', text: testSection(results) },
        ...(results.length === 0 ? [] : [{ title: 'versions', text: versionSection(results, facts.packer) }]),
        ...(facts.sections ?? []),
        { title: 'the time chart', text: timeChart(facts) },
        { title: 'the slowest tasks', text: slowTasks(results) },
    ];
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .within */ .ux)(sections.filter(({ text }) => text !== ''), LIMIT);
}
function policySection(policy) {
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .folded */ .TM)('An IAM policy with everything this job needs', `\`\`\`json\n${policy.trim()}\n\`\`\``);
}
function count(results) {
    if (results.length === 0)
        return 'nothing was built';
    const of = (status) => results.filter((result) => result.status === status).length;
    const existed = of('existing') === 0 ? '' : `, ${of('existing')} existed`;
    return `${of('built')} of ${results.length} built${existed}`;
}
function imageTable(results) {
    if (results.length === 0)
        return '';
    let amis = 0;
    const shown = results.filter((result) => {
        amis += Math.max(1, regionCells(result).length);
        return amis <= MAX_AMIS;
    });
    const rows = shown.map((result) => [
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(result.image.key),
        outcome(result),
        foldedCell(regionCells(result)),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(result.image.node.kubernetesVersion),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(result.image.node.containerd.version),
        wallTime(result.phases),
    ]);
    const head = ['Image', 'Result', 'AMIs', 'Kubernetes', 'containerd', 'Time'];
    return withRest((0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .table */ .tp)(head, rows), results.length - shown.length, 'images');
}
function outcome({ status, test }) {
    const words = { built: 'built', existing: 'existed', failed: '**failed**', cancelled: '**cancelled**' }[status];
    return test?.passed ? `${words}, passed \`${test.level}\`` : words;
}
function regionCells(result) {
    const line = (region, ami) => `${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(region)} \`${ami}\``;
    if ((0,_model_result_js__WEBPACK_IMPORTED_MODULE_2__/* .isWhole */ .w)(result))
        return Object.entries(result.amis).map(([region, ami]) => line(region, ami));
    const regions = Object.entries(result.regions ?? {});
    return [
        ...regions.flatMap(([region, { ami }]) => (ami === undefined ? [`${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(region)} **failed**`] : [])),
        ...regions.flatMap(([region, { ami }]) => (ami === undefined ? [] : [line(region, ami)])),
    ];
}
function foldedCell(lines) {
    if (lines.length <= MAX_REGIONS)
        return lines.join('<br>');
    const rest = lines.slice(MAX_REGIONS - 1);
    const open = lines.slice(0, MAX_REGIONS - 1).join('<br>');
    return `${open}<details><summary>${rest.length} more regions</summary>${rest.join('<br>')}</details>`;
}
function wallTime(phases) {
    if (phases.length === 0)
        return '';
    const start = Math.min(...phases.map((phase) => phase.start));
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)((0,_lib_duration_js__WEBPACK_IMPORTED_MODULE_3__/* .duration */ .p)(Math.max(...phases.map((phase) => phase.start + phase.seconds)) - start));
}
function failureList(failures) {
    const items = failures.slice(0, MAX_FAILURES).map((failure, at) => {
        const { file, line = 1, message } = failure;
        const place = file === undefined || message.startsWith(`${file}:`) ? '' : ` (${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(file)}:${line})`;
        return `- ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)((0,_annotations_js__WEBPACK_IMPORTED_MODULE_4__/* .sentence */ .e)(failure).slice(0, 2000))}${place}${evidenceOf(failure, at < MAX_OPEN)}`;
    });
    return withRest(`### What failed\n\n${items.join('\n')}`, failures.length - MAX_FAILURES, 'failures');
}
function evidenceOf({ evidence = '' }, isOpen) {
    if (evidence === '')
        return '';
    const text = evidence.slice(-4000).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const tag = isOpen ? '<details open>' : '<details>';
    return `\n  ${tag}<summary>Evidence</summary><pre>${text.replaceAll('\n', '&#10;')}</pre></details>`;
}
function testSection(results) {
    const all = results.flatMap(({ image, test }) => (test?.checks ?? []).map((check) => ({ image, check })));
    if (all.length === 0)
        return '';
    const failed = all.filter(({ check }) => !check.passed);
    const ordered = all.length > MAX_ROWS ? [...failed, ...all.filter(({ check }) => check.passed)] : all;
    const rows = ordered
        .slice(0, MAX_ROWS)
        .map(({ image, check }) => [
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(image.key),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(`${check.level}/${check.name}`),
        check.passed ? 'passed' : '**failed**',
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(check.message.slice(0, 300)),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)((0,_lib_duration_js__WEBPACK_IMPORTED_MODULE_3__/* .duration */ .p)(check.seconds)),
    ]);
    const head = ['Image', 'Test', 'Result', 'Finding', 'Time'];
    const failures = failed.length === 0 ? '' : `, ${failed.length} failed`;
    const title = `Tests: ${all.length - failed.length} passed${failures}`;
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .folded */ .TM)(title, withRest((0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .table */ .tp)(head, rows), all.length - rows.length, 'rows'));
}
function versionSection(results, packer) {
    const images = results.slice(0, MAX_ROWS).map(({ image }) => ({ ...image, key: (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(image.key) }));
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .folded */ .TM)('Versions and digests', `${(0,_versions_js__WEBPACK_IMPORTED_MODULE_5__/* .versionTables */ .C)(images)}\n\nBuilt with Packer ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(packer)}.`);
}
function timeChart({ phases, results, throttled = 0 }) {
    const all = [...phases, ...results.flatMap((result) => result.phases)];
    if (all.length === 0)
        return '';
    const start = Math.min(...all.map((phase) => phase.start));
    const bars = (list) => list.map((phase) => {
        const from = Math.round(phase.start - start);
        const to = Math.max(from + 1, Math.round(phase.start - start + phase.seconds));
        return `    ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .label */ .Pf)(phase.name)} ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .label */ .Pf)((0,_lib_duration_js__WEBPACK_IMPORTED_MODULE_3__/* .duration */ .p)(phase.seconds))} :${from}, ${to}`;
    });
    const lines = ['gantt', '    dateFormat X', '    axisFormat %M:%S', '    section action', ...bars(phases)];
    for (const { image, phases: own } of results.slice(0, 50)) {
        if (own.length > 0)
            lines.push(`    section ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .label */ .Pf)(image.key)}`, ...bars(own));
    }
    const slowed = throttled === 0 ? '' : `\n\nAWS throttled ${throttled} calls; the action repeated each.`;
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .folded */ .TM)('Where the time went', `\`\`\`mermaid\n${lines.join('\n')}\n\`\`\`${slowed}`);
}
function slowTasks(results) {
    const rows = results.flatMap(({ image, tasks }) => (0,_packer_events_js__WEBPACK_IMPORTED_MODULE_0__/* .slowest */ .M)(tasks, 5).map((task) => [(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(image.key), (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(task.task), (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)((0,_lib_duration_js__WEBPACK_IMPORTED_MODULE_3__/* .duration */ .p)(task.seconds))]));
    if (rows.length === 0)
        return '';
    const shown = (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .table */ .tp)(['Image', 'Task', 'Time'], rows.slice(0, MAX_ROWS));
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .folded */ .TM)('Slowest tasks', withRest(shown, rows.length - MAX_ROWS, 'rows'));
}
function withRest(text, rest, what) {
    return rest > 0 ? `${text}\n\n_${rest} more ${what} are in the report directory._` : text;
}


/***/ }),

/***/ 29069:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ versionTables)
/* harmony export */ });
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(54285);

function versionTables(images) {
    const parts = images.map(({ key, node }) => [
        key,
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(node.kubernetesDeb),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(node.containerd.version),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(node.runc.version),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(node.cniPlugins.version),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(node.sandboxImage.replace(/^.*:/, '')),
    ]);
    const bases = images.map(({ key, baseAmi, digest }) => [
        key,
        digest === undefined ? 'not resolved' : `${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(baseAmi.name)} \`${baseAmi.id}\``,
        digest === undefined ? 'unknown' : `\`${digest.slice(0, 19)}\``,
    ]);
    const head = ['Image', 'Kubernetes', 'containerd', 'runc', 'CNI plugins', 'pause'];
    return `${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .table */ .tp)(head, parts)}\n\n${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .table */ .tp)(['Image', 'Base AMI', 'Digest'], bases)}`;
}


/***/ }),

/***/ 62578:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ek: () => (/* binding */ toolVersions),
/* harmony export */   Sx: () => (/* binding */ amazonPlugin),
/* harmony export */   g2: () => (/* binding */ pluginApi)
/* harmony export */ });
const amazonPlugin = '1.8.2';
const pluginApi = 'x5.0';
const toolVersions = (packer) => ({ packer, 'packer-plugin-amazon': amazonPlugin });


/***/ })

};
