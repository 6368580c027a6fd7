"""Small images in every format that Pillow can write, as input of the mutations."""

from collections.abc import Iterator
from io import BytesIO
from typing import cast

from PIL import ExifTags, Image, ImageCms

from handler.images.metadata.multi_picture import joined

_XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmp:Rating="4"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">A title</rdf:li></rdf:Alt>
 </dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"""
_GAIN_MAP_XMP = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
 <rdf:Description xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"
 hdrgm:GainMapMax="2" hdrgm:HDRCapacityMax="2"/></rdf:RDF>"""

_SIZE = (48, 32)


def seeds() -> dict[str, bytes]:
    """Return files by a name that describes them."""
    return dict(_stills()) | dict(_animations())


def _stills() -> Iterator[tuple[str, bytes]]:
    metadata = {"exif": _exif(), "icc_profile": _profile(), "xmp": _XMP}
    photo = Image.effect_mandelbrot(_SIZE, (-2, -1, 1, 1), 90).convert("RGB")
    yield "jpeg", _saved(photo, "JPEG", comment="a comment", **metadata)
    yield "jpeg-progressive", _saved(photo, "JPEG", progressive=True)
    yield "jpeg-cmyk", _saved(photo.convert("CMYK"), "JPEG")
    yield "mpo", _saved(photo, "MPO", save_all=True, append_images=[photo])
    gain_map = _saved(photo.convert("L"), "JPEG", xmp=_GAIN_MAP_XMP)
    yield "jpeg-gain-map", joined(_saved(photo, "JPEG"), gain_map)
    yield "webp", _saved(photo, "WEBP", **metadata)
    yield "webp-lossless", _saved(_clear(photo), "WEBP", lossless=True)
    yield "avif", _saved(photo, "AVIF", **metadata)
    yield "avif-alpha", _saved(_clear(photo), "AVIF")
    yield "bmp", _saved(photo, "BMP")
    yield "jp2", _saved(photo, "JPEG2000")
    yield "jp2-alpha-lossy", _saved(_clear(photo), "JPEG2000", irreversible=True)
    yield "j2k", _saved(photo, "JPEG2000", no_jp2=True)
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        image = _clear(photo) if mode in ("LA", "RGBA") else photo
        image = image.convert("L").convert(mode) if mode in ("LA", "I;16") else image.convert(mode)
        yield f"png-{mode}", _saved(image, "PNG", **metadata)
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        yield f"tiff-{compression}", _saved(photo, "TIFF", compression=compression)
    yield "tiff-group4", _saved(photo.convert("1"), "TIFF", compression="group4")
    yield "tiff-big", _saved(photo, "TIFF", big_tiff=True, exif=_exif())
    yield "tiff-float", _saved(photo.convert("L").convert("F"), "TIFF")
    yield "tiff-cmyk", _saved(photo.convert("CMYK"), "TIFF")


def _animations() -> Iterator[tuple[str, bytes]]:
    frames = [Image.effect_noise(_SIZE, sigma).convert("RGB") for sigma in (10, 60, 90)]
    for image_format in ("GIF", "WEBP", "PNG", "TIFF", "AVIF"):
        yield (
            f"{image_format.lower()}-animated",
            _saved(frames[0], image_format, save_all=True, append_images=frames[1:]),
        )
    yield "gif-clear", _saved(_clear(frames[0]), "GIF")


def _clear(image: Image.Image) -> Image.Image:
    """Return the image with a gradient of transparency from left to right."""
    clear = image.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").rotate(90).resize(image.size))  # pyright: ignore[reportUnknownMemberType]
    return clear


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "A maker"
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:05:17 10:31:02"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (59.0, 54.0, 50.0), 3: "E"})
    return exif


def _profile() -> bytes:
    created = cast("object", ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType]
    return ImageCms.ImageCmsProfile(created).tobytes()


def _saved(image: Image.Image, image_format: str, **options: object) -> bytes:
    output = BytesIO()
    image.save(output, image_format, **options)
    return output.getvalue()
