"""The account, partition and region that a stack is deployed to."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account, partition and region of the provider."""

    account_id: pulumi.Output[str]
    partition: pulumi.Output[str]
    """Such as aws, aws-cn or aws-eusc."""
    region: pulumi.Output[str]

    def arn(self, service: str, resource: pulumi.Input[str]) -> pulumi.Output[str]:
        """The ARN of a resource of this account and region, for policies created before it."""
        return pulumi.Output.format(
            "arn:{0}:{1}:{2}:{3}:{4}",
            self.partition,
            service,
            self.region,
            self.account_id,
            resource,
        )


def current_account(parent: pulumi.Resource) -> Account:
    """Ask the provider of `parent` for its account."""
    opts = pulumi.InvokeOutputOptions(parent=parent)
    return Account(
        account_id=aws.get_caller_identity_output(opts=opts).account_id,
        partition=aws.get_partition_output(opts=opts).partition,
        region=aws.get_region_output(opts=opts).region,
    )


_DNS_SUFFIXES: Mapping[str, str] = {
    "aws-cn": "amazonaws.com.cn",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
}


def dns_suffix(partition: str) -> str:
    """The end of the names of AWS's hosts in a partition, as in botocore's partitions.json."""
    return _DNS_SUFFIXES.get(partition, "amazonaws.com")
