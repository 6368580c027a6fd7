"""Private buckets, their lifecycle and access logs."""
