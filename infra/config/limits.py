"""Limits that AWS, Pillow and memory set, each with its source."""

from handler.contract import MIB_PER_PROCESSOR, PIXELS_PER_MIB, RUNTIME_MEMORY_MIB, Variable

MIB = 1024 * 1024
DAY_SECONDS = 24 * 3600

AWS_RUNTIMES = ("python3.12", "python3.13", "python3.14")
"""Managed runtimes on Amazon Linux 2023, whose glibc loads the layer's manylinux_2_28 wheels.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""

LOG_RETENTION_DAYS = frozenset(
    (
        *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
        *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
    )
)
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""

OWN_TAGS = ("Project", "Environment", "ManagedBy", "Owner", "DataClassification")
"""Keys of the tags that the program sets, and that a tag of the user may replace."""

MAX_USER_TAGS = 45
"""AWS allows 50 tags on a resource; five are left for the program's own.
https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"""

MAX_LAYERS = 5
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

HANDLER_VARIABLES = frozenset(map(str, Variable))
"""What the functions read, and a user cannot set."""

MAX_VARIANTS_BYTES = 3 * 1024
"""Lambda takes 4 KB for all variables together; the names of a stack take up to 1.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

RESERVED_VARIABLES = frozenset(
    (
        *("_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION"),
        *("AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
        *("AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE"),
        *("AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY"),
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        *("AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"),
    )
)
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""

VISIBILITY_TIMEOUTS = 6
"""How many function timeouts a message stays hidden, so that throttled batches are not received
twice. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""

DEAD_LETTER_RETENTION_SECONDS = 14 * DAY_SECONDS
"""The longest SQS keeps a message. A dead-lettered one keeps its first enqueue time, so this must
exceed the source queue's retention.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""

DEFAULT_MAX_PIXELS = 50_000_000
"""The ceiling when a stack chooses none, that of imgproxy's IMGPROXY_MAX_SRC_RESOLUTION."""

MOST_PIXELS = 268_000_000
"""More than any camera has (200 megapixels); takes half of the largest function's memory."""

STEP_SECONDS = 25
"""A step of the largest image that is allowed takes less than half of this on one processor."""

OUTPUT_COPIES = 5
"""How often a finished file is in memory at once: as the encoder wrote it, as a whole, and as it is
sent and received between two processes."""

HEAVY_PIXELS_PER_MIB = 30_000
"""35 bytes a pixel: 27 for the encoder of AVIF, 21 for that of lossless WebP, and two copies of 4,
measured with Pillow 13."""


def pixels_that_fit(memory_mib: int, pixels_per_mib: int = PIXELS_PER_MIB) -> int:
    """How many pixels a function with so much memory can process; at most `MOST_PIXELS`."""
    return min(MOST_PIXELS, (memory_mib - RUNTIME_MEMORY_MIB) * pixels_per_mib)


def output_bytes_that_fit(memory_mib: int) -> int:
    """How large a variant may get in a function with so much memory: 4.2 bytes for each pixel that
    it can process, so a PNG of noise fits."""
    return (memory_mib - RUNTIME_MEMORY_MIB) * MIB // OUTPUT_COPIES


def cpu_seconds_of(memory_mib: int, timeout_seconds: int) -> int:
    """How much time of processors an invocation has, at most."""
    return max(1, round(memory_mib / MIB_PER_PROCESSOR)) * timeout_seconds
