"""The environment variables of the handler."""

import json
from collections.abc import Mapping

import pulumi

from handler.config.settings import read_settings
from handler.contract import Variable
from infra.config.options import Settings
from infra.intake.intake import Intake
from infra.results.results import Results


def handler_environment(
    settings: Settings, intake: Intake, results: Results
) -> dict[str, pulumi.Input[str]]:
    """The variables that handler/config/settings.py reads."""
    queue, rejected, dead_letters = intake.queue, intake.rejected_queue, intake.dead_letter_queue
    table, topic = results.table, results.topic
    return {
        **settings.extra_environment,  # first: it can override nothing
        Variable.UPLOAD_BUCKET.value: intake.bucket.name,
        Variable.PROCESSED_BUCKET.value: results.bucket.name,
        Variable.TABLE_NAME.value: "" if table is None else table.name,
        Variable.TOPIC_ARN.value: "" if topic is None else topic.arn,
        Variable.QUEUE_URL.value: "" if queue is None else queue.url,
        Variable.REJECTED_QUEUE_URL.value: "" if rejected is None else rejected.url,
        Variable.DEAD_LETTER_QUEUE_URL.value: "" if dead_letters is None else dead_letters.url,
        **_image_environment(settings),
    }


def _image_environment(settings: Settings) -> Mapping[str, str]:
    """The variables that depend on the settings alone."""
    return {
        Variable.UPLOAD_PREFIX.value: settings.effective_upload_prefix,
        Variable.PROCESSED_PREFIX.value: settings.effective_processed_prefix,
        Variable.VARIANTS.value: json.dumps([variant.to_spec() for variant in settings.variants]),
        Variable.BACKGROUND_COLOUR.value: settings.background_colour,
        Variable.MAX_SOURCE_BYTES.value: str(settings.max_source_bytes),
        Variable.MAX_SOURCE_PIXELS.value: str(settings.max_source_pixels),
        Variable.MAX_SOURCE_SIDE_PIXELS.value: str(settings.max_source_side_pixels),
        Variable.MAX_OUTPUT_BYTES.value: str(settings.max_output_bytes),
        Variable.MAX_STEP_SECONDS.value: str(settings.max_step_seconds),
        Variable.MAX_CPU_SECONDS.value: str(settings.max_cpu_seconds),
        Variable.INPUT_FORMATS.value: " ".join(settings.input_formats),
        Variable.MAX_FRAMES.value: str(settings.max_frames),
        Variable.DAMAGED_IMAGES.value: settings.damaged_images,
        Variable.GPS_POLICY.value: settings.gps_policy,
        Variable.METADATA_DEPTH.value: settings.metadata_depth,
        Variable.LOG_LEVEL.value: settings.log_level,
        Variable.LOG_FORMAT.value: settings.log_format,
        Variable.TIMEOUT_SECONDS.value: str(settings.timeout_seconds),
        Variable.MEMORY_MIB.value: str(settings.memory_mib),
        Variable.PROPAGATE_DELETES.value: "true" if settings.propagate_deletes else "false",
    }


def expected_environment(settings: Settings) -> Mapping[str, str]:
    """The variables that say which records the handler writes: its recipe and its limits.

    The handler's own code computes both from its environment.
    """
    not_known_yet = (Variable.UPLOAD_BUCKET, Variable.PROCESSED_BUCKET, Variable.TABLE_NAME)
    names = {name.value: name.value for name in not_known_yet}
    handler = read_settings({**_image_environment(settings), **names})
    return {Variable.RECIPE.value: handler.recipe, Variable.LIMITS.value: handler.limits}
