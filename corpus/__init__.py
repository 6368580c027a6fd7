"""Run the handler's image code over a folder of files, each with the limits of a small function."""
