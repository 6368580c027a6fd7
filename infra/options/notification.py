"""Options of who is told, and who may read."""

from typing import Annotated

from pydantic import Field

from infra.options.base import Options


class NotificationOptions(Options):
    """Who is told, and who may read."""

    enable_kms: bool
    notification_email: Annotated[str, Field(pattern=r"^(|[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,})$")]
