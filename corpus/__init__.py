"""Runs the handler's image code over a folder of files, each as in a small function of its own."""
