"""Spread the suite over workers of `pytest -n`, and spare it needless garbage collection."""

import gc
from collections.abc import Mapping
from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer  # pyright: ignore[reportMissingTypeStubs] - typed, but without py.typed
from xdist.scheduler import LoadScopeScheduling  # pyright: ignore[reportMissingTypeStubs]

GROUPS: Mapping[str, str] = {
    "tests/local": "the emulator",
    "tests/conformance": "the emulator",
    "tests/local/test_command.py": "the command, whose processes have emulators of their own",
    "tests/simulation/test_drills.py": "the drills",
    "tests/infra/provider": "changes of options under mocks",
    "tests/infra": "runs of the program under mocks",
    "tests/policy": "runs of the program under mocks",
}
"""What stays in one worker, as it shares what another would do again; a file by itself, else.

Long ones are first: a worker starts them in this order, so that none waits for another at the end.
"""

NEW_OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""About those of one run of the program; Python's own 700 cost it a quarter of its time."""


def group_of(file: str) -> str:
    """Return the group of a file with tests, by its path in the repository."""
    path = PurePosixPath(file)
    return next((GROUPS[str(at)] for at in (path, *path.parents) if str(at) in GROUPS), file)


def _order(item: pytest.Item) -> int:
    group = group_of(item.nodeid.partition("::")[0])
    return next((place for place, found in enumerate(GROUPS.values()) if found == group), 9)


class _ByGroup(LoadScopeScheduling):
    """Gives each worker one group after another.

    The `xdist_group` marks would say the same, but are ignored from pytest 9.2 on:
    https://github.com/pytest-dev/pytest-xdist/issues/1386
    """

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _ByGroup:
    """Give workers groups in the order of collection, not those with most tests first."""
    config.option.loadscopereorder = False
    return _ByGroup(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the groups that take longest."""
    items.sort(key=_order)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what imports left, such as 200 MB of pulumi_aws."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS_BETWEEN_COLLECTIONS)
