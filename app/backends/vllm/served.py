"""A model on a vLLM server that is started for the first question, and stopped when nobody asks any more."""

from __future__ import annotations

import asyncio
import hashlib
import json

from app.backends.chat import ChatRequest, Halted, Reply, RequestFailed, Usage
from app.backends.vllm.server import VLLMServer
from app.backends.vllm.settings import VLLMSettings
from app.backends.wire import WireModel
from app.backends.wire.bodies import Bodies


class ServedModel:
    """A server and its client; `ask` raises `BackendUnavailable` when it cannot be had or has ended."""

    def __init__(self, settings: VLLMSettings) -> None:
        self._settings = settings
        self._server = VLLMServer(settings)
        self._client = settings.client_settings(self._server.base_url)
        self._model = WireModel(self._client)
        self._starting: asyncio.Task[VLLMServer] | None = None

    def __repr__(self) -> str:
        return f"ServedModel({self._settings.name!r})"

    async def ask(self, request: ChatRequest) -> Reply:
        if self._starting is None:
            self._starting = asyncio.create_task(asyncio.to_thread(self._server.__enter__))
        await asyncio.shield(self._starting)
        try:
            return await self._model.ask(request)
        except (RequestFailed, Halted):
            self._server.check()  # one that has ended says why in its log
            raise

    def bound(self, request: ChatRequest) -> Usage:
        return self._model.bound(request)

    def fingerprint(self, request: ChatRequest) -> str:
        """Without the address, which is another one at every start."""
        asked = [self._settings.arguments(), Bodies(self._client).body(request), request.draws]
        text = json.dumps(asked, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    async def close(self) -> None:
        await self._model.close()
        await asyncio.to_thread(self._server.close)
