"""Encoding of rendered pixels, with a search for the quality that fits a number of bytes."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import cast

from PIL import Image

from handler.images.codecs.encode_errors import UNEXPLAINED_JPEG, call_encoder
from handler.images.codecs.parsers import load_parser
from handler.images.render.gif import animated_gif
from handler.images.render.palette import quantize
from handler.images.render.png import PILLOW_LEVEL, png
from handler.images.render.timing import timing_in
from handler.images.variants.output_formats import ImageFormat
from handler.images.variants.variant import Variant

Encoder = Callable[[int | None], bytes]
"""Encodes at a quality, 1-100; None for a lossless format."""

_WEBP_METHOD = 4
_WEBP_LOSSLESS_EFFORT = 75


def _webp_options(variant: Variant) -> dict[str, object]:
    if variant.lossless:
        return {"lossless": True, "quality": _WEBP_LOSSLESS_EFFORT, "method": _WEBP_METHOD}
    return {"method": _WEBP_METHOD}


_OPTIONS: Mapping[ImageFormat, Callable[[Variant], dict[str, object]]] = {
    ImageFormat.JPEG: lambda variant: {"optimize": True, "progressive": variant.progressive},
    ImageFormat.PNG: lambda _: {"compress_level": PILLOW_LEVEL},
    ImageFormat.WEBP: _webp_options,
    ImageFormat.AVIF: lambda _: {"speed": 8},
    ImageFormat.GIF: lambda _: {},
}
"""Options of Pillow's encoders, measured on 12-megapixel photographs.

JPEG: `optimize` saves 5-15 % of the bytes for 0.1 s. Progressive saves 4 % more for twice the time,
but makes thumbnails larger. WebP: method 4, libwebp's default, takes 1 s; method 2 takes half the
time and 3 % more bytes, which cost at each download; lossless uses cwebp's defaults. PNG: those of
animations; stills have an encoder of their own. AVIF: speed 8 takes 1.1 s, as long as WebP, for
15 % fewer bytes; speed 6 takes three times as long to save another 20 %.
"""


def still_encoder(image: Image.Image, variant: Variant, exif: bytes = b"") -> Encoder:
    """Return the encoder of a still image.

    Args:
        image: Mode L, LA, RGB or RGBA; L or RGB for a JPEG.
        variant: The format and its settings.
        exif: The only metadata of the file; a JPEG allows 64 KiB, of which `rights_of` needs two.
    """
    if variant.format is ImageFormat.PNG:
        return lambda _: png(image, exif)
    options = _OPTIONS[variant.format](variant)
    if variant.format is ImageFormat.GIF:
        (image,) = quantize([image])
    if variant.subsampling is not None:
        options["subsampling"] = variant.subsampling
    if exif:
        options["exif"] = exif
    return lambda quality: saved(image, variant.format, quality, options)


def animation_encoder(
    frames: Sequence[Image.Image],
    durations_ms: Sequence[int],
    loop_count: int,
    variant: Variant,
    exif: bytes = b"",
) -> Encoder:
    """Return the encoder of frames of one size and mode: L, LA, RGB or RGBA.

    Durations and loop counts are clamped to the range of the format. Each frame of a PNG replaces
    the previous one, transparency included.
    """
    if variant.format is ImageFormat.GIF:
        load_parser("GIF")  # registers the encoder, too
        return lambda _: animated_gif(frames, durations_ms, loop_count)
    timing = timing_in(variant.format, durations_ms, loop_count)
    first, *others = frames
    options: dict[str, object] = {
        "save_all": True,
        "append_images": others,
        "duration": list(timing.durations_ms),
        "loop": timing.loop_count,
        **_OPTIONS[variant.format](variant),
        **({"exif": exif} if exif else {}),
    }
    return lambda quality: saved(first, variant.format, quality, options)


def search_quality(max_bytes: int, quality: int, encoder: Encoder) -> bytes | None:
    """Return the file with the highest quality, up to `quality`, that fits into `max_bytes`.

    Returns:
        None if not even quality 1 fits. The search takes at most eight encodings.
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


def saved(
    image: Image.Image,
    image_format: ImageFormat,
    quality: int | None,
    options: Mapping[str, object],
) -> bytes:
    """Encode; retry a JPEG without `optimize` and `progressive` if the encoder fails.

    Pillow gives libjpeg a buffer of one byte per pixel, or two from quality 95 on, which an
    optimised or progressive file has to fit into. Noise at high quality does not.
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
    load_parser(image_format.name)  # registers the encoder, too
    call_encoder(_pixels(image, options), image.save, output, image_format.name, **options)
    return output.getvalue()


def _pixels(image: Image.Image, options: Mapping[str, object]) -> int:
    others = options.get("append_images")
    frames = 1 + (len(cast("Sequence[object]", others)) if others else 0)
    return image.width * image.height * frames
