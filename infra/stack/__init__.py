"""What all parts of a stack share: names, account, references to resources, policies, history."""
