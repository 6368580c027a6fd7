"""Proves which fix is printed, case by case; test_fixes.py proves that each printed one works."""

from collections.abc import Mapping

import pytest

from infra.config.errors import SettingsError
from infra.config.settings import Settings, parse_settings
from tests.infra.config import cli
from tests.infra.config.broken_rules import BREACHES, NETWORK
from tests.infra.config.test_fixes import read

PATH = "pulumi config set --path"
POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@pytest.mark.parametrize(
    ("stored", "fix"),
    [
        ({"memoryMib": "99999"}, "pulumi config set memoryMib 10240"),
        ({"memoryMib": "512.5"}, "pulumi config set memoryMib 512"),
        ({"memoryMib": "lots"}, "pulumi config rm memoryMib"),
        ({"logLevel": "info"}, "pulumi config set logLevel INFO"),
        ({"logRetentionDays": "31"}, "pulumi config set logRetentionDays 30"),
        ({"alarmPeriodSeconds": "100"}, "pulumi config set alarmPeriodSeconds 120"),
        ({"enableKms": "flase"}, "pulumi config set enableKms false"),
        ({"backgroundColour": "fff"}, "pulumi config set backgroundColour '#ffffff'"),
        ({"existingQueueArn": "photos"}, "pulumi config rm existingQueueArn"),
        ({"tags": {"A": "1", "b.c": None}}, "pulumi config rm --path 'tags[\"b.c\"]'"),
        (
            {"tags": {"environment": "x"}},
            f"pulumi config rm --path tags.environment && {PATH} tags.Environment x",
        ),
        (
            {"extraEnvironment": {"VARIANTS": "[]"}},
            "pulumi config rm --path extraEnvironment.VARIANTS",
        ),
        ({"inputFormats": ["JPG", "PNG"]}, f"{PATH} 'inputFormats[0]' JPEG"),
        ({"extraVariants": {"banner": {"quality": 0}}}, f"{PATH} extraVariants.banner.quality 1"),
        ({"zzz": "1"}, "pulumi config rm zzz"),
        (
            {"extraPolicyArns": [POLICY, POLICY]},
            "pulumi config rm --path 'extraPolicyArns[1]'",
        ),
        ({"inputFormats": ["PNG", "PNG"]}, "pulumi config rm --path 'inputFormats[1]'"),
        (
            {**NETWORK, "egressCidrBlocks": ["10.0.0.0/8", "10.0.0.1/16"]},
            f"{PATH} 'egressCidrBlocks[1]' 10.0.0.0/16",
        ),
        (
            {**NETWORK, "egressCidrBlocks": ["999.1.1.1/99", "10.0.0.0/8"]},
            "pulumi config rm --path 'egressCidrBlocks[0]'",
        ),
    ],
)
def test_a_fix_is_as_near_to_what_was_given_as_it_can_be(stored: cli.Stored, fix: str) -> None:
    problems = read(stored)
    assert isinstance(problems, tuple)
    assert [problem.fix for problem in problems] == [fix]


@pytest.mark.parametrize(
    ("rule", "fix"),
    [
        ("runtime_loads_pillow", "pulumi config set runtime python3.14"),
        ("reserved_concurrency_covers_the_queue", "pulumi config set reservedConcurrency 6"),
        ("provisioned_concurrency_scales_up", "pulumi config set provisionedConcurrencyMax 6"),
        ("large_batch_has_a_window", "pulumi config set batchWindowSeconds 1"),
        ("protection_excludes_force_destroy", "pulumi config rm enableProtection"),
        ("glacier_follows_infrequent_access", "pulumi config set glacierAfterDays 60"),
        ("tiering_is_the_only_move", "pulumi config rm enableIntelligentTiering"),
        ("outputs_expire_after_the_moves", "pulumi config set outputExpirationDays 91"),
        ("network_goes_with_subnets", "pulumi config rm subnetIds"),
        ("network_has_a_way_out", f"{PATH} 'egressCidrBlocks[0]' 0.0.0.0/0"),
        ("alarms_have_lines_to_count", "pulumi config rm enableAlarms"),
        ("queue_is_fed_by_its_owner", "pulumi config rm existingQueueArn"),
        ("topic_needs_notifications", "pulumi config rm existingTopicArn"),
        ("reconciler_needs_records", "pulumi config rm enableReconciler"),
        ("grace_outlasts_redelivery", "pulumi config set reconcileGraceHours 6"),
    ],
)
def test_what_contradicts_another_option_gives_way(rule: str, fix: str) -> None:
    stored = dict(BREACHES[rule].config)
    problems = read(stored)
    assert isinstance(problems, tuple)
    assert [problem.fix for problem in problems] == [fix]
    assert isinstance(read(cli.run(fix, stored)), Settings)


@pytest.mark.parametrize(
    ("stack", "environment"),
    [("Feature_Branch-1", "feature-bran"), ("x", "stack-x"), ("__", "stack")],
)
def test_a_stack_whose_name_is_no_environment_gets_one_that_is_like_it(
    stack: str, environment: str
) -> None:
    assert _only_fix({"aws:region": "eu-west-1"}, stack) == (
        f"pulumi config set environment {environment}"
    )


@pytest.mark.parametrize(
    ("region", "near"),
    [
        ("", "us-east-1"),
        ("eu-west1", "eu-west-1"),
        ("EU_WEST_1", "eu-west-1"),
        ("eu-west-1a", "eu-west-1"),
        ("mars", "us-east-1"),
    ],
)
def test_a_region_that_is_none_is_replaced_by_one_like_it(region: str, near: str) -> None:
    assert _only_fix({"aws:region": region}, "dev") == f"pulumi config set aws:region {near}"


def _only_fix(config: Mapping[str, str], stack: str) -> str:
    with pytest.raises(SettingsError) as caught:
        parse_settings(config, project="imagepipe", stack=stack)
    (problem,) = caught.value.problems
    return problem.fix
