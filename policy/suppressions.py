"""Exceptions from rules, each with its reason."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policy.model import Violation


@dataclass(frozen=True, kw_only=True)
class Suppression:
    """One resource, or one statement of its policy, that breaks one rule for a reason."""

    rule: str
    resource: str
    """End of the logical name; the start is the name of the pipeline, which users choose."""
    reason: str
    source: str = ""
    """The page of AWS's documentation that the reason is from, if it is not the program's own."""
    sid: str = ""
    """The `Sid` of the statement, if the exception is for a statement."""

    def covers(self, violation: Violation) -> bool:
        """Whether the violation is the one that this exception allows."""
        return (
            violation.rule.id == self.rule
            and violation.sid == self.sid
            and violation.resource.name.endswith(self.resource)
        )


ROLE_POLICY = "-role-policy"
LOG_BUCKET = "-access-logs-bucket-bucket"

SUPPRESSIONS = (
    Suppression(
        rule="role-policy-has-no-wildcards",
        resource=ROLE_POLICY,
        sid="SendTraces",
        reason="X-Ray actions support no resource ARNs",
        source="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html",
    ),
    Suppression(
        rule="role-policy-has-no-wildcards",
        resource=ROLE_POLICY,
        sid="DescribeNetworkInterfaces",
        reason="Describe actions have no ARNs; denied to the handler",
    ),
    Suppression(
        rule="role-policy-has-no-wildcards",
        resource=ROLE_POLICY,
        sid="ManageNetworkInterfaces",
        reason="no ARN yet: account only, denied to the handler",
    ),
    Suppression(
        rule="bucket-uses-a-customer-managed-key",
        resource=LOG_BUCKET,
        reason="S3 delivers access logs only to buckets with SSE-S3",
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
    ),
    Suppression(
        rule="bucket-logs-requests",
        resource=LOG_BUCKET,
        reason="a bucket that logs its own requests would log its own log writes in a loop",
    ),
    Suppression(
        rule="bucket-sends-event-notifications",
        resource=LOG_BUCKET,
        reason="no action follows from a new access log",
    ),
    Suppression(
        rule="bucket-sends-event-notifications",
        resource="-inventory-lists-bucket",
        reason="the reconciler reads the newest inventory on its schedule",
    ),
    Suppression(
        rule="bucket-sends-event-notifications",
        resource="-results-processed-bucket",
        reason="the topic publishes each result once all variants are written",
    ),
)


def unsuppressed(
    violations: Iterable[Violation], suppressions: Iterable[Suppression] = SUPPRESSIONS
) -> Iterator[Violation]:
    """Return the violations that no suppression covers."""
    known = tuple(suppressions)
    for violation in violations:
        if not any(suppression.covers(violation) for suppression in known):
            yield violation
