"""Decoding of uploads to upright sRGB pixels, and description of them."""
