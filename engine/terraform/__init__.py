"""The real Terraform AWS provider, called through its plugin protocol."""
