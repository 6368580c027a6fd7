"""Proves that what AWS has once for a target is created only by the owner that the page names.

That no stack registers one of them twice is proved by test_live_changes.py.
"""

import re

from tests.infra.conftest import REPOSITORY
from tests.infra.test_live_changes import SINGLETONS

PAGE = REPOSITORY / "docs" / "decisions" / "0023-singletons-of-aws-have-one-owner.md"
ROW = re.compile(r"^\| .+ \| `aws\.(\w+)\.(\w+)` \| `(infra/\S+\.py)` \|$", re.MULTILINE)
OWNERS = ROW.findall(PAGE.read_text(encoding="utf-8"))
"""Module, class and owner of each row of the page."""


def token(module: str, resource: str) -> str:
    return f"aws:{module.rstrip('_')}/{resource[0].lower()}{resource[1:]}:{resource}"


def test_the_page_lists_the_types_that_no_stack_registers_twice() -> None:
    assert {token(module, resource) for module, resource, _ in OWNERS} == set(SINGLETONS)


def test_a_singleton_is_created_only_by_the_owners_that_the_page_names() -> None:
    sources = {
        str(path.relative_to(REPOSITORY)): path.read_text(encoding="utf-8")
        for path in (REPOSITORY / "infra").rglob("*.py")
    }
    for module, resource, _ in OWNERS:
        call = f"aws.{module}.{resource}("
        creators = sorted(path for path, source in sources.items() if call in source)
        assert creators == sorted(owner for *of, owner in OWNERS if of == [module, resource])
