"""Lambda functions: archives, roles, the processor, provisioned concurrency."""
