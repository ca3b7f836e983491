"""RunInstances: what EC2 refuses, what it fills in, and that a refused launch leaves nothing."""

import pytest

from .api import code, control, dry, eventually, instance

TYPE = {"InstanceType": "t3.medium", "MinCount": 1, "MaxCount": 1}


def volumes(ec2, name):
    found = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [name]}])["Volumes"]
    return {volume["Attachments"][0]["Device"]: volume for volume in found}


def with_volume(device="/dev/xvda", **volume):
    return {"BlockDeviceMappings": [{"DeviceName": device, "Ebs": volume}]}


@pytest.mark.parametrize(
    ("wish", "refused"),
    [
        (with_volume("/dev/sdb", VolumeType="gp3"), "MissingParameter"),
        (with_volume("/dev/sdb", SnapshotId="snap-0123456789abcdef0"), "InvalidSnapshot.NotFound"),
        (with_volume(KmsKeyId="alias/nodes"), "InvalidParameterDependency"),
        (with_volume(VolumeType="io2"), "InvalidParameterDependency"),
        ({"SecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidGroup.NotFound"),
        ({"MinCount": 2}, "InvalidParameterValue"),
        ({"IamInstanceProfile": {"Name": "none"}}, "InvalidParameterValue"),
        ({"InstanceType": "t4g.medium"}, "InvalidParameterValue"),
        (
            {"NetworkInterfaces": [{"DeviceIndex": 0, "SubnetId": "subnet-0123456789abcdef0"}]},
            "InvalidSubnetID.NotFound",
        ),
    ],
)
def test_what_is_refused_leaves_nothing_also_as_a_dry_run(account, ec2, base, wish, refused):
    wish = {"ImageId": base["ImageId"], **TYPE, **wish}
    assert dry(ec2.run_instances, **wish) == refused
    assert code(ec2.run_instances, **wish) == refused
    assert ec2.describe_instances()["Reservations"] == control(account, "GET", "inventory") == []


def test_a_launch_that_moto_refuses_leaves_nothing(account, ec2, base, monkeypatch):
    backend = account.compute.backend("us-east-1")

    def full(*_, **__):
        raise backend.raise_error("InsufficientFreeAddressesInSubnet", "none is free")

    monkeypatch.setattr(backend, "create_volume", full)
    assert code(ec2.run_instances, ImageId=base["ImageId"], **TYPE) == "InsufficientFreeAddressesInSubnet"
    assert ec2.describe_instances()["Reservations"] == control(account, "GET", "inventory") == []


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        ({"VolumeType": "gp3"}, {"VolumeType": "gp3", "Size": 8, "Iops": 3000, "Encrypted": False}),
        ({"VolumeType": "io2", "Iops": 1000}, {"VolumeType": "io2", "Size": 8, "Iops": 1000}),
        ({"VolumeSize": 9}, {"VolumeType": "gp3", "Size": 9}),
        ({"Encrypted": True}, {"Size": 8, "Encrypted": True}),
    ],
)
def test_what_a_request_lacks_comes_from_the_ami(ec2, base, volume, expected):
    made = ec2.run_instances(ImageId=base["ImageId"], **TYPE, **with_volume(**volume))["Instances"][0]
    [root] = volumes(ec2, made["InstanceId"]).values()
    assert {name: root[name] for name in expected} == expected
    [device] = instance(ec2, made["InstanceId"])["BlockDeviceMappings"]
    assert device["Ebs"]["DeleteOnTermination"] is True


def test_more_volumes_and_devices_without_one(ec2, base):
    more = [
        {"DeviceName": "/dev/sdb", "Ebs": {"VolumeSize": 1}},
        {"DeviceName": "/dev/sdc", "VirtualName": "ephemeral0"},
        {"DeviceName": "/dev/sdd", "NoDevice": ""},
    ]
    made = ec2.run_instances(ImageId=base["ImageId"], **TYPE, BlockDeviceMappings=more)["Instances"][0]
    assert sorted(volumes(ec2, made["InstanceId"])) == ["/dev/sdb", "/dev/xvda"]


def test_a_launch_gets_its_most(ec2, base):
    assert len(ec2.run_instances(ImageId=base["ImageId"], **{**TYPE, "MaxCount": 3})["Instances"]) == 3


def test_a_client_token_stands_for_one_request(ec2, base):
    first = ec2.run_instances(ImageId=base["ImageId"], **TYPE, ClientToken="once")["Instances"][0]["InstanceId"]
    assert ec2.run_instances(ImageId=base["ImageId"], **TYPE, ClientToken="once")["Instances"][0]["InstanceId"] == first
    other = {**TYPE, "InstanceType": "t3.large"}
    assert (
        code(ec2.run_instances, ImageId=base["ImageId"], **other, ClientToken="once") == "IdempotentParameterMismatch"
    )


def test_a_call_for_several_instances_acts_on_all_or_none(account, ec2, launch):
    one, other = launch(), launch()
    for name in (one, other):
        eventually(lambda name=name: instance(ec2, name)["State"]["Name"] == "running")
    ec2.modify_instance_attribute(InstanceId=other, DisableApiTermination={"Value": True})
    assert code(ec2.terminate_instances, InstanceIds=[one, other]) == "OperationNotPermitted"
    ec2.modify_instance_attribute(InstanceId=other, DisableApiStop={"Value": True})
    assert code(ec2.stop_instances, InstanceIds=[one, other]) == "OperationNotPermitted"
    assert instance(ec2, one)["State"]["Name"] == "running"
    ec2.modify_instance_attribute(InstanceId=other, DisableApiTermination={"Value": False})
    ec2.terminate_instances(InstanceIds=[other])
    assert code(ec2.reboot_instances, InstanceIds=[one, other]) == "IncorrectInstanceState"
    assert account.orders("stop") == []


def test_an_instance_that_is_starting_cannot_be_stopped(account, ec2, launch):
    account.helper.held.add("start")
    name = launch()
    assert code(ec2.stop_instances, InstanceIds=[name]) == "IncorrectInstanceState"
    account.helper.go.set()
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "running")


def test_names_of_amis_have_the_same_characters_in_every_action(account, ec2, image, launch):
    running, name = launch(), "k8s:1.37+rc"
    eventually(lambda: instance(ec2, running)["State"]["Name"] == "running")
    assert code(ec2.create_image, InstanceId=running, Name=name) == "InvalidAMIName.Malformed"
    copy = {"SourceImageId": image, "SourceRegion": "us-east-1", "Name": name}
    assert code(account.client(region="us-west-2").copy_image, **copy) == "InvalidAMIName.Malformed"


def test_descriptions_of_amis_are_ascii(ec2, image):
    copy = {"SourceImageId": image, "SourceRegion": "us-east-1", "Name": "copied"}
    assert code(ec2.copy_image, **copy, Description="für alle") == "InvalidParameterValue"
    wish = {"ImageId": image, "Description": {"Value": "für alle"}}
    assert code(ec2.modify_image_attribute, **wish) == "InvalidParameterValue"


def test_a_deregistered_ami_is_unavailable(ec2, image):
    ec2.deregister_image(ImageId=image)
    for call, wish in ((ec2.deregister_image, {}), (ec2.run_instances, TYPE), (ec2.disable_image, {})):
        assert code(call, ImageId=image, **wish) == "InvalidAMIID.Unavailable"


def test_a_dry_copy_looks_at_the_source(account, ec2, image):
    west = account.client(region="us-west-2")
    copy = {"SourceImageId": image, "SourceRegion": "us-east-1", "Name": "copied"}
    assert dry(west.copy_image, **copy) == "DryRunOperation"
    assert dry(west.copy_image, **{**copy, "SourceImageId": "ami-0123456789abcdef0"}) == "InvalidAMIID.NotFound"
    assert [one["type"] for one in control(account, "GET", "inventory")].count("image") == 1
