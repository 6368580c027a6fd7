"""The check under Pulumi's own engine: preview, up, changes and destroy on the embedded AWS.

Imports point one way: commands -> check -> {session, uploads} -> {tools, changes, previews}.
The engine starts `host/` (it runs the Python program) and `bridge/` (it is the provider, over
`terraform/`, which speaks with the real Terraform provider) as processes of their own.
"""
