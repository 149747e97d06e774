"""Any server that speaks OpenAI's protocols: vLLM, SGLang, Ollama, OpenAI and their like."""

from app.backends.wire.model import WireModel
from app.backends.wire.settings import OpenAISettings

__all__ = ["OpenAISettings", "WireModel"]
