"""From the bytes of an upload to upright sRGB pixels."""
