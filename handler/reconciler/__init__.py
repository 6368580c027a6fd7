"""Reconciler: a second function that compares uploads with their records and requeues them."""
