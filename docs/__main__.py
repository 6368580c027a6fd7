"""`python -m docs`: writes the tables of options, variants and outputs into the documents."""

from collections.abc import Callable
from pathlib import Path

from docs import tables
from handler.images.variants.variant import OPTIONS
from handler.images.variants.watermark import WATERMARK_OPTIONS
from infra.config.settings import load_schema
from infra.outputs import OUTPUTS

DOCS = Path(__file__).resolve().parent
README = DOCS.parent / "README.md"
OPTIONS_DOCUMENT = DOCS / "options.md"
VARIANTS_DOCUMENT = DOCS / "variants.md"


def main() -> None:
    """Rewrite the tables of all documents."""
    schema = load_schema()
    keys = (OPTIONS.values(), WATERMARK_OPTIONS.values())
    _rewrite(README, lambda text: tables.readme(text, schema, OUTPUTS))
    _rewrite(OPTIONS_DOCUMENT, lambda text: tables.options(text, schema))
    _rewrite(VARIANTS_DOCUMENT, lambda text: tables.variants(text, *keys))


def _rewrite(document: Path, change: Callable[[str], str]) -> None:
    document.write_text(change(document.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
