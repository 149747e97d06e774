"""What runs a model's code and holds it: a small server that starts as a program of its own, without `app`.

It has imported SymPy, NumPy and SciPy once and forks a child for each run; the child gives up every right
before the code begins. These files import each other relatively and the standard library, nothing else,
so that nothing of the service, its settings or its data is ever in that program's memory.
"""
