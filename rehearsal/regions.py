"""The regions of the rehearsed account, which belongs to one partition."""

from __future__ import annotations

import ipaddress
import itertools

# Enabled in every account (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html).
ALWAYS = (
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
)
# Opt-in regions.
OPTIONAL = (
    "af-south-1",
    "ap-east-1",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
)
# Accounts belong to one partition and cannot see regions of another. A region's number is its index in ALL.
PARTITIONS = {
    "aws": ALWAYS + OPTIONAL,
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-us-gov": ("us-gov-west-1", "us-gov-east-1"),
}
DOMAINS = {"aws-cn": "amazonaws.com.cn"}
ALL = tuple(itertools.chain.from_iterable(PARTITIONS.values()))


def partition(region: str) -> str:
    return next(name for name, regions in PARTITIONS.items() if region in regions)


def domain(region: str) -> str:
    """The suffix of AWS's host names in the region."""
    return DOMAINS.get(partition(region), "amazonaws.com")


def siblings(region: str) -> tuple[str, ...]:
    """All regions of its partition."""
    return PARTITIONS[partition(region)]


def home(enabled: frozenset[str]) -> str:
    """The first region of the account's partition, which is always enabled."""
    return siblings(min(enabled))[0]


def status(region: str, enabled: frozenset[str]) -> str:
    """The region's opt-in status, in EC2's words."""
    if region not in enabled:
        return "not-opted-in"
    return "opted-in" if region in OPTIONAL else "opt-in-not-required"


def network(region: str) -> str:
    """The default VPC's addresses: loopback, so that only this machine can reach an instance."""
    return f"127.{ALL.index(region) + 1}.0.0/16"


# Difference between an instance's public and private address.
PUBLIC = 128
# Number of rehearsals that can run on one machine: each has its own part (/24) of every subnet (/20).
PLACES = 16


def others(subnet: str, place: int) -> list[ipaddress.IPv4Address]:
    """Addresses of a subnet before this rehearsal's own: other rehearsals' parts, and the four that AWS reserves."""
    return list(itertools.islice(ipaddress.IPv4Network(subnet), place * 256 + 4))


def public(address: str) -> str:
    """The public address of an instance with this private one: also loopback, and unique."""
    first, second, rest = address.split(".", 2)
    return f"{first}.{int(second) | PUBLIC}.{rest}"


def place_of(address: str) -> int | None:
    """The rehearsal whose part of a default VPC has this address, private or public; None for other addresses."""
    first, second, third, _ = (int(part) for part in address.split(".")) if address.count(".") == 3 else (0, 0, 0, 0)
    return third % PLACES if first == 127 and 1 <= second & ~PUBLIC <= len(ALL) else None
