"""EC2 through an SDK, with a fake helper: states, tags, names, errors, requests to the helper."""

import base64
import json
import re
import time
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.exceptions import ClientError

from rehearsal.machine import Machine
from rehearsal.systems import host_architecture

from .api import OWNER, code, control, eventually, instance, stop, tagged, tags


def test_packer_accepts_the_base_ami(base):
    assert base["RootDeviceType"] == "ebs"
    assert base["VirtualizationType"] == "hvm"
    assert base["RootDeviceName"] == "/dev/xvda"
    assert base["State"] == "available"
    assert base["Name"].startswith("debian-13-")


@pytest.mark.architectures("amd64", "arm64")
def test_instances_of_two_architectures(account, ec2, monkeypatch):
    monkeypatch.setattr(Machine, "_command", lambda self, mac: ["qemu"])
    found = ec2.describe_images(Owners=[OWNER])["Images"]
    amis = {image["Architecture"]: image for image in found}
    assert {name: image["BootMode"] for name, image in amis.items()} == {"x86_64": "uefi-preferred", "arm64": "uefi"}
    for architecture, kind, other in (("x86_64", "t3.medium", "t4g.medium"), ("arm64", "m7g.large", "m7i.large")):
        image = amis[architecture]["ImageId"]
        with pytest.raises(ClientError, match=f"does not match the architecture '{architecture}' of the specified AMI"):
            ec2.run_instances(ImageId=image, InstanceType=other, MinCount=1, MaxCount=1)
        made = ec2.run_instances(ImageId=image, InstanceType=kind, MinCount=1, MaxCount=1)["Instances"][0]
        assert made["Architecture"] == architecture
        assert account.compute._machines[made["InstanceId"]].architecture == architecture
    eventually(lambda: len(account.orders("start")) == 2)
    started = sorted(order["layers"] for order in account.orders("start"))
    assert started == [["debian-13-amd64"], ["debian-13-arm64"]]
    # A namespace cannot run systemd of another architecture.
    kinds = {order["layers"][0]: order["kind"] for order in account.orders("start")}
    assert kinds.pop(f"debian-13-{host_architecture()}") == "namespace" and set(kinds.values()) == {"machine"}


def test_an_instance_without_a_subnet_gets_a_loopback_address(ec2, launch):
    one = instance(ec2, launch())
    assert one["State"]["Name"] == "running"
    assert (one["PrivateIpAddress"], one["PublicIpAddress"]) == ("127.1.0.4", "127.129.0.4")
    assert one["BlockDeviceMappings"][0]["DeviceName"] == "/dev/xvda"
    subnet = ec2.describe_subnets(SubnetIds=[one["SubnetId"]])["Subnets"][0]
    assert subnet["DefaultForAz"] and subnet["MapPublicIpOnLaunch"]


def test_regions_have_separate_networks(account):
    west = account.client(region="us-west-2")
    assert west.describe_vpcs()["Vpcs"][0]["CidrBlock"] == "127.4.0.0/16"


def test_an_instance_is_pending_while_it_starts(account, ec2, launch):
    account.helper.held.add("start")
    name = launch()
    filters = [{"Name": "instance-state-name", "Values": ["pending"]}]
    found = ec2.describe_instances(Filters=filters)["Reservations"]
    assert [one["InstanceId"] for each in found for one in each["Instances"]] == [name]
    account.helper.go.set()
    assert instance(ec2, name)["State"]["Name"] == "running"


def test_an_instance_that_cannot_start_is_terminated_with_the_reason(account, ec2, launch):
    account.helper.broken["start"] = "no such layer"
    one = instance(ec2, launch())
    assert one["State"]["Name"] == "terminated"
    assert "no such layer" in one["StateReason"]["Message"]
    assert not ec2.describe_volumes()["Volumes"]


def test_stop_start_terminate(account, ec2, launch):
    name = launch()
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "running")
    changed = ec2.stop_instances(InstanceIds=[name])["StoppingInstances"][0]
    assert changed["CurrentState"]["Name"] == "stopping"
    stopped = instance(ec2, name)
    assert stopped["State"]["Name"] == "stopped"
    assert "PublicIpAddress" not in stopped
    ec2.start_instances(InstanceIds=[name])
    again = instance(ec2, name)
    assert again["State"]["Name"] == "running"
    assert again["PrivateIpAddress"] == stopped["PrivateIpAddress"] != again["PublicIpAddress"]
    changed = ec2.terminate_instances(InstanceIds=[name])["TerminatingInstances"][0]
    assert changed["CurrentState"]["Name"] == "shutting-down"
    assert instance(ec2, name)["State"]["Name"] == "terminated"
    assert not ec2.describe_volumes()["Volumes"]
    assert not ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert [operation for operation, _ in account.helper.requests[1:]] == ["start", "stop", "start", "discard"]


def test_terminating_while_starting_waits_for_the_start(account, ec2, launch):
    account.helper.held.add("start")
    name = launch()
    ec2.terminate_instances(InstanceIds=[name])
    account.helper.go.set()
    assert instance(ec2, name)["State"]["Name"] == "terminated"
    assert [operation for operation, _ in account.helper.requests[1:]] == ["start", "discard"]


def test_an_instance_that_shuts_itself_down_is_stopped_or_terminated(account, ec2, launch):
    first, second = launch(), launch(InstanceInitiatedShutdownBehavior="terminate")
    assert instance(ec2, first)["State"]["Name"] == instance(ec2, second)["State"]["Name"] == "running"
    for name in (first, second):
        account.helper.on_event({"event": "exited", "instance": name, "code": 0})
    assert instance(ec2, first)["State"]["Name"] == "stopped"
    assert instance(ec2, second)["State"]["Name"] == "terminated"


def test_an_instance_that_ends_while_it_is_pending_never_runs(account, ec2, launch):
    control(account, "PUT", "settings", {"launchSeconds": 0.5})
    first, second = launch(), launch(InstanceInitiatedShutdownBehavior="terminate")
    eventually(lambda: len(account.orders("start")) == 2)
    for name in (first, second):
        account.helper.on_event({"event": "exited", "instance": name, "code": 1})
    time.sleep(1)
    assert instance(ec2, first)["State"]["Name"] == "stopped"
    assert instance(ec2, second)["State"]["Name"] == "terminated"


def test_a_machine_whose_emulator_crashes_restarts_once(account, ec2, launch, monkeypatch):
    account.compute.kind = "machine"
    monkeypatch.setattr(Machine, "_command", lambda machine, mac: [])
    name = launch()
    assert instance(ec2, name)["State"]["Name"] == "running"
    disk = account.compute._machines[name].directory / "disk.qcow2"
    disk.touch()
    crash = {"event": "exited", "instance": name, "code": -11}
    account.helper.on_event(crash)
    eventually(lambda: len(account.orders("start")) == 2)
    assert not disk.exists()
    assert instance(ec2, name)["State"]["Name"] == "running"
    account.helper.on_event(crash)
    assert instance(ec2, name)["State"]["Name"] == "stopped"
    assert len(account.orders("start")) == 2


def test_the_same_client_token_launches_once(account, ec2, base):
    parameters = {"ImageId": base["ImageId"], "MinCount": 1, "MaxCount": 1, "ClientToken": "once"}
    names = {ec2.run_instances(**parameters)["Instances"][0]["InstanceId"] for _ in range(2)}
    assert len(names) == 1


def test_tags_at_launch_reach_all_new_resources(ec2, launch):
    name = launch(TagSpecifications=[tagged(kind, run="1") for kind in ("instance", "volume", "network-interface")])
    assert tags(instance(ec2, name)) == {"run": "1"}
    assert tags(ec2.describe_volumes()["Volumes"][0]) == {"run": "1"}
    assert ec2.describe_network_interfaces()["NetworkInterfaces"][0]["TagSet"] == [{"Key": "run", "Value": "1"}]


def test_a_launch_template_sets_the_instance(ec2, base):
    ec2.create_key_pair(KeyName="k", KeyType="ed25519")
    ec2.create_launch_template(
        LaunchTemplateName="t",
        LaunchTemplateData={"ImageId": base["ImageId"], "KeyName": "k", "InstanceType": "t3.small"},
    )
    made = ec2.run_instances(LaunchTemplate={"LaunchTemplateName": "t"}, MinCount=1, MaxCount=1)["Instances"][0]
    assert (made["ImageId"], made["KeyName"]) == (base["ImageId"], "k")
    assert instance(ec2, made["InstanceId"])["PrivateIpAddress"].startswith("127.1.")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"ImageId": "ami-0123456789abcdef0"}, "InvalidAMIID.NotFound"),
        ({"ImageId": "image"}, "InvalidAMIID.Malformed"),
        ({"KeyName": "nobody"}, "InvalidKeyPair.NotFound"),
        ({"SubnetId": "subnet-0123456789abcdef0"}, "InvalidSubnetID.NotFound"),
        ({"SecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidGroup.NotFound"),
        ({"DryRun": True}, "DryRunOperation"),
    ],
)
def test_refused_launches(account, ec2, base, more, expected):
    assert code(ec2.run_instances, **{"ImageId": base["ImageId"], "MinCount": 1, "MaxCount": 1, **more}) == expected
    assert not account.orders("start")
    assert not [call for call in account.gateway.calls if call.bug]


def test_each_instance_has_its_own_metadata(account, ec2, launch):
    key = ec2.create_key_pair(KeyName="k", KeyType="ed25519")
    name = launch(KeyName="k", UserData="#cloud-config\n", MetadataOptions={"HttpTokens": "required"})
    assert instance(ec2, name)["State"]["Name"] == "running"
    current = account.compute._machines[name].metadata.facts
    facts = current()
    assert re.fullmatch(r"ssh-ed25519 \S+ k", facts.public_key)
    assert facts.user_data == b"#cloud-config\n"
    assert facts.tokens_required
    assert facts.mac == account.orders("start")[0]["mac"]
    assert facts.hostname == "ip-127-1-0-4.ec2.internal"
    ec2.delete_key_pair(KeyName=key["KeyName"])
    assert current().public_key == facts.public_key


def test_an_image_is_pending_until_its_snapshot_is_made(account, ec2, launch):
    name = launch()
    stop(ec2, name)
    account.helper.held.add("snapshot")
    ami = ec2.create_image(InstanceId=name, Name="slow")["ImageId"]
    pending = ec2.describe_images(Owners=["self"])["Images"][0]
    assert (pending["ImageId"], pending["State"]) == (ami, "pending")
    assert ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"][0]["State"] == "pending"
    assert code(ec2.run_instances, ImageId=ami, MinCount=1, MaxCount=1) == "InvalidAMIID.Unavailable"
    account.helper.go.set()
    assert ec2.describe_images(ImageIds=[ami])["Images"][0]["State"] == "available"
    assert ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"][0]["State"] == "completed"


def test_an_image_that_cannot_be_made_fails_and_its_instance_runs_on(account, ec2, launch):
    name = launch()
    stop(ec2, name)
    account.helper.broken["snapshot"] = "no space left"
    ami = ec2.create_image(InstanceId=name, Name="bad")["ImageId"]
    eventually(lambda: ec2.describe_images(ImageIds=[ami])["Images"][0]["State"] == "failed")
    assert "no space left" in ec2.describe_images(ImageIds=[ami])["Images"][0]["StateReason"]["Message"]
    assert instance(ec2, name)["State"]["Name"] == "stopped"


def test_imaging_a_running_instance_stops_it_meanwhile(account, ec2, launch):
    name = launch()
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "running")
    ami = ec2.create_image(InstanceId=name, Name="live")["ImageId"]
    eventually(lambda: ec2.describe_images(ImageIds=[ami])["Images"][0]["State"] == "available")
    assert instance(ec2, name)["State"]["Name"] == "running"
    assert [operation for operation, _ in account.helper.requests[1:]] == ["start", "stop", "snapshot", "start"]
    other = ec2.create_image(InstanceId=name, Name="other", NoReboot=True)["ImageId"]
    eventually(lambda: ec2.describe_images(ImageIds=[other])["Images"][0]["State"] == "failed")


def test_an_image_has_what_packer_needs(ec2, image, base):
    made = ec2.describe_images(ImageIds=[image])["Images"][0]
    assert made["RootDeviceType"] == "ebs"
    assert made["RootDeviceName"] == base["RootDeviceName"]
    assert made["Architecture"] == base["Architecture"]
    assert tags(made) == {"a": "1"}
    snapshot = made["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    assert tags(ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]) == {"b": "2"}


def test_a_name_can_be_used_only_once(account, ec2, launch, image):
    name = launch()
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "running")
    assert code(ec2.create_image, InstanceId=name, Name="mine") == "InvalidAMIName.Duplicate"
    ec2.deregister_image(ImageId=image)
    assert ec2.create_image(InstanceId=name, Name="mine")["ImageId"]


def test_an_image_launches_with_its_layers(account, ec2, image):
    layers = account.compute.backend("us-east-1").amis[image].layers
    assert len(layers) == 2 and layers[0].startswith("debian-13-")
    ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)
    eventually(lambda: len(account.orders("start")) == 2)
    assert account.orders("start")[-1]["layers"] == list(layers)


@pytest.mark.parametrize(("copy", "expected"), [(True, {"a": "1", "c": "3"}), (False, {"c": "3"})])
def test_copies(account, image, copy, expected):
    account.compute.pace.copy_seconds = 2
    west = account.client(region="us-west-2")
    ami = west.copy_image(
        SourceImageId=image,
        SourceRegion="us-east-1",
        Name="there",
        CopyImageTags=copy,
        TagSpecifications=[tagged("image", c="3"), tagged("snapshot", d="4")],
    )["ImageId"]
    pending = west.describe_images(Owners=["self"])["Images"][0]
    assert (pending["ImageId"], pending["State"]) == (ami, "pending")
    eventually(lambda: west.describe_images(ImageIds=[ami])["Images"][0]["State"] == "available")
    made = west.describe_images(ImageIds=[ami])["Images"][0]
    assert (made["State"], made["RootDeviceType"], made["Name"]) == ("available", "ebs", "there")
    assert (made["SourceImageId"], made["SourceImageRegion"]) == (image, "us-east-1")
    assert tags(made) == expected
    assert tags(west.describe_snapshots(OwnerIds=["self"])["Snapshots"][0]) == {"d": "4"}
    assert (
        code(west.copy_image, SourceImageId=image, SourceRegion="us-east-1", Name="there") == "InvalidAMIName.Duplicate"
    )
    assert code(west.copy_image, SourceImageId="ami-1", SourceRegion="us-east-1", Name="new") == "InvalidAMIID.NotFound"


def test_disk_space_is_freed_when_unreferenced(account, ec2, image):
    control(account, "PUT", "settings", {"snapshotInUseSeconds": 0})
    layer = account.compute.backend("us-east-1").amis[image].layers[-1]
    west = account.client(region="us-west-2")
    copied = west.copy_image(SourceImageId=image, SourceRegion="us-east-1", Name="there")["ImageId"]
    assert west.describe_images(ImageIds=[copied])["Images"][0]["State"] == "available"
    snapshot = ec2.describe_images(ImageIds=[image])["Images"][0]["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    assert code(ec2.delete_snapshot, SnapshotId=snapshot) == "InvalidSnapshot.InUse"
    ec2.deregister_image(ImageId=image)
    ec2.delete_snapshot(SnapshotId=snapshot)
    assert not account.orders("remove")  # The copy still needs it.
    west.deregister_image(ImageId=copied, DeleteAssociatedSnapshots=True)
    eventually(lambda: account.orders("remove") == [{"layer": layer}])
    assert code(ec2.describe_snapshots, SnapshotIds=[snapshot]) == "InvalidSnapshot.NotFound"


def test_base_snapshots_belong_to_another_account(ec2, base):
    snapshot = base["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    assert code(ec2.delete_snapshot, SnapshotId=snapshot) == "InvalidSnapshot.NotFound"
    assert ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"] == []


def test_deprecation_and_protection(ec2, image):
    ec2.enable_image_deprecation(ImageId=image, DeprecateAt="2027-11-25T10:20:30Z")
    ec2.enable_image_deregistration_protection(ImageId=image)
    made = ec2.describe_images(ImageIds=[image])["Images"][0]
    assert made["DeprecationTime"] == "2027-11-25T10:20:00.000Z"
    assert made["DeregistrationProtection"] == "enabled-without-cooldown"
    assert code(ec2.deregister_image, ImageId=image) == "OperationNotPermitted"
    ec2.disable_image_deregistration_protection(ImageId=image)
    ec2.disable_image_deprecation(ImageId=image)
    assert "DeprecationTime" not in ec2.describe_images(ImageIds=[image])["Images"][0]
    ec2.deregister_image(ImageId=image)
    again = {"ImageId": image, "DeprecateAt": "2027-11-25T10:20:30Z"}
    assert code(ec2.enable_image_deprecation, **again) == "InvalidAMIID.Unavailable"


def test_attributes_in_packers_form(ec2, image):
    ec2.modify_image_attribute(ImageId=image, Description={"Value": "new"})
    ec2.modify_image_attribute(ImageId=image, ImdsSupport={"Value": "v2.0"})
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [{"UserId": "111122223333"}]})
    made = ec2.describe_images(ImageIds=[image])["Images"][0]
    assert (made["Description"], made["ImdsSupport"]) == ("new", "v2.0")
    snapshot = made["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    ec2.modify_snapshot_attribute(SnapshotId=snapshot, CreateVolumePermission={"Add": [{"UserId": "111122223333"}]})
    permissions = ec2.describe_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission")
    assert permissions["CreateVolumePermissions"] == [{"UserId": "111122223333"}]


@pytest.mark.parametrize(("pattern", "found"), [("2026-11-15T*", 1), ("2025-*", 0)])
def test_the_filter_for_creation_dates(ec2, pattern, found):
    filters = [{"Name": "creation-date", "Values": [pattern]}]
    assert len(ec2.describe_images(Owners=[OWNER], Filters=filters)["Images"]) == found


def test_enabled_regions(account, ec2):
    names = {region["RegionName"] for region in ec2.describe_regions()["Regions"]}
    assert names == {"us-east-1", "us-west-2", "me-south-1"}
    every = {region["RegionName"]: region["OptInStatus"] for region in ec2.describe_regions(AllRegions=True)["Regions"]}
    assert every["me-south-1"] == "opted-in"
    assert every["af-south-1"] == "not-opted-in"
    assert every["us-east-1"] == "opt-in-not-required"
    assert code(ec2.describe_regions, RegionNames=["mars-east-1"]) == "InvalidParameterValue"
    assert code(account.client(region="af-south-1").describe_images) == "AuthFailure"


@pytest.mark.regions("cn-north-1", "cn-northwest-1")
def test_an_account_of_another_partition_knows_only_its_regions(account):
    china = account.client(region="cn-north-1")
    regions = china.describe_regions(AllRegions=True)["Regions"]
    assert [(one["RegionName"], one["OptInStatus"]) for one in regions] == [
        ("cn-north-1", "opt-in-not-required"),
        ("cn-northwest-1", "opt-in-not-required"),
    ]
    assert regions[0]["Endpoint"] == "ec2.cn-north-1.amazonaws.com.cn"
    assert code(china.describe_regions, RegionNames=["us-east-1"]) == "InvalidParameterValue"
    assert code(account.client().describe_images) == "AuthFailure"
    identity = account.client("sts", region="cn-north-1").get_caller_identity()
    assert identity["Arn"].startswith("arn:aws-cn:")


def test_an_ami_of_another_publisher_can_be_offered(account, ec2):
    wish = {"region": "us-west-2", "owner": "099720109477", "name": "ubuntu/images/a-1"}
    made = control(account, "POST", "images", wish)["id"]
    found = account.client(region="us-west-2").describe_images(Owners=["099720109477"])["Images"]
    assert [(one["ImageId"], one["Name"], one["Public"]) for one in found] == [(made, "ubuntu/images/a-1", True)]
    assert ec2.describe_images(Owners=["099720109477"])["Images"] == []
    for wrong in ({"region": "mars-1"}, {"owner": "canonical"}, {"name": ""}, {"more": 1}):
        with pytest.raises(urllib.error.HTTPError) as caught:
            control(account, "POST", "images", wish | wrong)
        assert caught.value.code == 400


def test_requests_with_wrong_keys_are_refused(account):
    assert code(account.client(key="AKIASTRANGER").describe_images) == "AuthFailure"
    assert code(account.client("sts", key="AKIASTRANGER").get_caller_identity) == "InvalidClientTokenId"
    assert account.client("sts").get_caller_identity()["Account"] == "123456789012"


def test_an_action_that_moto_lacks_is_reported(account, ec2):
    assert code(ec2.describe_fast_launch_images) == "RehearsalBug"
    assert account.gateway.calls[-1].bug


def test_security_groups_and_keys_can_be_deleted_as_packer_does(ec2, launch):
    group = ec2.create_security_group(GroupName="packer_1", Description="x")["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "1.2.3.4/32"}]}],
    )
    name = launch(SecurityGroupIds=[group])
    assert code(ec2.delete_security_group, GroupId=group) == "DependencyViolation"
    ec2.terminate_instances(InstanceIds=[name])
    assert instance(ec2, name)["State"]["Name"] == "terminated"
    ec2.delete_security_group(GroupId=group)


def test_console_output_is_what_the_instance_wrote(account, ec2, launch, tmp_path):
    name = launch()
    (tmp_path / "instances" / name / "console.log").write_text("x" * 70_000 + "login:")
    output = ec2.get_console_output(InstanceId=name)["Output"]
    assert output.endswith("login:") and len(output) == 64 * 1024


def test_the_sdk_reads_user_data_back(ec2, launch):
    name = launch(UserData="#!/bin/sh\n")
    value = ec2.describe_instance_attribute(InstanceId=name, Attribute="userData")["UserData"]["Value"]
    assert base64.b64decode(value) == b"#!/bin/sh\n"


def test_the_inventory_has_regions_without_a_call_to_ec2(account):
    key = account.client("kms", region="me-south-1").create_key()["KeyMetadata"]["KeyId"]
    found = [(one["type"], one["region"], one["id"]) for one in control(account, "GET", "inventory")]
    assert found == [("kms-key", "me-south-1", key)]


def test_the_inventory_shows_everything_that_was_made(account, ec2, image):
    assert {(one["type"], one["id"]) for one in control(account, "GET", "inventory")} >= {("image", image)}
    ec2.create_key_pair(KeyName="k")
    ec2.create_security_group(GroupName="g", Description="x")
    account.client("ssm", region="us-west-2").put_parameter(Name="/mine", Value="v", Type="String")
    account.client(region="us-west-2").create_volume(AvailabilityZone="us-west-2a", Size=1)
    found = control(account, "GET", "inventory")
    kinds = sorted({(one["type"], one["region"]) for one in found})
    assert kinds == [
        ("image", "us-east-1"),
        ("key-pair", "us-east-1"),
        ("parameter", "us-west-2"),
        ("security-group", "us-east-1"),
        ("snapshot", "us-east-1"),
        ("volume", "us-west-2"),
    ]


def test_an_unused_account_is_empty(account, ec2):
    ec2.describe_images(Owners=[OWNER])
    account.client(region="us-west-2").describe_vpcs()
    assert control(account, "GET", "inventory") == []


def test_faults_by_the_rehearsals_own_api(account, ec2):
    control(
        account,
        "POST",
        "faults",
        [{"action": "DescribeImages", "times": 1, "code": "RequestLimitExceeded", "status": 503}],
    )
    assert code(ec2.describe_images) == "RequestLimitExceeded"
    assert ec2.describe_images()["Images"]
    control(account, "POST", "faults", [{"action": "DescribeImages", "times": 9, "code": "X", "status": 400}])
    control(account, "DELETE", "faults")
    assert ec2.describe_images()["Images"]


def test_the_sdk_retries_throttled_calls(account):
    control(
        account,
        "POST",
        "faults",
        [{"action": "DescribeImages", "times": 2, "code": "RequestLimitExceeded", "status": 503}],
    )
    patient = boto3.client(
        "ec2",
        region_name="us-east-1",
        endpoint_url=account.endpoint,
        aws_access_key_id="ASIATEST",
        aws_secret_access_key="secret",
        aws_session_token="token",
    )
    assert patient.describe_images()["Images"]
    assert [call["status"] for call in control(account, "GET", "calls")] == [503, 503, 200]


@pytest.mark.parametrize(
    ("method", "path", "value", "status"),
    [
        ("GET", "nothing", None, 404),
        ("GET", "images/ami-0", None, 404),
        ("POST", "images/ami-0/disk", None, 404),
        ("POST", "faults", [{"times": 1}], 400),
        ("POST", "faults", [{"action": "X", "kind": "balloon"}], 400),
        ("PUT", "settings", {"kind": "balloon"}, 400),
        ("PUT", "settings", {"size": 1}, 400),
    ],
)
def test_the_rehearsals_own_errors(account, method, path, value, status):
    with pytest.raises(urllib.error.HTTPError) as caught:
        control(account, method, path, value)
    assert caught.value.code == status
    assert json.load(caught.value)["error"]


def test_a_disk_that_cannot_be_made_is_an_error(account, ec2, base):
    account.helper.broken["disk"] = "no space left"
    with pytest.raises(urllib.error.HTTPError) as caught:
        control(account, "POST", f"images/{base['ImageId']}/disk")
    assert caught.value.code == 500
    assert "no space left" in json.load(caught.value)["error"]


def test_settings(account, ec2, launch, image):
    assert control(account, "PUT", "settings", {"kind": "machine", "imageSeconds": 60})["imageSeconds"] == 60
    account.helper.broken["disk"] = "not in this test"
    assert instance(ec2, launch())["State"]["Name"] == "terminated"
    assert account.orders("disk")
    assert len(control(account, "GET", f"images/{image}")["layers"]) == 2


def test_instances_of_own_amis_can_have_another_kind(account, base, image):
    compute = account.compute
    amis = compute.backend("us-east-1").amis
    assert [compute.kind_of(amis[ami]) for ami in (base["ImageId"], image)] == ["namespace", "namespace"]
    compute.own_kind = "machine"
    assert [compute.kind_of(amis[ami]) for ami in (base["ImageId"], image)] == ["namespace", "machine"]
