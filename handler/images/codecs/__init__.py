"""Calls into Pillow's decoders and encoders; their errors are kept apart from our own defects."""
