"""Subcommand of the documents."""

import typer


def docs() -> None:
    """Write the tables of options, variants and outputs."""
    from docs.rewrite import rewrite_documents
    from docs.tables import DocumentError

    try:
        rewrite_documents()
    except DocumentError as error:
        raise typer.TyperException(str(error)) from error


COMMANDS = (docs,)
"""In the order in which `imagepipe --help` lists them."""
