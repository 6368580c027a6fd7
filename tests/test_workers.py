"""Proves that files which share something are run by one worker."""

from pathlib import Path

from tests.workers import GROUPS, group_of

REPOSITORY = Path(__file__).resolve().parent.parent


def test_each_file_and_folder_with_a_group_exists() -> None:
    assert [name for name in GROUPS if not (REPOSITORY / name).exists()] == []


def test_a_file_is_in_the_group_of_its_folder_but_for_one_that_has_its_own() -> None:
    assert group_of("tests/local/test_stack.py") == group_of("tests/local/test_events.py")
    assert group_of("tests/local/test_stack.py") == group_of("tests/conformance/test_records.py")
    assert group_of("tests/infra/monitoring/test_alarms.py") == group_of(
        "tests/policy/test_pack.py"
    )
    assert group_of("tests/local/test_command.py") != group_of("tests/local/test_events.py")
    assert group_of("tests/handler/config/test_logs.py") != group_of("tests/handler/test_app.py")
