"""Create functions, layers, aliases and event source mappings."""

from local.clients import Clients
from local.errors import LocalStackError
from local.inputs import Inputs
from local.resources.resource_state import Provisioners, ResourceState

CONSUMER_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""


def _layer_version(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    inputs.without_effect("skipDestroy")
    name = inputs.name(logical_name, "layerName")
    layer = clients.lambda_.publish_layer_version(
        LayerName=name, Content={"ZipFile": inputs.archive("code")}, **inputs.rest()
    )
    arn = layer["LayerVersionArn"]
    version = str(layer["Version"])
    return arn, {"arn": arn, "layerArn": layer["LayerArn"], "layerName": name, "version": version}


def _function(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    inputs.without_effect("skipDestroy")
    name = inputs.name(logical_name)
    reserved = inputs.integer("reservedConcurrentExecutions", default=-1)
    function = clients.lambda_.create_function(
        FunctionName=name,
        Code={"ZipFile": inputs.archive("code")},
        Environment={"Variables": inputs.inner("environment").mapping("variables")},
        Tags=inputs.mapping("tags"),
        **inputs.rest(kmsKeyArn="KMSKeyArn"),
    )
    if reserved >= 0:  # pulumi-aws writes "none reserved" as -1
        clients.lambda_.put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=reserved
        )
    arn = function["FunctionArn"]
    return name, {
        "arn": arn,
        "invokeArn": (
            f"arn:aws:apigateway:{clients.region}:lambda:path/2015-03-31/functions/{arn}/invocations"
        ),
        "name": name,
        "version": function["Version"],
    }


def _event_source_mapping(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    function, source = inputs.text("functionName"), inputs.text("eventSourceArn")
    if source.split(":")[2] == "sqs":
        _check_consumer(clients, function, source)
    mapping = clients.lambda_.create_event_source_mapping(
        FunctionName=function,
        EventSourceArn=source,
        Tags=inputs.mapping("tags"),
        **inputs.rest(kmsKeyArn="KMSKeyArn"),
    )
    return mapping["UUID"], {
        "arn": mapping["EventSourceMappingArn"],
        "functionArn": mapping["FunctionArn"],
        "uuid": mapping["UUID"],
    }


def _check_consumer(clients: Clients, function: str, queue_arn: str) -> None:
    """Reject a function whose role cannot read the queue, as AWS does and ministack does not."""
    role_arn = clients.lambda_.get_function_configuration(FunctionName=function)["Role"]
    decisions = clients.iam.simulate_principal_policy(
        PolicySourceArn=role_arn, ActionNames=CONSUMER_ACTIONS, ResourceArns=[queue_arn]
    )["EvaluationResults"]
    missing = [each["EvalActionName"] for each in decisions if each["EvalDecision"] != "allowed"]
    if missing:
        raise LocalStackError(f"the role {role_arn} lacks {', '.join(missing)} on {queue_arn}")


def _alias(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    name = inputs.name(logical_name)
    arn = clients.lambda_.create_alias(Name=name, **inputs.rest())["AliasArn"]
    return arn, {"arn": arn, "name": name}


def _permission(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    statement_id = inputs.name(logical_name, "statementId")
    function = inputs.text("function")
    clients.lambda_.add_permission(FunctionName=function, StatementId=statement_id, **inputs.rest())
    return statement_id, {"statementId": statement_id}


def _event_invoke_config(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    function = inputs.text("functionName")
    clients.lambda_.put_function_event_invoke_config(FunctionName=function, **inputs.rest())
    return function, {}


def _provisioned_concurrency(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    inputs.without_effect("skipDestroy")
    function, qualifier = inputs.text("functionName"), inputs.text("qualifier")
    clients.lambda_.put_provisioned_concurrency_config(
        FunctionName=function, Qualifier=qualifier, **inputs.rest()
    )
    return f"{function},{qualifier}", {}


PROVISIONERS: Provisioners = {
    "aws:lambda/alias:Alias": _alias,
    "aws:lambda/eventSourceMapping:EventSourceMapping": _event_source_mapping,
    "aws:lambda/function:Function": _function,
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": _event_invoke_config,
    "aws:lambda/layerVersion:LayerVersion": _layer_version,
    "aws:lambda/permission:Permission": _permission,
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": (
        _provisioned_concurrency
    ),
}
