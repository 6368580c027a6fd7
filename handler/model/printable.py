"""Sanitizing of untrusted text for log lines and records."""


def printable(text: str, max_bytes: int) -> str:
    """Return the text on one line, without control characters, within `max_bytes` of UTF-8."""
    visible = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(visible.split()).encode()[:max_bytes].decode(errors="ignore")
