"""The components of the pipeline, each usable by itself from another Pulumi program."""

from infra.access_logs import AccessLogs, AccessLogsArgs
from infra.alarm_topic import AlarmTopic, AlarmTopicArgs
from infra.alarms import Alarms, AlarmsArgs
from infra.bucket import PrivateBucket, PrivateBucketArgs
from infra.dashboard import Dashboard, DashboardArgs
from infra.dead_letters import DeadLetters, DeadLettersArgs
from infra.direct import DirectTrigger, DirectTriggerArgs
from infra.foundation import Foundation
from infra.intake import Intake, IntakeArgs
from infra.key import EncryptionKey, EncryptionKeyArgs
from infra.monitoring import Monitoring, MonitoringArgs
from infra.network import Network, NetworkArgs
from infra.options import Settings
from infra.pipeline import ImagePipeline
from infra.processor import Processor, ProcessorArgs
from infra.queue import UploadQueue, UploadQueueArgs
from infra.results import Results, ResultsArgs
from infra.settings import load_settings, parse_settings
from infra.upload_metrics import UploadMetrics, UploadMetricsArgs

__all__ = [
    "AccessLogs",
    "AccessLogsArgs",
    "AlarmTopic",
    "AlarmTopicArgs",
    "Alarms",
    "AlarmsArgs",
    "Dashboard",
    "DashboardArgs",
    "DeadLetters",
    "DeadLettersArgs",
    "DirectTrigger",
    "DirectTriggerArgs",
    "EncryptionKey",
    "EncryptionKeyArgs",
    "Foundation",
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
    "UploadMetrics",
    "UploadMetricsArgs",
    "UploadQueue",
    "UploadQueueArgs",
    "load_settings",
    "parse_settings",
]
