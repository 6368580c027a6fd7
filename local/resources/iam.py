"""Create roles, their inline policies and attachments."""

import json
from typing import cast

from local.clients import Clients
from local.inputs import Inputs
from local.resources.resource_state import Provisioners, ResourceState

SEND = "sqs:SendMessage"


def _role(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    inputs.without_effect("forceDetachPolicies")
    name = inputs.name(logical_name)
    tags = inputs.tags()
    role = clients.iam.create_role(
        RoleName=name,
        Tags=tags,
        **inputs.rest(assumeRolePolicy="AssumeRolePolicyDocument"),
    )["Role"]
    return name, {"arn": role["Arn"], "name": name, "uniqueId": role["RoleId"]}


def _role_policy(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    role, name = inputs.text("role"), inputs.name(logical_name)
    clients.iam.put_role_policy(
        RoleName=role, PolicyName=name, PolicyDocument=_with_batches(inputs.text("policy"))
    )
    return f"{role}:{name}", {"name": name}


def _with_batches(policy: str) -> str:
    """Add SendMessageBatch to SendMessage, which covers it in AWS, but not in ministack.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
    """
    document = json.loads(policy)
    for statement in document["Statement"]:
        actions: object = statement.get("Action")
        if isinstance(actions, list) and SEND in actions:
            statement["Action"] = [*cast("list[object]", actions), f"{SEND}Batch"]
    return json.dumps(document)


def _role_policy_attachment(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    role, policy_arn = inputs.text("role"), inputs.text("policyArn")
    clients.iam.attach_role_policy(RoleName=role, PolicyArn=policy_arn)
    return f"{role}-{policy_arn}", {}


PROVISIONERS: Provisioners = {
    "aws:iam/role:Role": _role,
    "aws:iam/rolePolicy:RolePolicy": _role_policy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _role_policy_attachment,
}
