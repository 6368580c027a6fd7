"""How large an upload may be; checked as soon as a size is known, from the event on."""

from handler.errors import Reason, Rejected


def check_source_bytes(size_bytes: int, max_bytes: int) -> None:
    """Refuse empty and oversized objects.

    Raises:
        Rejected: With `empty` or `too-large`.
    """
    if size_bytes == 0:
        raise Rejected(Reason.EMPTY, "the object has no bytes: upload an image")
    if size_bytes > max_bytes:
        raise Rejected(Reason.TOO_LARGE, f"{size_bytes} bytes, at most {max_bytes} are allowed")


def check_source_pixels(width: int, height: int, max_pixels: int) -> None:
    """Refuse images that would take too much memory, by the size that their header declares.

    Raises:
        Rejected: With `too-many-pixels`.
    """
    if width * height > max_pixels:
        raise Rejected(
            Reason.TOO_MANY_PIXELS,
            f"{width} x {height} pixels are {width * height}, at most {max_pixels} are allowed",
        )
