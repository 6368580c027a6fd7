"""The function's environment, read once at a cold start; all problems in one error."""

from collections.abc import Mapping
from dataclasses import dataclass

from handler.config.environment import Reader, SettingsError
from handler.contract import LogFormat, LogLevel, Variable
from handler.images.policy import DamagePolicy, GpsPolicy, ImagePolicy, MetadataDepth
from handler.images.variants.parsing import Variant, recipe

_DEFAULT_TERMS = ImagePolicy()


def overlap(prefix: str, other: str) -> bool:
    """Say whether a key could begin with both."""
    return prefix.startswith(other) or other.startswith(prefix)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the Pulumi program tells the function.

    Attributes:
        upload_bucket: The only bucket whose events are accepted.
        processed_bucket: Where variants go; events for them are refused.
        upload_prefix: What the keys of uploads begin with.
        processed_prefix: What the keys of variants begin with.
        table_name: DynamoDB table of the records; None when nothing is recorded.
        topic_arn: SNS topic of the notifications; None when nobody is told.
        queue_url: The queue that feeds the function; None when S3 invokes it.
        timeout_seconds: The function's time limit, 1-900.
        memory_mib: The function's memory, in MiB.
        dead_letter_queue_url: Where rejected events are forwarded; None when there is no queue.
        variants: What is made of each upload.
        background_colour: `#rrggbb`, seen through transparent pixels where a format has none.
        max_source_bytes: Larger uploads are rejected before they are read.
        max_source_pixels: Larger images are rejected before they are decoded.
        max_step_seconds: How long the decoding, or one variant, may take.
        max_cpu_seconds: How much time of processors an image may take.
        terms: What is taken, and what is kept of it.
        propagate_deletes: Whether the variants of an upload go when it is deleted.
        log_level: A `LogLevel`.
        log_format: A `LogFormat`.
    """

    upload_bucket: str
    processed_bucket: str
    table_name: str | None
    topic_arn: str | None
    queue_url: str | None
    timeout_seconds: int
    memory_mib: int
    dead_letter_queue_url: str | None
    variants: tuple[Variant, ...]
    background_colour: str
    max_source_bytes: int
    max_source_pixels: int
    max_step_seconds: int
    max_cpu_seconds: int
    propagate_deletes: bool
    log_level: str
    upload_prefix: str = ""
    processed_prefix: str = ""
    log_format: str = LogFormat.JSON
    policy: ImagePolicy = _DEFAULT_TERMS

    def is_upload(self, key: str) -> bool:
        """Say whether an object of the upload bucket is an upload."""
        return key.startswith(self.upload_prefix)

    def is_output(self, key: str) -> bool:
        """Say whether an object of the processed bucket is a variant."""
        return key.startswith(self.processed_prefix)

    @property
    def feeds_itself(self) -> bool:
        """Whether variants could be taken for uploads, for ever."""
        if not self.variants and self.processed_prefix:
            return False
        one_bucket = self.upload_bucket == self.processed_bucket
        return one_bucket and overlap(self.upload_prefix, self.processed_prefix)

    @property
    def recipe(self) -> str:
        """Identifies what is made and recorded of an upload.

        Not part of it is `max_source_pixels`, which also says how many pixels an animation may have
        in all: it follows the memory, and a change would concern nearly no image.
        """
        return recipe(
            self.variants,
            self.background_colour,
            max_frames=self.policy.max_frames,
            policies=(
                self.policy.damaged_images,
                self.policy.gps,
                *([self.policy.metadata_depth] if self.reads_headers_only else []),
            ),
        )

    @property
    def reads_headers_only(self) -> bool:
        """Whether uploads are described by their headers."""
        return not self.variants and self.policy.metadata_depth is MetadataDepth.HEADER

    def recipe_of(self, variant: Variant) -> str:
        """Identify how one variant is made; see `handler.images.variants.parsing.recipe`."""
        return recipe([variant], self.background_colour, max_frames=self.policy.max_frames)

    @property
    def limits(self) -> str:
        """Identifies under which limits an upload is rejected: all that can reject one."""
        policy = self.policy
        return (
            f"{self.max_source_bytes} bytes, {self.max_source_pixels} pixels, "
            f"{policy.max_side_pixels} a side, {' '.join(policy.input_formats)}, "
            f"{policy.damaged_images} damaged, {self.memory_mib} MiB, {self.max_step_seconds} s a "
            f"step, {self.max_cpu_seconds} s of CPU, {policy.max_output_bytes} bytes out"
        )


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables.

    Raises:
        SettingsError: With all problems at once, if there is any.
    """
    reader = Reader(environment)
    settings = Settings(
        upload_bucket=reader.text(Variable.UPLOAD_BUCKET),
        processed_bucket=reader.text(Variable.PROCESSED_BUCKET),
        table_name=environment.get(Variable.TABLE_NAME) or None,
        topic_arn=environment.get(Variable.TOPIC_ARN) or None,
        queue_url=environment.get(Variable.QUEUE_URL) or None,
        timeout_seconds=reader.positive_integer(Variable.TIMEOUT_SECONDS),
        memory_mib=reader.positive_integer(Variable.MEMORY_MIB),
        dead_letter_queue_url=environment.get(Variable.DEAD_LETTER_QUEUE_URL) or None,
        variants=reader.variants(Variable.VARIANTS),
        background_colour=reader.colour(Variable.BACKGROUND_COLOUR),
        max_source_bytes=reader.positive_integer(Variable.MAX_SOURCE_BYTES),
        max_source_pixels=reader.positive_integer(Variable.MAX_SOURCE_PIXELS),
        max_step_seconds=reader.positive_integer(Variable.MAX_STEP_SECONDS),
        max_cpu_seconds=reader.positive_integer(Variable.MAX_CPU_SECONDS),
        propagate_deletes=reader.boolean(Variable.PROPAGATE_DELETES),
        log_level=reader.choice(Variable.LOG_LEVEL, LogLevel.INFO),
        upload_prefix=environment.get(Variable.UPLOAD_PREFIX, ""),
        processed_prefix=environment.get(Variable.PROCESSED_PREFIX, ""),
        log_format=reader.choice(Variable.LOG_FORMAT, LogFormat.JSON),
        policy=ImagePolicy(
            input_formats=reader.formats(Variable.INPUT_FORMATS),
            max_frames=reader.positive_integer(Variable.MAX_FRAMES),
            max_side_pixels=reader.positive_integer(Variable.MAX_SOURCE_SIDE_PIXELS),
            max_output_bytes=reader.positive_integer(Variable.MAX_OUTPUT_BYTES),
            damaged_images=reader.choice(Variable.DAMAGED_IMAGES, DamagePolicy.REJECT),
            gps=reader.choice(Variable.GPS_POLICY, GpsPolicy.DROP),
            metadata_depth=reader.choice(Variable.METADATA_DEPTH, MetadataDepth.HEADER),
        ),
    )
    if settings.upload_bucket and settings.feeds_itself:
        reader.problems.append(
            f"{Variable.UPLOAD_BUCKET} and {Variable.PROCESSED_BUCKET} are the same, and "
            f"{Variable.UPLOAD_PREFIX} and {Variable.PROCESSED_PREFIX} overlap: "
            "the function would process its own output for ever"
        )
    if settings.propagate_deletes and settings.table_name is None:
        reader.problems.append(
            f"{Variable.PROPAGATE_DELETES} is true without {Variable.TABLE_NAME}: "
            "what an upload left, its record says"
        )
    if reader.problems:
        raise SettingsError(reader.problems)
    return settings
