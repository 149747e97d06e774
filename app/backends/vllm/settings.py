"""How a model is run by vLLM, served or in process: one record of settings, and vLLM's arguments for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from app.backends.base import BackendSettings
from app.backends.wire import OpenAISettings

SHARED = (
    *("api_key_env", "base_url", "concurrency", "max_tokens", "model"),
    *("seed", "stop", "system", "temperature", "top_p"),
)
"""Settings that the client of a server has under the same name."""

_SECRETS = ("_KEY", "_TOKEN", "_SECRET", "_PASSWORD")
"""How the names of variables end that hold one."""


class VLLMSettings(BackendSettings):
    """The weights, how vLLM is to run them, and how the model is asked.

    `model` is a folder or a name on a hub. `dtype`, `quantization`, `kv_cache_dtype` and `reasoning_parser`
    go to vLLM as they are, which knows what it offers; so do `extra_arguments`, last. What is None is left to
    vLLM. `environment` is added to the process's variables and never holds a secret. `python` is an
    interpreter that has vLLM. `start_timeout` is in seconds. With `base_url` (ending in /v1) nothing is
    started: that server is asked. `seed` plus the repetition is the seed of each answer; `concurrency`
    answers are in the making at once. `client` has further settings of a server's client (`OpenAISettings`).
    """

    model: str = Field(min_length=1)
    served_name: str | None = Field(None, min_length=1)
    dtype: str | None = None
    quantization: str | None = None
    kv_cache_dtype: str | None = None
    max_model_len: int | None = Field(None, ge=1)
    max_num_seqs: int | None = Field(None, ge=1)
    tensor_parallel_size: int | None = Field(None, ge=1)
    data_parallel_size: int | None = Field(None, ge=1)
    enable_prefix_caching: bool = True
    gpu_memory_utilization: float | None = Field(None, gt=0, le=1)
    enforce_eager: bool = False
    reasoning_parser: str | None = None
    extra_arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = Field(default_factory=dict)
    python: str = Field(default_factory=lambda: sys.executable)
    start_timeout: float = Field(600.0, gt=0)
    base_url: str | None = Field(None, pattern=r"^https?://[^\s@]+$")
    api_key_env: str | None = Field(None, pattern="^[A-Z][A-Z0-9_]*$")
    system: str | None = None
    temperature: float | None = Field(None, ge=0)
    top_p: float | None = Field(None, gt=0, le=1)
    max_tokens: int | None = Field(None, ge=1)
    stop: tuple[str, ...] = ()
    seed: int | None = None
    concurrency: int = Field(1024, ge=1, le=4096)
    client: Mapping[str, Any] = Field(default_factory=dict)

    @field_validator("environment")
    @classmethod
    def _holds_no_secret(cls, environment: Mapping[str, str]) -> Mapping[str, str]:
        secret = sorted(name for name in environment if name.upper().endswith(_SECRETS))
        if secret:
            raise ValueError(f"may not hold {', '.join(secret)}; export them where Plumbline runs")
        return environment

    @field_validator("extra_arguments")
    @classmethod
    def _tell_no_secret(cls, arguments: tuple[str, ...]) -> tuple[str, ...]:
        if any(argument.startswith("--api-key") for argument in arguments):
            raise ValueError("may not hold --api-key: export VLLM_API_KEY, and name it in api_key_env")
        return arguments

    @field_validator("client")
    @classmethod
    def _suits_the_client(cls, client: Mapping[str, Any]) -> Mapping[str, Any]:
        if ours := sorted(set(SHARED) & set(client)):
            raise ValueError(f"may not hold {', '.join(ours)}, which stand beside it")
        OpenAISettings.model_validate({"base_url": "http://localhost/v1", "model": "m", **client})
        return client

    @property
    def name(self) -> str:
        """The name by which the server knows the model."""
        return self.served_name or self.model

    def client_settings(self, base_url: str) -> OpenAISettings:
        """How a server of this model at `base_url` is asked."""
        shared = {name: getattr(self, name) for name in SHARED if name not in ("base_url", "model")}
        return OpenAISettings.model_validate(
            {**shared, "base_url": base_url, "model": self.name, **self.client}
        )

    def arguments(self) -> list[str]:
        """The command-line arguments of vLLM, the same for its server and its engine."""
        chosen = {
            "--model": self.model,
            "--served-model-name": self.name,
            "--dtype": self.dtype,
            "--quantization": self.quantization,
            "--kv-cache-dtype": self.kv_cache_dtype,
            "--max-model-len": self.max_model_len,
            "--max-num-seqs": self.max_num_seqs,
            "--tensor-parallel-size": self.tensor_parallel_size,
            "--data-parallel-size": self.data_parallel_size,
            "--gpu-memory-utilization": self.gpu_memory_utilization,
            "--reasoning-parser": self.reasoning_parser,
        }
        named = [text for flag, value in chosen.items() if value is not None for text in (flag, str(value))]
        caching = "--enable-prefix-caching" if self.enable_prefix_caching else "--no-enable-prefix-caching"
        eager = ["--enforce-eager"] if self.enforce_eager else []
        return [*named, caching, *eager, *self.extra_arguments]

    def variables(self) -> dict[str, str]:
        """A vLLM process's variables: ours, what keeps it from the network, and `environment` over both."""
        offline = {"HF_HUB_OFFLINE": "1"} if Path(self.model).is_dir() else {}
        # Python adds no folder of ours to its path: app/backends has a package named vllm.
        quiet = {"VLLM_NO_USAGE_STATS": "1", "PYTHONSAFEPATH": "1"}
        return {**os.environ, **quiet, **offline, **self.environment}
