"""Strategies: how the questions of a benchmark are put to a model that is asked in messages."""
