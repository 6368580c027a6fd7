"""Options of records."""

from infra.config.options.base import Options


class RecordOptions(Options):
    """Whether records of uploads are kept."""

    enable_records: bool
