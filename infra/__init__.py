"""The components of the pipeline, each usable by itself from another Pulumi program."""

from infra.buckets.access_logs import AccessLogs, AccessLogsArgs
from infra.buckets.private_bucket import PrivateBucket, PrivateBucketArgs
from infra.config.options import Settings
from infra.config.settings import load_settings, parse_settings
from infra.encryption.key import EncryptionKey, EncryptionKeyArgs
from infra.functions.processor import Processor, ProcessorArgs
from infra.intake.async_trigger import AsyncS3Trigger, AsyncS3TriggerArgs
from infra.intake.dead_letters import DeadLetters, DeadLettersArgs
from infra.intake.intake import Intake, IntakeArgs
from infra.intake.upload_queue import UploadQueue, UploadQueueArgs
from infra.monitoring.alarm_topic import AlarmTopic, AlarmTopicArgs
from infra.monitoring.alarms import Alarms, AlarmsArgs
from infra.monitoring.dashboard import Dashboard, DashboardArgs
from infra.monitoring.monitoring import Monitoring, MonitoringArgs
from infra.monitoring.upload_metrics import UploadMetrics, UploadMetricsArgs
from infra.network.network import Network, NetworkArgs
from infra.pipeline import ImagePipeline
from infra.results.results import Results, ResultsArgs
from infra.stack.context import StackContext
from infra.stack.destroy_guard import DestroyGuard, DestroyGuardArgs

__all__ = [
    "AccessLogs",
    "AccessLogsArgs",
    "AlarmTopic",
    "AlarmTopicArgs",
    "Alarms",
    "AlarmsArgs",
    "AsyncS3Trigger",
    "AsyncS3TriggerArgs",
    "Dashboard",
    "DashboardArgs",
    "DeadLetters",
    "DeadLettersArgs",
    "DestroyGuard",
    "DestroyGuardArgs",
    "EncryptionKey",
    "EncryptionKeyArgs",
    "ImagePipeline",
    "Intake",
    "IntakeArgs",
    "Monitoring",
    "MonitoringArgs",
    "Network",
    "NetworkArgs",
    "PrivateBucket",
    "PrivateBucketArgs",
    "Processor",
    "ProcessorArgs",
    "Results",
    "ResultsArgs",
    "Settings",
    "StackContext",
    "UploadMetrics",
    "UploadMetricsArgs",
    "UploadQueue",
    "UploadQueueArgs",
    "load_settings",
    "parse_settings",
]
