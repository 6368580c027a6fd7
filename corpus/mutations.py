"""Mutate files at random, reproducibly by seed."""

from collections.abc import Sequence
from random import Random

MAX_CHANGES = 8
HEADER_BYTES = 512
"""Half of all changes are in these bytes: most of the rest is compressed data."""

_INTERESTING = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
"""Values at which signs change and products overflow."""


def mutated(random: Random, files: Sequence[bytes]) -> bytes:
    """Return one of the files with one to `MAX_CHANGES` changes."""
    data = bytearray(random.choice(files))
    for _ in range(random.randint(1, MAX_CHANGES)):
        if data:
            _change(random, data, files)
    return bytes(data)


def _change(random: Random, data: bytearray, files: Sequence[bytes]) -> None:
    reach = HEADER_BYTES if random.random() < 0.5 else len(data)
    start = random.randrange(min(reach, len(data)))
    some = random.randint(1, 64)
    match random.randrange(8):
        case 0:
            data[start] ^= 1 << random.randrange(8)
        case 1:
            data[start] = random.randrange(256)
        case 2 | 3:
            width = random.choice((1, 2, 4))
            value = random.choice(_INTERESTING) & (256**width - 1)
            data[start : start + width] = value.to_bytes(width, random.choice(("big", "little")))
        case 4:
            del data[start : start + some]
        case 5:
            data[start:start] = data[start : start + some]
        case 6:
            other = random.choice(files)
            where = random.randrange(max(1, len(other)))
            data[start : start + some] = other[where : where + some]
        case _:
            if random.random() < 0.2:  # more often, and most files would merely be truncated
                del data[start:]
            else:
                data[start : start + some] = random.randbytes(some)
