"""The command `imagepipe`. Each subcommand is in `commands.py` of the folder that it runs."""
