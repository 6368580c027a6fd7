"""Drill of privacy: no output contains personal metadata of its upload."""

from collections.abc import Iterator
from io import BytesIO
from typing import cast

from PIL import ExifTags, Image, ImageCms, ImageColor, PngImagePlugin

from simulation.checker import check
from simulation.conditions import PROCESSED, Conditions
from simulation.findings import Finding, Run
from simulation.metadata import metadata_in
from simulation.pictures import FORMATS
from simulation.world import World

SECRET = b"imagepipe secret"
TRACES = (
    *(SECRET, b"Exif\0\0", b"eXIf", b"EXIF", b"http://ns.adobe.com/xap", b"XMP "),
    *(b"tEXt", b"zTXt", b"iTXt", b"Photoshop 3.0", b"8BIM"),
)

CORNERS = ("red", "lime", "blue", "yellow")
"""Corner colours of an upright picture, row by row."""

TURNS: dict[int, tuple[Image.Transpose, ...]] = {
    1: (),
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_90,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_270,),
}
"""The transposition from an upright picture to its stored form, by orientation:
https://www.cipa.jp/std/documents/e/DC-008-2012_E.pdf"""


def privacy(run: Run) -> Finding:
    """Upload pictures with metadata in all orientations, and search the outputs for it."""
    world = World(run.seed, Conditions(system=run.system, event_delay=1))
    for name, data in _with_metadata():
        assert SECRET in data
        assert metadata_in(data) or name.startswith("GIF"), "exiv2 reads none in a GIF"
        world.upload(f"{name}.jpg", data)
    world.drain()
    outputs = world.buckets[PROCESSED].content()
    leaks = [key for key, data in outputs.items() if any(trace in data for trace in TRACES)]
    turned = [key for key, data in outputs.items() if not _is_upright(data)]
    read = [key for key, data in outputs.items() if metadata_in(data)]
    return Finding(
        injected=f"{len(world.uploads)} uploads with GPS, serial numbers, maker notes, owner, "
        "EXIF, XMP, IPTC, profile and comments, in all 8 orientations",
        demanded="no trace of them in any output, by bytes and by exiv2; all upright",
        seen=f"{len(leaks)} of {len(outputs)} outputs with traces, {len(turned)} turned; exiv2: "
        f"{len(read)} with metadata",
        holds=bool(outputs) and not (leaks or turned or read) and check(world).is_valid,
    )


def _with_metadata() -> Iterator[tuple[str, bytes]]:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    text.add_text("Author", SECRET.decode(), zip=True)
    text.add_itxt("Title", SECRET.decode())
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + SECRET + b"</x:xmpmeta>"
    srgb = cast("ImageCms.ImageCmsProfile", ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType]
    profile = ImageCms.ImageCmsProfile(srgb).tobytes()
    for orientation in TURNS:
        exif = _exif(orientation)
        options: dict[str, dict[str, object]] = {
            "JPEG": {"exif": exif, "comment": SECRET, "xmp": xmp, "icc_profile": profile},
            "PNG": {"exif": exif, "pnginfo": text, "icc_profile": profile},
            "WEBP": {"exif": exif, "xmp": xmp, "icc_profile": profile, "lossless": True},
            # GIF has no orientation.
            "GIF": {"comment": SECRET},
        }
        for name in FORMATS:
            output = BytesIO()
            picture = _picture(1 if name == "GIF" else orientation)
            picture.save(output, name, **options[name])
            data = output.getvalue()
            yield f"{name}{orientation}", _with_iptc(data) if name == "JPEG" else data


def _picture(orientation: int) -> Image.Image:
    """Draw a picture that is upright when its orientation is applied."""
    picture = Image.new("RGB", (48, 32))
    for number, colour in enumerate(CORNERS):
        row, column = divmod(number, 2)
        picture.paste(colour, (24 * column, 16 * row, 24 * column + 24, 16 * row + 16))
    for turn in TURNS[orientation]:
        picture = picture.transpose(turn)
    return picture


def _exif(orientation: int) -> Image.Exif:
    secret = SECRET.decode()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    for tag in (ExifTags.Base.Make, ExifTags.Base.Artist, ExifTags.Base.Copyright):
        exif[tag] = secret
    details = exif.get_ifd(ExifTags.IFD.Exif)
    for tag in ("CameraOwnerName", "BodySerialNumber", "LensSerialNumber"):
        details[ExifTags.Base[tag]] = secret
    details[ExifTags.Base.MakerNote] = SECRET
    details[ExifTags.Base.UserComment] = b"ASCII\0\0\0" + SECRET
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (59.0, 54.0, 50.0)
    gps[ExifTags.GPS.GPSAreaInformation] = b"ASCII\0\0\0" + SECRET
    return exif


def _with_iptc(jpeg: bytes) -> bytes:
    """Add a by-line, as Photoshop does: https://www.iptc.org/std/IIM/4.2/specification/IIMV4.2.pdf"""
    field = b"\x1c\x02\x50" + len(SECRET).to_bytes(2) + SECRET
    block = b"8BIM\x04\x04\0\0" + len(field).to_bytes(4) + field + bytes(len(field) % 2)
    body = b"Photoshop 3.0\0" + block
    return jpeg[:2] + b"\xff\xed" + (len(body) + 2).to_bytes(2) + body + jpeg[2:]


def _is_upright(data: bytes) -> bool:
    picture = Image.open(BytesIO(data)).convert("RGB")
    places = ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))
    found = [picture.getpixel((int(x * picture.width), int(y * picture.height))) for x, y in places]
    return picture.width > picture.height and [_nearest(each) for each in found] == list(CORNERS)


def _nearest(pixel: object) -> str:
    """Return the corner colour nearest to a pixel: colours bleed in small outputs."""
    levels = cast("tuple[int, ...]", pixel)

    def distance(colour: str) -> int:
        pure = cast("tuple[int, ...]", ImageColor.getrgb(colour))
        return sum((one - other) ** 2 for one, other in zip(levels, pure, strict=True))

    return min(CORNERS, key=distance)
