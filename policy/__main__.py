"""Serves the rules to Pulumi's engine, for `pulumi preview --policy-pack policy`."""

import sys
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    # The engine runs this directory as a script: Python then looks for modules in it, and not
    # beside it, where the package is.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    import_module("policy.pack").serve()
