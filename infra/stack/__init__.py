"""Values that all components of a stack share: names, account, references, policies, history."""
