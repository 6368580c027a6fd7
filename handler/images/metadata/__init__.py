"""EXIF, captions, rights, and perceptual descriptions of a picture."""
