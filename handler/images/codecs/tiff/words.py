"""Description of the layout of a TIFF in words, for rejections. Pure."""

from handler.images.codecs.tiff.layout import COLOUR_SAMPLES, OF_BYTES, SEPARATE_PLANES, Layout

_PHOTOMETRICS = {
    0: "grey (white is zero)",
    1: "grey",
    2: "RGB",
    3: "palette",
    4: "transparency mask",
    5: "CMYK",
    6: "YCbCr",
    8: "CIELab",
    9: "ICCLab",
    10: "ITULab",
    32803: "colour filter array",
    32844: "LogL",
    32845: "LogLuv",
    34892: "linear raw",
}
_FORMATS = {
    1: "",
    2: "signed ",
    3: "floating point ",
    4: "undefined ",
    5: "complex ",
    6: "complex ",
}
_COMPRESSIONS = {
    2: "CCITT",
    3: "CCITT group 3",
    4: "CCITT group 4",
    6: "old-style JPEG",
    7: "JPEG",
    9: "JBIG",
    10: "JBIG",
    32766: "NeXT",
    32809: "ThunderScan",
    34661: "JBIG",
    34676: "SGI Log",
    34677: "SGI Log 24-bit",
    34712: "JPEG 2000",
    34713: "Nikon NEF",
    34887: "LERC",
    34892: "lossy JPEG of DNG",
    50001: "WebP",
    50002: "JPEG XL",
    52546: "JPEG XL",
}


def in_words(layout: Layout) -> str:
    """Return what a file is, such as `TIFF with 32-bit floating point RGB samples`."""
    bits = "/".join(str(each) for each in dict.fromkeys(layout.bits))
    formats = "/".join(_FORMATS.get(each, "unknown ") for each in dict.fromkeys(layout.formats))
    colours = _PHOTOMETRICS.get(layout.photometric, f"photometric {layout.photometric}")
    parts = [f"TIFF with {bits}-bit {formats}{colours} samples"]
    extra = layout.samples - COLOUR_SAMPLES.get(layout.photometric, layout.samples)
    if extra > 0:
        parts.append(f"{extra} extra sample{'s' if extra > 1 else ''}")
    elif extra < 0:
        parts.append(f"only {layout.samples} of them in a pixel")
    if layout.planar == SEPARATE_PLANES:
        parts.append("separate planes")
    if layout.compression not in OF_BYTES:
        name = _COMPRESSIONS.get(layout.compression, f"number {layout.compression}")
        parts.append(f"compression {name}")
    if layout.predictor != 1:
        parts.append(f"predictor {layout.predictor}")
    if layout.ink_set != 1:
        parts.append("inks other than CMYK")
    return ", ".join(parts)
