"""Failure drills: the real handler over a simulated AWS, with faults, replayable by one number."""
