"""The types of resources, for `Deployment.of_type`."""

ALARM = "cloudwatch/metricAlarm:MetricAlarm"
FUNCTION = "lambda/function:Function"
MAPPING = "lambda/eventSourceMapping:EventSourceMapping"
NOTIFICATION = "s3/bucketNotification:BucketNotification"
SUBSCRIPTION = "sns/topicSubscription:TopicSubscription"
