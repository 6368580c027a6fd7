"""The ports, on AWS."""
