"""What kubelet's metrics and log say of the credential provider."""

from pathlib import Path

import credentials
import pytest
import userdata
from results import Wrong

RAN = 'kubelet_credential_provider_plugin_duration_count{plugin_name="ecr-credential-provider"} 1\n'
ERROR = 'err="error execing credential provider plugin ecr-credential-provider for image 0.dkr.ecr.x/none: '


@pytest.mark.parametrize(
    ("metrics", "log", "says"),
    [
        ("", "", None),
        (RAN.replace(" 1\n", " 0\n"), "", None),
        (RAN, "", "kubelet ran ecr-credential-provider"),
        (RAN, ERROR + 'exit status 1: no EC2 IMDS role"', "it has no role here"),
        (RAN, ERROR + 'context deadline exceeded"', "it has no role here"),
    ],
)
def test_it_ran_whether_or_not_it_could_answer(metrics: str, log: str, says: str | None) -> None:
    told = credentials.judge(metrics, log)
    assert told is None if says is None else says in (told or "")


@pytest.mark.parametrize(
    "log",
    [
        ERROR + 'fork/exec /usr/local/libexec/ecr-credential-provider: exec format error"',
        'err="apiVersion from credential plugin response did not match expected apiVersion:credentialprovider/v1"',
    ],
)
def test_one_that_cannot_be_used_is_named(log: str) -> None:
    with pytest.raises(Wrong, match="kubelet cannot use ecr-credential-provider"):
        credentials.judge(RAN, log)


@pytest.mark.parametrize(
    ("flags", "expected", "says"),
    [
        ("--image-credential-provider-config=/etc/x.yaml", True, "kubelet ran ecr-credential-provider"),
        ("--image-credential-provider-config=/etc/x.yaml", False, "kubelet ran ecr-credential-provider"),
        ("--v=2", False, "the image has none"),
        (None, False, "the image has none"),
        ("--v=2", True, None),
        (None, True, None),
    ],
)
def test_an_image_that_lost_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: "str | None", expected: bool, says: "str | None"
) -> None:
    file = tmp_path / "kubelet"
    if flags is not None:
        file.write_text(f"KUBELET_EXTRA_ARGS={flags}\n")
    monkeypatch.setattr(userdata, "LOG", tmp_path / "log")
    (tmp_path / "log").touch()
    if says is None:
        with pytest.raises(Wrong, match=f"was built with ecr-credential-provider, and {file} does not make kubelet"):
            credentials.check(lambda _: RAN, 1, expected, (file,))
    else:
        assert credentials.check(lambda _: RAN, 1, expected, (file,)) == says


def test_an_image_may_have_none(tmp_path: Path) -> None:
    flags = tmp_path / "kubelet"
    assert not credentials.configured((flags,))
    flags.write_text("KUBELET_EXTRA_ARGS=--image-credential-provider-config=/etc/x.yaml\n")
    assert credentials.configured((flags,))
