"""Create resources of the random provider, without any AWS call."""

import base64
import secrets

from local.clients import Clients
from local.inputs import Inputs
from local.resources.resource_state import Provisioners, ResourceState


def _random_id(_clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    inputs.without_effect("keepers")
    prefix = inputs.text_or_none("prefix") or ""
    number = secrets.token_bytes(inputs.integer("byteLength", default=0))
    url_safe = base64.urlsafe_b64encode(number).decode().rstrip("=")
    return url_safe, {
        "b64Std": prefix + base64.b64encode(number).decode(),
        "b64Url": prefix + url_safe,
        "dec": prefix + str(int.from_bytes(number)),
        "hex": prefix + number.hex(),
    }


PROVISIONERS: Provisioners = {"random:index/randomId:RandomId": _random_id}
