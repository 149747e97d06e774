"""Plumbline: shows whether a language model's mathematics still stands when the problem is nudged."""

__version__ = "0.1.0"
