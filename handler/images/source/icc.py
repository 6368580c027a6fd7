"""Building of ICC profiles from primaries and a curve.

Layout and types: ICC.1:2001-04 (version 2.4), which every colour engine reads.
"""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_D50_XYZ = (0.9642, 1.0, 0.8249)
"""White of the profile connection space: section 6.1.8."""

_TO_CONES = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
"""Bradford's adaptation to another white: ICC.1:2022, annex E.3."""

_VERSION = 0x0240_0000
_CURVE_POINTS = 1_024
_LARGEST_SAMPLE = 65_535

Point = tuple[float, float]
Matrix = Sequence[Sequence[float]]
Curve = Callable[[float], float]
"""Maps a signal to light, both 0-1."""


@dataclass(frozen=True, kw_only=True)
class Primaries:
    """CIE 1931 x, y of red, green, blue and white."""

    red: Point
    green: Point
    blue: Point
    white: Point = (0.3127, 0.3290)
    """D65 by default."""


def build_profile(primaries: Primaries, curve: Curve) -> bytes:
    """Return a profile for RGB.

    Raises:
        ZeroDivisionError: If the primaries lie on a line, or a coordinate is zero.
    """
    red, green, blue = _columns(primaries)
    curve_tag = _curve_tag(curve)
    tags = {b"wtpt": _xyz_tag(_D50_XYZ)}
    tags |= {b"rXYZ": _xyz_tag(red), b"gXYZ": _xyz_tag(green), b"bXYZ": _xyz_tag(blue)}
    tags |= {b"rTRC": curve_tag, b"gTRC": curve_tag, b"bTRC": curve_tag}
    start = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(content))
        body += content
    size = start + len(body)
    header = struct.pack(">I4xI4s4s4s12x4s", size, _VERSION, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    return header.ljust(68, b"\0") + _numbers(_D50_XYZ).ljust(60, b"\0") + table + body


def _columns(primaries: Primaries) -> Matrix:
    """Return XYZ of red, green and blue, which add up to the white of the connection space."""
    colours = [_xyz(point) for point in (primaries.red, primaries.green, primaries.blue)]
    white = _xyz(primaries.white)
    amounts = _times(_inverse(_transposed(colours)), white)
    scales = [
        to / by
        for to, by in zip(_times(_TO_CONES, _D50_XYZ), _times(_TO_CONES, white), strict=True)
    ]
    from_cones = _inverse(_TO_CONES)
    columns: list[Sequence[float]] = []
    for amount, colour in zip(amounts, colours, strict=True):
        cones = _times(_TO_CONES, [amount * part for part in colour])
        columns.append(
            _times(from_cones, [by * part for by, part in zip(scales, cones, strict=True)])
        )
    return columns


def _xyz(point: Point) -> Sequence[float]:
    x, y = point
    return x / y, 1.0, (1 - x - y) / y


def _xyz_tag(values: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + _numbers(values)


def _numbers(values: Sequence[float]) -> bytes:
    """Return numbers as s15Fixed16."""
    return struct.pack(f">{len(values)}i", *(round(value * 65_536) for value in values))


def _curve_tag(curve: Curve) -> bytes:
    points = [
        round(min(1.0, max(0.0, curve(number / (_CURVE_POINTS - 1)))) * _LARGEST_SAMPLE)
        for number in range(_CURVE_POINTS)
    ]
    return struct.pack(f">4s4xI{_CURVE_POINTS}H", b"curv", _CURVE_POINTS, *points)


def _times(matrix: Matrix, vector: Sequence[float]) -> Sequence[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _transposed(matrix: Matrix) -> Matrix:
    return list(zip(*matrix, strict=True))


def _inverse(matrix: Matrix) -> Matrix:
    """Return the inverse of a 3 x 3 matrix, by cofactors."""
    cofactors = [
        [
            matrix[(row + 1) % 3][(column + 1) % 3] * matrix[(row + 2) % 3][(column + 2) % 3]
            - matrix[(row + 1) % 3][(column + 2) % 3] * matrix[(row + 2) % 3][(column + 1) % 3]
            for row in range(3)
        ]
        for column in range(3)
    ]
    determinant = sum(matrix[0][column] * cofactors[column][0] for column in range(3))
    return [[cofactor / determinant for cofactor in row] for row in cofactors]
