"""From sRGB pixels to the bytes of a variant."""
