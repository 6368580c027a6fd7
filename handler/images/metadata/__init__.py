"""EXIF, captions, rights, and what describes a picture."""
