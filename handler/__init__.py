"""Code of the Lambda functions: makes variants, a record and a notification of each upload."""
