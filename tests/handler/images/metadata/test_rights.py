"""Variants with `keepCopyright` have creator and copyright from XMP, IPTC or EXIF of the upload."""

from io import BytesIO

import pytest
from PIL import ExifTags, Image

from handler.images.metadata.rights import rights_of
from handler.images.policy import ImagePolicy
from handler.images.transform import transform
from handler.images.variants.parsing import parse_variants
from handler.images.variants.rendition import Rendition
from tests.handler.pictures import BLUE, RED, blocks

XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">
<rdf:Description rdf:about=""><dc:rights><rdf:Alt>
<rdf:li xml:lang="x-default">Hers</rdf:li></rdf:Alt>
</dc:rights><dc:title><rdf:Alt><rdf:li xml:lang="x-default">Boat</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def kept(upload: bytes, **spec: object) -> dict[int, object]:
    (variant,) = parse_variants([{"name": "v", **spec}])
    (_, made) = transform(
        upload,
        [variant],
        max_pixels=10**6,
        background_colour="#ffffff",
        policy=ImagePolicy(max_frames=9),
    )
    assert isinstance(made, Rendition)
    image = Image.open(BytesIO(made.data))
    assert "xmp" not in image.info
    return dict(image.getexif())


def saved(image_format: str, **options: object) -> bytes:
    output = BytesIO()
    blocks([[RED, BLUE]]).save(output, image_format, **options)
    return output.getvalue()


@pytest.mark.parametrize("image_format", ["jpeg", "png", "webp", "avif"])
def test_rights_in_xmp_are_kept_as_exif(image_format: str) -> None:
    upload = saved("JPEG", xmp=XMP)
    assert kept(upload, format=image_format, keepCopyright=True) == {
        ExifTags.Base.Copyright: "Hers"
    }
    assert kept(upload, format=image_format) == {}


def test_an_upload_without_rights_has_variants_without_exif() -> None:
    assert kept(saved("PNG"), format="jpeg", keepCopyright=True) == {}
    assert rights_of({"title": "Boat", "copyright": 5}) == b""


@pytest.mark.parametrize(
    "spec", [{"format": "webp"}, {"format": "png", "animated": True}], ids=["webp", "apng"]
)
def test_animations_keep_them_too(spec: dict[str, object]) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Ann"
    upload = saved(
        "WEBP", save_all=True, append_images=[blocks([[BLUE, RED]])], duration=50, exif=exif
    )
    assert kept(upload, keepCopyright=True, **spec) == {ExifTags.Base.Artist: "Ann"}
