"""`python -m cage`: the server of runs, which `app.backends.tools.sandbox` starts."""

from .server import main

main()
