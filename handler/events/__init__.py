"""S3 and SQS events as values."""
