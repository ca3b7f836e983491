"""Policies: the verdict on a statement, and the resources and condition keys of a call."""

import json
import re
import urllib.error

import pytest

from rehearsal.policy import Requirement, Unjudged, statements, verdict

from .api import OWNER, code, control, dry, tagged

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
IMAGE = "arn:aws:ec2:us-east-1::image/ami-1"


def allows(statement, action="ec2:CreateImage", resource=IMAGE, **context):
    keys = {name.replace("__", ":").replace("_", "/"): value for name, value in context.items()}
    return verdict(statements({"Statement": [statement]}), Requirement(action, resource, keys)) is None


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ({}, True),
        ({"Action": "ec2:CreateImage"}, True),
        ({"Action": "EC2:createimage"}, True),
        ({"Action": ["ssm:*", "ec2:Create*"]}, True),
        ({"Action": "ec2:Create?mage"}, True),
        ({"Action": "ec2:Create.mage"}, False),
        ({"Action": "ec2:Create"}, False),
        ({"Resource": "arn:aws:ec2:*::image/*"}, True),
        ({"Resource": "arn:aws:ec2:*::snapshot/*"}, False),
        ({"Resource": "ARN:aws:ec2:*::image/*"}, False),
        ({"Effect": "Deny"}, False),
    ],
)
def test_a_statement(change, allowed):
    assert allows({**EVERYTHING, **change}) == allowed


def test_not_action_and_not_resource():
    others = {"Effect": "Allow", "NotAction": "ec2:*", "Resource": "*"}
    assert not allows(others) and allows(others, "ssm:GetParameter")
    elsewhere = {"Effect": "Allow", "Action": "*", "NotResource": "*:image/*"}
    assert not allows(elsewhere) and allows(elsewhere, resource="arn:aws:ec2:us-east-1:1:volume/vol-1")


def test_a_deny_wins_and_nothing_is_allowed_by_default():
    both = statements({"Statement": [EVERYTHING, {**EVERYTHING, "Effect": "Deny", "Action": "ec2:Create*"}]})
    assert "explicit deny" in verdict(both, Requirement("ec2:CreateImage", "*", {}))
    assert verdict(both, Requirement("ec2:DescribeImages", "*", {})) is None
    assert "nothing allows" in verdict((), Requirement("ec2:DescribeImages", "*", {}))


@pytest.mark.parametrize(
    ("condition", "context", "met"),
    [
        ({"StringEquals": {"aws:RequestedRegion": ["a", "b"]}}, {"aws__RequestedRegion": "b"}, True),
        ({"StringEquals": {"AWS:requestedregion": "b"}}, {"aws__RequestedRegion": "b"}, True),
        ({"StringEquals": {"aws:RequestedRegion": "a"}}, {"aws__RequestedRegion": "b"}, False),
        ({"StringEquals": {"aws:RequestedRegion": "a"}}, {}, False),
        ({"StringEqualsIfExists": {"aws:RequestedRegion": "a"}}, {}, True),
        ({"StringNotEquals": {"aws:RequestedRegion": ["a", "b"]}}, {"aws__RequestedRegion": "c"}, True),
        ({"StringNotEquals": {"aws:RequestedRegion": ["a", "b"]}}, {"aws__RequestedRegion": "b"}, False),
        ({"StringNotEquals": {"ec2:MetadataHttpTokens": "required"}}, {}, True),
        ({"StringLike": {"ec2:InstanceType": "t3.*"}}, {"ec2__InstanceType": "t3.medium"}, True),
        ({"StringLike": {"ec2:InstanceType": "t3.*"}}, {"ec2__InstanceType": "t3a.medium"}, False),
        ({"Bool": {"ec2:Encrypted": True}}, {"ec2__Encrypted": "true"}, True),
        ({"Bool": {"ec2:Encrypted": "true"}}, {"ec2__Encrypted": "false"}, False),
        ({"Null": {"aws:RequestTag/run": "false"}}, {"aws__RequestTag_run": "1"}, True),
        ({"Null": {"aws:RequestTag/run": "false"}}, {}, False),
        ({"Null": {"aws:RequestTag/run": "true"}}, {}, True),
        ({"NumericLessThanEquals": {"ec2:VolumeSize": "20"}}, {"ec2__VolumeSize": "20"}, True),
        ({"NumericLessThan": {"ec2:VolumeSize": "20"}}, {"ec2__VolumeSize": "20"}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws__TagKeys": ["a"]}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws__TagKeys": ["a", "c"]}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}, {}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}}, {"aws__TagKeys": ["a", "c"]}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}}, {}, False),
    ],
)
def test_conditions(condition, context, met):
    assert allows({**EVERYTHING, "Condition": condition}, **context) == met


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Action": "*"},
        {"Effect": "Maybe", "Action": "*", "Resource": "*"},
        {**EVERYTHING, "Principal": "*"},
        {**EVERYTHING, "NotAction": "ec2:*"},
        {**EVERYTHING, "Condition": {"DateLessThan": {"aws:RequestedRegion": "x"}}},
        {**EVERYTHING, "Condition": {"StringEquals": {"aws:SourceVpce": "x"}}},
        # Real keys, which no call has here: a deny with one would never apply.
        *({**EVERYTHING, "Condition": {"StringEquals": {f"ec2:{key}": "x"}}} for key in ("ImageID", "KeyPairName")),
        {**EVERYTHING, "Resource": "arn:aws:ec2:*:*:instance/${aws:username}"},
    ],
)
def test_a_document_that_is_not_supported_cannot_be_attached(statement):
    with pytest.raises(Unjudged):
        statements({"Statement": [statement]})


def attach(account, *allowed, scp=None):
    control(account, "PUT", "settings", {"policy": {"Statement": list(allowed)}, "scp": scp})


def allow(*actions, **more):
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}


def test_a_denied_call_is_refused_dry_run_or_not(account, ec2, image):
    denied = ["ec2:CopyImage", "ssm:PutParameter", "kms:DescribeKey", "autoscaling:DescribeAutoScalingGroups"]
    scp = {"Statement": [EVERYTHING, {**EVERYTHING, "Effect": "Deny", "Action": denied}]}
    assert control(account, "PUT", "settings", {"scp": scp})["scp"] == scp
    copy = {"SourceImageId": image, "SourceRegion": "us-east-1", "Name": "new"}
    assert code(ec2.copy_image, **copy) == dry(ec2.copy_image, **copy) == "UnauthorizedOperation"
    assert account.gateway.calls[-1].status == 403
    assert code(account.client("ssm").put_parameter, Name="/a", Value="v") == "AccessDeniedException"
    assert code(account.client("kms").describe_key, KeyId="alias/aws/ebs") == "AccessDeniedException"
    assert code(account.client("autoscaling").describe_auto_scaling_groups) == "AccessDenied"
    assert dry(ec2.deregister_image, ImageId=image) == "DryRunOperation"
    control(account, "PUT", "settings", {"scp": None})
    assert dry(ec2.copy_image, **copy) == "DryRunOperation"


def test_every_policy_allows_get_caller_identity(account):
    attach(account)
    assert account.client("sts").get_caller_identity()["Account"]


def test_the_setting_refuses_an_unsupported_policy(account):
    with pytest.raises(urllib.error.HTTPError):
        attach(account, allow("ec2:*", Condition={"StringEquals": {"aws:SourceVpce": "x"}}))
    assert control(account, "PUT", "settings", {})["policy"] is None


CHINA = "ec2.amazonaws.com.cn"
WISH = {"InstanceType": "t3.medium", "MinCount": 1, "MaxCount": 1}
NAMED = ["image", "instance", "network-interface", "security-group", "subnet", "volume"]


@pytest.mark.parametrize("missing", [None, *NAMED])
def test_a_launch_is_judged_by_each_resource(account, ec2, missing):
    base = ec2.describe_images(Owners=[OWNER])["Images"][0]["ImageId"]
    arns = [f"arn:aws:ec2:us-east-1:*:{kind}/*" for kind in NAMED if kind != missing]
    attach(account, {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": arns})
    expected = "UnauthorizedOperation" if missing else "DryRunOperation"
    assert dry(ec2.run_instances, ImageId=base, **WISH) == expected


@pytest.mark.parametrize(
    ("condition", "more", "allowed"),
    [
        (
            {"StringEquals": {"ec2:MetadataHttpTokens": "required"}},
            {"MetadataOptions": {"HttpTokens": "required"}},
            True,
        ),
        (
            {"StringEquals": {"ec2:MetadataHttpTokens": "required"}},
            {"MetadataOptions": {"HttpTokens": "optional"}},
            False,
        ),
        ({"StringEquals": {"ec2:MetadataHttpTokens": "required"}}, {}, False),
        ({"StringEquals": {"ec2:InstanceType": "t3.medium"}}, {}, True),
        ({"StringEquals": {"ec2:InstanceType": "t3.large"}}, {}, False),
        ({"StringEquals": {"aws:RequestTag/team": "a"}}, {"TagSpecifications": [tagged("instance", team="a")]}, True),
        ({"StringEquals": {"aws:RequestTag/team": "a"}}, {"TagSpecifications": [tagged("volume", team="a")]}, False),
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, {}, True),
        ({"StringEquals": {"aws:RequestedRegion": "us-west-2"}}, {}, False),
    ],
)
def test_a_launch_has_condition_keys_of_its_instance(account, ec2, condition, more, allowed):
    base = ec2.describe_images(Owners=[OWNER])["Images"][0]["ImageId"]
    instance = {**allow("ec2:RunInstances"), "Resource": "arn:aws:ec2:*:*:instance/*", "Condition": condition}
    others = {"Effect": "Allow", "Action": "ec2:RunInstances", "NotResource": "arn:aws:ec2:*:*:instance/*"}
    attach(account, instance, others, allow("ec2:CreateTags"))
    expected = "DryRunOperation" if allowed else "UnauthorizedOperation"
    assert dry(ec2.run_instances, ImageId=base, **WISH, **more) == expected


@pytest.mark.parametrize(
    ("volume", "allowed"), [({}, False), ({"Encrypted": False}, False), ({"Encrypted": True, "VolumeSize": 9}, True)]
)
def test_a_policy_can_require_encrypted_volumes(account, ec2, volume, allowed):
    base = ec2.describe_images(Owners=[OWNER])["Images"][0]
    deny = {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*:volume/*",
        "Condition": {"Bool": {"ec2:Encrypted": "false"}},
    }
    attach(account, EVERYTHING, deny)
    mapping = [{"DeviceName": base["RootDeviceName"], "Ebs": volume}] if volume else []
    parameters = {"ImageId": base["ImageId"], "BlockDeviceMappings": mapping, **WISH}
    assert dry(ec2.run_instances, **parameters) == ("DryRunOperation" if allowed else "UnauthorizedOperation")


def test_images_of_other_owners(account, ec2, image):
    base = ec2.describe_images(Owners=[OWNER])["Images"][0]["ImageId"]
    own = {"StringNotEquals": {"ec2:Owner": OWNER}}
    attach(account, EVERYTHING, {"Effect": "Deny", "Action": "*", "Resource": "*:image/*", "Condition": own})
    assert dry(ec2.run_instances, ImageId=base, **WISH) == "DryRunOperation"
    assert dry(ec2.run_instances, ImageId=image, **WISH) == "UnauthorizedOperation"


def test_the_projects_own_policies_can_be_judged(repository):
    for file in (repository / "docs/examples").glob("*policy*.json"):
        assert statements(json.loads(file.read_text()))
    blocks = re.findall(r"```json\n(.*?)```", (repository / "docs/iam.md").read_text(), re.DOTALL)
    assert [statements(json.loads(block)) for block in blocks if "Statement" in block]


@pytest.fixture
def launches(account, ec2, base):
    """Whether a launch passes a policy that denies another value of a key."""

    def launches(key, wanted, operator="ArnNotEquals", **more):
        condition = {operator: {key: wanted}, "Null": {key: "false"}}
        attach(account, EVERYTHING, {**EVERYTHING, "Effect": "Deny", "Condition": condition})
        return dry(ec2.run_instances, ImageId=base["ImageId"], **WISH, **more) == "DryRunOperation"

    return launches


def test_a_launch_has_the_keys_of_its_subnet(ec2, launches):
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=other, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    default = ec2.describe_subnets(Filters=[{"Name": "availability-zone", "Values": ["us-east-1b"]}])["Subnets"][0]
    start = "arn:aws:ec2:us-east-1:123456789012"
    by_interface = {"NetworkInterfaces": [{"DeviceIndex": 0, "SubnetId": subnet}]}
    by_zone = {"Placement": {"AvailabilityZone": "us-east-1b"}}
    for more, vpc, name in (
        ({"SubnetId": subnet}, other, subnet),
        (by_interface, other, subnet),
        (by_zone, default["VpcId"], default["SubnetId"]),
    ):
        assert launches("ec2:Vpc", f"{start}:vpc/{vpc}", **more)
        assert launches("ec2:Subnet", f"{start}:subnet/{name}", **more)
        assert not launches("ec2:Vpc", f"{start}:vpc/vpc-0", **more)
        assert not launches("ec2:Subnet", f"{start}:subnet/subnet-0", **more)
    assert not launches("ec2:Vpc", f"{start}:vpc/{other}")


def test_a_launch_has_the_keys_of_its_caller_profile_and_metadata(account, launches):
    account.client("iam").create_instance_profile(InstanceProfileName="nodes")
    start = "arn:aws:iam::123456789012"
    profile = {"IamInstanceProfile": {"Name": "nodes"}}
    assert launches("ec2:InstanceProfile", f"{start}:instance-profile/nodes", **profile)
    assert not launches("ec2:InstanceProfile", f"{start}:instance-profile/others", **profile)
    assert launches("aws:PrincipalArn", f"{start}:role/*")
    assert not launches("aws:PrincipalArn", f"{start}:user/*")
    hops = "ec2:MetadataHttpPutResponseHopLimit"
    for limit in (2, 3):
        options = {"MetadataOptions": {"HttpPutResponseHopLimit": limit}}
        assert launches(hops, "2", "NumericGreaterThan", **options) == (limit == 2)


def test_a_role_is_passed_in_a_region(account, ec2, base):
    account.client("iam").create_instance_profile(InstanceProfileName="nodes")
    attach(account, allow("*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}))
    parameters = {"ImageId": base["ImageId"], "IamInstanceProfile": {"Name": "nodes"}, **WISH}
    assert dry(ec2.run_instances, **parameters) == "DryRunOperation"


def test_a_new_image_has_no_tags_yet(account, ec2, launch):
    """So one statement on all resources cannot bind CreateImage to a tag of the instance."""
    ours = launch(TagSpecifications=[tagged("instance", run="1")])
    tag = {"StringEquals": {"aws:ResourceTag/run": "1"}}
    parameters = {
        "InstanceId": ours,
        "Name": "new",
        "TagSpecifications": [tagged(kind, run="1") for kind in ("image", "snapshot")],
    }
    attach(account, allow("ec2:CreateImage", Condition=tag), allow("ec2:CreateTags"))
    assert dry(ec2.create_image, **parameters) == "UnauthorizedOperation"
    source = {**allow("ec2:CreateImage"), "Resource": "arn:aws:ec2:*:*:instance/*", "Condition": tag}
    made = {
        **allow("ec2:CreateImage"),
        "Resource": ["arn:aws:ec2:*::image/*", "arn:aws:ec2:*::snapshot/*"],
        "Condition": {"StringEquals": {"aws:RequestTag/run": "1"}},
    }
    attach(account, source, made, allow("ec2:CreateTags"))
    assert dry(ec2.create_image, **parameters) == "DryRunOperation"
    attach(account, source, made)
    assert dry(ec2.create_image, **parameters) == "UnauthorizedOperation"
    assert dry(ec2.create_image, InstanceId=ours, Name="new") == "UnauthorizedOperation"
    other = launch
    attach(account, EVERYTHING)
    foreign = other()
    attach(account, source, made, allow("ec2:CreateTags"))
    assert dry(ec2.create_image, **{**parameters, "InstanceId": foreign}) == "UnauthorizedOperation"


def test_the_source_of_a_copy_is_a_resource_that_the_request_does_not_tag(account, image):
    west = account.client(region="us-west-2")
    given = [tagged(kind, run="1") for kind in ("image", "snapshot")]
    copy = {"SourceImageId": image, "SourceRegion": "us-east-1", "Name": "new", "TagSpecifications": given}
    images, snapshots = "arn:aws:ec2:*::image/*", "arn:aws:ec2:*::snapshot/*"
    tagging = {"StringEquals": {"aws:RequestTag/run": "1"}}
    made = {**allow("ec2:CopyImage"), "Resource": [images, snapshots], "Condition": tagging}
    attach(account, made, allow("ec2:CreateTags"))
    assert dry(west.copy_image, **copy) == "UnauthorizedOperation"
    for source in (images, f"arn:aws:ec2:us-east-1::image/{image}"):
        attach(account, made, {**allow("ec2:CopyImage"), "Resource": source}, allow("ec2:CreateTags"))
        assert dry(west.copy_image, **copy) == "DryRunOperation"
    assert dry(west.copy_image, **{**copy, "TagSpecifications": given[:1]}) == "UnauthorizedOperation"
    others = {"Condition": {"StringNotEquals": {"ec2:Owner": "123456789012"}}}
    attach(account, EVERYTHING, {**allow("ec2:CopyImage", **others), "Effect": "Deny", "Resource": images})
    assert dry(west.copy_image, **copy) == "DryRunOperation"
    base = account.client().describe_images(Owners=[OWNER])["Images"][0]["ImageId"]
    assert dry(west.copy_image, **{**copy, "SourceImageId": base}) == "UnauthorizedOperation"


@pytest.mark.regions("cn-north-1")
def test_a_role_is_passed_to_the_partitions_own_ec2(account):
    ec2 = account.client(region="cn-north-1")
    parameters = {"ImageId": ec2.describe_images(Owners=[OWNER])["Images"][0]["ImageId"], **WISH}
    account.client("iam", region="cn-north-1").create_instance_profile(InstanceProfileName="nodes")
    for service, expected in (("ec2.amazonaws.com", "UnauthorizedOperation"), (CHINA, "DryRunOperation")):
        only = {"StringEquals": {"iam:PassedToService": service}}
        attach(account, allow("ec2:RunInstances"), allow("iam:PassRole", Condition=only))
        assert dry(ec2.run_instances, **parameters, IamInstanceProfile={"Name": "nodes"}) == expected


def test_tags_at_creation_need_create_tags_for_that_action(account, ec2):
    parameters = {"GroupName": "g", "Description": "d", "TagSpecifications": [tagged("security-group", run="1")]}
    attach(account, allow("ec2:CreateSecurityGroup"))
    assert code(ec2.create_security_group, **parameters) == "UnauthorizedOperation"
    only = {"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}}
    attach(account, allow("ec2:CreateSecurityGroup"), allow("ec2:CreateTags", Condition=only))
    group = ec2.create_security_group(**parameters)["GroupId"]
    assert code(ec2.create_tags, Resources=[group], Tags=[{"Key": "a", "Value": "b"}]) == "UnauthorizedOperation"
    keys = {"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}
    attach(account, allow("ec2:CreateTags", Condition=keys))
    assert dry(ec2.create_tags, Resources=[group], Tags=[{"Key": "a", "Value": "b"}]) == "DryRunOperation"
    assert dry(ec2.create_tags, Resources=[group], Tags=[{"Key": "c", "Value": "b"}]) == "UnauthorizedOperation"


def test_a_denied_caller_does_not_learn_whether_a_resource_exists(account, ec2, launch):
    ours = launch(TagSpecifications=[tagged("instance", run="1")])
    attach(account, allow("ec2:*", Condition={"StringEquals": {"aws:ResourceTag/run": "1"}}))
    assert dry(ec2.stop_instances, InstanceIds=[ours]) == "DryRunOperation"
    nothing = "i-00000000000000000"
    assert dry(ec2.stop_instances, InstanceIds=[nothing]) == "UnauthorizedOperation"
    assert code(ec2.stop_instances, InstanceIds=[nothing]) == "UnauthorizedOperation"
    attach(account, allow("ec2:*"))
    assert code(ec2.stop_instances, InstanceIds=[nothing]) == "InvalidInstanceID.NotFound"


def test_tags_of_a_key_pair_count_by_id_and_by_name(account, ec2):
    made = ec2.create_key_pair(KeyName="ours", TagSpecifications=[tagged("key-pair", run="1")])
    ec2.create_key_pair(KeyName="theirs")
    attach(account, allow("ec2:DeleteKeyPair", Condition={"StringEquals": {"ec2:ResourceTag/run": "1"}}))
    assert dry(ec2.delete_key_pair, KeyName="ours") == "DryRunOperation"
    assert dry(ec2.delete_key_pair, KeyPairId=made["KeyPairId"]) == "DryRunOperation"
    assert dry(ec2.delete_key_pair, KeyName="theirs") == "UnauthorizedOperation"


def test_an_instance_profile_needs_pass_role(account, ec2):
    base = ec2.describe_images(Owners=[OWNER])["Images"][0]["ImageId"]
    iam = account.client("iam")
    iam.create_role(RoleName="node", AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName="nodes")
    iam.add_role_to_instance_profile(InstanceProfileName="nodes", RoleName="node")
    parameters = {"ImageId": base, "IamInstanceProfile": {"Name": "nodes"}, **WISH}
    attach(account, allow("ec2:RunInstances"))
    assert dry(ec2.run_instances, **parameters) == "UnauthorizedOperation"
    assert dry(ec2.run_instances, **{**parameters, "IamInstanceProfile": {"Name": ""}}) == "DryRunOperation"
    passes = {
        **allow("iam:PassRole"),
        "Resource": "arn:aws:iam::123456789012:role/node",
        "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
    }
    attach(account, allow("ec2:RunInstances"), passes)
    assert dry(ec2.run_instances, **parameters) == "DryRunOperation"


def test_parameters_and_keys_by_their_arns(account):
    kms, ssm = account.client("kms"), account.client("ssm")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/ours", TargetKeyId=key)
    arns = [f"arn:aws:kms:us-east-1:*:key/{key}", "arn:aws:ssm:us-east-1:*:parameter/images/*"]
    attach(account, {"Effect": "Allow", "Action": ["kms:DescribeKey", "ssm:PutParameter"], "Resource": arns})
    assert kms.describe_key(KeyId="alias/ours")
    assert code(kms.describe_key, KeyId="alias/aws/ebs") == "AccessDeniedException"
    ssm.put_parameter(Name="/images/a", Value="v", Type="String")
    assert code(ssm.put_parameter, Name="/other", Value="v", Type="String") == "AccessDeniedException"


def test_policy_and_scp_must_both_allow(account, ec2):
    attach(account, allow("ec2:DescribeRegions", "ec2:DescribeImages"), scp={"Statement": allow("ec2:DescribeRegions")})
    assert ec2.describe_regions()["Regions"]
    assert code(ec2.describe_images) == code(ec2.describe_instances) == "UnauthorizedOperation"
