"""AWS in memory: what the handler's clients call, with AWS's versions and conditional writes."""
