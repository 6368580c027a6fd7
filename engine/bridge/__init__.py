"""Providers for Pulumi's engine: `aws` over the real Terraform provider, and `random`.

pulumi-aws itself is this provider with pulumi-aws's names. It is a large download from outside the
package index, and a version of Terraform's provider is often there already.
"""
