"""The Lambda function: an uploaded image becomes variants, a record and a notification."""
