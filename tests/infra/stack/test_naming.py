"""Proves names and tags by hand-made examples; that AWS accepts them is shown by tests/local."""

import pytest

from infra.stack.names import RenamedError
from infra.stack.naming import MAX_NAME_LENGTH, physical_name, resource_tags
from tests.infra.conftest import DeployStack, run_again, run_stack

RANDOM_ID = "random:index/randomId:RandomId"


def test_a_name_is_prefix_environment_role_and_random_suffix() -> None:
    assert physical_name("shop", "prod", "uploads", "0a1b2c3d") == "shop-prod-uploads-0a1b2c3d"


def test_the_longest_prefix_and_environment_leave_room_for_every_role() -> None:
    longest = physical_name("p" * 20, "e" * 12, "rejected-uploads", "0a1b2c3d")
    assert len(longest) <= MAX_NAME_LENGTH


def test_a_name_that_no_bucket_can_have_is_refused_with_its_length() -> None:
    with pytest.raises(ValueError, match="has 84 characters, at most 63"):
        physical_name("p" * 60, "prod", "processed", "0a1b2c3d")


def test_the_prefix_of_names_is_stored_with_their_random_suffix() -> None:
    deployment = run_stack("dev", namePrefix="shop")
    kept = deployment.one("index/randomId:RandomId", "suffix")
    assert kept.inputs["prefix"] == "shop-dev-"
    assert kept.ignored_changes == ["prefix"]
    assert "shop" not in kept.urn, "a deployed stack has to find it again under other names"
    assert deployment.outputs["uploadBucketName"] == "shop-dev-uploads-0a1b2c3d"


@pytest.mark.parametrize("change", [{"namePrefix": "shop"}, {"environment": "test"}])
def test_a_deployed_stack_cannot_be_renamed_and_says_so_before_anything_is_made(
    change: dict[str, str],
) -> None:
    before = {RANDOM_ID: {"prefix": "imagepipe-dev-", "hex": "imagepipe-dev-0a1b2c3d"}}
    same = run_again("dev", before)
    assert same.outputs["uploadBucketName"] == "imagepipe-dev-uploads-0a1b2c3d"
    with pytest.raises(RenamedError, match=r"created with imagepipe-dev-.* empty one"):
        run_again("dev", before, **change)


def test_tags_say_what_the_resource_belongs_to() -> None:
    assert resource_tags("imagepipe", "prod", {}) == {
        "Project": "imagepipe",
        "Environment": "prod",
        "ManagedBy": "pulumi",
    }


def test_a_users_tag_wins_over_the_programs_own() -> None:
    tags = resource_tags("imagepipe", "prod", {"Project": "shop", "Owner": "web"})
    assert (tags["Project"], tags["Owner"]) == ("shop", "web")


def test_owner_and_classification_become_tags(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", owner="web-team", dataClassification="internal")
    tags = deployment.one("dynamodb/table:Table").inputs["tags"]
    assert (tags["Owner"], tags["DataClassification"]) == ("web-team", "internal")
    assert "Owner" not in deploy_stack("dev").one("dynamodb/table:Table").inputs["tags"]
