"""The account between runs: its record, and the AMIs that it keeps."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from rehearsal.account import FILE, MOST_BYTES, Record, chosen, open_record
from rehearsal.application import ACCOUNT

from .api import control, eventually, tagged, tags

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def backends():
    from moto.ec2.models import ec2_backends
    from moto.ssm.models import ssm_backends

    return ec2_backends[ACCOUNT], ssm_backends[ACCOUNT]


@pytest.fixture
def messages():
    return []


@pytest.fixture
def again(account, messages):
    """Saves the account, empties it as in a new process, and opens it. Returns the layers of its AMIs."""

    def again(bases=None, sizes=None):
        ec2, ssm = backends()
        bases = bases or {"debian-13-amd64": "f00d"}
        account.compute.bases.update(bases)
        record = Record(account.compute.state / FILE, ec2, ssm, messages.append)
        record.save({"debian-13-amd64": "f00d"})
        layers = {layer for backend in ec2.values() for ami in backend.amis.values() for layer in ami.layers[1:]}
        for backend in ec2.values():
            for ami in [one for one in backend.amis.values() if one.owner_id == ACCOUNT]:
                del backend.amis[ami.id], backend.snapshots[ami.ebs_snapshot.id]
                backend.tags.pop(ami.id, None)
                backend.tags.pop(ami.ebs_snapshot.id, None)
        for backend in ssm.values():
            backend._parameters.clear()
        account.compute.kept = dict.fromkeys(layers, 1 << 20) if sizes is None else sizes
        open_record(account.compute, ACCOUNT, messages.append)
        return layers

    return again


def describe(account, region="us-east-1"):
    return account.client(region=region).describe_images(Owners=["self"])["Images"]


@pytest.fixture
def published(account, ec2, image):
    west = account.client(region="us-west-2")
    copy = west.copy_image(
        SourceImageId=image,
        SourceRegion="us-east-1",
        Name="copy",
        TagSpecifications=[tagged("image", c="3"), tagged("snapshot", d="4")],
    )["ImageId"]
    eventually(lambda: west.describe_images(ImageIds=[copy])["Images"][0]["State"] == "available")
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [{"UserId": "210987654321"}]})
    ec2.enable_image_deprecation(ImageId=image, DeprecateAt="2027-01-01T00:00:00Z")
    account.client("ssm").put_parameter(Name="/k8s/latest", Value=image, Type="String")
    return image, copy


def test_amis_snapshots_tags_and_parameters_are_restored(account, ec2, published, again, messages):
    before = describe(account), describe(account, "us-west-2"), control(account, "GET", "inventory")
    snapshots = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    again()
    assert (describe(account), describe(account, "us-west-2"), control(account, "GET", "inventory")) == before
    assert ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"] == snapshots
    assert tags(describe(account, "us-west-2")[0]) == {"c": "3"}
    assert account.client("ssm").get_parameter(Name="/k8s/latest")["Parameter"]["Value"] == published[0]
    assert messages == ["AMIs of earlier runs in the account: 2"]


def test_an_ami_of_an_earlier_run_launches_and_is_deleted_with_its_content(account, ec2, published, again, launch):
    layers = again()
    copy = ec2.copy_image(SourceImageId=published[1], SourceRegion="us-west-2", Name="third")["ImageId"]
    eventually(lambda: ec2.describe_images(ImageIds=[copy])["Images"][0]["State"] == "available")
    launched = ec2.run_instances(ImageId=published[0], InstanceType="t3.medium", MinCount=1, MaxCount=1)
    eventually(lambda: account.orders("start")[-1]["layers"] == ["debian-13-amd64", *layers])
    ec2.terminate_instances(InstanceIds=[launched["Instances"][0]["InstanceId"]])
    for region, ami in (("us-east-1", published[0]), ("us-east-1", copy), ("us-west-2", published[1])):
        account.client(region=region).deregister_image(ImageId=ami, DeleteAssociatedSnapshots=True)
    eventually(lambda: [order["layer"] for order in account.orders("remove")] == [*layers])


@pytest.mark.parametrize("change", ["base", "content"])
def test_an_ami_without_its_content_is_removed_with_its_parameters(account, published, again, messages, change):
    again(**{"base": {"bases": {"debian-13-amd64": "another"}}, "content": {"sizes": {}}}[change])
    assert describe(account) + describe(account, "us-west-2") == []
    assert account.client("ssm").describe_parameters()["Parameters"] == []
    assert messages[0].startswith("removed from the kept account: ami-")


def test_a_run_with_other_systems_does_not_forget_a_base(account, published, again, messages):
    """It keeps their AMIs. A later run that offers the system notices that its base was made anew."""
    again()
    for bases in ({"debian-12-amd64": "beef"}, {"debian-12-amd64": "beef", "debian-13-amd64": "another"}):
        record = Record(account.compute.state / FILE, *backends(), messages.append)
        record.load(bases, account.compute.kept)
        record.save(bases)
    _, other, again_offered, *_ = messages
    assert other == "AMIs of earlier runs in the account: 2"
    assert "their base system has changed" in again_offered


def test_a_disabled_ami_and_one_without_content_are_kept(account, ec2, published, again):
    ec2.disable_image(ImageId=published[0])
    volume = ec2.create_volume(Size=8, AvailabilityZone="us-east-1a")["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    device = [{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot}}]
    empty = ec2.register_image(Name="empty", RootDeviceName="/dev/xvda", BlockDeviceMappings=device)["ImageId"]
    again()
    found = ec2.describe_images(Owners=["self"], IncludeDisabled=True)["Images"]
    assert {one["ImageId"]: one["State"] for one in found} == {published[0]: "disabled", empty: "available"}


def test_a_parameter_with_a_base_ami_is_kept(account, base, again):
    ssm = account.client("ssm")
    ssm.put_parameter(Name="/base", Value=base["ImageId"], Type="String")
    again()
    assert ssm.get_parameter(Name="/base")["Parameter"]["Value"] == base["ImageId"]


def test_unreferenced_layers_are_removed(account, published, again):
    layers = again(sizes={"stray": 1})
    assert layers
    eventually(lambda: [order["layer"] for order in account.orders("remove")] == ["stray"])


def test_an_unreadable_record_is_not_fatal(account, messages):
    (account.compute.state / FILE).write_bytes(b"nonsense")
    open_record(account.compute, ACCOUNT, messages.append)
    (line,) = messages
    assert "cannot be read" in line
    assert "begins anew" in line


def ami(name, days, *layers):
    return SimpleNamespace(id=name, creation_date=NOW - timedelta(days=days), layers=("base", *layers))


@pytest.mark.parametrize(
    ("amis", "kept"),
    [
        ([ami("young", 1, "half"), ami("copy", 2, "half"), ami("other", 3, "too")], {"young", "copy", "other"}),
        ([ami("old", 15, "half")], set()),
        ([ami("oldest", 3, "third"), ami("young", 1, "half"), ami("other", 2, "too")], {"young", "other"}),
        ([ami("large", 1, "whole"), ami("small", 2, "half")], {"large"}),
    ],
)
def test_old_amis_are_removed_and_the_oldest_of_too_many(amis, kept):
    half = MOST_BYTES // 2
    assert chosen(amis, {"half": half, "too": half, "third": half, "whole": MOST_BYTES}, NOW) == kept
