"""Proves that the function has the size, environment, logs and tracing that are configured."""

import json

from tests.infra.conftest import DeployStack
from tests.infra.tokens import FUNCTION


def test_the_function_gets_the_configured_size_environment_layers_and_policies(
    deploy_stack: DeployStack,
) -> None:
    layer = "arn:aws:lambda:us-east-1:123456789012:layer:extra:3"
    policy = "arn:aws:iam::aws:policy/CloudWatchLambdaInsightsExecutionRolePolicy"
    deployment = deploy_stack(
        "dev",
        ephemeralStorageMib=1024,
        reservedConcurrency=20,
        extraEnvironment={"FEATURE": "on"},
        extraLayerArns=[layer],
        extraPolicyArns=[policy],
    )
    inputs = deployment.one(FUNCTION).inputs
    assert inputs["ephemeralStorage"] == {"size": 1024}
    assert inputs["reservedConcurrentExecutions"] == 20
    assert inputs["environment"]["variables"]["FEATURE"] == "on"
    assert inputs["layers"][1:] == [layer]
    attachment = deployment.one("iam/rolePolicyAttachment:RolePolicyAttachment")
    assert attachment.inputs["policyArn"] == policy
    assert attachment.urn in deployment.one(FUNCTION).dependencies


def test_lambda_logs_in_the_format_of_the_handler_and_drops_none_of_its_lines(
    deploy_stack: DeployStack,
) -> None:
    for log_format, levels in (
        ("json", {"logFormat": "JSON", "applicationLogLevel": "DEBUG", "systemLogLevel": "INFO"}),
        ("text", {"logFormat": "Text"}),
    ):
        deployment = deploy_stack("dev", logFormat=log_format)
        inputs = deployment.one(FUNCTION).inputs
        group = deployment.outputs["logGroupName"]
        assert inputs["loggingConfig"] == {**levels, "logGroup": group}
        assert inputs["environment"]["variables"]["LOG_FORMAT"] == log_format


def test_tracing_is_switched_on_together_with_the_permission_to_send_traces(
    deploy_stack: DeployStack,
) -> None:
    for enabled, mode in ((True, "Active"), (False, "PassThrough")):
        deployment = deploy_stack("dev", enableXray=enabled)
        assert deployment.one(FUNCTION).inputs["tracingConfig"] == {"mode": mode}
        policy = json.loads(deployment.one("iam/rolePolicy:RolePolicy").inputs["policy"])
        sids = [statement["Sid"] for statement in policy["Statement"]]
        assert ("SendTraces" in sids) == enabled
