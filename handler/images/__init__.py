"""Image processing: decodes and describes uploads, renders and encodes variants. Pure."""
