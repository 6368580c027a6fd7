"""Calls into Pillow's decoders and encoders, whose errors are kept apart from defects of this code."""
