"""What a vLLM server says about itself: the figures of `/metrics` that tell how a run goes."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

_SAMPLE = re.compile(r"^(vllm:\w+)(?:\{.*\})? ([-+.\w]+)(?: -?\d+)?$", re.MULTILINE)
"""A sample of the Prometheus text format: name, labels, value, time stamp
(https://prometheus.io/docs/instrumenting/exposition_formats)."""


@dataclass(frozen=True)
class Metrics:
    """A server's figures, all its engines together.

    Requests `running` and `waiting` now; tokens read and written, and prompt tokens looked up and found in
    the prefix cache, since it started; the share of the key-value cache in use, from 0 to 1.
    """

    running: int
    waiting: int
    prompt_tokens: int
    generation_tokens: int
    prefix_cache_queries: int
    prefix_cache_hits: int
    kv_cache_usage: float


def read_metrics(text: str) -> Metrics:
    """The figures in the text of `/metrics`; one that is not there is 0."""
    values: dict[str, list[float]] = defaultdict(list)
    for name, value in _SAMPLE.findall(text):
        values[name].append(float(value))
    usage = values["vllm:kv_cache_usage_perc"]
    return Metrics(
        running=_sum(values["vllm:num_requests_running"]),
        waiting=_sum(values["vllm:num_requests_waiting"]),
        prompt_tokens=_sum(values["vllm:prompt_tokens_total"]),
        generation_tokens=_sum(values["vllm:generation_tokens_total"]),
        prefix_cache_queries=_sum(values["vllm:prefix_cache_queries_total"]),
        prefix_cache_hits=_sum(values["vllm:prefix_cache_hits_total"]),
        kv_cache_usage=sum(usage) / len(usage) if usage else 0.0,
    )


def _sum(values: list[float]) -> int:
    return round(sum(values))
