"""How large uploads and variants may be; checked as soon as a size is known."""

from handler.model.errors import Reason, Rejected


def check_source_bytes(size_bytes: int, max_bytes: int) -> None:
    """Refuse empty and oversized objects.

    Raises:
        Rejected: With `empty` or `too-large`.
    """
    if size_bytes == 0:
        raise Rejected(Reason.EMPTY, "the object has no bytes: upload an image")
    if size_bytes > max_bytes:
        raise Rejected(Reason.TOO_LARGE, f"{size_bytes} bytes, at most {max_bytes} are allowed")


def check_source_pixels(
    width: int, height: int, max_pixels: int, max_side_pixels: int | None = None
) -> None:
    """Refuse images that would take too much memory, by the size that their header declares.

    Args:
        max_side_pixels: Of width and height each; None for any.

    Raises:
        Rejected: With `too-many-pixels`.
    """
    if width * height > max_pixels:
        raise Rejected(
            Reason.TOO_MANY_PIXELS,
            f"{width} x {height} pixels are {width * height}, at most {max_pixels} are allowed",
        )
    if max_side_pixels is not None and max(width, height) > max_side_pixels:
        raise Rejected(
            Reason.TOO_MANY_PIXELS,
            f"a side has {max(width, height)} pixels, at most {max_side_pixels} are allowed",
        )


def check_output_bytes(name: str, size_bytes: int, max_bytes: int | None) -> None:
    """Refuse what takes more to store than was allowed for; None allows any number of bytes.

    Raises:
        Rejected: With `output-too-large`.
    """
    if max_bytes is not None and size_bytes > max_bytes:
        raise Rejected(
            Reason.OUTPUT_TOO_LARGE,
            f"variant {name} has {size_bytes} bytes, at most {max_bytes} are allowed",
        )
