"""The entry point of the reconciler."""

import logging
import os
from functools import cache

from handler.app import Context
from handler.config.logs import name_invocation, start_logging
from handler.reconciler.settings import (
    ReconcilerSettings,
    read_reconciler_settings,
    read_run_overrides,
)
from handler.reconciler.sweep import reconcile

logger = logging.getLogger(__name__)


def lambda_handler(event: object, context: Context) -> dict[str, object]:
    """Go on with the pass over all uploads, within the bounds of one run.

    Args:
        event: An object that may change settings for this run; see
            `handler.reconciler.settings.read_wishes`.

    Returns:
        What was found and done; the same is in the log.

    Raises:
        SettingsError: If the environment of the function is wrong.
        ValueError: If the event is.
        Retryable: If a service failed. Lambda invokes again, and the run goes on where it was.
    """
    from handler.aws.connect_reconciler import connect  # boto3 takes most of a cold start

    settings = cold_start()
    name_invocation(context.aws_request_id)
    reconciler = connect(settings, read_run_overrides(event, settings))
    return reconcile(reconciler, context.get_remaining_time_in_millis).facts()


@cache
def cold_start() -> ReconcilerSettings:
    """Read the environment and set logging up."""
    settings = read_reconciler_settings(os.environ)
    start_logging(settings.handler.log_level, settings.handler.log_format)
    return settings
