"""Requests that EC2 would refuse by its model, and answers that it would not give."""

import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from rehearsal import answers
from rehearsal.burstable import throttled_cpu
from rehearsal.models import Models, service
from rehearsal.refusals import JSON_SERVICES
from rehearsal.request import Request
from rehearsal.wire import reasons

from .api import OWNER, code, control
from .conftest import CREDENTIALS


def parsed(action, parameters, name="ec2"):
    """The parameters that the models read from a request, and the code of the refusal."""
    model = service(name)
    if name in JSON_SERVICES:
        body = json.dumps(parameters)
    else:
        body = "&".join(f"{key}={value}" for key, value in {"Action": action, **parameters}.items())
    found, refusal = Models().parse(Request(name, "us-east-1", action, "", ""), body.encode(), "")
    assert model.operation_names or found
    return found, refusal and refusal.code


RUN = {"MinCount": "1", "MaxCount": "1", "ImageId": "ami-1", "InstanceType": "t3.medium"}


@pytest.mark.parametrize(
    ("action", "parameters", "expected"),
    [
        ("CreateSecurityGroup", {"GroupName": "g", "GroupDescription": "d"}, {"GroupName": "g", "Description": "d"}),
        ("RunInstances", RUN, {"MinCount": 1, "MaxCount": 1, "ImageId": "ami-1", "InstanceType": "t3.medium"}),
        (
            "DescribeInstances",
            {"InstanceId.1": "i-1", "InstanceId.2": "i-2", "Filter.1.Name": "tag:a", "Filter.1.Value.1": "b"},
            {"InstanceIds": ["i-1", "i-2"], "Filters": [{"Name": "tag:a", "Values": ["b"]}]},
        ),
        # `locationName: disableApiStop`: capitalised in requests.
        (
            "ModifyInstanceAttribute",
            {"InstanceId": "i-1", "DisableApiStop.Value": "true"},
            {"InstanceId": "i-1", "DisableApiStop": {"Value": True}},
        ),
        (
            "CreateTags",
            {"ResourceId.1": "i-1", "Tag.1.Key": "a", "Tag.1.Value": ""},
            {"Resources": ["i-1"], "Tags": [{"Key": "a", "Value": ""}]},
        ),
    ],
)
def test_a_form_is_read_as_a_structure(action, parameters, expected):
    assert parsed(action, parameters) == (expected, None)


@pytest.mark.parametrize(
    ("action", "parameters", "refused"),
    [
        ("CreateSecurityGroup", {"GroupName": "g", "Description": "d"}, "UnknownParameter"),
        ("CreateSecurityGroup", {"GroupName": "g"}, "MissingParameter"),
        ("RunInstances", {"ImageId": "ami-1"}, "MissingParameter"),
        ("RunInstances", {**RUN, "InstanceType": "t3.huge"}, "InvalidParameterValue"),
        ("RunInstances", {**RUN, "MinCount": "one"}, "InvalidParameterValue"),
        ("RunInstances", {**RUN, "EbsOptimized": "yes"}, "InvalidParameterValue"),
        ("RunInstances", {**RUN, "TagSpecification.1.ResourceType": "castle"}, "InvalidParameterValue"),
        ("RunInstances", {**RUN, "TagSpecification.1.Tags.1.Key": "a"}, "UnknownParameter"),
        ("RunInstances", {**RUN, "MetadataOptions": "required"}, "UnknownParameter"),
        ("RunInstances", {**RUN, "ImageId.1": "ami-1"}, "UnknownParameter"),
        ("DescribeInstances", {"InstanceId": "i-1"}, "UnknownParameter"),
        ("DescribeInstances", {"InstanceId.0": "i-1"}, "UnknownParameter"),
        ("DescribeInstances", {"InstanceId.1": "i-1", "InstanceId.3": "i-3"}, "UnknownParameter"),
        ("DescribeLaunchTemplates", {"MaxResults": "1000"}, "InvalidParameterValue"),
        ("DescribeLaunchTemplates", {"MaxResults": "0"}, "InvalidParameterValue"),
        ("EnableImageDeprecation", {"ImageId": "ami-1", "DeprecateAt": "tomorrow"}, "InvalidParameterValue"),
        ("DescribeEverything", {}, "InvalidAction"),
        ("DescribeRegions", {"Version": "2010-01-01"}, "NoSuchVersion"),
        # DryRun makes no difference.
        ("CreateSecurityGroup", {"GroupName": "g", "Description": "d", "DryRun": "true"}, "UnknownParameter"),
    ],
)
def test_what_ec2_refuses(action, parameters, refused):
    assert parsed(action, parameters)[1] == refused


def test_errors_of_ec2_name_a_parameter_as_the_caller_wrote_it():
    _, refusal = Models().parse(Request("ec2", "", "CreateSecurityGroup", "", ""), b"GroupName=g", "")
    assert refusal.message == "The request must contain the parameter GroupDescription"
    body = b"MinCount=1&MaxCount=1&BlockDeviceMapping.1.Ebs.VolumeType=floppy"
    _, refusal = Models().parse(Request("ec2", "", "RunInstances", "", ""), body, "")
    assert "parameter BlockDeviceMapping.1.Ebs.VolumeType is" in refusal.message


@pytest.mark.parametrize(
    ("name", "action", "parameters", "refused"),
    [
        ("ssm", "GetParameter", {"Name": "/a"}, None),
        ("ssm", "GetParameter", {}, "ValidationException"),
        ("ssm", "GetParameter", {"Name": "/a", "Nmae": "/b"}, "ValidationException"),
        ("ssm", "GetParameters", {"Names": [f"/{at}" for at in range(11)]}, "ValidationException"),
        ("ssm", "GetParameter", {"Name": 1}, "SerializationException"),
        ("ssm", "PutParameter", {"Name": "/a", "Value": "v", "Type": "Text"}, "ValidationException"),
        ("ssm", "PutParameter", {"Name": "/a", "Value": "v", "Policies": None}, None),
        ("ssm", "GetEverything", {}, "UnknownOperationException"),
        ("kms", "DescribeKey", {"KeyId": "x" * 3000}, "ValidationException"),
        ("sts", "GetCallerIdentity", {}, None),
        ("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::123456789012:role/a"}, "ValidationError"),
        ("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroupNames.member.1": "a"}, None),
        ("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroupNames": ""}, None),
        ("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroupNames.1": "a"}, "ValidationError"),
    ],
)
def test_what_the_other_services_refuse(name, action, parameters, refused):
    assert parsed(action, parameters, name)[1] == refused


def test_every_request_of_the_sdk_is_read_back_unchanged():
    """botocore's serializer is the inverse of the reader."""
    from botocore.serialize import create_serializer

    model = service("ec2")
    wish = {
        "ImageId": "ami-1",
        "MinCount": 1,
        "MaxCount": 2,
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "Encrypted": True}}],
        "TagSpecifications": [{"ResourceType": "volume", "Tags": [{"Key": "a", "Value": "b"}]}],
        "NetworkInterfaces": [{"DeviceIndex": 0, "Groups": ["sg-1"], "AssociatePublicIpAddress": False}],
        "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
        "CreditSpecification": {"CpuCredits": "unlimited"},
    }
    sent = create_serializer("ec2", True).serialize_to_request(wish, model.operation_model("RunInstances"))["body"]
    body = "&".join(f"{name}={value}" for name, value in sent.items()).encode()
    assert Models().parse(Request("ec2", "", "RunInstances", "", ""), body, "") == (wish, None)


@pytest.fixture
def careless(account):
    """An SDK that does not check what it sends."""
    return boto3.client(
        "ec2",
        region_name="us-east-1",
        endpoint_url=account.endpoint,
        aws_access_key_id=CREDENTIALS.key,
        aws_secret_access_key=CREDENTIALS.secret,
        aws_session_token=CREDENTIALS.token,
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )


@pytest.mark.wrong
def test_a_refused_call_does_not_act_and_is_recorded(account, careless):
    assert code(careless.create_security_group, GroupName="g") == "MissingParameter"
    assert control(account, "GET", "inventory") == []
    call = control(account, "GET", "calls")[-1]
    assert (call["status"], call["fault"], call["bug"]) == (400, False, False)
    assert call["wrong"] == "MissingParameter: The request must contain the parameter GroupDescription"


@pytest.mark.parametrize(
    ("action", "body", "trouble"),
    [
        (
            "DescribeRegions",
            b"<DescribeRegionsResponse><requestId>1</requestId><regionInfo/></DescribeRegionsResponse>",
            None,
        ),
        ("DescribeRegions", b"<DescribeRegionsResult/>", "it is a DescribeRegionsResult"),
        ("DescribeRegions", b"<DescribeRegionsResponse><regions/></DescribeRegionsResponse>", "there is no regions"),
        (
            "DescribeRegions",
            b"<DescribeRegionsResponse><regionInfo><region/></regionInfo></DescribeRegionsResponse>",
            "there is no region in RegionList",
        ),
        (
            "DescribeImages",
            b"<DescribeImagesResponse><imagesSet><item><imageState>fine</imageState></item></imagesSet></DescribeImagesResponse>",
            "imageState is never fine",
        ),
        (
            "DescribeImages",
            b"<DescribeImagesResponse><imagesSet><item><isPublic>True</isPublic></item></imagesSet></DescribeImagesResponse>",
            "isPublic is no boolean: True",
        ),
        ("DescribeImages", b"<DescribeImagesResponse><imagesSet>", "ResponseParserError"),
        (
            "DescribeVolumes",
            b"<DescribeVolumesResponse><volumeSet><item><size>big</size></item></volumeSet></DescribeVolumesResponse>",
            "ValueError",
        ),
        (
            "ModifyImageAttribute",
            b"<ModifyImageAttributeResponse><return>true</return></ModifyImageAttributeResponse>",
            None,
        ),
        (
            "ModifyImageAttribute",
            b"<ModifyImageAttributeResponse><done/></ModifyImageAttributeResponse>",
            "there is no done",
        ),
    ],
)
def test_answers_that_ec2_does_not_give(action, body, trouble):
    found = answers.trouble("ec2", service("ec2").operation_model(action), body)
    assert found == [] if trouble is None else trouble in reasons(found)


@pytest.mark.parametrize(
    ("name", "action", "body", "trouble"),
    [
        ("ssm", "GetParameter", b'{"Parameter": {"Name": "/a", "Version": 1, "LastModifiedDate": 1.5}}', None),
        ("ssm", "GetParameter", b'{"Parameter": {"Name": "/a", "Version": "1"}}', "Parameter.Version"),
        ("ssm", "GetParameter", b'{"Name": "/a"}', "Name is not recognized"),
        ("ssm", "GetParameter", b'{"Parameter": {"Type": "Text"}}', "unknown value"),
        ("ssm", "GetParameters", b'{"Parameters": [], "InvalidParameters": []}', None),
        ("kms", "CreateAlias", b"", None),
        (
            "sts",
            "GetCallerIdentity",
            b"<GetCallerIdentityResponse><Account>1</Account></GetCallerIdentityResponse>",
            "KeyError: 'GetCallerIdentityResult'",
        ),
    ],
)
def test_answers_that_the_others_do_not_give(name, action, body, trouble):
    found = answers.trouble(name, service(name).operation_model(action), body)
    assert found == [] if trouble is None else trouble in reasons(found)


def test_a_wrong_answer_is_a_bug_of_the_rehearsal(account, ec2, monkeypatch):
    from rehearsal.ec2.responses import Response

    wrong = "<DescribeRegionsResponse><regions/></DescribeRegionsResponse>"
    monkeypatch.setattr(Response, "describe_regions", lambda self: wrong)
    with pytest.raises(ClientError, match=r"RehearsalBug.*there is no regions"):
        ec2.describe_regions()
    assert control(account, "GET", "calls")[-1]["bug"]


@pytest.mark.parametrize(
    ("kind", "credits", "throttled"),
    [
        ("t3.medium", None, False),
        ("t3.medium", "unlimited", False),
        ("t3.medium", "standard", True),
        ("t3a.medium", "standard", True),
        ("t4g.medium", "standard", True),
        ("t2.medium", None, True),
        ("t2.medium", "unlimited", False),
        ("m7i.large", None, False),
        ("trn1.2xlarge", None, False),
    ],
)
def test_which_launches_lack_cpu_credits(kind, credits, throttled):
    wish = {"InstanceType": kind, **({"CreditSpecification": {"CpuCredits": credits}} if credits else {})}
    assert bool(throttled_cpu("RunInstances", wish)) == throttled
    assert not throttled_cpu("RunInstances", {**wish, "DryRun": True})


@pytest.mark.wrong
def test_a_launch_in_standard_mode_is_recorded(account, ec2):
    base = ec2.describe_images(Owners=[OWNER])["Images"][0]["ImageId"]
    wish = {"ImageId": base, "InstanceType": "t3.medium", "MinCount": 1, "MaxCount": 1}
    ec2.run_instances(**wish, CreditSpecification={"CpuCredits": "standard"})
    call = control(account, "GET", "calls")[-1]
    assert call["status"] == 200 and "standard credit mode" in call["wrong"]
