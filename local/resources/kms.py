"""Create KMS keys and aliases."""

from local.clients import Clients
from local.inputs import Inputs
from local.resources.resource_state import Provisioners, ResourceState


def _key(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    inputs.without_effect("deletionWindowInDays")
    rotates = inputs.flag("enableKeyRotation")
    rotation_days = inputs.integer("rotationPeriodInDays", default=365)
    key = clients.kms.create_key(
        Tags=[{"TagKey": key, "TagValue": value} for key, value in inputs.mapping("tags").items()],
        **inputs.rest(customerMasterKeySpec="KeySpec"),
    )["KeyMetadata"]
    key_id = key["KeyId"]
    if rotates:
        clients.kms.enable_key_rotation(KeyId=key_id, RotationPeriodInDays=rotation_days)
    return key_id, {"arn": key.get("Arn"), "keyId": key_id}


def _alias(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    name, target = inputs.text("name"), inputs.text("targetKeyId")
    clients.kms.create_alias(AliasName=name, TargetKeyId=target)
    arn = clients.kms.describe_key(KeyId=target)["KeyMetadata"].get("Arn", "")
    return name, {"arn": arn.replace(f"key/{target}", name), "targetKeyArn": arn}


PROVISIONERS: Provisioners = {"aws:kms/alias:Alias": _alias, "aws:kms/key:Key": _key}
