"""Tools that a model may call: a computer algebra system, and Python in a sandbox."""
