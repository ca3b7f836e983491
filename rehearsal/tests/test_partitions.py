"""The policy for China and GovCloud against the Amazon plugin's calls: it tags late there (`IsRestricted`)."""

import json
from pathlib import Path

import pytest

from .api import OWNER, code, control, stop, tagged, tags

POLICY = Path(__file__).parents[2] / "docs/examples/narrow-policy-partitions.json"
OURS = {"k8s-image:run": "r"}
TAGS = tagged("", **OURS)["Tags"]


def attach(account, partition):
    policy = json.loads(POLICY.read_text().replace("arn:aws-cn:", f"arn:{partition}:"))
    control(account, "PUT", "settings", {"policy": policy})


def launch(ec2, **more):
    image = ec2.describe_images(Owners=[OWNER])["Images"][0]["ImageId"]
    wish = {"ImageId": image, "InstanceType": "m7i.large", "MinCount": 1, "MaxCount": 1, **more}
    return ec2.run_instances(**wish)["Instances"][0]["InstanceId"]


@pytest.mark.parametrize(
    ("partition", "region"),
    [
        pytest.param("aws-cn", "cn-north-1", marks=pytest.mark.regions("cn-north-1")),
        pytest.param("aws-us-gov", "us-gov-west-1", marks=pytest.mark.regions("us-gov-west-1")),
    ],
)
def test_resources_of_a_job_start_untagged_and_are_removed(account, partition, region):
    ec2 = account.client(region=region)
    attach(account, partition)
    vpc = ec2.describe_security_groups()["SecurityGroups"][0]["VpcId"]
    key = ec2.create_key_pair(KeyName="packer_1", KeyType="ed25519")["KeyName"]
    group = ec2.create_security_group(GroupName="packer_1", Description="d", VpcId=vpc)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "127.0.0.1/32"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    instance = launch(ec2, KeyName=key, SecurityGroupIds=[group])
    ec2.create_tags(Resources=[instance], Tags=TAGS)
    stop(ec2, instance)
    ami = ec2.create_image(InstanceId=instance, Name="k8s")["ImageId"]
    ec2.get_waiter("image_available").wait(ImageIds=[ami])
    # Packer sets the description before the tags, in its last step but one.
    ec2.modify_image_attribute(ImageId=ami, Description={"Value": "d"})
    assert code(ec2.deregister_image, ImageId=ami) == "UnauthorizedOperation"
    ec2.create_tags(Resources=[ami], Tags=TAGS)
    assert tags(ec2.describe_images(ImageIds=[ami])["Images"][0]) == OURS
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.get_waiter("instance_terminated").wait(InstanceIds=[instance])
    ec2.delete_security_group(GroupId=group)
    ec2.delete_key_pair(KeyName=key)
    ec2.deregister_image(ImageId=ami)


def copied(ec2, source):
    """The result of a dry copy with the run's tags."""
    given = [tagged(kind, **OURS) for kind in ("image", "snapshot")]
    order = {"SourceImageId": source, "SourceRegion": ec2.meta.region_name, "Name": "new"}
    return code(ec2.copy_image, DryRun=True, TagSpecifications=given, **order)


@pytest.mark.regions("cn-north-1")
def test_an_ami_can_be_copied_in_china(account):
    ec2 = account.client(region="cn-north-1")
    attach(account, "aws-cn")
    assert copied(ec2, ec2.describe_images(Owners=[OWNER])["Images"][0]["ImageId"]) == "DryRunOperation"


def test_an_ami_can_be_copied_with_the_other_narrow_policy(account, ec2, base):
    policy = json.loads(POLICY.with_name("narrow-policy.json").read_text())
    control(account, "PUT", "settings", {"policy": policy})
    assert copied(ec2, base["ImageId"]) == "DryRunOperation"


@pytest.mark.regions("cn-north-1")
def test_resources_outside_of_a_run_are_left_alone(account):
    ec2 = account.client(region="cn-north-1")
    mine = launch(ec2)
    ec2.create_key_pair(KeyName="mine")
    attach(account, "aws-cn")
    assert code(ec2.terminate_instances, InstanceIds=[mine]) == "UnauthorizedOperation"
    assert code(ec2.delete_key_pair, KeyName="mine") == "UnauthorizedOperation"
    assert code(ec2.create_image, InstanceId=mine, Name="new") == "UnauthorizedOperation"
    assert code(ec2.create_tags, Resources=[mine], Tags=[{"Key": "a", "Value": "b"}]) == "UnauthorizedOperation"
    source = {"SourceImageId": "ami-0123456789abcdef0", "SourceRegion": "cn-north-1"}
    assert code(ec2.copy_image, Name="new", **source) == "UnauthorizedOperation"
