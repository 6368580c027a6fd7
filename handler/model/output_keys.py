"""Where variants are stored: from the key of an upload to the keys of its outputs."""

from handler.config.settings import Settings
from handler.images.variants.parsing import Variant
from handler.model.errors import Reason, Rejected

MAX_KEY_BYTES = 1_024
"""Longest key, as UTF-8: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"""


def output_key(
    source_key: str, variant: Variant, *, upload_prefix: str = "", processed_prefix: str = ""
) -> str:
    """Return the key of a variant: the upload's folder, a stem and the variant's ending.

    The folder is that within `upload_prefix`, put within `processed_prefix`.

    No two pairs of upload and variant share an output key. Let keys be equal. Endings are suffixes
    of one another only if they are the same (`parse_variants` sees to that), so the endings are
    equal, and so are the stems. Stems are equal only for equal uploads: within a folder `_stem`
    swaps `n.jpg` and `n`, for each `n` without a dot, and leaves all other names as they are. One
    prefix that all uploads have in place of another, which all outputs have, changes nothing.

    Raises:
        Rejected: With `key-too-long`, if S3 would not take the output's key.
        ValueError: If the key does not begin with `upload_prefix`.
    """
    if not source_key.startswith(upload_prefix):
        raise ValueError(f"{source_key} is no upload: it does not begin with {upload_prefix}")
    folder, slash, name = source_key.removeprefix(upload_prefix).rpartition("/")
    key = f"{processed_prefix}{folder}{slash}{_stem(name)}{variant.key_suffix}"
    length_bytes = len(key.encode())
    if length_bytes > MAX_KEY_BYTES:
        raise Rejected(
            Reason.KEY_TOO_LONG,
            f"the key of variant {variant.key_suffix} would have {length_bytes} bytes, "
            f"S3 allows {MAX_KEY_BYTES}: shorten the name of the upload",
        )
    return key


def output_keys(source_key: str, settings: Settings) -> dict[str, Variant]:
    """Return what is to be made of an upload, by key.

    Raises:
        Rejected: As `output_key` does.
        ValueError: As `output_key` does.
    """
    return {
        output_key(
            source_key,
            variant,
            upload_prefix=settings.upload_prefix,
            processed_prefix=settings.processed_prefix,
        ): variant
        for variant in settings.variants
    }


def _stem(name: str) -> str:
    """Return what output names start with: `photo.jpg` gives `photo`, the usual case, `photo` gives
    `photo.jpg`, and any other name (`photo.png`, `photo.JPG`, `my.photo.jpg`) gives itself.
    """
    if "." not in name:
        return f"{name}.jpg"
    bare = name.removesuffix(".jpg")
    return bare if bare and "." not in bare else name
