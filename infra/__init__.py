"""The components of the pipeline, each usable by itself from another Pulumi program."""

from infra.bucket import PrivateBucket, PrivateBucketArgs
from infra.intake import Intake, IntakeArgs
from infra.key import EncryptionKey, EncryptionKeyArgs
from infra.options import Settings
from infra.pipeline import ImagePipeline
from infra.processor import Processor, ProcessorArgs
from infra.results import Results, ResultsArgs
from infra.settings import load_settings, parse_settings

__all__ = [
    "EncryptionKey",
    "EncryptionKeyArgs",
    "ImagePipeline",
    "Intake",
    "IntakeArgs",
    "PrivateBucket",
    "PrivateBucketArgs",
    "Processor",
    "ProcessorArgs",
    "Results",
    "ResultsArgs",
    "Settings",
    "load_settings",
    "parse_settings",
]
