"""Changes that make a stack break a rule."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from policy.model import Resource, Stack

Breakage = Callable[[Stack], Stack]
Change = Callable[[Resource], Resource]


def _changed(token: str, name_part: str, change: Change) -> Breakage:
    """Change the first resource of a type whose name contains `name_part`."""

    def apply(stack: Stack) -> Stack:
        victim = next(found for found in stack.of_type(token) if name_part in found.name)
        return Stack(
            resources=[change(found) if found is victim else found for found in stack.resources]
        )

    return apply


def without(token: str, name_part: str = "") -> Breakage:
    """Remove a resource."""

    def apply(stack: Stack) -> Stack:
        victim = next(found for found in stack.of_type(token) if name_part in found.name)
        return Stack(resources=[found for found in stack.resources if found is not victim])

    return apply


def with_input(token: str, name_part: str = "", /, **inputs: object) -> Breakage:
    """Replace inputs of a resource; None removes one."""
    return _changed(
        token, name_part, lambda found: replace(found, inputs={**found.inputs, **inputs})
    )


def with_statement(
    token: str, name_part: str = "", key: str = "policy", /, **statement: object
) -> Breakage:
    """Add a statement to a policy."""

    def change(found: Resource) -> Resource:
        document = json.loads(found.inputs[key])
        added = {"Sid": "Added", "Effect": "Allow", **statement}
        document["Statement"].append(added)
        return replace(found, inputs={**found.inputs, key: json.dumps(document)})

    return _changed(token, name_part, change)


def with_empty_policy(token: str, name_part: str = "", key: str = "policy") -> Breakage:
    """Replace a policy by one without statements."""
    empty = json.dumps({"Version": "2012-10-17", "Statement": []})
    return with_input(token, name_part, **{key: empty})


def without_condition(token: str, condition: str, name_part: str = "") -> Breakage:
    """Remove a condition key from all statements of a policy."""

    def change(found: Resource) -> Resource:
        document = json.loads(found.inputs["policy"])
        for statement in document["Statement"]:
            for tests in statement.get("Condition", {}).values():
                tests.pop(condition, None)
        return replace(found, inputs={**found.inputs, "policy": json.dumps(document)})

    return _changed(token, name_part, change)


def without_objects(token: str, name_part: str = "") -> Breakage:
    """Limit the statements of a bucket policy to the bucket itself, without its objects."""

    def change(found: Resource) -> Resource:
        document = json.loads(found.inputs["policy"])
        for statement in document["Statement"]:
            statement["Resource"] = "arn:aws:s3:::bucket"
        return replace(found, inputs={**found.inputs, "policy": json.dumps(document)})

    return _changed(token, name_part, change)


def unprotected(token: str) -> Breakage:
    """Remove Pulumi's protection from a resource."""
    return _changed(token, "", lambda found: replace(found, protect=False))


def with_resource(
    token: str, references: Mapping[str, str] | None = None, **inputs: object
) -> Breakage:
    """Add a resource; `references` has the type of the resource that each input depends on."""

    def apply(stack: Stack) -> Stack:
        added = Resource(
            type=f"aws:{token}",
            name="added",
            urn="urn:added",
            inputs=inputs,
            references={key: [stack.of_type(of)[0].urn] for key, of in (references or {}).items()},
        )
        return Stack(resources=[*stack.resources, added])

    return apply
