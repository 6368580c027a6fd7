"""Reading of TIFF files whose samples have layouts that Pillow cannot read or reads wrongly."""
