"""Calls of publishing and pruning: copies, keys, sharing, protection, parameters, permissions."""

import pytest

from .api import code, control, dry, eventually

ORGANIZATION = "arn:aws:organizations::111122223333:organization/o-abcdefghij"
UNIT = "arn:aws:organizations::111122223333:ou/o-abcdefghij/ou-abcd-12345678"


@pytest.fixture
def west(account):
    return account.client(region="us-west-2")


def described(client, ami):
    return client.describe_images(ImageIds=[ami])["Images"][0]


def snapshot_of(client, ami):
    name = described(client, ami)["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    return client.describe_snapshots(SnapshotIds=[name])["Snapshots"][0]


def copied(client, ami, name="there", **more):
    made = client.copy_image(SourceImageId=ami, SourceRegion="us-east-1", Name=name, **more)["ImageId"]
    eventually(lambda: described(client, made)["State"] != "pending")
    return made


def test_a_client_token_copies_once(west, image):
    copy = {"SourceImageId": image, "SourceRegion": "us-east-1", "Name": "there", "ClientToken": "once"}
    assert len({west.copy_image(**copy)["ImageId"] for _ in range(2)}) == 1
    assert len(west.describe_images(Owners=["self"])["Images"]) == 1
    assert code(west.copy_image, **{**copy, "Name": "other"}) == "IdempotentParameterMismatch"


def test_a_copy_has_only_the_given_description(ec2, west, image):
    ec2.modify_image_attribute(ImageId=image, Description={"Value": "the source's"})
    assert "Description" not in described(west, copied(west, image))
    assert described(west, copied(west, image, "own", Description="its own"))["Description"] == "its own"


def test_an_ami_names_its_source(ec2, west, image, base):
    def source(client, ami):
        found = described(client, ami)
        return [found.get(f"Source{name}") for name in ("ImageId", "ImageRegion", "InstanceId")]

    [reservation] = ec2.describe_instances()["Reservations"]
    assert source(ec2, image) == [base["ImageId"], "us-east-1", reservation["Instances"][0]["InstanceId"]]
    copy = copied(west, image)
    assert source(west, copy) == [image, "us-east-1", None]
    assert source(ec2, base["ImageId"]) == [None, None, None]
    filters = [{"Name": "source-image-id", "Values": [image]}]
    assert [one["ImageId"] for one in west.describe_images(Filters=filters)["Images"]] == [copy]


def test_copies_at_once_into_a_region_are_limited(account, west, image):
    control(account, "PUT", "settings", {"copiesAtOnce": 1, "copySeconds": 3})
    source = {"SourceImageId": image, "SourceRegion": "us-east-1"}
    west.copy_image(Name="one", **source)
    assert code(west.copy_image, Name="two", **source) == "ResourceLimitExceeded"
    eventually(lambda: west.describe_images(Owners=["self"])["Images"][0]["State"] == "available")
    west.copy_image(Name="two", **source)


def test_copies_are_encrypted_with_the_given_key(account, west, image):
    kms = account.client("kms", region="us-west-2")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/images", TargetKeyId=key["KeyId"])
    for at, name in enumerate((key["KeyId"], key["Arn"], "alias/images")):
        made = copied(west, image, f"copy-{at}", Encrypted=True, KmsKeyId=name)
        assert described(west, made)["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] is True
        assert snapshot_of(west, made)["KmsKeyId"] == key["Arn"]
    assert kms.describe_key(KeyId="alias/images")["KeyMetadata"]["KeyManager"] == "CUSTOMER"
    assert kms.describe_key(KeyId="alias/aws/ebs")["KeyMetadata"]["KeyManager"] == "AWS"
    assert code(kms.describe_key, KeyId="alias/nobody") == "NotFoundException"
    assert [one["id"] for one in control(account, "GET", "inventory") if one["type"] == "kms-key"] == [key["KeyId"]]


def test_a_copy_with_an_unusable_key_fails_later(account, west, image):
    other = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    closed = account.client("kms", region="us-west-2")
    disabled = closed.create_key()["KeyMetadata"]["KeyId"]
    closed.disable_key(KeyId=disabled)
    for at, name in enumerate(("alias/nobody", other, disabled)):
        made = described(west, copied(west, image, f"copy-{at}", Encrypted=True, KmsKeyId=name))
        assert (made["State"], bool(made["StateReason"]["Message"])) == ("failed", True)


def test_a_copy_of_an_encrypted_ami_is_encrypted(west, image):
    first = copied(west, image, "first", Encrypted=True)
    second = west.copy_image(SourceImageId=first, SourceRegion="us-west-2", Name="second")["ImageId"]
    assert snapshot_of(west, second)["Encrypted"] is True


def test_launch_permissions_of_every_kind(account, ec2, image):
    permissions = [
        {"UserId": "111122223333"},
        {"UserId": "444455556666"},
        {"OrganizationArn": ORGANIZATION},
        {"OrganizationalUnitArn": UNIT},
    ]
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": permissions})
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": permissions[:1]})
    attribute = {"ImageId": image, "Attribute": "launchPermission"}
    assert ec2.describe_image_attribute(**attribute)["LaunchPermissions"] == permissions
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Remove": permissions[:1]})
    ec2.modify_image_attribute(
        ImageId=image, Attribute="launchPermission", OperationType="remove", OrganizationArns=[ORGANIZATION]
    )
    assert ec2.describe_image_attribute(**attribute)["LaunchPermissions"] == [permissions[1], permissions[3]]
    found = next(one for one in control(account, "GET", "inventory") if one["type"] == "image")
    assert found["launchPermissions"] == [permissions[1], permissions[3]]


@pytest.mark.parametrize(
    "wrong",
    [{"UserId": "1"}, {"OrganizationArn": "o-abcdefghij"}, {"OrganizationalUnitArn": ORGANIZATION}],
)
def test_permissions_for_nobody_are_refused(ec2, image, wrong):
    change = {"Add": [{"UserId": "111122223333"}, wrong]}
    assert code(ec2.modify_image_attribute, ImageId=image, LaunchPermission=change) == "InvalidAMIAttributeItemValue"
    assert not ec2.describe_image_attribute(ImageId=image, Attribute="launchPermission")["LaunchPermissions"]


def test_public_amis_are_blocked_until_the_account_allows_them(ec2, image):
    public = {"Add": [{"Group": "all"}]}
    assert ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == "block-new-sharing"
    assert code(ec2.modify_image_attribute, ImageId=image, LaunchPermission=public) == "OperationNotPermitted"
    ec2.disable_image_block_public_access()
    ec2.modify_image_attribute(ImageId=image, LaunchPermission=public)
    assert described(ec2, image)["Public"] is True
    ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    assert ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == "block-new-sharing"


def test_an_encrypted_ami_needs_a_customer_key_to_be_shared(account, west, image):
    key = account.client("kms", region="us-west-2").create_key()["KeyMetadata"]["KeyId"]
    own, default = (
        copied(west, image, key_id or "default", Encrypted=True, **({"KmsKeyId": key_id} if key_id else {}))
        for key_id in (key, None)
    )
    user = {"Add": [{"UserId": "111122223333"}]}
    west.modify_image_attribute(ImageId=own, LaunchPermission=user)
    west.modify_snapshot_attribute(SnapshotId=snapshot_of(west, own)["SnapshotId"], CreateVolumePermission=user)
    assert code(west.modify_image_attribute, ImageId=default, LaunchPermission=user) == "InvalidParameter"
    name = snapshot_of(west, default)["SnapshotId"]
    assert code(west.modify_snapshot_attribute, SnapshotId=name, CreateVolumePermission=user) == "OperationNotPermitted"
    west.disable_image_block_public_access()
    public = {"Add": [{"Group": "all"}]}
    assert code(west.modify_image_attribute, ImageId=own, LaunchPermission=public) == "OperationNotPermitted"


def test_snapshot_permissions_in_both_forms(ec2, image):
    name = snapshot_of(ec2, image)["SnapshotId"]
    ec2.modify_snapshot_attribute(SnapshotId=name, CreateVolumePermission={"Add": [{"UserId": "111122223333"}]})
    ec2.modify_snapshot_attribute(
        SnapshotId=name, Attribute="createVolumePermission", OperationType="add", UserIds=["444455556666"]
    )
    ec2.modify_snapshot_attribute(SnapshotId=name, CreateVolumePermission={"Remove": [{"UserId": "111122223333"}]})
    found = ec2.describe_snapshot_attribute(SnapshotId=name, Attribute="createVolumePermission")
    assert found["CreateVolumePermissions"] == [{"UserId": "444455556666"}]
    change = {"Add": [{"UserId": "x"}]}
    assert (
        code(ec2.modify_snapshot_attribute, SnapshotId=name, CreateVolumePermission=change)
        == "InvalidAMIAttributeItemValue"
    )


def test_amis_of_others_cannot_be_changed(ec2, base):
    name = base["ImageId"]
    assert code(ec2.modify_image_attribute, ImageId=name, Description={"Value": "x"}) == "AuthFailure"
    assert code(ec2.describe_image_attribute, ImageId=name, Attribute="launchPermission") == "AuthFailure"
    assert code(ec2.enable_image_deregistration_protection, ImageId=name) == "AuthFailure"
    assert code(ec2.deregister_image, ImageId=name) == "AuthFailure"
    assert ec2.describe_images(ImageIds=[name])["Images"]
    assert code(ec2.describe_image_attribute, ImageId="ami-0", Attribute="description") == "InvalidAMIID.NotFound"


def test_protection_is_an_attribute(ec2, image):
    attribute = {"ImageId": image, "Attribute": "deregistrationProtection"}
    assert ec2.describe_image_attribute(**attribute)["DeregistrationProtection"]["Value"] == "disabled"
    ec2.enable_image_deregistration_protection(ImageId=image, WithCooldown=True)
    assert ec2.describe_image_attribute(**attribute)["DeregistrationProtection"]["Value"] == "enabled-with-cooldown"


@pytest.mark.parametrize(
    ("name", "values", "found"),
    [
        ("tag:a", ["1"], True),
        ("tag:a", ["*"], True),
        ("tag:a", ["2"], False),
        ("tag-key", ["a"], True),
        ("name", ["mi*"], True),
        ("name", ["yours"], False),
        ("state", ["available", "pending"], True),
        ("state", ["failed"], False),
        ("image-id", ["ami-0123456789abcdef0"], False),
    ],
)
def test_filters_of_describe_images(ec2, image, name, values, found):
    filters = {"Filters": [{"Name": name, "Values": values}]}
    assert [one["ImageId"] for one in ec2.describe_images(Owners=["self"], **filters)["Images"]] == [image] * found
    assert [one["ImageId"] for one in ec2.describe_images(ImageIds=[image], **filters)["Images"]] == [image] * found


def test_every_named_ami_must_exist(ec2, image, base):
    assert code(ec2.describe_images, ImageIds=[image, "ami-0123456789abcdef0"]) == "InvalidAMIID.NotFound"
    # One that was deregistered is no error.
    ec2.deregister_image(ImageId=image)
    assert ec2.describe_images(ImageIds=[image])["Images"] == []


def test_parameters(account):
    ssm = account.client("ssm")
    ssm.put_parameter(Name="/k8s-image/debian-13/latest", Value="ami-1", Type="String")
    assert code(ssm.put_parameter, Name="/k8s-image/debian-13/latest", Value="ami-2", Type="String") == (
        "ParameterAlreadyExists"
    )
    ssm.put_parameter(Name="/k8s-image/debian-13/latest", Value="ami-2", Type="String", Overwrite=True)
    assert ssm.get_parameter(Name="/k8s-image/debian-13/latest")["Parameter"]["Value"] == "ami-2"
    several = ssm.get_parameters(Names=["/k8s-image/debian-13/latest", "/no"])
    assert ([one["Version"] for one in several["Parameters"]], several["InvalidParameters"]) == ([2], ["/no"])
    below = ssm.get_parameters_by_path(Path="/k8s-image", Recursive=True)["Parameters"]
    assert [one["Name"] for one in below] == ["/k8s-image/debian-13/latest"]
    assert ssm.get_parameters_by_path(Path="/other")["Parameters"] == []
    found = [one for one in control(account, "GET", "inventory") if one["type"] == "parameter"]
    assert [(one["id"], one["value"]) for one in found] == [("/k8s-image/debian-13/latest", "ami-2")]
    ssm.delete_parameter(Name="/k8s-image/debian-13/latest")
    assert code(ssm.get_parameter, Name="/k8s-image/debian-13/latest") == "ParameterNotFound"


def test_references_to_an_ami_are_found(account, ec2, image):
    for at in range(20):
        ec2.create_launch_template(LaunchTemplateName=f"nodes-{at}", LaunchTemplateData={"ImageId": image})
    ec2.create_launch_template_version(LaunchTemplateName="nodes-0", LaunchTemplateData={"ImageId": "ami-2"})
    assert len(ec2.describe_launch_templates()["LaunchTemplates"]) == 20
    every = ec2.describe_launch_template_versions(Versions=["$Latest", "$Default"])["LaunchTemplateVersions"]
    assert len({(one["LaunchTemplateId"], one["VersionNumber"]) for one in every}) == 21
    assert {one["LaunchTemplateData"]["ImageId"] for one in every} == {image, "ami-2"}
    scaling = account.client("autoscaling")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="g",
        MinSize=0,
        MaxSize=1,
        AvailabilityZones=["us-east-1a"],
        LaunchTemplate={"LaunchTemplateName": "nodes-0", "Version": "$Latest"},
    )
    group = scaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]
    assert group["LaunchTemplate"]["LaunchTemplateName"] == "nodes-0"
    scaling.create_launch_configuration(LaunchConfigurationName="c", ImageId=image, InstanceType="t3.small")
    assert scaling.describe_launch_configurations()["LaunchConfigurations"][0]["ImageId"] == image
    kinds = [one["type"] for one in control(account, "GET", "inventory")]
    assert kinds.count("launch-template") == 20
    assert kinds.count("auto-scaling-group") == kinds.count("launch-configuration") == 1
    assert not [call for call in account.gateway.calls if call.bug]


def test_dry_runs_do_nothing(account, ec2, image, base):
    before = control(account, "GET", "inventory")
    answers = {
        dry(ec2.copy_image, SourceImageId=image, SourceRegion="us-east-1", Name="new"),
        dry(ec2.create_key_pair, KeyName="k"),
        dry(ec2.create_security_group, GroupName="g", Description="x"),
        dry(ec2.deregister_image, ImageId=image),
        dry(ec2.modify_image_attribute, ImageId=image, Description={"Value": "x"}),
        dry(ec2.enable_image_deprecation, ImageId=image, DeprecateAt="2027-11-25T10:20:30Z"),
        dry(ec2.create_tags, Resources=[image], Tags=[{"Key": "x", "Value": "y"}]),
        dry(ec2.get_image_block_public_access_state),
        dry(ec2.describe_images),
        dry(ec2.describe_volumes),
        dry(ec2.run_instances, ImageId=base["ImageId"], MinCount=1, MaxCount=1),
    }
    assert answers == {"DryRunOperation"}
    assert {call.status for call in list(account.gateway.calls)[-11:]} == {412}
    assert control(account, "GET", "inventory") == before
    assert not [call for call in account.gateway.calls if call.bug]


def test_a_dry_run_reports_a_missing_resource(account, ec2):
    assert dry(ec2.deregister_image, ImageId="ami-0123456789abcdef0") == "InvalidAMIID.NotFound"
    assert dry(ec2.terminate_instances, InstanceIds=["i-0123456789abcdef0"]) == "InvalidInstanceID.NotFound"
    assert dry(ec2.delete_snapshot, SnapshotId="snap-0123456789abcdef0") == "InvalidSnapshot.NotFound"
    assert dry(ec2.describe_fast_launch_images) == "RehearsalBug"
