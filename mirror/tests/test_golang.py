"""The table of targets, and a tiny Go module that is built like the real ones."""

import json
import re
from dataclasses import replace

import pytest

from mirror import cross, golang, source
from mirror import target as table
from mirror.cross import host_arch
from mirror.errors import MirrorError
from mirror.golang import build_target, demand_go, go_version, oldest_go, target_key
from mirror.minors import MINORS, minors
from mirror.parts import LEVELS, parts_for
from mirror.steps import Steps, about
from mirror.target import Build, Check, Target, required_version
from mirror.targets import TARGETS
from mirror.tests.conftest import ROOT, program, quiet, run


def tiny_target(monkeypatch, path, output='"tool " + version'):
    """A module like those below mirror/go, whose one dependency lies beside it."""
    monkeypatch.setattr(table, "GO", path)
    tool = path / "tiny" / "tool"
    tool.mkdir(parents=True)
    module = "module example.test/tiny\n\ngo 1.24\n\nrequire example.test/tool v1.2.3\n\n"
    (path / "tiny" / "go.mod").write_text(module + "replace example.test/tool => ./tool\n")
    (path / "tiny" / "go.sum").write_text("")
    (path / "tiny" / "tools.go").write_text('//go:build tools\n\npackage tools\n\nimport _ "example.test/tool"\n')
    (tool / "go.mod").write_text("module example.test/tool\n\ngo 1.24\n")
    source = f'package main\n\nvar version = "none"\n\nfunc main() {{ println({output}) }}\n'
    (tool / "main.go").write_text(source)
    link = "-s -w -X main.version={version}"
    return Target(
        "tiny",
        "example.test/tool",
        (Build(("example.test/tool",), link=link),),
        (Check("tool", (), r"^tool {version}$"),),
    )


def test_a_target_is_built_checked_and_kept(tmp_path, monkeypatch):
    row = tiny_target(monkeypatch, tmp_path / "go")
    lines = []
    made = build_target(tmp_path / "cache", row, host_arch(), lines.append)
    assert run(made / "tool").stderr == "tool 1.2.3\n"
    assert any("building tiny 1.2.3 (tool)" in line for line in lines)
    again = []
    assert build_target(tmp_path / "cache", row, host_arch(), again.append) == made
    assert again == []


def test_a_target_for_arm64_is_built_elsewhere_and_tried_by_an_emulator(tmp_path, monkeypatch):
    row = tiny_target(monkeypatch, tmp_path / "go")
    # Stands in for QEMU: it accepts only an ELF program for arm64 (machine 183).
    emulator = program(tmp_path / "qemu")
    emulator.write_text('#!/bin/sh\n[ "$(od -An -tu2 -j18 -N2 "$1" | tr -d " ")" = 183 ] && echo tool 1.2.3\n')
    monkeypatch.setattr(cross, "EMULATOR", str(emulator))
    monkeypatch.setattr(cross.platform, "machine", lambda: "x86_64")
    assert (build_target(tmp_path / "cache", row, "arm64", quiet) / "tool").is_file()
    emulator.write_text("#!/bin/sh\necho tool 9\n")
    (row.directory / "go.sum").write_text("\n")
    with pytest.raises(MirrorError, match=r"says 'tool 9', not 1\.2\.3"):
        build_target(tmp_path / "cache", row, "arm64", quiet)


def test_build_tools_are_only_for_this_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(cross.platform, "machine", lambda: "x86_64")
    made = []
    monkeypatch.setattr(source, "builder", lambda name: lambda cache, arch, say: made.append((name, arch)) or tmp_path)
    built = source.build_binaries(tmp_path, ["arm64"], parts_for("node", minors([])), quiet)
    assert {name for name, arch in made if arch == "amd64"} == {"packer", "packer-plugin-amazon"}
    assert list(built["packer"]) == ["amd64"]
    assert list(built["runc"]) == list(built["kubernetes"]) == ["arm64"]


def test_a_binary_with_another_version_is_not_kept(tmp_path, monkeypatch):
    row = tiny_target(monkeypatch, tmp_path / "go", '"tool 1.2.3-dev"')
    with pytest.raises(MirrorError, match=r"says 'tool 1\.2\.3-dev', not 1\.2\.3"):
        build_target(tmp_path / "cache", row, host_arch(), quiet)
    assert list((tmp_path / "cache" / "mirror" / "parts").iterdir()) == []


def test_a_module_that_does_not_build_is_named(tmp_path, monkeypatch):
    row = tiny_target(monkeypatch, tmp_path / "go", "undefined")
    with pytest.raises(MirrorError, match=r"tiny 1\.2\.3 does not build: .*undefined"):
        build_target(tmp_path / "cache", row, host_arch(), quiet)


def test_the_key_changes_with_what_decides_the_binaries(tmp_path, monkeypatch):
    row = tiny_target(monkeypatch, tmp_path / "go")
    go = go_version()
    keys = {target_key(row, "amd64", go), target_key(row, "arm64", go), target_key(row, "amd64", "go9")}
    (row.directory / "go.sum").write_text("changed")
    keys.add(target_key(row, "amd64", go))
    assert len(keys) == 4


@pytest.mark.parametrize("row", TARGETS, ids=lambda row: row.name)
def test_tools_go_names_what_is_built(row):
    imported = set(re.findall(r'_ "([^"]+)"', (row.directory / "tools.go").read_text()))
    sharing = [other for other in TARGETS if other.directory == row.directory]
    built = {package for other in sharing for build in other.builds for package in build.packages}
    assert imported == {package for package in built if not package.startswith("./")}
    assert re.fullmatch(r"\d+\.\d+\.\d+", row.version)
    programs = {
        re.sub(r"/v\d+$", "", package).rpartition("/")[2] + (".test" if build.test else "")
        for build in row.builds
        for package in build.packages
    }
    assert {check.binary for check in row.checks} <= programs


def test_a_package_of_ours_is_part_of_the_key(tmp_path, monkeypatch):
    row = replace(tiny_target(monkeypatch, tmp_path / "go"), builds=(Build(("./own",)),))
    own = row.directory / "own"
    own.mkdir()
    (own / "main.go").write_text("package main\n\nfunc main() {}\n")
    before = target_key(row, "amd64", "go1.26.0")
    (own / "main.go").write_text('package main\n\nfunc main() { println("other") }\n')
    assert target_key(row, "amd64", "go1.26.0") != before


def test_every_target_is_packed():
    tools = {"goss"}
    native = {"busybox", *(f"pause-{minor.pause}" for minor in MINORS)}
    packed = {need for row in parts_for(LEVELS[-1], MINORS) for need in row.needs}
    assert {row.name for row in TARGETS} - tools | native == packed


@pytest.mark.parametrize(
    ("level", "wanted", "built"),
    [
        ("node", ["1.36"], ["kubernetes-1.36"]),
        ("node", [], ["kubernetes"]),
        ("cluster", ["1.36.3"], ["kubernetes-1.36", "control-plane-1.36", "etcd-1.36"]),
        ("conformance", ["1.37"], ["kubernetes", "control-plane", "etcd", "kubernetes-test"]),
    ],
)
def test_a_level_takes_only_what_it_needs_of_the_minor(level, wanted, built):
    rows = {need for part in parts_for(level, minors(wanted)) for need in part.needs}
    assert rows & {row.name for row in TARGETS if row.directory.name == "kubernetes"} == set(built)


def test_steps_report_the_progress_of_a_run():
    lines = []
    steps = Steps(["packer-amd64", "kubernetes-1.36-amd64"], lines.append)
    for name in ("packer-amd64", "not-announced", "kubernetes-1.36-amd64"):
        with steps.step(name):
            pass
    assert lines[0] == "step 1 of 2: packer-amd64; about 7 min left"
    assert lines[1] == "step 2 of 2: kubernetes-1.36-amd64; less than a minute left"
    assert about(90) == "about 2 min"


def test_the_pins_are_those_of_the_catalogue():
    versions = {row.name: row.version for row in TARGETS}
    catalogue = json.loads((ROOT / "catalog" / "kubernetes.json").read_text())
    assert sorted(catalogue) == sorted(minor.name for minor in MINORS)
    for minor in MINORS:
        entry = catalogue[minor.name]
        assert versions[f"kubernetes{minor.suffix}"].startswith(f"{minor.name}.")
        assert (versions["containerd"], versions["runc"]) == (entry["containerd"], entry["runc"])
        assert versions["cni-plugins"] == entry["cniPlugins"]
        assert versions["ecr-credential-provider"] == entry["ecrCredentialProvider"]


def test_settings_for_fetching_are_the_callers_and_those_for_the_result_are_not(tmp_path, monkeypatch):
    row = tiny_target(monkeypatch, tmp_path / "go")
    monkeypatch.setenv("GOENV", str(tmp_path / "env"))
    for name in ("GOPROXY", "GOPRIVATE", "GOFLAGS"):
        monkeypatch.delenv(name, raising=False)
    decisive = ("GOAMD64", "GOARM64", "GOFLAGS", "GOEXPERIMENT", "GOFIPS140", "CC", "CGO_CFLAGS", "PKG_CONFIG")

    def seen():
        argv = ("go", "env", "-json", "GOPROXY", "GOPRIVATE", *decisive)
        return json.loads(run(*argv, env=golang.go_environment(row, "amd64")).stdout)

    usual = seen()
    other = {"GOAMD64": "v3", "GOARM64": "v9.0", "GOFLAGS": "-race", "GOEXPERIMENT": "arenas", "GOFIPS140": "latest"}
    other |= {"CC": "clang", "CGO_CFLAGS": "-O0", "PKG_CONFIG": "other"}
    lines = ["GOPROXY=https://proxy.example", *(f"{name}={value}" for name, value in other.items())]
    (tmp_path / "env").write_text("\n".join(lines) + "\n")
    assert seen() == usual | {"GOPROXY": "https://proxy.example"}
    for name, value in (other | {"GOPRIVATE": "a.example"}).items():
        monkeypatch.setenv(name, value)
    assert seen() == usual | {"GOPROXY": "https://proxy.example", "GOPRIVATE": "a.example"}


def test_an_old_go_is_refused(tmp_path, monkeypatch):
    for name, line in (("a/go.mod", "go 1.26.8"), ("b/go.mod", "go 1.25"), ("b/1.36.mod", "go 1.26.10")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"module x\n\n{line}\n\nrequire a.b/c v1.99.0\n")
    monkeypatch.setattr(golang, "GO", tmp_path)
    for new in ("go1.26.10", "go1.27rc1", "go2.0", "devel +abcdef"):
        demand_go(new)
    for old in ("go1.26.9", "go1.26rc2", "go1.25.11"):
        with pytest.raises(MirrorError, match=rf"needs Go 1\.26\.10 or later, but this is {old}"):
            demand_go(old)


def test_workflows_that_build_with_go_have_one_for_every_module():
    texts = [path.read_text() for path in (ROOT / ".github" / "workflows").glob("*.yml")]
    building = [text for text in texts if re.search(r"script/(test|lint|bootstrap test)\b", text)]
    assert building
    for text in building:
        assert re.findall(r"go-version-file: (\S+)", text) == ["mirror/go/containerd/go.mod"]
    modules = ["mirror/go/containerd", "script/tools", "test/cluster-api/userdata"]
    lines = [re.search(r"^go (.+)$", (ROOT / name / "go.mod").read_text(), re.MULTILINE)[1] for name in modules]
    assert lines[0] == oldest_go() == max(lines, key=lambda line: [int(number) for number in line.split(".")])


def test_a_version_is_read_from_both_forms_of_require():
    assert required_version("require a.b/c v1.2.3\n", "a.b/c") == "1.2.3"
    assert required_version("require (\n\ta.b/cd v0.1.0\n\ta.b/c v1.2.4\n)\n", "a.b/c") == "1.2.4"
    with pytest.raises(MirrorError, match="does not require"):
        required_version("require a.b/cd v1.2.3\n", "a.b/c")
