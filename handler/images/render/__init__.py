"""Rendering and encoding of sRGB pixels into variants."""
