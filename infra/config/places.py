"""Regions and partitions of AWS in ARNs. Pure."""

from collections.abc import Iterator

from infra.config.findings import Finding

_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc"}
"""By the beginning of their regions, as in botocore's partitions.json; those without internet
access are left out."""


def other_place(arn: str, region: str) -> Iterator[Finding]:
    """Find an ARN whose region, or partition where it has no region, is not the stack's.

    Queues, keys, topics and layers work with functions and alarms of their own region only.
    """
    if not (arn and region):
        return
    _, partition, _, own_region, *_ = arn.split(":")
    if own_region and own_region != region:
        yield Finding(why=f"is not in the stack's region, {region}")
    elif partition != (expected := _partition_of(region)) and "-iso" not in partition:
        yield Finding(why=f"is not in {expected}, the partition of the stack's region, {region}")


def _partition_of(region: str) -> str:
    found = (name for start, name in _PARTITIONS.items() if region.startswith(start))
    return next(found, "aws")
