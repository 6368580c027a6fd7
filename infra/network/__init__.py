"""VPC configuration, security groups and endpoints."""
