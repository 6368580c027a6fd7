"""Options of what is remembered."""

from infra.config.options.base import Options


class RecordOptions(Options):
    """What is remembered of uploads."""

    enable_records: bool
