"""Colour profiles of files that describe their colours otherwise than by an ICC profile.

Code points of primaries and transfer functions: ITU-T H.273 (07/2024), tables 2 and 3. They are in
the chunk cICP of a PNG (https://www.w3.org/TR/png-3/#cICP-chunk) and in the box `colr` of a HEIC or
AVIF.
"""

import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from handler.images.source.icc import Curve, Primaries, build_profile

_SRGB_GAMMA_BY_100000 = 45_455
_GAMMA_TOLERANCE = 700
_XY_TOLERANCE = 0.003
"""Differences that are invisible, from sRGB's values with few digits."""

_REFERENCE_WHITE_NITS = 203
"""Luminance of diffuse white in HDR: ITU-R BT.2408-7, section 2.1."""
_PQ_PEAK_NITS = 10_000
_HLG_PEAK_NITS = 1_000
"""Peaks of the signals: ITU-R BT.2100-2, tables 4 and 5."""
_KNEE = 0.6
"""Share of white up to which tone mapping changes nothing."""

SRGB_PRIMARIES = Primaries(red=(0.64, 0.33), green=(0.30, 0.60), blue=(0.15, 0.06))
_ADOBE_RGB_PRIMARIES = Primaries(red=(0.64, 0.33), green=(0.21, 0.71), blue=(0.15, 0.06))
_ADOBE_RGB_GAMMA = 563 / 256
"""Adobe RGB (1998) Color Image Encoding, version 2005-05, sections 4.3.1.1 and 4.3.1.2."""

_PRIMARIES: Mapping[int, Primaries] = MappingProxyType(
    {
        4: Primaries(red=(0.67, 0.33), green=(0.21, 0.71), blue=(0.14, 0.08), white=(0.310, 0.316)),
        5: Primaries(red=(0.64, 0.33), green=(0.29, 0.60), blue=(0.15, 0.06)),
        6: Primaries(red=(0.630, 0.340), green=(0.310, 0.595), blue=(0.155, 0.070)),
        7: Primaries(red=(0.630, 0.340), green=(0.310, 0.595), blue=(0.155, 0.070)),
        9: Primaries(red=(0.708, 0.292), green=(0.170, 0.797), blue=(0.131, 0.046)),
        11: Primaries(
            red=(0.680, 0.320), green=(0.265, 0.690), blue=(0.150, 0.060), white=(0.314, 0.351)
        ),
        12: Primaries(red=(0.680, 0.320), green=(0.265, 0.690), blue=(0.150, 0.060)),
    }
)
"""By code point; 1 is sRGB's, and the others are not used."""

_SRGB_LIKE = (1, 2, 6, 13, 14, 15)
"""Transfer functions that are shown as sRGB's: those of television are meant for a display of
about its gamma, and 2 stands for an unknown one. Browsers do the same."""


def _linear(signal: float) -> float:
    return signal


def _srgb(signal: float) -> float:
    """IEC 61966-2-1, equation 3."""
    return signal / 12.92 if signal <= 0.04045 else ((signal + 0.055) / 1.055) ** 2.4


def _pq(signal: float) -> float:
    """ITU-R BT.2100-2, table 4, relative to diffuse white."""
    power = signal ** (32 / 2_523)
    least = max(power - 3_424 / 4_096, 0)
    linear = (least / (2_413 / 128 - 2_392 / 128 * power)) ** (16_384 / 2_610)
    return linear * _PQ_PEAK_NITS / _REFERENCE_WHITE_NITS


def _hlg(signal: float) -> float:
    """ITU-R BT.2100-2, table 5, on a display of 1,000 nits, relative to diffuse white."""
    a, b = 0.17883277, 0.28466892
    c = 0.5 - a * math.log(4 * a)
    scene = signal * signal / 3 if signal <= 0.5 else (math.exp((signal - c) / a) + b) / 12
    return scene**1.2 * _HLG_PEAK_NITS / _REFERENCE_WHITE_NITS


def _tone_mapped(curve: Curve) -> Curve:
    """Compress what is brighter than white, and leave everything up to the knee as it is."""

    def mapped(signal: float) -> float:
        linear = curve(signal)
        if linear <= _KNEE:
            return linear
        return _KNEE + (1 - _KNEE) * (1 - math.exp((_KNEE - linear) / (1 - _KNEE)))

    return mapped


def gamma(exponent: float) -> Curve:
    """Return a pure power function."""
    return lambda signal: signal**exponent


_CURVES: Mapping[int, Curve] = MappingProxyType(
    {
        4: gamma(2.2),
        5: gamma(2.8),
        8: _linear,
        16: _tone_mapped(_pq),
        18: _tone_mapped(_hlg),
    }
)
"""Transfer functions by code point, for those that differ from sRGB's."""


@cache
def coded_profile(primaries: int, transfer: int) -> bytes | None:
    """Return the profile for two code points; None if they mean sRGB or are unknown."""
    curve = _CURVES.get(transfer)
    if curve is None and transfer not in _SRGB_LIKE:
        return None
    colours = _PRIMARIES.get(primaries)
    if curve is None and colours is None:
        return None
    return build_profile(colours or SRGB_PRIMARIES, curve or _srgb)


@cache
def adobe_rgb() -> bytes:
    """Return a profile for Adobe RGB (1998)."""
    return build_profile(_ADOBE_RGB_PRIMARIES, gamma(_ADOBE_RGB_GAMMA))


@cache
def measured_profile(
    gamma_by_100000: int, chromaticity_by_100000: tuple[int, ...] | None
) -> bytes | None:
    """Return the profile for the chunks gAMA and cHRM of a PNG; None if they mean sRGB or nothing.

    Args:
        gamma_by_100000: exponent of the encoder, times 100,000.
        chromaticity_by_100000: x and y of white, red, green and blue, times 100,000; None for
            sRGB's.
    """
    is_srgb_gamma = abs(gamma_by_100000 - _SRGB_GAMMA_BY_100000) <= _GAMMA_TOLERANCE
    primaries = _measured(chromaticity_by_100000)
    if gamma_by_100000 <= 0 or (is_srgb_gamma and primaries is None):
        return None
    curve = _srgb if is_srgb_gamma else gamma(100_000 / gamma_by_100000)
    try:
        return build_profile(primaries or SRGB_PRIMARIES, curve)
    except (ZeroDivisionError, OverflowError):
        return None


def _measured(chromaticity_by_100000: tuple[int, ...] | None) -> Primaries | None:
    """Return primaries that differ from sRGB's; None for those that do not, or are not given."""
    if chromaticity_by_100000 is None:
        return None
    values = [value / 100_000 for value in chromaticity_by_100000]
    white, red, green, blue = zip(values[::2], values[1::2], strict=True)
    primaries = Primaries(red=red, green=green, blue=blue, white=white)
    pairs = zip(_coordinates(primaries), _coordinates(SRGB_PRIMARIES), strict=True)
    is_srgb = all(abs(one - other) <= _XY_TOLERANCE for one, other in pairs)
    return None if is_srgb else primaries


def _coordinates(primaries: Primaries) -> tuple[float, ...]:
    return (*primaries.red, *primaries.green, *primaries.blue, *primaries.white)
