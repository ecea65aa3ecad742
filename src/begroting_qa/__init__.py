"""Cited answers to questions about the budget documents of Dutch municipalities."""

__version__ = "0.1.0"
