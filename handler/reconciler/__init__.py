"""A second function: compares the uploads with their records, and hands back what has none."""
