"""What a tool is to a model, and the base of all tools: arguments are checked before anything happens."""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from app.backends.chat import ToolSpec

Arguments = TypeVar("Arguments", bound=BaseModel)


@dataclass(frozen=True)
class ToolResult:
    """What a call came to: the text that the model reads, and how long it took in seconds.

    `ran` says whether code was really executed or a computation carried out; `error`, whether that failed.
    """

    text: str
    ran: bool
    error: bool
    seconds: float = 0.0


class Tool(Protocol):
    """A function that a model may call, from any number of conversations at once, on any event loop.

    `call` takes what the model wrote as arguments and never raises for it: a bad call has a result that
    says what was wrong. It raises BackendUnavailable where the tool cannot work on this machine.
    """

    @property
    def spec(self) -> ToolSpec:
        """How the tool is offered: its name, what it does, and the JSON schema of its parameters."""
        ...

    async def ready(self) -> None:
        """Make sure that calls can be carried out here, or raise BackendUnavailable."""
        ...

    async def call(self, arguments: str) -> ToolResult: ...

    def close(self) -> None:
        """Let its processes go; may be called more than once."""
        ...


class CheckedTool(ABC, Generic[Arguments]):
    """The base of our tools: `parameters` is a pydantic model, which gives the schema and checks calls."""

    name: ClassVar[str]
    description: ClassVar[str]
    parameters: type[Arguments]

    @property
    def spec(self) -> ToolSpec:
        return ToolSpec(self.name, self.description, self.parameters.model_json_schema())

    async def ready(self) -> None:
        """Most tools work everywhere."""

    async def call(self, arguments: str) -> ToolResult:
        began = time.monotonic()
        try:
            checked = self.parameters.model_validate(arguments_object(arguments))
        except ValidationError as error:
            return ToolResult(_faults(self.name, error), ran=False, error=True)
        except ValueError as error:
            return ToolResult(f"Bad call of {self.name}: {error}", ran=False, error=True)
        result = await self.use(checked)
        return ToolResult(result.text, result.ran, result.error, time.monotonic() - began)

    @abstractmethod
    async def use(self, arguments: Arguments) -> ToolResult:
        """Do it; the arguments are as the schema wants them."""
        ...

    def close(self) -> None:
        """Nothing is held by a tool without processes."""


def arguments_object(text: str) -> dict[str, Any]:
    """The arguments of a call, which a model writes as a JSON object; a ValueError says what they are not.

    An empty string is taken for no arguments, as some servers send it.
    """
    try:
        arguments = json.loads(text or "{}")
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"the arguments are no valid JSON ({error})") from None
    if not isinstance(arguments, dict):
        raise ValueError(f"the arguments must be a JSON object, not {json.dumps(arguments)[:100]}")
    return arguments


def _faults(name: str, error: ValidationError) -> str:
    told = "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'arguments'}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)
    )
    return f"Bad call of {name}: {told}"
