"""The local twin: the same Pulumi program on an embedded AWS, and a demo on top of it.

Imports point one way: __main__ -> demo -> twin -> {deploy -> engine -> resources -> inputs, emulator}.
Nothing here imports `infra`; the program is run as it is.
"""
