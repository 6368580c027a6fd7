"""Where a rule does not hold, and why that is right."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policy.model import Violation


@dataclass(frozen=True, kw_only=True)
class Suppression:
    """One resource, or one statement of its policy, that breaks one rule for a reason."""

    rule: str
    resource: str
    """How its logical name ends, whatever the pipeline that it is part of is called."""
    reason: str
    part: str = ""
    """The `Sid` of the statement, if it is about one."""

    def covers(self, violation: Violation) -> bool:
        """Whether a violation is what this is about."""
        return (
            violation.rule.id == self.rule
            and violation.part == self.part
            and violation.resource.name.endswith(self.resource)
        )


ROLE_POLICY = "-role-policy"
LOG_BUCKET = "-access-logs-bucket-bucket"

SUPPRESSIONS = (
    Suppression(
        rule="role-policy-spells-out-what-it-allows",
        resource=ROLE_POLICY,
        part="SendTraces",
        reason="the actions of X-Ray know no resources:"
        " https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html",
    ),
    Suppression(
        rule="role-policy-spells-out-what-it-allows",
        resource=ROLE_POLICY,
        part="SeeNetworkInterfaces",
        reason="EC2 knows no resource for describing; the code itself is denied it",
    ),
    Suppression(
        rule="role-policy-spells-out-what-it-allows",
        resource=ROLE_POLICY,
        part="JoinNetwork",
        reason="a network interface has no name before it exists; narrowed to region and account,"
        " and the code itself is denied it",
    ),
    Suppression(
        rule="bucket-is-encrypted-under-own-key",
        resource=LOG_BUCKET,
        reason="S3 delivers access logs only to buckets that its own key encrypts:"
        " https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
    ),
    Suppression(
        rule="bucket-logs-requests",
        resource=LOG_BUCKET,
        reason="a bucket that logs its own requests logs the logging, without end",
    ),
    Suppression(
        rule="bucket-tells-of-events",
        resource=LOG_BUCKET,
        reason="nothing is to be done when a log is written",
    ),
    Suppression(
        rule="bucket-tells-of-events",
        resource="-inventory-lists-bucket",
        reason="the reconciler looks for the newest list whenever it runs",
    ),
    Suppression(
        rule="bucket-tells-of-events",
        resource="-results-processed-bucket",
        reason="the topic tells of results, when all variants of an image are there",
    ),
)


def unsuppressed(
    violations: Iterable[Violation], suppressions: Iterable[Suppression] = SUPPRESSIONS
) -> Iterator[Violation]:
    """The violations that nothing excuses."""
    known = tuple(suppressions)
    for violation in violations:
        if not any(suppression.covers(violation) for suppression in known):
            yield violation
