"""Serve the rules to Pulumi's engine, for `pulumi preview --policy-pack policy`."""

import sys
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    # The engine runs this directory as a script, so Python searches it for modules; the `policy`
    # package itself is found in the parent directory.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    import_module("policy.pack").serve()
