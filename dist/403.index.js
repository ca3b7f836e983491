export const id = 403;
export const ids = [403];
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

/***/ 55403:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  makePlan: () => (/* binding */ makePlan)
});

// EXTERNAL MODULE: ./src/catalog/catalog.ts
var catalog = __webpack_require__(97008);
// EXTERNAL MODULE: ./src/catalog/versions.ts
var versions = __webpack_require__(71190);
// EXTERNAL MODULE: ./src/lib/errors.ts
var errors = __webpack_require__(97268);
// EXTERNAL MODULE: ./src/lib/gather.ts
var gather = __webpack_require__(15552);
// EXTERNAL MODULE: ./src/tools/versions.ts
var tools_versions = __webpack_require__(62578);
// EXTERNAL MODULE: ./src/catalog/support.ts
var support = __webpack_require__(24144);
// EXTERNAL MODULE: ./src/upstream/fingerprints.ts + 1 modules
var upstream_fingerprints = __webpack_require__(2088);
// EXTERNAL MODULE: ./src/upstream/gpg.ts + 1 modules
var upstream_gpg = __webpack_require__(99937);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
;// CONCATENATED MODULE: ./catalog/downloads.json
const downloads_namespaceObject = /*#__PURE__*/JSON.parse('{"containerd":{"url":"https://github.com/containerd/containerd/releases/download/v{version}/containerd-{version}-linux-{arch}.tar.gz","sums":"{url}.sha256sum"},"runc":{"url":"https://github.com/opencontainers/runc/releases/download/v{version}/runc.{arch}","sums":"https://github.com/opencontainers/runc/releases/download/v{version}/runc.sha256sum"},"cniPlugins":{"url":"https://github.com/containernetworking/plugins/releases/download/v{version}/cni-plugins-linux-{arch}-v{version}.tgz","sums":"{url}.sha256"},"kubelet":{"url":"https://dl.k8s.io/release/v{version}/bin/linux/{arch}/kubelet","sums":"{url}.sha256"},"kubeadm":{"url":"https://dl.k8s.io/release/v{version}/bin/linux/{arch}/kubeadm","sums":"{url}.sha256"},"kubectl":{"url":"https://dl.k8s.io/release/v{version}/bin/linux/{arch}/kubectl","sums":"{url}.sha256"},"crictl":{"url":"https://github.com/kubernetes-sigs/cri-tools/releases/download/v{version}/crictl-v{version}-linux-{arch}.tar.gz","sums":"{url}.sha256"},"ecrCredentialProvider":{"url":"https://artifacts.k8s.io/binaries/cloud-provider-aws/v{version}/linux/{arch}/ecr-credential-provider-linux-{arch}","sums":"{url}.sha256"}}');
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/upstream/bytes.ts
var bytes = __webpack_require__(75762);
// EXTERNAL MODULE: ./src/upstream/fetch.ts
var fetch = __webpack_require__(76649);
;// CONCATENATED MODULE: ./src/upstream/aws-cli.ts










const machines = { amd64: 'x86_64', arm64: 'aarch64' };
const awsCliUrl = (version, arch) => `https://awscli.amazonaws.com/awscli-exe-linux-${machines[arch]}-${version}.zip`;
function awsCliKeyring(root) {
    return { keys: [(0,external_node_fs_.readFileSync)((0,external_node_path_.join)(root, 'catalog/aws-cli.asc'), 'utf8')], trusted: [upstream_fingerprints/* awsCliFingerprint */.CW] };
}
async function resolveAwsCli(net, gpg, version, arch, sums, keyring) {
    const url = awsCliUrl(version, arch);
    if (sums !== undefined)
        return { version, url, sha256: sums(url) };
    const label = `the AWS CLI ${version}`;
    const signature = await (0,bytes/* needBytes */.S)(net, { url: `${url}.sig`, label: `the signature of ${label}` });
    const directory = await (0,promises_.mkdtemp)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'k8s-image-aws-cli-'));
    try {
        const path = (0,external_node_path_.join)(directory, 'archive.zip');
        const sha256 = await (0,fetch/* get */.Jt)(net, { url, label }, (body) => store(body, path));
        if (sha256 === undefined)
            throw (0,fetch/* missing */.LO)({ url, label });
        const judgement = await (0,upstream_gpg/* judgeFile */.GP)(gpg, keyring(), path, signature);
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

// EXTERNAL MODULE: ./src/upstream/mirror-rule.ts
var mirror_rule = __webpack_require__(65533);
// EXTERNAL MODULE: ./src/upstream/sums.ts
var upstream_sums = __webpack_require__(47833);
;// CONCATENATED MODULE: ./src/upstream/artifacts.ts







const NAMES = {
    cniPlugins: 'the CNI plugins',
    ecrCredentialProvider: 'the ECR credential provider',
};
function release(part, version, arch) {
    const fill = (text) => text.replaceAll('{version}', version).replaceAll('{arch}', arch);
    const url = fill(downloads_namespaceObject[part].url);
    return { name: NAMES[part] ?? part, version, url, sumsUrl: fill(downloads_namespaceObject[part].sums).replace('{url}', url) };
}
function addressOf(name, version, arch) {
    if (name === 'awsCli')
        return awsCliUrl(version, arch);
    return Object.hasOwn(downloads_namespaceObject, name) ? release(name, version, arch).url : undefined;
}
function releases(minor, arch) {
    return {
        containerd: release('containerd', minor.containerd, arch),
        runc: release('runc', minor.runc, arch),
        cniPlugins: release('cniPlugins', minor.cniPlugins, arch),
    };
}
function ecrCredentialProvider(version, arch) {
    return release('ecrCredentialProvider', version, arch);
}
function binaries(version, { crictl }, arch) {
    return {
        kubelet: release('kubelet', version, arch),
        kubeadm: release('kubeadm', version, arch),
        kubectl: release('kubectl', version, arch),
        crictl: release('crictl', crictl, arch),
    };
}
async function resolveArtifact(net, release, sums) {
    const { name, version, url, sumsUrl } = release;
    if (sums !== undefined)
        return { version, url, sha256: sums(url) };
    const text = await (0,bytes/* needBytes */.S)(net, { url: sumsUrl, label: `${name} ${version}` });
    const sha256 = (0,upstream_sums/* sumOf */.X)(text.toString('utf8'), url.slice(url.lastIndexOf('/') + 1));
    if (sha256 === undefined)
        throw new errors/* UserError */.yo('repository', `${name} ${version}: ${sumsUrl} does not name the file`, 'report it as a defect of the action');
    return { version, url, sha256 };
}
async function resolveOffered(net, release, sums) {
    const { name, version, url, sumsUrl } = release;
    const offered = sums === undefined
        ?
            (await (0,bytes/* getBytes */.q)(net, { url: sumsUrl, label: `${name} ${version}` }, { strict: true })) !== undefined
        : sums.files.has((0,mirror_rule/* upstreamPath */.l)(url));
    return offered ? resolveArtifact(net, release, sums) : undefined;
}
function pauseImage(tag) {
    return `registry.k8s.io/pause:${tag}`;
}
async function resolvePause(net, tag, sums) {
    const url = `https://registry.k8s.io/v2/pause/manifests/${tag}`;
    if (sums !== undefined)
        return `sha256:${sums(url)}`;
    const manifest = await (0,bytes/* needBytes */.S)(net, {
        url,
        label: `the pause image ${tag}`,
        accept: 'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json;q=0.9',
    });
    return `sha256:${(0,external_node_crypto_.createHash)('sha256').update(manifest).digest('hex')}`;
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
    const request = { url: (0,mirror_rule/* mirrored */.V)(`${repositoryUrl(minor)}Release.key`, mirror), label: `Kubernetes ${minor} packages` };
    return (await (0,bytes/* getBytes */.q)(net, request))?.toString('utf8');
}
async function readRepository(net, gpg, minor, mirror, mirrorTrust, keys) {
    const url = repositoryUrl(minor);
    const label = `Kubernetes ${minor} packages`;
    const at = (name) => (0,mirror_rule/* mirrored */.V)(`${url}${name}`, mirror);
    const fetchFile = (name) => (0,bytes/* needBytes */.S)(net, { url: at(name), label });
    const [own, extended, inRelease, packages] = await Promise.all([
        keys.own,
        keys.newest,
        fetchFile('InRelease'),
        fetchFile('Packages'),
    ]);
    if (own === undefined)
        throw (0,fetch/* missing */.LO)({ url: at('Release.key'), label });
    const keyring = {
        keys: extended === undefined || extended === own ? [own] : [own, extended],
        trusted: (0,upstream_fingerprints/* trusted */.IZ)(upstream_fingerprints/* kubernetesFingerprint */.ln, mirrorTrust),
    };
    const [key, { judgement, text }] = await Promise.all([
        (0,upstream_gpg/* exportTrusted */.Ew)(gpg, keyring),
        (0,upstream_gpg/* openClearsigned */.g8)(gpg, keyring, String(inRelease)),
    ]);
    if (!judgement.good)
        throw new errors/* UserError */.yo('untrusted', `${label}: ${at('InRelease')} ${judgement.reason}`, mirror === undefined
            ? 'do not build from it; look for news at https://kubernetes.io/blog/'
            : "if that is the mirror's own key, add its fingerprint to the file that mirror-trust names");
    const sum = releaseSum(text, 'Packages');
    if (sum !==
        (0,external_node_crypto_.createHash)('sha256')
            .update(packages ?? '')
            .digest('hex'))
        throw new errors/* UserError */.yo('repository', `${label}: ${at('Packages')} is not the file that InRelease names`, 'run the job again in a few minutes, since the repository may be changing, or repair the mirror');
    const { armored, fingerprints, expiries } = key;
    return { url, packages: readPackages(String(packages)), key: armored, fingerprints, expiries };
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(57975);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(38522);
;// CONCATENATED MODULE: ./src/upstream/rpm-repository.ts








const architectures = { x86_64: 'amd64', aarch64: 'arm64', noarch: 'all' };
const LARGEST = 64 << 20;
function rpmRepositoryUrl(minor) {
    return `https://pkgs.k8s.io/core:/stable:/v${minor}/rpm/`;
}
async function readRpmRepository(net, gpg, minor, mirror, mirrorTrust, keys) {
    const label = `Kubernetes ${minor} rpm packages`;
    const at = (name) => (0,mirror_rule/* mirrored */.V)(`${rpmRepositoryUrl(minor)}${name}`, mirror);
    const fetchFile = (name) => (0,bytes/* needBytes */.S)(net, { url: at(name), label });
    const names = ['repodata/repomd.xml', 'repodata/repomd.xml.asc', 'repodata/repomd.xml.key'];
    const [index, signature, key] = (await Promise.all(names.map(fetchFile)));
    const keyring = { keys: [String(key), ...keys], trusted: (0,upstream_fingerprints/* trusted */.IZ)(upstream_fingerprints/* kubernetesFingerprint */.ln, mirrorTrust) };
    const judgement = await (0,upstream_gpg/* judgeDetached */.kA)(gpg, keyring, index, signature);
    if (!judgement.good)
        throw new errors/* UserError */.yo('untrusted', `${label}: ${at(names[0])} ${judgement.reason}`, mirror === undefined
            ? 'do not build from it; look for news at https://kubernetes.io/blog/'
            : "if that is the mirror's own key, add its fingerprint to the file that mirror-trust names");
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

;// CONCATENATED MODULE: ./src/plan/addresses.ts




function notUpstreams(wanted, node) {
    const minor = (0,versions/* minorOf */.Hs)(wanted);
    const [debs, rpms] = [repositoryUrl(minor), rpmRepositoryUrl(minor)];
    const { version, deb, rpm } = node;
    if (!(0,versions/* fits */.lA)(deb, wanted) || !deb.startsWith(`${version}-`))
        return `Kubernetes ${version} (${deb})`;
    if (rpm !== undefined && !rpm.version.startsWith(`${version}-`))
        return `rpm packages ${rpm.version}`;
    const repositories = [
        [node.repository.url, debs],
        [rpm?.url ?? rpms, rpms],
    ];
    return (repositories.find(([url, own]) => url !== own)?.[0] ??
        Object.entries(node.arch)
            .flatMap(([arch, part]) => [
            ...Object.entries(part.files).filter(([name, { version, url }]) => url !== addressOf(name, version, arch)),
            ...strays(part.packages, debs),
            ...strays(part.rpms ?? {}, rpms),
        ])
            .map(([, { url }]) => url)[0]);
}
const strays = (packages, repository) => Object.entries(packages).filter(([, { url }]) => !url.startsWith(repository) || url.includes('/..'));

// EXTERNAL MODULE: ./src/plan/lock.ts
var lock = __webpack_require__(55396);
// EXTERNAL MODULE: ./src/upstream/mirror.ts
var upstream_mirror = __webpack_require__(83546);
// EXTERNAL MODULE: ./src/plan/facts.ts
var plan_facts = __webpack_require__(17736);
;// CONCATENATED MODULE: ./src/plan/kubernetes.ts


const needed = ['kubelet', 'kubeadm', 'kubectl'];
function chooseKubernetes(wanted, entries, arches) {
    const deb = chooseVersion(wanted, entries, arches, 'in the package index');
    return { version: deb.replace(/-.*/, ''), deb };
}
function chooseVersion(wanted, entries, arches, place) {
    const offered = offeredVersions(entries, arches);
    const choice = offered.filter((version) => (0,versions/* fits */.lA)(version, wanted)).at(-1);
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
            .sort(versions/* compareVersions */.Zy)
            .at(-1);
        const wanted = needed.includes(name) ? exact : newest;
        const offered = named.filter(({ version }) => version === wanted);
        const sums = new Set(offered.map(({ sha256 }) => sha256));
        if (sums.size > 1)
            throw new errors/* UserError */.yo('repository', `the package index names ${name} ${wanted} for ${arch} twice, with different sums`, 'do not build from it; report it to the maintainers of the repository');
        const [entry] = offered;
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
        .sort(versions/* compareVersions */.Zy);
}

;// CONCATENATED MODULE: ./src/plan/resolve.ts











function minorEntry(wanted, inputs, facts) {
    const entry = facts.catalog.kubernetes[(0,versions/* minorOf */.Hs)(wanted)];
    if (entry === undefined)
        throw new Error(`inputs accepted Kubernetes ${wanted}`);
    return inputs.containerdVersion === undefined ? entry : { ...entry, containerd: inputs.containerdVersion };
}
async function resolveNodes(inputs, facts, net) {
    const { mirror, mirrorTrust } = inputs;
    const sums = mirror === undefined
        ? Promise.resolve(undefined)
        : (0,upstream_mirror/* mirrorKeys */.s)(net, facts, mirror, mirrorTrust).then((keys) => (0,upstream_mirror/* mirrorSums */.G)(net, facts, mirror, mirrorTrust, keys));
    const newest = newestSupported(facts);
    const minors = [...new Set(inputs.kubernetesVersions.map(versions/* minorOf */.Hs))];
    const offered = new Map();
    const keyOf = (minor) => {
        const known = offered.get(minor) ?? offeredKey(net, minor, mirror);
        offered.set(minor, known);
        return known;
    };
    const repositories = new Map(minors.map((minor) => {
        const own = keyOf(minor);
        return [minor, readRepository(net, facts, minor, mirror, mirrorTrust, { own, newest: keyOf(newest) })];
    }));
    const systems = inputs.os.flatMap((os) => inputs.operatingSystems[os] ?? []);
    const rpm = systems.some(({ family }) => family === 'redhat');
    const files = systems.some((system) => (0,catalog/* fromFiles */.KY)(inputs, system));
    const cli = systems.some((system) => (0,catalog/* takesAwsCli */.MM)(inputs, system));
    const { archives } = facts.shared ?? (0,plan_facts/* sharedReads */.F)();
    const awsCli = (version, arch) => {
        const name = `${mirror ?? ''} ${version} ${arch}`;
        const known = archives.get(name) ??
            sums.then((list) => resolveAwsCli(net, facts, version, arch, list, () => awsCliKeyring(facts.root)));
        archives.set(name, known);
        return known;
    };
    const rpmRepositories = new Map([...repositories].map(([minor, repository]) => [
        minor,
        rpm ? repository.then(({ key }) => readRpmRepository(net, facts, minor, mirror, mirrorTrust, [key])) : undefined,
    ]));
    const entries = await (0,gather/* gather */.k)(inputs.kubernetesVersions.map(async (wanted) => {
        const entry = minorEntry(wanted, inputs, facts);
        const minor = (0,versions/* minorOf */.Hs)(wanted);
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
                ...((0,catalog/* takesEcrProvider */.ax)(inputs) && providers[index]?.length === 0 && { omitted: ['ecrCredentialProvider'] }),
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
    if (!(0,catalog/* takesEcrProvider */.ax)(inputs))
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
    const lines = repositories.flatMap(({ expiries }) => (0,support/* keyWarnings */.x2)(expiries, date));
    for (const line of new Set(lines))
        log.warning(line);
}

;// CONCATENATED MODULE: ./src/plan/locked.ts










async function readNodes(inputs, facts, net) {
    const { content, file, mode } = inputs.lock;
    for (const wanted of inputs.kubernetesVersions) {
        const { endOfLife } = minorEntry(wanted, inputs, facts);
        if (facts.date > endOfLife.replaceAll('-', ''))
            facts.log.warning(`Kubernetes ${(0,versions/* minorOf */.Hs)(wanted)} has had no patches since ${endOfLife}`);
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
    const stray = notUpstreams(wanted, node);
    if (stray !== undefined)
        throw new errors/* UserError */.yo('lock', `${file} names ${stray}, which is not what upstream has for Kubernetes ${wanted}`, 'find out who changed the file, restore it from version control, or rewrite it (lock: write)');
    const { key, fingerprints } = node.repository;
    const allowed = (0,upstream_fingerprints/* trusted */.IZ)(upstream_fingerprints/* kubernetesFingerprint */.ln, inputs.mirrorTrust);
    const [stranger] = fingerprints.filter((fingerprint) => !allowed.includes(fingerprint));
    if (stranger !== undefined)
        throw new errors/* UserError */.yo('lock', `${file} trusts the key ${stranger} for the packages of Kubernetes ${wanted}, but this run does not`, "if that is a mirror's own key, add its fingerprint to the file that mirror-trust names");
    const held = await (0,upstream_gpg/* exportTrusted */.Ew)(facts, { keys: [key], trusted: fingerprints });
    if (held.fingerprints.length !== fingerprints.length || fingerprints.length === 0)
        throw new errors/* UserError */.yo('lock', `${file} holds a key for Kubernetes ${wanted} that its fingerprints do not match`, 'rewrite it (lock: write)');
    const today = facts.date.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
    const dead = held.expiries.find(({ expires }) => expires !== undefined && expires < today);
    if (dead !== undefined)
        throw new errors/* UserError */.yo('lock', `the key of the Kubernetes packages in ${file}, ${dead.fingerprint}, expired on ${dead.expires}`, 'rewrite it (lock: write): upstream extends its key');
    for (const line of (0,support/* keyWarnings */.x2)(held.expiries, facts.date))
        facts.log.warning(line);
    for (const arch of inputs.arch) {
        const { version } = (0,lock/* lockedFile */.NG)(node, file, arch, 'containerd');
        if (inputs.lock.mode === 'use' && (0,catalog/* takesEcrProvider */.ax)(inputs) && (0,lock/* omitsEcrProvider */.s9)(node, arch))
            facts.log.warning(`images for ${arch} are made without the ECR credential provider: there was none when ${file} was written`);
        if (inputs.lock.mode === 'use' && version !== (inputs.containerdVersion ?? version))
            throw new errors/* UserError */.yo('lock', `${file} names containerd ${version}, but containerd-version is ${inputs.containerdVersion}`, 'rewrite it (lock: write), or remove containerd-version');
        const problem = (0,support/* containerdProblem */.BT)((0,versions/* minorOf */.Hs)(wanted), entry, version);
        if (problem !== undefined)
            throw new errors/* UserError */.yo('lock', `${file}: ${problem}`, 'rewrite it (lock: write)');
    }
}
function moved(file, lines) {
    return new errors/* UserError */.yo('lock', `${file} differs from upstream: ${lines.join(', ')}`, 'rewrite it (lock: write) and commit it, or build from it unchanged (lock: use)');
}
function lockedBase({ lock: { content, file, mode }, region, rehearse }, image, { sourceAmi }) {
    if (content === undefined || rehearse !== 'false')
        return undefined;
    const locked = (0,lock/* lockedAmi */._M)(content, file, region, image);
    if (mode === 'use' && sourceAmi !== undefined && sourceAmi !== locked.id)
        throw new errors/* UserError */.yo('lock', `${file} holds the base AMI ${locked.id} of ${image}, but \`catalog\` names ${sourceAmi}`, 'rewrite it (lock: write) and commit it, or correct `catalog`');
    return locked;
}

// EXTERNAL MODULE: ./src/plan/regions.ts
var plan_regions = __webpack_require__(86046);
// EXTERNAL MODULE: ./src/model/variables.ts
var variables = __webpack_require__(33904);
;// CONCATENATED MODULE: ./src/plan/volume.ts


function checkRootVolume(image, { name, rootGib = 0 }, inputs) {
    const size = Number((0,variables/* templateVariable */.J)(inputs, 'root_volume_size') ?? 0);
    if (size > 0 && size < rootGib)
        throw new errors/* UserError */.yo('base-ami', `${image}: the base AMI ${name} needs ${rootGib} GiB, and root_volume_size is ${size}`, `set root_volume_size to ${rootGib} or more, or remove it`);
}

;// CONCATENATED MODULE: ./src/plan/bases.ts





async function readBases(inputs, facts) {
    const { file, mode } = inputs.lock;
    const pairs = inputs.os.flatMap((os) => inputs.arch.map((arch) => ({ os, arch })));
    return (0,gather/* gather */.k)(pairs.map(async ({ os, arch }) => {
        const system = inputs.operatingSystems[os];
        const filter = system?.arch[arch];
        if (system === undefined || filter === undefined)
            throw new Error(`inputs accepted ${os} on ${arch}`);
        const locked = lockedBase(inputs, `${os}-${arch}`, filter);
        if (locked !== undefined && mode === 'use') {
            checkRootVolume(`${os}-${arch}`, locked, inputs);
            await checkPublished(system, arch, locked, inputs, facts);
            return { system, arch, ami: locked };
        }
        const { owner, hint } = (0,plan_regions/* publishedBy */.Qv)(system, inputs.region);
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
function baseOf({ sourceAmi, ssmParameter, nameFilter = '', }) {
    if (sourceAmi !== undefined)
        return { sourceAmi };
    return ssmParameter === undefined ? { nameFilter } : { ssmParameter };
}
const NAMED = 'name an AMI that is available in this region and of this architecture, with its root volume on EBS';
const EKS = /^(amazon|ubuntu)-eks\b/;
const eksRefusal = (image, name) => new errors/* UserError */.yo('base-ami', `${image}: the base AMI ${name} is EKS-optimised: nodeadm configures its kubelet and containerd, and this image would replace both`, "build from the distribution's own AMI, which EKS nodes cannot use");
async function checkPublished(system, arch, { id, name }, { region, lock: { file } }, { ec2 }) {
    const { nameFilter, sourceAmi } = baseOf(system.arch[arch] ?? {});
    if (sourceAmi !== undefined)
        return;
    const { owner } = (0,plan_regions/* publishedBy */.Qv)(system, region);
    for (const each of nameFilter === undefined ? [owner, 'self'] : [owner]) {
        const found = await ec2.newestAmi({ owner: each, arch, nameFilter: nameFilter ?? '*', sourceAmi: id });
        if (found?.id === '' || found?.name === name)
            return;
    }
    const holds = `${file} holds the base AMI ${name} (${id}) of ${system.key}-${arch}, but`;
    throw nameFilter === undefined
        ? new errors/* UserError */.yo('lock', `${holds} neither ${owner} nor the account has it in ${region}`, 'if nobody edited the file, the AMI is gone: rewrite it (lock: write); if another account shares it, name that account as `owner` in the file that `catalog` names')
        : new errors/* UserError */.yo('lock', `${holds} ${owner} has no such AMI named ${nameFilter} in ${region}`, 'if nobody edited the file, the publisher has removed the AMI: rewrite it (lock: write)');
}

// EXTERNAL MODULE: ./src/plan/digest.ts
var digest = __webpack_require__(31147);
;// CONCATENATED MODULE: ./src/plan/names.ts


function amiName(pattern, parts) {
    const name = pattern.replace(/\{(\w+)\}/g, (whole, part) => parts[part] ?? whole);
    if (name.length < 3 || name.length > 128)
        throw new errors/* UserError */.yo('ami-name', `ami-name: "${name}" has ${name.length} characters`, 'use 3 to 128');
    return name;
}
const PROVISIONAL = ['provisional-', 'unnamed-'];
function provisionalName(final, runId) {
    const prefix = PROVISIONAL.find((each) => each[0] !== final[0]?.toLowerCase()) ?? PROVISIONAL[0];
    return prefix + (0,external_node_crypto_.createHash)('sha256').update(`${runId} ${final}`).digest('hex').slice(0, 24);
}
function amiNames({ amiName: pattern, publish: { nameAt } }, image, { date, runId }) {
    const final = amiName(pattern, { ...image, date, run: runId.slice(0, 6) });
    return { amiName: final, buildName: nameAt === 'test' ? provisionalName(final, runId) : final };
}

// EXTERNAL MODULE: ./src/model/level.ts
var model_level = __webpack_require__(52975);
;// CONCATENATED MODULE: ./src/plan/supplies.ts






const REGISTRY = 'registry.k8s.io';
async function readSupplies(inputs, gpg, net, nodes) {
    const { mirror, mirrorTrust, test: level } = inputs;
    if (!(0,model_level/* includes */.mK)(level, 'cluster'))
        return () => ({ images: {} });
    const sums = mirror && (await (0,upstream_mirror/* mirrorSums */.G)(net, gpg, mirror, mirrorTrust, await (0,upstream_mirror/* mirrorKeys */.s)(net, gpg, mirror, mirrorTrust)));
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
    const text = await (0,bytes/* needBytes */.S)(net, { url: `${url}.sha256`, label: `the tests of Kubernetes ${version}` });
    const sha256 = (0,upstream_sums/* sumOf */.X)(text.toString('utf8'), url.slice(url.lastIndexOf('/') + 1));
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

;// CONCATENATED MODULE: ./src/plan/plan.ts












async function makePlan(inputs, facts) {
    const net = { ...facts, meter: { bytes: 0 }, ...(facts.shared && { files: facts.shared.files }) };
    const [regions, bases, nodes] = await (0,gather/* gather */.k)([
        (0,plan_regions/* readRegions */.eV)(inputs, facts),
        readBases(inputs, facts),
        readNodes(inputs, facts, net),
    ]);
    const images = makeImages(inputs, facts, bases, nodes, await readSupplies(inputs, facts, net, nodes));
    const minors = new Set(inputs.kubernetesVersions.map(versions/* minorOf */.Hs));
    for (const minor of minors) {
        const warning = (0,catalog/* minorWarning */.gO)(minor, facts.catalog.kubernetes);
        if (warning !== undefined)
            facts.log.warning(warning);
    }
    for (const image of images) {
        if (inputs.kubernetesSource === 'package' && image.node.kubernetesBinaries !== undefined)
            facts.log.info(`${image.key}: Kubernetes comes as files, as with kubernetes-source: binary, since it has no package manager`);
        const warning = (0,catalog/* testedWarning */.EB)(image, inputs.operatingSystems);
        if (warning !== undefined)
            facts.log.warning(warning);
    }
    const plan = { runId: facts.runId, region: inputs.region, copyRegions: regions, images };
    return inputs.lock.mode === 'write' ? { ...plan, lock: toLock(inputs, bases, nodes) } : plan;
}
function toLock(inputs, bases, nodes) {
    const amis = bases.map(({ system, arch, ami: { needsCopy, ...ami } }) => [
        `${system.key}-${arch}`,
        { ...ami, ...(needsCopy && { needsCopy }) },
    ]);
    return {
        format: 1,
        tools: (0,tools_versions/* toolVersions */.Ek)(inputs.packerVersion),
        kubernetes: nodes,
        baseAmis: { [inputs.region]: Object.fromEntries(amis) },
    };
}
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
        ...((0,catalog/* fromFiles */.KY)(inputs, system) && {
            kubernetesBinaries: Object.fromEntries(programs.map((name) => [name, file(name)])),
        }),
        containerd: file('containerd'),
        runc: file('runc'),
        cniPlugins: file('cniPlugins'),
        ...((0,catalog/* takesEcrProvider */.ax)(inputs) &&
            !(0,lock/* omitsEcrProvider */.s9)(node, arch) && { ecrCredentialProvider: file('ecrCredentialProvider') }),
        ...((0,catalog/* takesAwsCli */.MM)(inputs, system) && { awsCli: file('awsCli') }),
        ...(inputs.ansibleExtraVars.base_cluster_api === 'aws' &&
            system.awsCliPackage !== undefined && { awsCliPackage: system.awsCliPackage }),
        kubernetesPackages: (0,catalog/* fromFiles */.KY)(inputs, system) ? {} : (rpm?.rpms ?? node.arch[arch]?.packages ?? {}),
        sandboxImage: node.sandboxImage.name,
        sandboxImageDigest: node.sandboxImage.digest,
    };
}
function makeImages(inputs, facts, bases, nodes, supplies) {
    const sources = (0,digest/* hashSources */.jD)(facts.root);
    const hooks = inputs.ansibleHooks === undefined ? undefined : (0,digest/* hashHooks */.HI)(inputs.ansibleHooks);
    const extraVars = (0,digest/* contentOf */.$E)(inputs.ansibleExtraVars);
    const several = new Set(Object.values(nodes).map(({ deb }) => deb)).size > 1;
    const images = bases.flatMap(({ system, arch, ami: { rootDevice: seen, rootGib, encrypted, needsCopy, ...ami } }) => Object.values(nodes).map((node) => {
        const versions = nodeVersions(node, system, arch, inputs);
        const plain = `${system.key}-${arch}`;
        const { name, family, sshUser } = system;
        const rootDevice = seen ?? system.rootDevice ?? '';
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
                ...(encrypted ? { encrypted } : {}),
                ...(needsCopy === undefined ? {} : { needsCopy }),
            },
            ...amiNames(inputs, { kubernetes: versions.kubernetesVersion, os: system.key, arch }, facts),
            node: versions,
            supplies: supplies(node.version, arch),
            digest: (0,digest/* imageDigest */.Wf)({
                ...{ sources, os: system.key, arch, baseAmi: ami.id || undefined, node: versions },
                system: { family, sshUser, rootDevice },
                extraVars,
                hooks,
                templateVariables: { ...inputs.varFile, ...inputs.vars },
                key: inputs.publish.keys[inputs.region],
            }) ?? '',
        };
    }));
    const byKey = new Map(images.map((image) => [image.key, image]));
    const other = images.find(({ key, node }) => byKey.get(key)?.node.kubernetesDeb !== node.kubernetesDeb);
    if (other !== undefined)
        throw new errors/* UserError */.yo('kubernetes-version', `kubernetes-version names two packages of Kubernetes ${other.node.kubernetesVersion}: ${other.node.kubernetesDeb} and ${byKey.get(other.key)?.node.kubernetesDeb}`, 'name one of them');
    return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
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
