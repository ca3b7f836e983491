"""Behaviour of EC2 and SSM that moto lacks: each test covers one line of the table in rehearsal/README.md."""

import time
import urllib.error
from datetime import UTC, datetime, timedelta

import pytest

from .api import code, control, eventually, instance, stop, tagged


def settings(account, **wish):
    return control(account, "PUT", "settings", wish)


def snapshot_of(ec2, ami):
    return ec2.describe_images(ImageIds=[ami])["Images"][0]["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]


# ---------------------------------------------------------------------------------------------------------- parameters


def put(ssm, value, **more):
    return ssm.put_parameter(
        Name="/a", Value=value, **{"Type": "String", "DataType": "aws:ec2:image", "Overwrite": True, **more}
    )


def deny(account, *actions):
    about = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    settings(account, scp={"Statement": [about, {**about, "Effect": "Deny", "Action": list(actions)}]})


def value(ssm):
    found = ssm.get_parameters(Names=["/a"])["Parameters"]
    return found[0]["Value"] if found else None


def test_a_parameter_for_an_ami_appears_later(account, image):
    settings(account, parameterSeconds=3)
    ssm = account.client("ssm")
    assert put(ssm, image)["Version"] == 1
    assert value(ssm) is None
    eventually(lambda: value(ssm) == image)


@pytest.mark.parametrize("why", ["no such AMI", "another region's", "no DescribeImages", "disabled"])
def test_a_value_that_is_no_visible_ami_is_dropped_silently(account, ec2, image, why):
    settings(account, parameterSeconds=0.2)
    ssm = account.client("ssm", region="us-west-2" if why == "another region's" else "us-east-1")
    if why == "no DescribeImages":
        deny(account, "ec2:DescribeImages")
    if why == "disabled":
        ec2.disable_image(ImageId=image)
    assert put(ssm, "ami-0123456789abcdef0" if why == "no such AMI" else image)["Version"] == 1
    time.sleep(0.5)
    assert value(ssm) is None


def test_a_dropped_update_keeps_the_old_value(account, base, image):
    settings(account, parameterSeconds=0.2)
    ssm = account.client("ssm")
    put(ssm, image)
    eventually(lambda: value(ssm) == image)
    assert put(ssm, "ami-0123456789abcdef0")["Version"] == 2
    time.sleep(0.5)
    assert value(ssm) == image
    assert put(ssm, base["ImageId"])["Version"] == 2
    eventually(lambda: value(ssm) == base["ImageId"])
    assert ssm.get_parameter(Name="/a")["Parameter"]["Version"] == 2


def test_ssm_does_not_see_an_ami_before_describes_show_it(account, ec2, image):
    settings(account, parameterSeconds=0.2, lagSeconds=30, copySeconds=0)
    copy = ec2.copy_image(SourceImageId=image, SourceRegion="us-east-1", Name="late")["ImageId"]
    ssm = account.client("ssm")
    put(ssm, copy)
    time.sleep(0.5)
    assert value(ssm) is None


def test_the_data_type_of_a_parameter_cannot_change(account, image):
    settings(account, parameterSeconds=0)
    ssm = account.client("ssm")
    put(ssm, "text", DataType="text")
    assert code(put, ssm=ssm, value=image) == "ValidationException"
    assert value(ssm) == "text"
    ssm.delete_parameter(Name="/a")
    put(ssm, image)
    eventually(lambda: value(ssm) == image)
    assert code(put, ssm=ssm, value="x", DataType="text") == "ValidationException"


def test_too_many_updates_is_a_fault(account, image):
    order = {"action": "PutParameter", "code": "TooManyUpdates", "status": 400, "message": "one at a time"}
    control(account, "POST", "faults", [order])
    with pytest.raises(account.client("ssm").exceptions.TooManyUpdates):
        put(account.client("ssm"), image)


# ----------------------------------------------------------------------------------------------------------- snapshots


def test_a_snapshot_stays_in_use_for_a_while_without_its_ami(account, ec2, image):
    settings(account, snapshotInUseSeconds=3)
    snapshot = snapshot_of(ec2, image)
    ec2.deregister_image(ImageId=image)
    assert code(ec2.delete_snapshot, SnapshotId=snapshot) == "InvalidSnapshot.InUse"
    time.sleep(3)
    ec2.delete_snapshot(SnapshotId=snapshot)


def test_deregistering_with_snapshots_returns_a_code_for_each(account, ec2, image):
    settings(account, snapshotInUseSeconds=60)
    snapshot = snapshot_of(ec2, image)
    results = ec2.deregister_image(ImageId=image, DeleteAssociatedSnapshots=True)
    assert results["DeleteSnapshotResults"] == [{"SnapshotId": snapshot, "ReturnCode": "success"}]
    assert ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"] == []


def test_a_snapshot_stays_if_deleting_it_is_not_allowed(account, ec2, image):
    deny(account, "ec2:DeleteSnapshot")
    snapshot = snapshot_of(ec2, image)
    results = ec2.deregister_image(ImageId=image, DeleteAssociatedSnapshots=True)
    assert results["DeleteSnapshotResults"] == [{"SnapshotId": snapshot, "ReturnCode": "missing-permissions"}]
    assert [one["SnapshotId"] for one in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]] == [snapshot]


def test_deregistering_without_snapshots_returns_no_codes(ec2, image):
    assert "DeleteSnapshotResults" not in ec2.deregister_image(ImageId=image)


def test_a_volume_is_not_smaller_than_its_snapshot(account, ec2, launch):
    settings(account, baseGib=30)
    base = ec2.describe_images(Owners=["136693071363"])["Images"][0]
    assert base["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"] == 30

    def root(gib):
        return {"BlockDeviceMappings": [{"DeviceName": base["RootDeviceName"], "Ebs": {"VolumeSize": gib}}]}

    assert code(launch, **root(20)) == "InvalidBlockDeviceMapping"
    assert launch(**root(30))


def billed(client, ami):
    found = client.describe_images(ImageIds=[ami])["Images"][0]
    return found["PlatformDetails"], found["UsageOperation"]


@pytest.fixture
def licensed(account):
    """Before the fixture `image` makes its AMI."""
    settings(account, baseRhel=True)


def test_only_an_instance_and_a_copy_hand_on_the_billing(account, ec2, base, licensed, image):
    rhel, linux = ("Red Hat Enterprise Linux", "RunInstances:0010"), ("Linux/UNIX", "RunInstances")
    there = {"SourceImageId": image, "SourceRegion": "us-east-1", "Name": "there"}
    west = account.client(region="us-west-2")
    assert billed(west, west.copy_image(**there)["ImageId"]) == billed(ec2, image) == rhel
    device = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot_of(ec2, image)}}
    again = ec2.register_image(Name="again", RootDeviceName="/dev/xvda", BlockDeviceMappings=[device])
    assert billed(ec2, again["ImageId"]) == linux
    assert billed(ec2, base["ImageId"]) == rhel
    settings(account, baseRhel=False)
    assert (billed(ec2, base["ImageId"]), billed(ec2, image)) == (linux, rhel)


def test_a_launch_of_an_ami_shows_a_day_later(account, ec2, image):
    def launched():
        return ec2.describe_images(ImageIds=[image])["Images"][0].get("LastLaunchedTime")

    assert launched() is None
    ec2.run_instances(ImageId=image, InstanceType="t3.medium", MinCount=1, MaxCount=1)
    assert launched() is None
    account.compute.backend("us-east-1").get_image(image).launched -= timedelta(days=1)
    assert datetime.fromisoformat(launched()) < datetime.now(UTC) - timedelta(days=1)


# -------------------------------------------------------------------------------------------------------------- pages


def pages(call, **arguments):
    """All answers to a call and to its NextTokens."""
    answers = [call(**arguments)]
    while answers[-1].get("NextToken"):
        answers.append(call(**arguments, NextToken=answers[-1]["NextToken"]))
    return answers


@pytest.fixture
def many(ec2):
    """Seven security groups, and the account's default one."""
    for number in range(7):
        ec2.create_security_group(GroupName=f"g{number}", Description="x")


def test_describes_have_pages(ec2, many):
    results = pages(ec2.describe_security_groups, MaxResults=5)
    assert [len(one["SecurityGroups"]) for one in results] == [5, 3]
    assert len({group["GroupId"] for one in results for group in one["SecurityGroups"]}) == 8
    assert len(ec2.describe_security_groups()["SecurityGroups"]) == 8


def test_pages_can_be_empty(account, ec2, many):
    settings(account, emptyPages=True)
    results = pages(ec2.describe_security_groups, MaxResults=5)
    assert [len(one["SecurityGroups"]) for one in results] == [0, 5, 3, 0]
    assert len(ec2.describe_security_groups()["SecurityGroups"]) == 8


def test_every_describe_of_the_action_has_pages(account, ec2, launch, image):
    names = [launch() for _ in range(6)]
    eventually(lambda: all(instance(ec2, name)["State"]["Name"] == "running" for name in names))
    results = pages(ec2.describe_instances, MaxResults=5)
    assert [len(one["Reservations"]) for one in results] == [5, 2]
    assert [len(one["Volumes"]) for one in pages(ec2.describe_volumes, MaxResults=5)] == [5, 1]
    assert [len(one["Images"]) for one in pages(ec2.describe_images, MaxResults=1)] == [1, 1]
    assert [len(one["Snapshots"]) for one in pages(ec2.describe_snapshots, MaxResults=5)] == [2]
    for number in range(3):
        ec2.create_launch_template(LaunchTemplateName=f"t-{number}", LaunchTemplateData={"ImageId": image})
    assert [len(one["LaunchTemplates"]) for one in pages(ec2.describe_launch_templates, MaxResults=2)] == [2, 1]
    versions = pages(ec2.describe_launch_template_versions, Versions=["$Latest"], MaxResults=2)
    assert [len(one["LaunchTemplateVersions"]) for one in versions] == [2, 1]
    assert not [call for call in account.gateway.calls if call.bug]


@pytest.mark.parametrize(
    ("action", "more", "expected"),
    [
        ("describe_instances", {"MaxResults": 4}, "InvalidParameterValue"),
        ("describe_snapshots", {"MaxResults": 4}, "InvalidParameterValue"),
        ("describe_images", {"NextToken": "made up"}, "InvalidParameterValue"),
        ("describe_launch_template_versions", {"Versions": ["$Latest"], "MaxResults": 201}, "InvalidParameterValue"),
        (
            "describe_instances",
            {"MaxResults": 5, "InstanceIds": ["i-0123456789abcdef0"]},
            "InvalidParameterCombination",
        ),
    ],
)
def test_refused_pages(ec2, action, more, expected):
    assert code(getattr(ec2, action), **more) == expected


# ---------------------------------------------------------------------------------------------------------- visibility


def test_disabled_amis_are_hidden(account, ec2, launch, image):
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [{"UserId": "111122223333"}]})
    ec2.disable_image(ImageId=image)
    assert ec2.describe_images(Owners=["self"])["Images"] == []
    assert ec2.describe_images(ImageIds=[image])["Images"] == []
    shown = ec2.describe_images(Owners=["self"], IncludeDisabled=True)["Images"][0]
    assert (shown["ImageId"], shown["State"]) == (image, "disabled")
    assert ec2.describe_image_attribute(ImageId=image, Attribute="launchPermission")["LaunchPermissions"] == []
    share = {"Add": [{"UserId": "111122223333"}]}
    assert code(ec2.modify_image_attribute, ImageId=image, LaunchPermission=share) == "InvalidAMIID.Unavailable"
    assert code(ec2.run_instances, ImageId=image, MinCount=1, MaxCount=1) == "InvalidAMIID.Unavailable"
    # Its name stays taken.
    name = launch()
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "running")
    assert code(ec2.create_image, InstanceId=name, Name="mine") == "InvalidAMIName.Duplicate"
    ec2.enable_image(ImageId=image)
    assert ec2.describe_images(ImageIds=[image])["Images"][0]["State"] == "available"


def test_deprecated_amis_of_others_are_hidden(account, ec2, image, base):
    other = base["ImageId"]
    for ami in (image, other):
        control(account, "PUT", f"images/{ami}", {"deprecationTime": "2026-01-01T00:00:00Z"})
    named = [{"Name": "image-id", "Values": [image, other]}]
    assert [one["ImageId"] for one in ec2.describe_images(Filters=named)["Images"]] == [image]
    assert len(ec2.describe_images(Filters=named, IncludeDeprecated=True)["Images"]) == 2
    assert ec2.describe_images(ImageIds=[other])["Images"]
    control(account, "PUT", f"images/{other}", {"deprecationTime": "2099-01-01T00:00:00Z"})
    assert len(ec2.describe_images(Filters=named)["Images"]) == 2


def test_amis_of_others_cannot_be_disabled(ec2, base):
    assert code(ec2.disable_image, ImageId=base["ImageId"]) == "AuthFailure"


def test_managed_resources_are_hidden(account, ec2, launch, image):
    name = launch()
    made = ec2.create_launch_template(LaunchTemplateName="ours", LaunchTemplateData={"ImageId": image})
    template = made["LaunchTemplate"]["LaunchTemplateId"]
    settings(account, managed=[name, template])
    templates, versions = ec2.describe_launch_templates, ec2.describe_launch_template_versions
    visible = [one["InstanceId"] for each in ec2.describe_instances()["Reservations"] for one in each["Instances"]]
    assert name not in visible
    assert templates()["LaunchTemplates"] == versions(Versions=["$Latest"])["LaunchTemplateVersions"] == []
    more = {"IncludeManagedResources": True}
    shown = [one for each in ec2.describe_instances(**more)["Reservations"] for one in each["Instances"]]
    [mine] = [one for one in shown if one["InstanceId"] == name]
    assert mine["Operator"]["Managed"] and mine["Operator"]["HiddenByDefault"]
    assert templates(**more)["LaunchTemplates"][0]["Operator"]["Managed"]
    assert versions(Versions=["$Latest"], **more)["LaunchTemplateVersions"][0]["Operator"]["Managed"]


@pytest.mark.parametrize(
    ("given", "tokens", "hops"),
    [
        ({}, "required", 2),
        ({"HttpPutResponseHopLimit": 3}, "required", 3),
        ({"HttpTokens": "optional", "InstanceMetadataTags": "enabled"}, "optional", 2),
    ],
)
@pytest.mark.parametrize("template", [False, True])
def test_an_ami_can_ask_for_imds_v2(account, ec2, image, given, tokens, hops, template):
    ec2.modify_image_attribute(ImageId=image, ImdsSupport={"Value": "v2.0"})
    wish = {"ImageId": image, **({"MetadataOptions": given} if given else {})}
    if template:
        ec2.create_launch_template(LaunchTemplateName="t", LaunchTemplateData=wish)
        wish = {"LaunchTemplate": {"LaunchTemplateName": "t"}}
    [made] = ec2.run_instances(InstanceType="t3.medium", MinCount=1, MaxCount=1, **wish)["Instances"]
    options = made["MetadataOptions"]
    assert (options["HttpTokens"], options["HttpPutResponseHopLimit"]) == (tokens, hops)
    assert options["InstanceMetadataTags"] == given.get("InstanceMetadataTags", "disabled")
    eventually(lambda: account.compute._machines[made["InstanceId"]].metadata)
    assert account.compute._machines[made["InstanceId"]].metadata.facts().tokens_required == (tokens == "required")


# -------------------------------------------------------------------------------------------------------------- others


def ago(**time):
    return (datetime.now(UTC) - timedelta(**time)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("days", "public", "taken"), [(1, 0, 1), (-1, 0, 0), (3649, 0, 1), (3651, 0, 0), (729, 1, 1), (731, 1, 0)]
)
def test_how_far_ahead_an_ami_can_be_deprecated(ec2, image, days, public, taken):
    if public:
        ec2.disable_image_block_public_access()
        ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [{"Group": "all"}]})
    deprecation = {"ImageId": image, "DeprecateAt": ago(days=-days)}
    if taken:
        ec2.enable_image_deprecation(**deprecation)
    else:
        assert code(ec2.enable_image_deprecation, **deprecation) == "InvalidParameterValue"
    assert ("DeprecationTime" in ec2.describe_images(ImageIds=[image])["Images"][0]) == bool(taken)


def test_the_rehearsals_own_api_deprecates_in_the_past(account, ec2, image):
    past = {"deprecationTime": "2026-01-01T00:00:00Z"}
    control(account, "PUT", f"images/{image}", past)
    assert ec2.describe_images(ImageIds=[image])["Images"][0]["DeprecationTime"] == "2026-01-01T00:00:00.000Z"
    with pytest.raises(urllib.error.HTTPError):
        control(account, "PUT", "images/ami-0", past)


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_key_material_can_lack_its_last_newline(account, ec2, kind):
    assert ec2.create_key_pair(KeyName="with", KeyType=kind)["KeyMaterial"].endswith("-----\n")
    settings(account, keyNewline=False)
    assert ec2.create_key_pair(KeyName="without", KeyType=kind)["KeyMaterial"].endswith("KEY-----")


def test_terminating_may_skip_the_shutdown(account, ec2, launch):
    settings(account, shutdownSeconds=60)
    slow, quick = launch(), launch()
    eventually(lambda: instance(ec2, quick)["State"]["Name"] == "running")
    ec2.terminate_instances(InstanceIds=[slow])
    ec2.terminate_instances(InstanceIds=[quick], SkipOsShutdown=True)
    eventually(lambda: instance(ec2, quick)["State"]["Name"] == "terminated")
    assert instance(ec2, slow)["State"]["Name"] == "shutting-down"


def test_stopping_may_skip_the_shutdown(account, ec2, launch):
    name = launch()
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "running")
    ec2.stop_instances(InstanceIds=[name], SkipOsShutdown=True)
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "stopped")
    assert [order["seconds"] for order in account.orders("stop")] == [0]


# ---------------------------------------------------------------------------------------------------------- encryption


@pytest.mark.parametrize("default", [False, True])
@pytest.mark.parametrize("volume", [{}, {"Encrypted": True}, {"Encrypted": False}, {"KmsKeyId": "other"}])
def test_a_volume_keeps_the_key_of_the_accounts_own_snapshot(account, ec2, image, default, volume):
    one, other = (account.client("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    copy = {"SourceImageId": image, "SourceRegion": "us-east-1", "Name": "encrypted", "KmsKeyId": one}
    made = ec2.copy_image(**copy, Encrypted=True)["ImageId"]
    eventually(lambda: ec2.describe_images(ImageIds=[made])["Images"][0]["State"] == "available")
    if default:
        ec2.enable_ebs_encryption_by_default()
    if "KmsKeyId" in volume:
        volume = {"KmsKeyId": other}
    root = {"BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, **volume}}]} if volume else {}
    ec2.run_instances(ImageId=made, InstanceType="t3.medium", MinCount=1, MaxCount=1, **root)
    [found] = ec2.describe_volumes()["Volumes"]
    assert (found["Encrypted"], found["KmsKeyId"]) == (True, other if "KmsKeyId" in volume else one)


def test_the_default_key_is_an_alias_until_it_is_set(account, ec2):
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"
    kms = account.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    assert ec2.modify_ebs_default_kms_key_id(KmsKeyId=key)["KmsKeyId"] == key
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == key
    again = ec2.reset_ebs_default_kms_key_id()["KmsKeyId"]
    assert again == ec2.get_ebs_default_kms_key_id()["KmsKeyId"] != key
    assert again.startswith("arn:aws:kms:us-east-1:123456789012:key/")
    assert kms.describe_key(KeyId=again)["KeyMetadata"]["KeyManager"] == "AWS"


def test_default_encryption_applies_to_volumes_amis_and_copies(account, ec2, launch, image):
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    ec2.enable_ebs_encryption_by_default()
    ec2.modify_ebs_default_kms_key_id(KmsKeyId=key)
    name = launch()
    volume = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [name]}])["Volumes"][0]
    assert (volume["Encrypted"], volume["KmsKeyId"]) == (True, key)
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "running")
    stop(ec2, name)
    made = ec2.create_image(InstanceId=name, Name="encrypted")["ImageId"]
    copy = ec2.copy_image(SourceImageId=image, SourceRegion="us-east-1", Name="copied")["ImageId"]
    for ami in (made, copy):
        snapshot = ec2.describe_snapshots(SnapshotIds=[snapshot_of(ec2, ami)])["Snapshots"][0]
        assert (snapshot["Encrypted"], snapshot["KmsKeyId"]) == (True, key)
    ec2.disable_image_block_public_access()
    public = {"Add": [{"Group": "all"}]}
    assert code(ec2.modify_image_attribute, ImageId=made, LaunchPermission=public) == "OperationNotPermitted"


@pytest.mark.parametrize("why", ["disabled", "no grant"])
def test_an_instance_without_access_to_its_default_key_terminates(account, ec2, launch, why):
    kms = account.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    ec2.enable_ebs_encryption_by_default()
    ec2.modify_ebs_default_kms_key_id(KmsKeyId=key)
    if why == "disabled":
        kms.disable_key(KeyId=key.split("/")[-1])
    else:
        deny(account, "kms:CreateGrant")
    name = launch()
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "terminated")
    assert instance(ec2, name)["StateReason"]["Code"] == "Client.InternalError"
    assert not account.orders("start")


# ---------------------------------------------------------------------------------------------------------- partitions


def test_a_call_says_what_it_tags_at_creation(account, ec2):
    ec2.create_key_pair(KeyName="bare")
    ec2.create_security_group(GroupName="g", Description="x", TagSpecifications=[tagged("security-group", a="1")])
    tagged_at_creation = {call["action"]: call["tagged"] for call in control(account, "GET", "calls")}
    assert tagged_at_creation == {"CreateKeyPair": [], "CreateSecurityGroup": ["security-group"]}
    first = control(account, "GET", "calls")[0]
    assert (first["given"], first["dry"]) == ({"KeyName": "bare"}, False)


@pytest.mark.parametrize(
    "wish",
    [{"emptyPages": "yes"}, {"parameterSeconds": "x"}, {"managed": "i-1"}, {"baseGib": 0}, {"baseRhel": "yes"}],
)
def test_invalid_settings(account, wish):
    with pytest.raises(urllib.error.HTTPError):
        settings(account, **wish)
