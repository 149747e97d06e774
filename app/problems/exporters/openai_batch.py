"""Requests in the batch format of OpenAI's API, which `vllm run-batch` and other servers read too.

Each line is `{"custom_id", "method": "POST", "url", "body"}` (the per-line object `BatchRequestInput` of
OpenAI's published API description). What comes back is a submission as it is: `plumbline submit` reads it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from app.problems.errors import ExportError
from app.problems.exporters.base import Files, Options
from app.problems.problem import ProblemSet, Variant
from app.problems.prompts import EXACT

URL = "/v1/chat/completions"
OURS = ("model", "messages", "stream", "n")
"""Fields of a request's body that are not the user's to set."""
MEDIA_TYPES = {"jpg": "jpeg"}


def custom_id(variant_id: str, repetition: int) -> str:
    """The id of a request, by which its answer finds its variant and repetition."""
    return f"{variant_id}#{repetition}"


class OpenAIBatch:
    """One request for each variant and repetition, the whole set once before it begins again.

    A `seed` in the body is the first repetition's; the next have the numbers after it.
    """

    name = "openai-batch"
    summary = "requests for batch APIs and `vllm run-batch` (--model, --samples, --body)"
    makes_folder = False
    options = frozenset({"model", "samples", "body"})

    def files(self, problem_set: ProblemSet, options: Options) -> Files:
        if not options.model:
            raise ExportError("openai-batch needs --model, the name of the model that its server knows.")
        taken = sorted(set(OURS) & set(options.body))
        if taken:
            raise ExportError(f"--body may not set {', '.join(taken)}; use --model and --samples.")
        yield "", _lines(problem_set, options)


def _lines(problem_set: ProblemSet, options: Options) -> Iterator[bytes]:
    for repetition in range(options.samples):
        for variant in problem_set.variants:
            request = {
                "custom_id": custom_id(variant.id, repetition),
                "method": "POST",
                "url": URL,
                "body": _body(variant, repetition, options),
            }
            yield json.dumps(request, ensure_ascii=False).encode() + b"\n"


def _body(variant: Variant, repetition: int, options: Options) -> dict[str, Any]:
    body = {
        "model": options.model,
        "messages": [{"role": "user", "content": _content(variant, options)}],
        **options.body,
    }
    if isinstance(body.get("seed"), int):
        body["seed"] += repetition
    return body


def _content(variant: Variant, options: Options) -> str | list[dict[str, Any]]:
    """The prompt; with images, a list of the text and each image as a `data:` address."""
    text = EXACT.render(variant.statement, variant.assumptions)
    if not variant.images:
        return text
    return [
        {"type": "text", "text": text},
        *(
            {"type": "image_url", "image_url": {"url": _data(image.path, options)}}
            for image in variant.images
        ),
    ]


def _data(path: str, options: Options) -> str:
    suffix = path.rpartition(".")[2].lower()
    encoded = base64.b64encode(options.read_image(path)).decode()
    return f"data:image/{MEDIA_TYPES.get(suffix, suffix)};base64,{encoded}"
