"""Program that decodes a picture with libvips: from its standard input to its output, as PNG.

A process that has used libvips must not fork, so that this one does nothing else.
"""

import sys
from contextlib import suppress

import pyvips


def main() -> int:
    """Write the picture; why there is none, to standard error."""
    try:
        opened = pyvips.Image.new_from_buffer(sys.stdin.buffer.read(), "", fail_on="error")
        png = _displayed(opened).pngsave_buffer(compression=1, keep=pyvips.ForeignKeep.NONE)
    except pyvips.Error as error:
        sys.stderr.write(str(error))
        return 1
    sys.stdout.buffer.write(png)
    return 0


def _displayed(image: pyvips.Image) -> pyvips.Image:
    """Return the image upright, in sRGB with perceptual intent, of 8 bits."""
    upright = image.autorot()
    if upright.get_typeof("icc-profile-data"):
        with suppress(pyvips.Error):  # the profile is for another colour space
            upright = upright.icc_transform("srgb", embedded=True, intent="perceptual")
    colours = upright.colourspace("srgb")
    return colours[: 4 if colours.hasalpha() else 3].cast("uchar")


if __name__ == "__main__":
    sys.exit(main())
