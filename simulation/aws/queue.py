"""SQS: standard queues, with visibility, receive counts, delays and a dead-letter queue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulation.engine import Engine


@dataclass(kw_only=True)
class Message:
    """A message in a queue."""

    message_id: str
    body: str
    sent_at: float
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    receive_count: int = 0
    is_deleted: bool = False


class Queue:
    """A standard queue: at least once, in no order."""

    def __init__(
        self,
        engine: Engine,
        new_id: Callable[[], str],
        *,
        visibility_seconds: float,
        max_receive_count: int = 0,
        dead_letters: "Queue | None" = None,
    ) -> None:
        self.visible: list[Message] = []
        self.in_flight = 0
        self.on_visible: Callable[[], None] = lambda: None
        self.on_receive: Callable[[float, int], None] = lambda _age_seconds, _count: None
        self._engine = engine
        self._new_id = new_id
        self._visibility_seconds = visibility_seconds
        self.max_receive_count = max_receive_count
        self._dead_letters = dead_letters

    def send(
        self, body: str, attributes: Mapping[str, str] | None = None, delay_seconds: float = 0
    ) -> str:
        """Add a message, visible after the delay, and return its id."""
        message = Message(
            message_id=self._new_id(),
            body=body,
            sent_at=self._engine.now,
            attributes=attributes or {},
        )
        if delay_seconds:
            self._engine.after(delay_seconds, lambda: self._show(message))
        else:
            self._show(message)
        return message.message_id

    def receive(self, most: int) -> list[Message]:
        """Take messages at random; they come back unless deleted in time."""
        taken: list[Message] = []
        while self.visible and len(taken) < most:
            index = self._engine.random.randrange(len(self.visible))
            self.visible[index], self.visible[-1] = self.visible[-1], self.visible[index]
            message = self.visible.pop()
            message.receive_count += 1
            self.on_receive(self._engine.now - message.sent_at, message.receive_count)
            if self._dead_letters and message.receive_count > self.max_receive_count:
                self._dead_letters.send(message.body, message.attributes)
                continue
            self._hide(message)
            taken.append(message)
        return taken

    def delete(self, message: Message) -> None:
        """Acknowledge a message."""
        message.is_deleted = True

    def redrive(self, target: "Queue") -> int:
        """Move all messages to another queue, as StartMessageMoveTask does: as new messages."""
        moved, self.visible = self.visible, []
        for message in moved:
            target.send(message.body, message.attributes)
        return len(moved)

    def _hide(self, message: Message) -> None:
        self.in_flight += 1
        self._engine.after(self._visibility_seconds, lambda: self._come_back(message))

    def _come_back(self, message: Message) -> None:
        self.in_flight -= 1
        if not message.is_deleted:
            self._show(message)

    def _show(self, message: Message) -> None:
        self.visible.append(message)
        self.on_visible()
