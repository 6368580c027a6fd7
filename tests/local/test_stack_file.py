"""Proves that stack files are read as Pulumi's CLI reads them.

The values and refusals are those that `pulumi config --json` of the CLI 3.274 printed.
"""

from pathlib import Path

import pytest

from local.deploy import stack_config
from local.errors import LocalStackError

PROJECT = (
    "name: shop\nruntime: python\nconfig:\n  memoryMib:\n    type: integer\n    default: 1769\n"
)

TAKEN = {
    "config:\n  memoryMib: 512\n": {"shop:memoryMib": "512"},
    "config:\n  shop:memoryMib: 512\n  aws:region: eu-west-1\n": {
        "shop:memoryMib": "512",
        "aws:region": "eu-west-1",
    },
    "config:\n  shop:config:memoryMib: 512\n": {"shop:memoryMib": "512"},
    "": {},
    "encryptionsalt: x\n": {},
    "config:\n": {},
    "config:\n  owner:\n": {"shop:owner": ""},
    "config:\n  owner: yes\n": {"shop:owner": "yes"},
    "config:\n  owner: true\n": {"shop:owner": "true"},
    "config:\n  owner: 1.50\n": {"shop:owner": "1.5"},
    "config:\n  owner: 0123\n": {"shop:owner": "83"},
    "config:\n  owner: 2024-01-01\n": {"shop:owner": "2024-01-01 00:00:00 +0000 UTC"},
    "config:\n  owner: 1_000\n": {"shop:owner": "1000"},
    "config:\n  owner: 1e3\n": {"shop:owner": "1000"},
    "config:\n  tags:\n    Owner: yes\n    n: 1.50\n": {"shop:tags": '{"Owner":"yes","n":1.5}'},
    "config:\n  memoryMib: 512\nfoo: 1\n": {"shop:memoryMib": "512"},
    "x: &a 512\nconfig:\n  memoryMib: *a\n": {"shop:memoryMib": "512"},
    "config:\n  memoryMib: 512\n---\nconfig:\n  memoryMib: 600\n": {"shop:memoryMib": "512"},
    "\ufeffconfig:\n  memoryMib: 512\n": {"shop:memoryMib": "512"},
    'config:\n  " memoryMib": 5\n': {"shop: memoryMib": "5"},
}

REFUSED = {
    "config:\n  memoryMib: 512\n  memoryMib: 600\n": "line 3, column 3: memoryMib is there twice",
    "config:\n  tags: {a: 1, a: 2}\n": "line 2, column 16: a is there twice",
    "config:\n  a:b:c:d: 512\n": "'a:b:c:d' is no key",
    "config:\n  12: 5\n": "12 is no key",
    "config: hello\n": "config should be an object",
    "config:\n  - a\n": "config should be an object",
    "- a\n": "should be an object with config",
    "config:\n  memoryMib: [1, 2\n  x: 3\n": "line 3",
    "config:\n\tmemoryMib: 512\n": "line 2, column 1: found character '\\t'",
    # The CLI takes either one of these, in no fixed order.
    "config:\n  memoryMib: 512\n  shop:memoryMib: 600\n": "shop:memoryMib is set twice",
    "config:\n  owner:\n    secure: v1:abc\n": "shop:owner is encrypted",
}


def config_of(tmp_path: Path, text: str) -> dict[str, str]:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text(text, encoding="utf-8")
    return stack_config(tmp_path, "dev")


@pytest.mark.parametrize("text", TAKEN)
def test_a_stack_file_has_the_values_that_the_cli_prints(tmp_path: Path, text: str) -> None:
    assert config_of(tmp_path, text) == {"shop:memoryMib": "1769", **TAKEN[text]}


@pytest.mark.parametrize("text", REFUSED)
def test_a_stack_file_that_the_cli_refuses_is_one_clear_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(LocalStackError) as caught:
        config_of(tmp_path, text)
    assert REFUSED[text] in str(caught.value)
    assert "\n" not in str(caught.value)
