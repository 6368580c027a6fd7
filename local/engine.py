"""Pulumi's mock monitor, made to create what it is told to create."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from botocore.exceptions import BotoCoreError, ClientError
from pulumi.runtime import mocks

from local.clients import Clients
from local.errors import LocalStackError
from local.inputs import Inputs
from local.lookups import LOOKUPS
from local.resources import PROVISIONERS

T = TypeVar("T")


class Engine(mocks.Mocks):
    """Makes each resource that a program registers real, and answers its lookups.

    Pulumi's runtime calls it once the inputs of a resource are known, that is in dependency order,
    and from several threads. After the first failure everything else fails too.
    """

    failure: LocalStackError | None = None
    """What went wrong first; what the runtime raises in the end wraps it several times over."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._lock = threading.Lock()

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Make one resource: its id, and as its state the inputs and outputs."""
        given = cast("dict[str, Any]", args.inputs)
        if args.custom is False:  # a component is nothing but its children
            return None, given
        place = f'{args.typ} "{args.name}"'
        if args.resource_id:
            raise self._fail(f"{place}: the twin starts empty, nothing can be read or imported")
        if (make := PROVISIONERS.get(args.typ)) is None:
            raise self._fail(f"{place}: the twin does not know this type (see local/resources)")
        inputs = Inputs(given)
        made = self._guarded(place, inputs, lambda: make(self._clients, inputs, args.name))
        return made[0], {**given, **made[1]}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Answer one lookup, such as `aws.get_region()`."""
        if (look_up := LOOKUPS.get(args.token)) is None:
            raise self._fail(f"the twin does not know the lookup {args.token} (see local/lookups)")
        inputs = Inputs(cast("Mapping[str, object]", args.args))
        return self._guarded(args.token, inputs, lambda: look_up(self._clients)), []

    def _guarded(self, place: str, inputs: Inputs, make: Callable[[], T]) -> T:
        """Run a maker; whatever it cannot do is reported with the place it happened at."""
        if self.failure is not None:
            raise self.failure
        try:
            made = make()
            inputs.check_all_read()
        except (BotoCoreError, ClientError, LocalStackError) as error:
            raise self._fail(f"{place}: {error}") from error
        return made

    def _fail(self, message: str) -> LocalStackError:
        with self._lock:
            self.failure = self.failure or LocalStackError(message)
            return self.failure
