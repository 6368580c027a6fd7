"""Messages of Terraform's plugin protocol, version 5, without the fields that are not used here.

They are described field by field, so that nothing has to be generated:
https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
"""

from collections.abc import Mapping
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

Field = descriptor_pb2.FieldDescriptorProto

SCALARS = {
    "string": Field.TYPE_STRING,
    "bytes": Field.TYPE_BYTES,
    "bool": Field.TYPE_BOOL,
    "int32": Field.TYPE_INT32,
    "int64": Field.TYPE_INT64,
}

FIELDS: Mapping[str, str] = {
    "DynamicValue": "1 msgpack bytes",
    "Step": "1 attribute_name string, 2 element_key_string string, 3 element_key_int int64",
    "AttributePath": "1 steps Step*",
    "Diagnostic": "1 severity int32, 2 summary string, 3 detail string, 4 attribute AttributePath",
    "Attribute": (
        "1 name string, 2 type bytes, 4 required bool, 5 optional bool, 6 computed bool,"
        " 7 sensitive bool"
    ),
    "NestedBlock": (
        "1 type_name string, 2 block Block, 3 nesting int32, 4 min_items int64, 5 max_items int64"
    ),
    "Block": "1 version int64, 2 attributes Attribute*, 3 block_types NestedBlock*",
    "Schema": "1 version int64, 2 block Block",
    "SchemaEntry": "1 key string, 2 value Schema",
    "Empty": "",
    "SchemaResponse": (
        "1 provider Schema, 2 resource_schemas SchemaEntry*, 3 data_source_schemas SchemaEntry*,"
        " 4 diagnostics Diagnostic*"
    ),
    "PrepareRequest": "1 config DynamicValue",
    "PrepareResponse": "1 prepared_config DynamicValue, 2 diagnostics Diagnostic*",
    "ConfigureRequest": "1 terraform_version string, 2 config DynamicValue",
    "ConfigureResponse": "1 diagnostics Diagnostic*",
    "ValidateRequest": "1 type_name string, 2 config DynamicValue",
    "ValidateResponse": "1 diagnostics Diagnostic*",
    "ReadRequest": "1 type_name string, 2 current_state DynamicValue, 3 private bytes",
    "ReadResponse": "1 new_state DynamicValue, 2 diagnostics Diagnostic*, 3 private bytes",
    "PlanRequest": (
        "1 type_name string, 2 prior_state DynamicValue, 3 proposed_new_state DynamicValue,"
        " 4 config DynamicValue, 5 prior_private bytes"
    ),
    "PlanResponse": (
        "1 planned_state DynamicValue, 2 requires_replace AttributePath*, 3 planned_private bytes,"
        " 4 diagnostics Diagnostic*"
    ),
    "ApplyRequest": (
        "1 type_name string, 2 prior_state DynamicValue, 3 planned_state DynamicValue,"
        " 4 config DynamicValue, 5 planned_private bytes"
    ),
    "ApplyResponse": "1 new_state DynamicValue, 2 private bytes, 3 diagnostics Diagnostic*",
    "DataRequest": "1 type_name string, 2 config DynamicValue",
    "DataResponse": "1 state DynamicValue, 2 diagnostics Diagnostic*",
}
"""Number, name and type of each field of a message; `*` after a type means repeated.

Enums are sent as integers, and maps as repeated entries of a key and a value.
"""


def _classes() -> Mapping[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(
        name="terraform_plugin.proto", package="terraform", syntax="proto3"
    )
    for name, fields in FIELDS.items():
        message = file.message_type.add(name=name)
        for number, field_name, kind in (field.split() for field in fields.split(",") if field):
            bare, repeated = kind.rstrip("*"), kind.endswith("*")
            field = message.field.add(name=field_name, number=int(number))
            field.label = Field.LABEL_REPEATED if repeated else Field.LABEL_OPTIONAL
            field.type = SCALARS.get(bare, Field.TYPE_MESSAGE)
            if bare not in SCALARS:
                field.type_name = f".terraform.{bare}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)  # pyright: ignore[reportUnknownMemberType] - untyped in protobuf
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"terraform.{name}"))
        for name in FIELDS
    }


MESSAGES = _classes()
"""The class of each message."""
