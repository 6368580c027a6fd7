"""Outcomes: the bucket of variants, the table of records, the topic."""
