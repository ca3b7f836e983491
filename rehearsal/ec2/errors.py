"""Errors of EC2 that moto lacks (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html)."""

from __future__ import annotations

from moto.ec2.exceptions import EC2ClientError


def duplicate_name(name: str, ami: str) -> EC2ClientError:
    return EC2ClientError("InvalidAMIName.Duplicate", f"AMI name {name} is already in use by AMI {ami}")


def malformed_name(name: str) -> EC2ClientError:
    return EC2ClientError(
        "InvalidAMIName.Malformed",
        f"AMI names must be between 3 and 128 characters long, and may not have the characters of '{name}'",
    )


def not_ascii() -> EC2ClientError:
    return EC2ClientError("InvalidParameterValue", "Character sets beyond ASCII are not supported.")


def not_with_snapshot(word: str) -> EC2ClientError:
    return EC2ClientError(
        "InvalidBlockDeviceMapping", f"The parameter {word} cannot be given for a volume of a snapshot"
    )


def unfinished_snapshot(snapshot: str, state: str) -> EC2ClientError:
    return EC2ClientError("IncorrectState", f"Snapshot is in invalid state - {state}: {snapshot}")


def no_such_ami(ami: str) -> EC2ClientError:
    if not ami.startswith("ami-"):
        return EC2ClientError("InvalidAMIID.Malformed", f'Invalid id: "{ami}" (expecting "ami-...")')
    return EC2ClientError("InvalidAMIID.NotFound", f"The image id '[{ami}]' does not exist")


def unavailable_ami(ami: str, state: str) -> EC2ClientError:
    return EC2ClientError("InvalidAMIID.Unavailable", f"The image ID '{ami}' is not available: it is {state}")


def other_architecture(kind: str, ami: str) -> EC2ClientError:
    return EC2ClientError(
        "InvalidParameterValue",
        f"The architecture '{kind}' of the specified instance type does not match the architecture '{ami}' of the"
        " specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can"
        " use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.",
    )


def no_default_vpc() -> EC2ClientError:
    return EC2ClientError("VPCIdNotSpecified", "No default VPC for this user")


def no_such_key(name: str) -> EC2ClientError:
    return EC2ClientError("InvalidKeyPair.NotFound", f"The key pair '{name}' does not exist")


def no_such_profile(why: str) -> EC2ClientError:
    return EC2ClientError("InvalidParameterValue", f"Value for parameter iamInstanceProfile is invalid. {why}")


def wrong_state(instance: str, state: str, action: str) -> EC2ClientError:
    return EC2ClientError(
        "IncorrectInstanceState",
        f"The instance '{instance}' is not in a state from which it can be {action}: it is {state}",
    )


def protected(ami: str) -> EC2ClientError:
    return EC2ClientError("OperationNotPermitted", f"The image {ami} is protected from deregistration")


def unavailable_to_share(ami: str) -> EC2ClientError:
    return EC2ClientError("InvalidAMIID.Unavailable", f"The image {ami} is disabled and cannot be shared")


def too_small(size: int, snapshot: str, least: int) -> EC2ClientError:
    return EC2ClientError(
        "InvalidBlockDeviceMapping",
        f"Volume of size {size}GB is smaller than snapshot '{snapshot}', expect size >= {least}GB",
    )


def invalid_page_size(size: int, least: int, most: int) -> EC2ClientError:
    return EC2ClientError(
        "InvalidParameterValue",
        f"Value ( {size} ) for parameter maxResults is invalid. Expecting a value from {least} to {most}.",
    )


def invalid_token(token: str) -> EC2ClientError:
    return EC2ClientError("InvalidParameterValue", f"Unable to parse pagination token {token}")


def deprecation_out_of_range(at: str, why: str) -> EC2ClientError:
    return EC2ClientError("InvalidParameterValue", f"Value ( {at} ) for parameter DeprecateAt is invalid. {why}")


def unsupported(what: str) -> EC2ClientError:
    return EC2ClientError("UnsupportedOperation", what)


def not_ours(kind: str, name: str) -> EC2ClientError:
    return EC2ClientError("AuthFailure", f"Not authorized for {kind}:{name}")


def invalid_permission(kind: str, value: str) -> EC2ClientError:
    return EC2ClientError(
        "InvalidAMIAttributeItemValue", f'Invalid attribute item value "{value}" for {kind} item type.'
    )


def default_key_image() -> EC2ClientError:
    return EC2ClientError(
        "InvalidParameter",
        "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
    )


def default_key_snapshot() -> EC2ClientError:
    return EC2ClientError("OperationNotPermitted", "Encrypted snapshots with EBS default key cannot be shared")


def encrypted_public() -> EC2ClientError:
    return EC2ClientError("OperationNotPermitted", "What is encrypted cannot be made public")


def public_blocked() -> EC2ClientError:
    return EC2ClientError(
        "OperationNotPermitted",
        "You can't publicly share this image because block public access for AMIs is enabled for this account.",
    )


def token_mismatch(token: str) -> EC2ClientError:
    return EC2ClientError(
        "IdempotentParameterMismatch", f"The client token {token} was used before, with other parameters"
    )


def too_many_copies(region: str, limit: int) -> EC2ClientError:
    return EC2ClientError(
        "ResourceLimitExceeded",
        f"Too many snapshot copies in progress. The limit is {limit} for this destination region ({region}).",
    )
