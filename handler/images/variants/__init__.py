"""Variant options: parsing, rules, output formats. Standard library only."""
