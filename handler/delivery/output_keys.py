"""Keys of variants, derived from the key of the upload."""

from handler.config.settings import Settings
from handler.images.variants.variant import Variant
from handler.model.errors import Reason, Rejected
from handler.model.facts import MAX_KEY_BYTES


def output_key(
    source_key: str, variant: Variant, *, upload_prefix: str = "", processed_prefix: str = ""
) -> str:
    """Return the key of a variant: the upload's folder, a stem and the variant's suffix.

    The folder below `upload_prefix` becomes the same folder below `processed_prefix`.

    No two pairs of upload and variant share an output key. Suppose that two keys are equal. One key
    suffix ends in another only if they are the same (`parse_variants` checks that), so the suffixes
    are equal, and so are the stems. Stems are equal only for equal uploads: within a folder `_stem`
    swaps `n.jpg` and `n`, for each `n` without a dot, and keeps all other names. Replacing the
    common prefix of all uploads by another one changes nothing.

    Raises:
        Rejected: With `key-too-long`, if the key exceeds S3's limit.
        ValueError: If the key does not begin with `upload_prefix`.
    """
    if not source_key.startswith(upload_prefix):
        raise ValueError(f"{source_key} is not an upload: it does not begin with {upload_prefix}")
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
    """Return the variants of an upload by output key.

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
    """Return the stem of output names: `photo` for `photo.jpg`, the usual case, `photo.jpg` for
    `photo`, and the name itself for any other (`photo.png`, `photo.JPG`, `my.photo.jpg`).
    """
    if "." not in name:
        return f"{name}.jpg"
    bare = name.removesuffix(".jpg")
    return bare if bare and "." not in bare else name
