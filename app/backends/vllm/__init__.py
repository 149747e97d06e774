"""Models run by vLLM: by a server started and stopped here, or by an engine in a process of its own."""

from app.backends.vllm.engine import EngineModel
from app.backends.vllm.served import ServedModel
from app.backends.vllm.server import VLLMServer
from app.backends.vllm.settings import VLLMSettings

__all__ = ["EngineModel", "ServedModel", "VLLMServer", "VLLMSettings"]
