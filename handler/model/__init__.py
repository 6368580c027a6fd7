"""Values and errors shared by all packages of the handler. Standard library only."""
