"""RegisterImage: another AMI of the same snapshot."""

import pytest

from .api import code, control, tagged, tags


@pytest.fixture
def parameters(ec2, image):
    """Parameters for another AMI like the first."""
    ami = ec2.describe_images(ImageIds=[image])["Images"][0]
    [device] = ami["BlockDeviceMappings"]
    volume = {name: value for name, value in device["Ebs"].items() if name != "Encrypted"}
    return {
        "Name": "its final name",
        "Architecture": ami["Architecture"],
        "BootMode": ami["BootMode"],
        "EnaSupport": True,
        "SriovNetSupport": "simple",
        "VirtualizationType": "hvm",
        "ImdsSupport": "v2.0",
        "TpmSupport": "v2.0",
        "UefiData": "QU1aTlVFRkk=",
        "Description": "a node",
        "RootDeviceName": ami["RootDeviceName"],
        "BlockDeviceMappings": [{"DeviceName": device["DeviceName"], "Ebs": volume}],
        "TagSpecifications": [tagged("image", state="tested")],
    }


def described(ec2, ami):
    return ec2.describe_images(ImageIds=[ami])["Images"][0]


def with_volume(parameters, **changes):
    [device] = parameters["BlockDeviceMappings"]
    return {**parameters, "BlockDeviceMappings": [{**device, "Ebs": {**device["Ebs"], **changes}}]}


def test_the_second_ami_has_everything_in_the_request(ec2, image, parameters):
    first, second = described(ec2, image), described(ec2, ec2.register_image(**parameters)["ImageId"])
    copied = [name for name in parameters if name not in ("BlockDeviceMappings", "TagSpecifications", "UefiData")]
    assert {name: second[name] for name in copied} == {name: parameters[name] for name in copied}
    assert second["BlockDeviceMappings"] == first["BlockDeviceMappings"]
    assert (second["State"], tags(second)) == ("available", {"state": "tested"})
    for member in ("SriovNetSupport", "BootMode", "TpmSupport", "UefiData", "ImdsSupport"):
        attribute = member[0].lower() + member[1:]
        data = ec2.describe_image_attribute(ImageId=second["ImageId"], Attribute=attribute)
        assert data[member] == {"Value": parameters[member]}


def test_omitted_parameters_are_not_taken_from_the_snapshot(ec2, parameters):
    few = {name: parameters[name] for name in ("Name", "RootDeviceName", "BlockDeviceMappings")}
    ami = described(ec2, ec2.register_image(**few)["ImageId"])
    assert (ami["Architecture"], ami["VirtualizationType"], ami["EnaSupport"]) == ("i386", "paravirtual", False)
    assert not {"ImdsSupport", "TpmSupport", "BootMode", "SriovNetSupport"} & set(ami)


def test_a_name_can_be_used_only_once(ec2, image, parameters):
    ec2.register_image(**parameters)
    assert code(ec2.register_image, **parameters) == "InvalidAMIName.Duplicate"
    assert (
        code(ec2.register_image, **{**parameters, "Name": described(ec2, image)["Name"]}) == "InvalidAMIName.Duplicate"
    )
    assert code(ec2.register_image, **{**parameters, "Name": "a*b"}) == "InvalidAMIName.Malformed"


@pytest.mark.parametrize("change", [{"Encrypted": True}, {"Encrypted": False}, {"KmsKeyId": "alias/mine"}])
def test_a_snapshot_has_its_own_encryption(ec2, parameters, change):
    assert code(ec2.register_image, **with_volume(parameters, **change)) == "InvalidBlockDeviceMapping"


def test_snapshots_get_no_tags(ec2, parameters):
    given = [*parameters["TagSpecifications"], tagged("snapshot", state="tested")]
    assert code(ec2.register_image, **{**parameters, "TagSpecifications": given}) == "InvalidParameterValue"


def test_a_snapshot_must_exist_and_be_finished(account, ec2, parameters):
    gone = with_volume(parameters, SnapshotId="snap-0123456789abcdef0")
    assert code(ec2.register_image, **gone) == "InvalidSnapshot.NotFound"
    small = with_volume(parameters, VolumeSize=1)
    assert code(ec2.register_image, **small) == "InvalidBlockDeviceMapping"
    assert code(ec2.register_image, **{**parameters, "RootDeviceName": "/dev/sdz"}) == "InvalidParameterValue"
    snapshot = parameters["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    account.compute.backend("us-east-1").snapshots[snapshot].status = "pending"
    assert code(ec2.register_image, **parameters) == "IncorrectState"


def test_the_snapshot_stays_until_the_last_of_its_amis_goes(account, ec2, image, parameters):
    control(account, "PUT", "settings", {"snapshotInUseSeconds": 0})
    second = ec2.register_image(**parameters)["ImageId"]
    snapshot = parameters["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    result = ec2.deregister_image(ImageId=image, DeleteAssociatedSnapshots=True)
    assert [one["ReturnCode"] for one in result["DeleteSnapshotResults"]] == ["skipped"]
    assert code(ec2.delete_snapshot, SnapshotId=snapshot) == "InvalidSnapshot.InUse"
    ec2.deregister_image(ImageId=second)
    ec2.delete_snapshot(SnapshotId=snapshot)
    assert not [one for one in control(account, "GET", "inventory") if one["type"] in ("image", "snapshot")]


def test_the_snapshot_goes_with_the_last_of_its_amis_at_once(account, ec2, image, parameters):
    control(account, "PUT", "settings", {"snapshotInUseSeconds": 60})
    second = ec2.register_image(**parameters)["ImageId"]
    ec2.deregister_image(ImageId=image)
    result = ec2.deregister_image(ImageId=second, DeleteAssociatedSnapshots=True)
    assert [one["ReturnCode"] for one in result["DeleteSnapshotResults"]] == ["success"]


def test_a_dry_call_makes_nothing(ec2, parameters):
    assert code(ec2.register_image, DryRun=True, **parameters) == "DryRunOperation"
    assert not ec2.describe_images(Filters=[{"Name": "name", "Values": [parameters["Name"]]}])["Images"]
