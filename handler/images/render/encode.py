"""From finished pixels to the bytes of a file, without metadata, within a number of bytes."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import cast

from PIL import Image

from handler.images.render.encode_errors import UNEXPLAINED_JPEG, call_encoder
from handler.images.render.gif import animated_gif
from handler.images.render.palette import quantize
from handler.images.render.timing import timing_in
from handler.images.source.parsers import load_parser
from handler.images.variants.output_formats import ImageFormat
from handler.images.variants.variant import Variant

Encoder = Callable[[int | None], bytes]
"""Encodes at a quality, 1-100; None for a lossless format."""

_WEBP_METHOD = 4
_WEBP_LOSSLESS_EFFORT = 75
_PNG_LEVEL = 6
_AVIF_SPEED = 8


def still_encoder(image: Image.Image, variant: Variant, exif: bytes = b"") -> Encoder:
    """Return what encodes an image, by settings measured on 12-megapixel photographs.

    JPEG: `optimize` saves 5-15 % of the bytes for 0.1 s. Progressive saves 4 % more for twice the
    time, but makes thumbnails larger. WebP: method 4, libwebp's default, takes 1 s; method 2 takes
    half and 3 % more bytes, which are paid at each download; lossless is as cwebp does by default.
    PNG: level 6 takes 3 s, and `optimize` 10 s to save 4 %. AVIF: speed 8 takes 1.1 s, as much as
    WebP for 15 % less bytes; speed 6 takes three times that to save another 20 %.

    Args:
        image: Mode L, LA, RGB or RGBA; L or RGB for a JPEG.
        variant: Says the format and its settings.
        exif: All the metadata that the file gets; a JPEG takes 64 KiB, of which `rights_of` needs
            two.
    """
    options: dict[str, object] = {}
    match variant.format:
        case ImageFormat.JPEG:
            options = {"optimize": True, "progressive": variant.progressive}
        case ImageFormat.WEBP:
            options = _webp_options(variant)
        case ImageFormat.PNG:
            options = {"compress_level": _PNG_LEVEL}
        case ImageFormat.AVIF:
            options = {"speed": _AVIF_SPEED}
        case ImageFormat.GIF:
            (image,) = quantize([image])
    if variant.subsampling is not None:
        options["subsampling"] = variant.subsampling
    if exif:
        options["exif"] = exif
    return lambda quality: _saved(image, variant.format, quality, options)


def animation_encoder(
    frames: Sequence[Image.Image],
    durations_ms: Sequence[int],
    loop_count: int,
    variant: Variant,
    exif: bytes = b"",
) -> Encoder:
    """Return what encodes frames of one size and mode: L, LA, RGB or RGBA.

    Times and repetitions that the format cannot hold become the nearest that it can. Each frame of
    a PNG replaces the one before, transparency included.
    """
    if variant.format is ImageFormat.GIF:
        load_parser("GIF")  # which also writes
        return lambda _: animated_gif(frames, durations_ms, loop_count)
    timing = timing_in(variant.format, durations_ms, loop_count)
    first, *others = frames
    own = _webp_options(variant)
    if variant.format is ImageFormat.PNG:
        own = {"compress_level": _PNG_LEVEL}
    options: dict[str, object] = {
        "save_all": True,
        "append_images": others,
        "duration": list(timing.durations_ms),
        "loop": timing.loop_count,
        **own,
        **({"exif": exif} if exif else {}),
    }
    return lambda quality: _saved(first, variant.format, quality, options)


def within(max_bytes: int, quality: int, encoder: Encoder) -> bytes | None:
    """Return the file of the highest quality, up to the given one, that takes no more bytes.

    Returns:
        None if not even quality 1 is small enough. It takes at most eight encodings to know.
    """
    data = encoder(quality)
    if len(data) <= max_bytes:
        return data
    best: bytes | None = None
    lowest, highest = 1, quality - 1
    while lowest <= highest:
        middle = (lowest + highest) // 2
        data = encoder(middle)
        if len(data) <= max_bytes:
            best, lowest = data, middle + 1
        else:
            highest = middle - 1
    return best


def _webp_options(variant: Variant) -> dict[str, object]:
    if variant.lossless:
        return {"lossless": True, "quality": _WEBP_LOSSLESS_EFFORT, "method": _WEBP_METHOD}
    return {"method": _WEBP_METHOD}


def _saved(
    image: Image.Image,
    image_format: ImageFormat,
    quality: int | None,
    options: Mapping[str, object],
) -> bytes:
    """Encode; a JPEG as a baseline one without tables of its own if that is all that can be.

    Pillow gives libjpeg a buffer of a byte for each pixel, or two from quality 95 on, which an
    optimised or progressive file has to fit into. Noise of high quality does not.
    """
    at_quality = {**options} if quality is None else {**options, "quality": quality}
    try:
        return _encoded(image, image_format, at_quality)
    except OSError as error:
        if image_format is not ImageFormat.JPEG or UNEXPLAINED_JPEG not in str(error):
            raise
    return _encoded(image, image_format, {**at_quality, "optimize": False, "progressive": False})


def _encoded(image: Image.Image, image_format: ImageFormat, options: Mapping[str, object]) -> bytes:
    output = BytesIO()
    load_parser(image_format.name)  # which also writes
    call_encoder(_pixels(image, options), image.save, output, image_format.name, **options)
    return output.getvalue()


def _pixels(image: Image.Image, options: Mapping[str, object]) -> int:
    others = options.get("append_images")
    frames = 1 + (len(cast("Sequence[object]", others)) if others else 0)
    return image.width * image.height * frames
