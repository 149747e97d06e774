"""The tool `python`: a model's code, run in the sandbox."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, ConfigDict, Field

from app.backends.tools.base import CheckedTool, ToolResult
from app.backends.tools.sandbox import Sandbox


class Code(BaseModel):
    """What `python` is called with."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(description="Python code. Each call starts afresh: nothing is kept from earlier calls.")


class PythonTool(CheckedTool[Code]):
    """Runs code in a sandbox, which it owns and closes."""

    name = "python"
    description = (
        "Runs Python code and returns what it prints, the value of a last expression, or its traceback. "
        "SymPy, mpmath, NumPy and SciPy can be imported. There is no network, and there are no threads, "
        "other programs or files. Time and memory are limited."
    )
    parameters = Code

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._proven = False

    async def ready(self) -> None:
        if not self._proven:
            await asyncio.wrap_future(self._sandbox.submit(""))
            self._proven = True

    async def use(self, arguments: Code) -> ToolResult:
        execution = await asyncio.wrap_future(self._sandbox.submit(arguments.code))
        return ToolResult(execution.text, execution.ran, execution.error)

    def close(self) -> None:
        self._sandbox.close()
