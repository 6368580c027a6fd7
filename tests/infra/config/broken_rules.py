"""For each rule between options, a configuration that breaks it alone, and what a user reads."""

from collections.abc import Mapping
from dataclasses import dataclass

ACCOUNT = "eu-north-1:123456789012"
QUEUE, TOPIC = f"arn:aws:sqs:{ACCOUNT}:photos", f"arn:aws:sns:{ACCOUNT}:photos"
LAYER = f"arn:aws:lambda:{ACCOUNT}:layer:pillow:4"
KEY = f"arn:aws:kms:{ACCOUNT}:key/0a1b-2c3d"
SUBNETS = ["subnet-0a", "subnet-0b"]
NETWORK = {"vpcId": "vpc-0a", "subnetIds": SUBNETS}
ENDPOINTS = {"enableVpcEndpoints": True, "routeTableIds": ["rtb-0a"]}


IS_ELSEWHERE = "is not in the stack's region, eu-north-1"


def elsewhere(arn: str) -> str:
    """Return the ARN with another region than that of the other ARNs."""
    return arn.replace("eu-north-1", "eu-west-3")


@dataclass(frozen=True)
class Breach:
    """What breaks a rule, by options, and the only problem that follows."""

    config: Mapping[str, object]
    key: str
    why: str


BREACHES: Mapping[str, Breach] = {
    "runtime_loads_pillow": Breach({"runtime": "python3.11"}, "runtime", "Amazon Linux 2"),
    "reserved_concurrency_covers_the_queue": Breach(
        {"reservedConcurrency": 5, "maxConcurrency": 6}, "reservedConcurrency", "which is 6"
    ),
    "provisioned_concurrency_is_reserved": Breach(
        {"reservedConcurrency": 10, "provisionedConcurrency": 20},
        *("provisionedConcurrency", "needs reservedConcurrency of at least 20"),
    ),
    "extra_layers_are_in_the_region": Breach(
        {"extraLayerArns": [elsewhere(LAYER)]}, "extraLayerArns", IS_ELSEWHERE
    ),
    "extra_policies_are_in_the_partition": Breach(
        {"extraPolicyArns": ["arn:aws-cn:iam::aws:policy/ReadOnlyAccess"]},
        *("extraPolicyArns", "is not in aws, the partition of the stack's region"),
    ),
    "alarm_topic_is_in_the_region": Breach(
        {"alarmTopicArn": elsewhere(TOPIC)}, "alarmTopicArn", IS_ELSEWHERE
    ),
    "queue_is_in_the_region": Breach(
        {"existingQueueArn": elsewhere(QUEUE), "existingUploadBucket": "photos"},
        *("existingQueueArn", IS_ELSEWHERE),
    ),
    "dead_letters_are_in_the_region": Breach(
        {"existingDeadLetterQueueArn": elsewhere(QUEUE)}, "existingDeadLetterQueueArn", IS_ELSEWHERE
    ),
    "topic_is_in_the_region": Breach(
        {"existingTopicArn": elsewhere(TOPIC)}, "existingTopicArn", IS_ELSEWHERE
    ),
    "key_is_in_the_region": Breach(
        {"existingKmsKeyArn": elsewhere(KEY)}, "existingKmsKeyArn", IS_ELSEWHERE
    ),
    "layer_is_in_the_region": Breach(
        {"existingLayerArn": elsewhere(LAYER)}, "existingLayerArn", IS_ELSEWHERE
    ),
    "filter_fits_the_pattern": Breach(
        {
            "trigger": "eventbridge",
            "keyPrefixes": [f"{letter}{'x' * 19}/" for letter in "abcdefghij"],
            "keySuffixes": [f".{letter}" for letter in "abcdefg"],
        },
        *("keyPrefixes", "EventBridge's limit of 2048"),
    ),
    "provisioned_concurrency_scales_up": Breach(
        {"provisionedConcurrency": 5, "provisionedConcurrencyMax": 5},
        *("provisionedConcurrencyMax", "more than provisionedConcurrency, which is 5"),
    ),
    "email_subscribes_once": Breach(
        {
            "notificationEmail": "a@example.com",
            "subscriptions": [{"protocol": "email", "endpoint": "a@example.com"}],
        },
        *("notificationEmail", "the endpoint of one of subscriptions already"),
    ),
    "snapshot_excludes_provisioned_concurrency": Breach(
        {"enableSnapStart": True, "provisionedConcurrency": 1},
        *("enableSnapStart", "cannot be combined with provisionedConcurrency"),
    ),
    "snapshot_has_little_storage": Breach(
        {"enableSnapStart": True, "ephemeralStorageMib": 513},
        *("enableSnapStart", "more than 512 MiB of ephemeralStorageMib"),
    ),
    "large_batch_has_a_window": Breach(
        {"batchSize": 11, "batchWindowSeconds": 0}, "batchSize", "need a batchWindowSeconds"
    ),
    "prefixes_without_asterisk": Breach(
        {"keyPrefixes": ["a/", "b*/"]}, "keyPrefixes", "S3 takes no * in a filter"
    ),
    "suffixes_without_asterisk": Breach(
        {"trigger": "s3", "keySuffixes": ["*.jpg"]}, "keySuffixes", "S3 takes no * in a filter"
    ),
    "notifications_are_replaced_knowingly": Breach(
        {"existingUploadBucket": "photos"},
        *("existingUploadBucket", "get-bucket-notification-configuration --bucket photos"),
    ),
    "deletes_need_records": Breach(
        {"propagateDeletes": True, "enableRecords": False}, "propagateDeletes", "enableRecords"
    ),
    "email_needs_notifications": Breach(
        {"notificationEmail": "a@example.com", "enableNotifications": False},
        *("notificationEmail", "contradicts enableNotifications"),
    ),
    "subscriptions_need_notifications": Breach(
        {
            "subscriptions": [{"protocol": "sqs", "endpoint": QUEUE}],
            "enableNotifications": False,
        },
        *("subscriptions", "contradicts enableNotifications"),
    ),
    "protection_excludes_force_destroy": Breach(
        {"enableProtection": True, "forceDestroy": True}, "enableProtection", "forceDestroy"
    ),
    "glacier_follows_infrequent_access": Breach(
        {"glacierAfterDays": 59, "infrequentAccessAfterDays": 30},
        *("glacierAfterDays", "at least 60"),
    ),
    "tiering_is_the_only_move": Breach(
        {"enableIntelligentTiering": True, "infrequentAccessAfterDays": 30},
        *("enableIntelligentTiering", "cannot be combined"),
    ),
    "outputs_expire_after_the_moves": Breach(
        {"outputExpirationDays": 90, "glacierAfterDays": 90},
        *("outputExpirationDays", "more than the 90 days"),
    ),
    "pixels_fit_the_memory": Breach(
        {"maxSourcePixels": 18_100_001, "memoryMib": 512},
        *("maxSourcePixels", "512 MiB of memory can hold 18100000 pixels"),
    ),
    "outputs_fit_the_memory": Breach(
        {"maxOutputBytes": 91_645_543, "memoryMib": 587}, "maxOutputBytes", "of 91645542 bytes"
    ),
    "step_fits_the_timeout": Breach(
        {"maxStepSeconds": 60, "timeoutSeconds": 60}, "maxStepSeconds", "less than timeoutSeconds"
    ),
    "processor_time_fits_the_timeout": Breach(
        {"maxCpuSeconds": 61, "timeoutSeconds": 60}, "maxCpuSeconds", "60 s give it 60 CPU seconds"
    ),
    "endpoints_have_routes": Breach(
        {"enableVpcEndpoints": True, "routeTableIds": []}, "enableVpcEndpoints", "routeTableIds"
    ),
    "network_goes_with_subnets": Breach(
        {"vpcId": "", "subnetIds": SUBNETS}, "vpcId", "goes with subnetIds"
    ),
    "network_has_a_way_out": Breach(NETWORK, "vpcId", "could reach nothing"),
    "alarm_email_needs_a_created_topic": Breach(
        {"alarmEmail": "a@example.com", "alarmTopicArn": TOPIC}, "alarmEmail", "alarmTopicArn"
    ),
    "alarms_have_lines_to_count": Breach(
        {"enableAlarms": True, "logLevel": "ERROR"}, "enableAlarms", "logLevel ERROR"
    ),
    "dashboard_has_lines_to_count": Breach(
        {"enableDashboard": True, "logFormat": "text"}, "enableDashboard", "logFormat text"
    ),
    "empty_prefix_makes_no_variants": Breach(
        {"layout": "one-bucket", "uploadPrefix": ""}, "uploadPrefix", "only if variants is"
    ),
    "upload_prefix_precedes_key_prefixes": Breach(
        {"layout": "one-bucket", "keyPrefixes": ["b/", "uploads/a/"]},
        *("uploadPrefix", "leave it out of 'uploads/a/'"),
    ),
    "variants_are_apart_from_uploads": Breach(
        {"layout": "one-bucket", "uploadPrefix": "in/", "processedPrefix": "in/out/"},
        *("processedPrefix", "neither begin with uploadPrefix 'in/'"),
    ),
    "one_bucket_needs_no_second": Breach(
        {"layout": "one-bucket", "existingProcessedBucket": "photos"},
        *("existingProcessedBucket", "contradicts layout one-bucket"),
    ),
    "variants_have_another_bucket": Breach(
        {
            "existingUploadBucket": "photos",
            "replaceNotifications": True,
            "existingProcessedBucket": "photos",
        },
        *("existingProcessedBucket", "should not be existingUploadBucket"),
    ),
    "queue_is_fed_by_its_owner": Breach(
        {"existingQueueArn": QUEUE}, "existingQueueArn", "goes with existingUploadBucket"
    ),
    "queue_is_what_triggers": Breach(
        {"existingQueueArn": QUEUE, "existingUploadBucket": "photos", "trigger": "eventbridge"},
        *("existingQueueArn", "contradicts trigger eventbridge"),
    ),
    "dead_letters_are_kept": Breach(
        {"existingDeadLetterQueueArn": QUEUE, "enableDlq": False},
        *("existingDeadLetterQueueArn", "contradicts enableDlq"),
    ),
    "layer_is_added_once": Breach(
        {"existingLayerArn": LAYER, "extraLayerArns": [LAYER]},
        *("existingLayerArn", "is one of extraLayerArns too"),
    ),
    "table_needs_records": Breach(
        {"existingTableName": "Photos", "enableRecords": False},
        *("existingTableName", "contradicts enableRecords"),
    ),
    "topic_needs_notifications": Breach(
        {"existingTopicArn": TOPIC, "enableNotifications": False},
        *("existingTopicArn", "contradicts enableNotifications"),
    ),
    "key_is_the_only_one": Breach(
        {"existingKmsKeyArn": KEY, "enableKms": True}, "existingKmsKeyArn", "contradicts enableKms"
    ),
    "reconciler_needs_records": Breach(
        {"enableReconciler": True, "enableRecords": False}, "enableReconciler", "enableRecords"
    ),
    "direct_reconciler_reaches_lambda": Breach(
        {"enableReconciler": True, "trigger": "s3", **NETWORK, **ENDPOINTS},
        *("enableReconciler", "needs a way to Lambda"),
    ),
    "grace_outlasts_redelivery": Breach(
        {"enableReconciler": True, "reconcileGraceHours": 5, "trigger": "s3"},
        *("enableReconciler", "needs reconcileGraceHours of 6"),
    ),
}
"""By names of rules. What is not set has its default."""
