"""Text of strangers, made fit for a line of a log or a field of a record."""


def printable(text: str, max_bytes: int) -> str:
    """Return the text on one line, without control characters, cut at `max_bytes` of UTF-8."""
    visible = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(visible.split()).encode()[:max_bytes].decode(errors="ignore")
