"""Calls into Pillow's decoders and encoders, which separate codec errors from our own defects."""
