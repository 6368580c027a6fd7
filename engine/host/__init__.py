"""The host of Pulumi's engine for programs in Python.

Pulumi's own is part of its installation, and not of the Go module from which the CLI can be built.
"""
