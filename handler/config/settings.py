"""Settings of the processor, read from its environment at a cold start."""

from collections.abc import Mapping
from dataclasses import dataclass

from handler.config.environment import SettingsError
from handler.config.image_environment import ImageReader
from handler.contract import LogFormat, LogLevel, Variable
from handler.images.policy import DamagePolicy, GpsPolicy, ImagePolicy, MetadataDepth
from handler.images.variants.parsing import recipe
from handler.images.variants.variant import Variant

_DEFAULT_POLICY = ImagePolicy()


def overlap(prefix: str, other: str) -> bool:
    """Return whether a key can begin with both prefixes."""
    return prefix.startswith(other) or other.startswith(prefix)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of the processor, as the Pulumi program sets them."""

    upload_bucket: str
    """The only bucket whose events are accepted."""
    processed_bucket: str
    """The bucket of the variants; events about them are refused."""
    table_name: str | None
    """DynamoDB table of the records; None if nothing is recorded."""
    topic_arn: str | None
    """SNS topic of the notifications; None if none are published."""
    queue_url: str | None
    """URL of the queue that feeds the function; None if S3 invokes it."""
    timeout_seconds: int
    """The function's timeout, 1-900."""
    memory_mib: int
    """The function's memory, in MiB."""
    rejected_queue_url: str | None
    """URL of the queue that the events of rejected uploads are forwarded to; None without one."""
    dead_letter_queue_url: str | None
    """URL of the queue that events about no upload are forwarded to; None without one."""
    variants: tuple[Variant, ...]
    """The variants of each upload."""
    background_colour: str
    """`#rrggbb`, replaces transparency in formats without it."""
    max_source_bytes: int
    """Larger uploads are rejected before they are read."""
    max_source_pixels: int
    """Larger images are rejected before they are decoded."""
    max_step_seconds: int
    """Time limit of decoding, and of each variant."""
    max_cpu_seconds: int
    """Limit of processor time per image."""
    propagate_deletes: bool
    """Whether the variants of an upload are deleted with it."""
    log_level: str
    """A `LogLevel`."""
    upload_prefix: str = ""
    """Key prefix of the uploads."""
    processed_prefix: str = ""
    """Key prefix of the variants."""
    log_format: str = LogFormat.JSON
    """A `LogFormat`."""
    policy: ImagePolicy = _DEFAULT_POLICY
    """Which uploads are accepted, and which metadata are recorded."""

    def is_upload(self, key: str) -> bool:
        """Return whether an object of the upload bucket is an upload."""
        return key.startswith(self.upload_prefix)

    def is_output(self, key: str) -> bool:
        """Return whether an object of the processed bucket is a variant."""
        return key.startswith(self.processed_prefix)

    @property
    def feeds_itself(self) -> bool:
        """Whether variants would trigger the function again, in an endless loop."""
        if not self.variants and self.processed_prefix:
            return False
        one_bucket = self.upload_bucket == self.processed_bucket
        return one_bucket and overlap(self.upload_prefix, self.processed_prefix)

    @property
    def recipe(self) -> str:
        """Fingerprint of what is made and recorded of an upload.

        It does not cover `max_source_pixels`, which also limits the total pixels of an animation:
        the value follows the memory, and a change would affect hardly any image.
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
        """Whether uploads are described from their headers only."""
        return not self.variants and self.policy.metadata_depth is MetadataDepth.HEADER

    def recipe_of(self, variant: Variant) -> str:
        """Return the recipe of one variant; see `handler.images.variants.parsing.recipe`."""
        return recipe([variant], self.background_colour, max_frames=self.policy.max_frames)

    @property
    def limits(self) -> str:
        """Fingerprint of all limits that can reject an upload."""
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
    reader = ImageReader(environment)
    settings = Settings(
        upload_bucket=reader.text(Variable.UPLOAD_BUCKET),
        processed_bucket=reader.text(Variable.PROCESSED_BUCKET),
        table_name=environment.get(Variable.TABLE_NAME) or None,
        topic_arn=environment.get(Variable.TOPIC_ARN) or None,
        queue_url=environment.get(Variable.QUEUE_URL) or None,
        timeout_seconds=reader.positive_integer(Variable.TIMEOUT_SECONDS),
        memory_mib=reader.positive_integer(Variable.MEMORY_MIB),
        rejected_queue_url=environment.get(Variable.REJECTED_QUEUE_URL) or None,
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
            "records say which variants an upload has"
        )
    if reader.problems:
        raise SettingsError(reader.problems)
    return settings
