"""Read every variant back from the bucket, decode it, and compare it with the record."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError
from PIL import Image

from local.records import Record, VariantRecord
from local.stack import LocalStack
from local.uploads import Upload


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A variant and its object's content."""

    variant: VariantRecord
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Review:
    """The outcome of one upload."""

    upload: Upload
    record: Record
    pictures: tuple[Picture, ...]
    problems: tuple[str, ...]
    """Differences between the variants and the record; empty on success."""

    @property
    def outcome(self) -> str:
        """One line: processed, the reason of the rejection, or the problems."""
        if self.problems:
            return "; ".join(self.problems)
        return f"{self.record.status}: {self.record.reason}" if self.record.reason else "processed"


def review(local_stack: LocalStack, upload: Upload, record: Record) -> Review:
    """Read and decode all variants of one upload."""
    pictures: list[Picture] = []
    problems: list[str] = []
    for variant in record.variants:
        try:
            pictures.append(Picture(variant=variant, data=_read(local_stack, variant.key)))
        except ClientError as error:
            problems.append(f"{variant.key} cannot be read: {error}")
    problems += [problem for picture in pictures for problem in _problems(picture)]
    if record.status == "processed" and not record.variants:
        problems.append("processed, but without variants")
    return Review(upload=upload, record=record, pictures=tuple(pictures), problems=tuple(problems))


def _read(local_stack: LocalStack, key: str) -> bytes:
    bucket = local_stack.outputs["processedBucketName"]
    return local_stack.clients.s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def _problems(picture: Picture) -> Iterator[str]:
    variant = picture.variant
    try:
        with Image.open(io.BytesIO(picture.data)) as image:
            image.load()
    except (OSError, ValueError, SyntaxError) as error:
        yield f"{variant.key} cannot be decoded: {error}"
        return
    facts = {
        "bytes": (len(picture.data), variant.size_bytes),
        "size": (image.size, (variant.width, variant.height)),
        "format": (image.format, variant.format.upper()),
    }
    for fact, (found, recorded) in facts.items():
        if found != recorded:
            yield f"{variant.key}: {fact} is {found}, but the record has {recorded}"
