"""Failure drills: the real handler on a simulated AWS, with injected faults, replayable by seed."""
