"""The layouts of the upstreams, read by sha256sum, dpkg-deb, apt, pip, and Python's tar and zip."""

import json
import tarfile
import zipfile

import pytest

from mirror.assemble import check_root, link_tree, seal
from mirror.errors import MirrorError
from mirror.layout import debs, oci, pypi
from mirror.sign import verify
from mirror.tests.conftest import no_proxy, program, run, version
from mirror.tests.test_server import fetch

RELEASES = "releases.hashicorp.com"
DEBS = "pkgs.k8s.io/core:/stable:/v1.37/deb"


@pytest.mark.parametrize(
    ("product", "inner"),
    [("packer", "packer"), ("packer-plugin-amazon", "packer-plugin-amazon_v{}_x5.0_linux_amd64")],
)
def test_a_release_is_a_zip_with_signed_sums(tiny, key, product, inner):
    number = version(product)
    folder = tiny / "tree" / RELEASES / product / number
    stem = f"{product}_{number}"
    assert run("sha256sum", "--check", "--strict", f"{stem}_SHA256SUMS", cwd=folder).returncode == 0
    sums = (folder / f"{stem}_SHA256SUMS").read_bytes()
    for name in (f"{stem}_SHA256SUMS.sig", f"{stem}_SHA256SUMS.{key.fingerprint[-8:]}.sig"):
        verify(sums, (folder / name).read_bytes(), key.public, [key.fingerprint])
    with zipfile.ZipFile(folder / f"{stem}_linux_amd64.zip") as archive:
        (member,) = archive.infolist()
        assert member.filename == inner.format(number)
        assert member.external_attr >> 16 == 0o100755
    index = json.loads((folder.parent / "index.json").read_text())
    assert index["versions"][number]["builds"][0]["filename"] == f"{stem}_linux_amd64.zip"


@pytest.mark.parametrize(
    ("name", "folder", "file", "sums", "members"),
    [
        (
            "containerd",
            "containerd/containerd",
            "containerd-{}-linux-amd64.tar.gz",
            "{file}.sha256sum",
            "bin/containerd",
        ),
        ("cni-plugins", "containernetworking/plugins", "cni-plugins-linux-amd64-v{}.tgz", "{file}.sha256", "./bridge"),
        ("runc", "opencontainers/runc", "runc.amd64", "runc.sha256sum", None),
    ],
)
def test_release_files_of_github(tiny, name, folder, file, sums, members):
    place = tiny / "tree" / "github.com" / folder / "releases" / "download" / f"v{version(name)}"
    file = file.format(version(name))
    assert run("sha256sum", "--check", "--strict", sums.format(file=file), cwd=place).returncode == 0
    if members:
        with tarfile.open(place / file) as archive:
            info = archive.getmember(members)
        assert (info.mode, info.uid, info.mtime) == (0o755, 0, 0)


def test_downloads_of_kubernetes(tiny):
    release = tiny / "tree" / "dl.k8s.io" / "release"
    number = version("kubernetes")
    for name in ("kubeadm", "kubectl", "kubelet"):
        binary = release / f"v{number}" / "bin" / "linux" / "amd64" / name
        digest = run("sha256sum", binary).stdout.split()[0]
        assert binary.with_name(f"{name}.sha256").read_text() == digest
    assert (release / "stable.txt").read_text() == (release / "stable-1.37.txt").read_text() == f"v{number}"


def test_the_ecr_credential_provider(tiny):
    number = version("ecr-credential-provider")
    folder = tiny / "tree" / f"artifacts.k8s.io/binaries/cloud-provider-aws/v{number}/linux/amd64"
    binary = folder / "ecr-credential-provider-linux-amd64"
    assert binary.with_name(f"{binary.name}.sha256").read_text() == run("sha256sum", binary).stdout.split()[0]


def apt(tmp_path, url, key_text, *arguments, arch="amd64"):
    """apt-get on a root of its own, with the mirror as its one repository."""
    for name in ("lists/partial", "archives/partial", "parts", "etc"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    (tmp_path / "key.asc").write_text(key_text)
    (tmp_path / "list").write_text(f"deb [arch={arch} signed-by={tmp_path}/key.asc] {url}/{DEBS}/ /\n")
    (tmp_path / "status").touch()
    tmp_path.chmod(0o755)
    places = {
        "Dir::Etc::SourceList": "list", "Dir::Etc::SourceParts": "parts", "Dir::State::Lists": "lists",
        "Dir::State::status": "status", "Dir::Cache": "archives", "Dir::Cache::archives": "archives",
    }  # fmt: skip
    options = [f"-o{name}={tmp_path / place}" for name, place in places.items()]
    options += ["-oAPT::Sandbox::User=root", "-oAcquire::Languages=none", f"-oAPT::Architecture={arch}"]
    options += ["-oAPT::Update::Error-Mode=any", "-oAcquire::Retries=0"]
    return run("apt-get", *options, *arguments, env=no_proxy(), cwd=tmp_path)


def test_apt_accepts_packages_that_the_key_signed(tiny, url, key, tmp_path):
    done = apt(tmp_path, url, key.public, "update")
    assert done.returncode == 0, done.stderr
    number = version("kubernetes")
    done = apt(tmp_path, url, key.public, "download", f"kubelet={number}-*", "kubeadm", "kubectl", "cri-tools")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.glob("*.deb")} == {
        f"kubelet_{number}-1.1_amd64.deb", f"kubeadm_{number}-1.1_amd64.deb", f"kubectl_{number}-1.1_amd64.deb",
        "cri-tools_1.37.0-1.1_amd64.deb",
    }  # fmt: skip


def test_apt_refuses_what_another_key_signed(tiny, url, stranger, tmp_path):
    done = apt(tmp_path, url, stranger.public, "update")
    assert done.returncode != 0
    assert "not signed" in done.stderr or "NO_PUBKEY" in done.stderr


def test_contents_of_the_packages(tiny, tmp_path):
    folder = tiny / "tree" / DEBS / "amd64"
    number = version("kubernetes")

    def field(package, name):
        return run("dpkg-deb", "--field", folder / package, name).stdout.strip()

    def listing(package):
        lines = run("dpkg-deb", "--contents", folder / package).stdout.splitlines()
        return {line.split()[5].removeprefix("./"): line.split()[:2] for line in lines if not line.endswith("/")}

    kubelet = f"kubelet_{number}-1.1_amd64.deb"
    assert listing(kubelet) == {
        "usr/bin/kubelet": ["-rwxr-xr-x", "root/root"],
        "usr/lib/systemd/system/kubelet.service": ["-rw-r--r--", "root/root"],
        "etc/default/kubelet": ["-rw-r--r--", "root/root"],
        "var/lib/kubelet/.kubelet-keep": ["-rw-r--r--", "root/root"],
        "etc/kubernetes/manifests/.kubelet-keep": ["-rw-r--r--", "root/root"],
    }
    assert "kubernetes-cni (>= 1.2.0)" in field(kubelet, "Depends")
    kubeadm = f"kubeadm_{number}-1.1_amd64.deb"
    assert "usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf" in listing(kubeadm)
    assert field(kubeadm, "Depends") == ""
    cni = f"kubernetes-cni_{version('cni-plugins')}-1.1_amd64.deb"
    assert {"opt/cni/bin/bridge", "opt/cni/bin/loopback"} <= set(listing(cni))
    assert run("dpkg-deb", "--extract", folder / "cri-tools_1.37.0-1.1_amd64.deb", tmp_path).returncode == 0
    crictl = run(tmp_path / "usr" / "bin" / "crictl", "ps")
    assert (crictl.returncode, crictl.stdout) == (69, "")
    assert "stand-in" in crictl.stderr


def test_systemd_accepts_the_kubelet_unit(tmp_path):
    program(tmp_path / "usr" / "bin" / "kubelet")
    units = tmp_path / debs.UNITS
    (units / "kubelet.service.d").mkdir(parents=True)
    (units / "kubelet.service").write_text(debs.KUBELET_UNIT)
    (units / "kubelet.service.d" / "10-kubeadm.conf").write_text(debs.KUBEADM_DROP_IN)
    done = run(
        "systemd-analyze", f"--root={tmp_path}", "--man=no", "--recursive-errors=no", "verify", "kubelet.service"
    )
    complaints = [line for line in done.stderr.splitlines() if "kubelet" in line and "network-online" not in line]
    assert complaints == []


def test_pip_installs_from_the_index(url, tmp_path):
    requirements = tmp_path / "requirements.txt"
    page = fetch(url, "/pypi.org/simple/tiny-tool/")[2].decode()
    digest = page.split("#sha256=")[1].split('"')[0]
    requirements.write_text(f"tiny_tool==1.0 --hash=sha256:{digest}\n")
    pip = ["python3", "-m", "pip", "download", "--no-cache-dir", "--disable-pip-version-check", "--no-deps", "-q"]
    pip += ["--require-hashes", "--index-url", f"{url}/pypi.org/simple/", "-d", tmp_path, "-r", requirements]
    done = run(*pip, env=no_proxy())
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "tiny_tool-1.0-py3-none-any.whl").exists()


@pytest.mark.parametrize(
    ("file", "project"),
    [
        ("ansible_core-2.19.14-py3-none-any.whl", "ansible-core"),
        ("Jinja2-3.1.6.tar.gz", "jinja2"),
        ("zope.interface-5.0.zip", "zope-interface"),
    ],
)
def test_names_of_projects(file, project):
    assert pypi.project_of(file) == project


def test_an_image_has_the_same_digest_every_time(tmp_path):
    made = []
    for name in ("a", "b"):
        binary = program(tmp_path / name / "pause")
        made.append(oci.write_image(tmp_path / name, "pause", "3.10.2", {"amd64": oci.Program("pause", binary)}))
    assert made[0] == made[1]


def test_the_whole_mirror_is_signed(tiny, key):
    check_root(tiny / "tree", key)
    lines = (tiny / "fingerprints.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == [key.fingerprint]
    assert (tiny / "tree" / "keys" / f"{key.fingerprint}.asc").read_text() == key.public
    served = [path.read_bytes() for path in (tiny / "tree").rglob("*") if path.is_file()]
    assert not any(b"PRIVATE KEY" in content for content in served)


def test_a_changed_mirror_is_refused(tiny, key, tmp_path):
    link_tree(tiny / "tree", tmp_path / "tree")
    victim = tmp_path / "tree" / "dl.k8s.io" / "release" / "stable.txt"
    victim.unlink()
    victim.write_text("v1.0.0")
    with pytest.raises(MirrorError, match=r"stable\.txt has changed"):
        check_root(tmp_path / "tree", key)
    seal(tmp_path / "tree", key)
    check_root(tmp_path / "tree", key)
    (tmp_path / "tree" / "SHA256SUMS.sig").unlink()
    with pytest.raises(MirrorError, match=r"SHA256SUMS\.sig is missing"):
        check_root(tmp_path / "tree", key)


def test_two_parts_must_not_have_different_versions_of_a_file(tmp_path):
    program(tmp_path / "a" / "x" / "same")
    link_tree(tmp_path / "a", tmp_path / "tree")
    link_tree(tmp_path / "a", tmp_path / "tree")
    program(tmp_path / "b" / "x" / "same", "other")
    with pytest.raises(MirrorError, match="two parts of the mirror have different versions of x/same"):
        link_tree(tmp_path / "b", tmp_path / "tree")
