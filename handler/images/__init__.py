"""From the bytes of an upload to the bytes of its variants, and what can be told of it. Pure."""
