"""Default settings for tests of the handler."""

from datetime import UTC, datetime

from handler.config.settings import Settings
from handler.images.variants.parsing import parse_variants

UPLOADS = "uploads"
PROCESSED = "processed"
TABLE = "images"
QUEUE_URL = "https://sqs.eu-north-1.amazonaws.com/123456789012/uploads"
REJECTED_URL = "https://sqs.eu-north-1.amazonaws.com/123456789012/rejected-uploads"
DEAD_LETTERS_URL = "https://sqs.eu-north-1.amazonaws.com/123456789012/dead-letters"
NOW = datetime(2026, 11, 21, 8, 4, 34, 123000, tzinfo=UTC)

DEFAULT_SPECS: list[dict[str, str | int]] = [
    {"name": "compressed", "format": "jpeg", "quality": 85},
    {"name": "low_quality", "format": "jpeg", "quality": 50},
    {"name": "converted", "format": "webp", "quality": 80},
    {"name": "converted", "format": "png"},
    {"name": "thumbnail", "format": "jpeg", "quality": 85, "maxWidth": 150, "maxHeight": 150},
]


def make_settings(
    specs: list[dict[str, str | int]] | None = None,
    *,
    max_source_bytes: int = 1_000_000,
    max_source_pixels: int = 1_000_000,
    propagate_deletes: bool = False,
) -> Settings:
    return Settings(
        upload_bucket=UPLOADS,
        processed_bucket=PROCESSED,
        table_name=TABLE,
        topic_arn="arn:aws:sns:eu-north-1:123456789012:images",
        queue_url=QUEUE_URL,
        timeout_seconds=120,
        memory_mib=1769,
        rejected_queue_url=REJECTED_URL,
        dead_letter_queue_url=DEAD_LETTERS_URL,
        variants=parse_variants(DEFAULT_SPECS if specs is None else specs),
        background_colour="#ffffff",
        max_source_bytes=max_source_bytes,
        max_source_pixels=max_source_pixels,
        max_step_seconds=25,
        max_cpu_seconds=60,
        propagate_deletes=propagate_deletes,
        log_level="INFO",
    )
