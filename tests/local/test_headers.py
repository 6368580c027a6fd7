"""Proves that headers, metadata and tags are stored with a variant, with the grants for them."""

from collections.abc import Callable, Mapping

import pytest

from local.stack import LocalStack
from tests.local.pipe import wait_for_final
from tests.local.sources import SOURCES

SPEC: Mapping[str, object] = {
    "name": "v",
    "format": "jpeg",
    "cacheControl": "public, max-age=60",
    "contentDisposition": "attachment",
    "copyUserMetadata": True,
    "copyTags": True,
}


@pytest.fixture(scope="module")
def labelled(deployed: Callable[..., LocalStack]) -> LocalStack:
    return deployed(variants=[SPEC])


def test_headers_metadata_and_tags_are_read_back(labelled: LocalStack) -> None:
    s3, outputs = labelled.clients.s3, labelled.outputs
    version_id = s3.put_object(
        Bucket=outputs["uploadBucketName"],
        Key="album/båt.jpg",
        Body=SOURCES["plain.jpg"],
        Metadata={"author": "Ann", "title": "=?UTF-8?B?QsOldA==?="},
        Tagging="project=a%26b&empty=",
    )["VersionId"]
    assert wait_for_final(labelled, "album/båt.jpg", version_id)["status"] == "processed"
    bucket, key = outputs["processedBucketName"], "album/båt_v.jpg"
    facts = s3.head_object(Bucket=bucket, Key=key)
    assert facts["ContentType"] == "image/jpeg"
    assert facts["CacheControl"] == "public, max-age=60"
    assert facts["ContentDisposition"] == (
        "attachment; filename=\"b_t_v.jpg\"; filename*=UTF-8''b%C3%A5t_v.jpg"
    )
    assert facts["Metadata"] == {"author": "Ann", "title": "=?UTF-8?B?QsOldA==?="}
    tags = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"project": "a&b", "empty": ""}


def test_only_a_stack_that_copies_tags_is_granted_access_to_them(
    labelled: LocalStack, local_stack: LocalStack
) -> None:
    def sids(of: LocalStack) -> set[str]:
        policy = of.clients.iam.get_role_policy(
            RoleName=of.outputs["roleName"], PolicyName="processor"
        )
        document: Mapping[str, list[Mapping[str, str]]] = policy["PolicyDocument"]  # pyright: ignore[reportAssignmentType] # the stubs do not know it
        return {statement["Sid"] for statement in document["Statement"]}

    assert sids(labelled) - sids(local_stack) == {"ReadUploadTags", "WriteVariantTags"}
