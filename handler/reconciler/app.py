"""Lambda entry point of the reconciler."""

import logging
import os
from functools import cache

from handler.config.logs import name_invocation, start_logging
from handler.ports import Context
from handler.reconciler.settings import (
    ReconcilerSettings,
    read_reconciler_settings,
    read_run_overrides,
)
from handler.reconciler.sweep import reconcile

logger = logging.getLogger(__name__)


def lambda_handler(event: object, context: Context) -> dict[str, object]:
    """Continue the pass over all uploads, within the bounds of one run.

    Args:
        event: An object that may override settings for this run; see
            `handler.reconciler.settings.read_run_overrides`.

    Returns:
        The summary of the run, which is also logged.

    Raises:
        SettingsError: If the environment of the function is invalid.
        ValueError: If the event is invalid.
        Retryable: If a service failed. Lambda retries, and the run continues from its cursor.
    """
    from handler.aws.connect_reconciler import connect  # boto3 takes most of a cold start

    settings = cold_start()
    name_invocation(context.aws_request_id)
    reconciler = connect(settings, read_run_overrides(event, settings))
    return reconcile(reconciler, context.get_remaining_time_in_millis).facts()


@cache
def cold_start() -> ReconcilerSettings:
    """Read the environment and configure logging, once per execution environment."""
    settings = read_reconciler_settings(os.environ)
    start_logging(settings.log_level, settings.log_format)
    return settings
