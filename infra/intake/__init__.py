"""Uploads: their bucket and its events, the queue, dead letters, and the direct trigger."""
