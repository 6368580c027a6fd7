"""`python -m docs`: writes the tables of options and outputs into the documents."""

from pathlib import Path

from docs import tables
from infra.config.settings import load_schema
from infra.outputs import OUTPUTS

DOCS = Path(__file__).resolve().parent
README = DOCS.parent / "README.md"
OPTIONS = DOCS / "options.md"


def main() -> None:
    """Rewrite both documents."""
    schema = load_schema()
    readme, options = (path.read_text(encoding="utf-8") for path in (README, OPTIONS))
    README.write_text(tables.readme(readme, schema, OUTPUTS), encoding="utf-8")
    OPTIONS.write_text(tables.options(options, schema), encoding="utf-8")


if __name__ == "__main__":
    main()
