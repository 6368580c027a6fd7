"""The reconciler with its adapters on the simulated AWS."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from handler.aws.listing import S3Listing
from handler.aws.reconciler_state import DynamoDbReconcilerState
from handler.aws.requeue import LambdaRequeue, SqsRequeue
from handler.contract import HISTORY_ID_PREFIX
from handler.events.parsing import read_notification
from handler.events.s3_events import ObjectCreated
from handler.model.record import Status, image_id
from handler.reconciler.findings import Expectation
from handler.reconciler.ports import Requeue
from handler.reconciler.scope import KeyScope
from handler.reconciler.summary import Summary
from handler.reconciler.sweep import Bounds, Reconciler, reconcile
from tests.handler.deployment import NOW, QUEUE_URL, TABLE, UPLOADS
from tests.handler.reconciler.standard import STANDARD
from tests.handler.world import World

ENOUGH_MS = 300_000


class SweptWorld(World):
    """Uploads from a day ago, and the events that a reconciler requeues for them."""

    sent: list[ObjectCreated]
    """Events sent to the function, by its queue or by invocation."""
    now: datetime
    """Time at which the reconciler runs."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = []
        self.now = NOW
        self.stored_at = NOW - timedelta(days=1)

    def invoke_directly(self, event: Mapping[str, object]) -> None:
        self.sent += [each for each in read_notification(event) if isinstance(each, ObjectCreated)]

    def record(self, key: str, status: Status = Status.PROCESSED, **more: str) -> None:
        """Write the expected record of an upload's newest version, with overrides."""
        version = self.buckets[UPLOADS].versions[key][-1]
        values = {
            "image_id": image_id(UPLOADS, key),
            "version_id": version.version_id,
            "status": status.value,
            **{"recipe": STANDARD.recipe, "limits": STANDARD.limits, **more},
        }
        item: dict[str, Mapping[str, object]] = {
            name: {"S": value} for name, value in values.items()
        }
        self.tables[TABLE].setdefault(values["image_id"], {})[version.version_id] = item

    def reconciler(
        self,
        expectation: Expectation = STANDARD,
        *,
        scope: KeyScope | None = None,
        max_versions: int = 10_000,
        max_requeues: int = 1_000,
        restart: bool = False,
    ) -> Reconciler:
        return Reconciler(
            bucket=UPLOADS,
            scope=scope or KeyScope(),
            expectation=expectation,
            bounds=Bounds(max_versions=max_versions, max_requeues=max_requeues, restart=restart),
            listing=S3Listing(self._client("s3"), UPLOADS, ()),
            records=self.state,
            state=self.state,
            requeue=self._requeue(expectation),
            clock=lambda: self.now,
        )

    def run(
        self, reconciler: Reconciler, remaining_ms: Callable[[], int] = lambda: ENOUGH_MS
    ) -> Summary:
        """Run the reconciler, and receive the messages that it sent, as the processor does."""
        try:
            return reconcile(reconciler, remaining_ms)
        finally:
            self.sent += self.deferred
            self.queue.visible.clear()

    @property
    def state(self) -> DynamoDbReconcilerState:
        """Items of the reconciler's state."""
        return DynamoDbReconcilerState(self._client("dynamodb"), TABLE, lambda _seconds: None)

    @property
    def requeues(self) -> list[int]:
        """Number of requeues of each upload in the reconciler's state."""
        return [
            record["requeues"]
            for (image, _), record in self.records.items()
            if image.startswith(HISTORY_ID_PREFIX)
        ]

    @property
    def keys(self) -> list[str]:
        """Keys of the uploads that were sent."""
        return [source.key for source in self.sent]

    def _requeue(self, expectation: Expectation) -> Requeue:
        """Return the requeue adapter: by the queue, or by invocation without one."""
        if expectation.attempt_seconds is None:
            return SqsRequeue(self._client("sqs"), QUEUE_URL, 180)
        return LambdaRequeue(self._client("lambda"), "function")

    def _client(self, service: str) -> Any:
        return self.client(service)
