"""The check for Cluster API, with a program that says what a test wants."""

import json

import cluster_api
import pytest
from results import Wrong


@pytest.fixture
def image(tmp_path):
    def make(says="aws-cli/2.23.6 Python/3.13.5 Linux/6.12", source="DataSourceEc2ClusterApiLocal"):
        program = tmp_path / "aws"
        program.write_text(f"#!/bin/sh\necho '{says}'\n")
        program.chmod(0o755)
        (tmp_path / "result.json").write_text(json.dumps({"v1": {"datasource": source, "errors": []}}))
        return tmp_path / "result.json", str(tmp_path)

    return make


def test_an_image_that_has_both(image):
    assert cluster_api.check(*image()) == "AWS CLI 2.23.6, DataSourceEc2ClusterApiLocal"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"says": "aws-cli/1.22.34 Python/3.10"}, "says aws-cli/1.22.34 Python/3.10, not a version 2"),
        ({"source": "DataSourceEc2Local"}, "used DataSourceEc2Local, not"),
        ({"source": None}, "used none, not"),
    ],
)
def test_an_image_that_lacks_one(image, given, why):
    with pytest.raises(Wrong, match=why):
        cluster_api.check(*image(**given))


def test_no_program(image, tmp_path):
    result, _ = image()
    with pytest.raises(Wrong, match="there is no AWS CLI"):
        cluster_api.check(result, str(tmp_path / "nowhere"))
