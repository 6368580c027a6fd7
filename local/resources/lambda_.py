"""Functions, layers and what feeds them."""

from local.clients import Clients
from local.inputs import Inputs
from local.resources.made import Made, Makers


def _layer_version(clients: Clients, inputs: Inputs, logical_name: str) -> Made:
    inputs.without_effect("skipDestroy")
    name = inputs.name(logical_name, "layerName")
    layer = clients.lambda_.publish_layer_version(
        LayerName=name, Content={"ZipFile": inputs.archive("code")}, **inputs.rest()
    )
    arn = layer["LayerVersionArn"]
    version = str(layer["Version"])
    return arn, {"arn": arn, "layerArn": layer["LayerArn"], "layerName": name, "version": version}


def _function(clients: Clients, inputs: Inputs, logical_name: str) -> Made:
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


def _event_source_mapping(clients: Clients, inputs: Inputs, _name: str) -> Made:
    tags = inputs.mapping("tags")
    mapping = clients.lambda_.create_event_source_mapping(
        Tags=tags, **inputs.rest(kmsKeyArn="KMSKeyArn")
    )
    return mapping["UUID"], {
        "arn": mapping["EventSourceMappingArn"],
        "functionArn": mapping["FunctionArn"],
        "uuid": mapping["UUID"],
    }


MAKERS: Makers = {
    "aws:lambda/eventSourceMapping:EventSourceMapping": _event_source_mapping,
    "aws:lambda/function:Function": _function,
    "aws:lambda/layerVersion:LayerVersion": _layer_version,
}
