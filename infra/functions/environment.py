"""The environment variables of the handler."""

import json
from collections.abc import Mapping

import pulumi

from infra.config.options import Settings
from infra.intake.intake import Intake
from infra.results.results import Results


def handler_environment(
    settings: Settings, intake: Intake, results: Results
) -> dict[str, pulumi.Input[str]]:
    """The variables that handler/config/settings.py reads."""
    queue, dead_letters = intake.queue, intake.dead_letter_queue
    table, topic = results.table, results.topic
    return {
        "UPLOAD_BUCKET": intake.bucket.name,
        "PROCESSED_BUCKET": results.bucket.name,
        "TABLE_NAME": "" if table is None else table.name,
        "TOPIC_ARN": "" if topic is None else topic.arn,
        "QUEUE_URL": "" if queue is None else queue.url,
        "DEAD_LETTER_QUEUE_URL": "" if dead_letters is None else dead_letters.url,
        **_image_environment(settings),
    }


def _image_environment(settings: Settings) -> Mapping[str, str]:
    """The variables that depend on the settings alone."""
    return {
        "UPLOAD_PREFIX": settings.effective_upload_prefix,
        "PROCESSED_PREFIX": settings.effective_processed_prefix,
        "VARIANTS": json.dumps([variant.to_spec() for variant in settings.variants]),
        "BACKGROUND_COLOUR": settings.background_colour,
        "MAX_SOURCE_BYTES": str(settings.max_source_bytes),
        "MAX_SOURCE_PIXELS": str(settings.max_source_pixels),
        "MAX_SOURCE_SIDE_PIXELS": str(settings.max_source_side_pixels),
        "MAX_OUTPUT_BYTES": str(settings.max_output_bytes),
        "MAX_STEP_SECONDS": str(settings.max_step_seconds),
        "MAX_CPU_SECONDS": str(settings.max_cpu_seconds),
        "INPUT_FORMATS": " ".join(settings.input_formats),
        "MAX_FRAMES": str(settings.max_frames),
        "DAMAGED_IMAGES": settings.damaged_images,
        "GPS_POLICY": settings.gps_policy,
        "METADATA_DEPTH": settings.metadata_depth,
        "LOG_LEVEL": settings.log_level,
        "LOG_FORMAT": settings.log_format,
        "TIMEOUT_SECONDS": str(settings.timeout_seconds),
        "MEMORY_MIB": str(settings.memory_mib),
        "PROPAGATE_DELETES": "true" if settings.propagate_deletes else "false",
        **settings.extra_environment,
    }
