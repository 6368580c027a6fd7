"""Implement Pulumi's mocks so that they create the registered resources in the emulator."""

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
    """Creates each resource that a program registers, and answers the program's lookups.

    Pulumi's runtime calls it once the inputs of a resource are known, hence in dependency order,
    and from several threads. After the first failure every call fails.
    """

    failure: LocalStackError | None = None
    """The first failure; the exception that the runtime raises wraps it several times."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._lock = threading.Lock()

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Create one resource; return its id, and its inputs and outputs as its state."""
        given = cast("dict[str, Any]", args.inputs)
        if args.custom is False:  # a component has no resource of its own, only children
            return None, given
        place = f'{args.typ} "{args.name}"'
        if args.resource_id:
            raise self._fail(
                f"{place}: the local stack starts empty, so nothing can be read or imported"
            )
        if (provision := PROVISIONERS.get(args.typ)) is None:
            raise self._fail(f"{place}: the local stack lacks this type (see local/resources)")
        inputs = Inputs(given)
        resource_id, outputs = self._guarded(
            place, inputs, lambda: provision(self._clients, inputs, args.name)
        )
        return resource_id, {**given, **outputs}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Answer one lookup, such as `aws.get_region()`."""
        if (look_up := LOOKUPS.get(args.token)) is None:
            raise self._fail(f"the local stack lacks the lookup {args.token} (see local/lookups)")
        inputs = Inputs(cast("Mapping[str, object]", args.args))
        return self._guarded(args.token, inputs, lambda: look_up(self._clients, inputs)), []

    def _guarded(self, place: str, inputs: Inputs, run: Callable[[], T]) -> T:
        """Call `run`, check that it read all inputs, and add the place to any error."""
        if self.failure is not None:
            raise self.failure
        try:
            result = run()
            inputs.check_all_read()
        except (BotoCoreError, ClientError, LocalStackError) as error:
            raise self._fail(f"{place}: {error}") from error
        return result

    def _fail(self, message: str) -> LocalStackError:
        with self._lock:
            self.failure = self.failure or LocalStackError(message)
            return self.failure
