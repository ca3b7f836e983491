"""User data on a system without cloud-init, and the name that metadata gives an instance."""

import json
from pathlib import Path

import userdata

NAME = "ip-10-0-0-7.ec2.internal"
GIVEN = json.dumps(
    {
        "write_files": [{"path": "/run/kubeadm/kubeadm.yaml", "content": "name: {{ ds.meta_data.local_hostname }}\n"}],
        "runcmd": ["true", "kubeadm init --config /run/kubeadm/kubeadm.yaml"],
    }
)


def test_files_are_written_with_the_name_and_commands_in_their_order(tmp_path: Path) -> None:
    script = userdata.write(GIVEN, NAME, tmp_path)
    assert (tmp_path / "run/kubeadm/kubeadm.yaml").read_text() == f"name: {NAME}\n"
    assert script.read_text() == "true\nkubeadm init --config /run/kubeadm/kubeadm.yaml\n"


def test_the_name_is_that_of_the_metadata(tmp_path: Path) -> None:
    data = tmp_path / "instance-data.json"
    data.write_text(json.dumps({"ds": {"meta_data": {"local-hostname": NAME}}}))
    assert userdata.own_name(data) == NAME
    assert userdata.own_name(tmp_path / "none") != ""
