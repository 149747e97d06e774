"""A loop over the `openai` package as it comes. Arguments: base URL, file of prompts, requests at once."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from openai import AsyncOpenAI


async def main(url: str, file: str, at_once: int) -> None:
    """Ask every prompt once."""
    waiting = iter([json.loads(line) for line in Path(file).read_text().splitlines()])
    async with AsyncOpenAI(base_url=url, api_key="none", timeout=600) as client:
        answered = await asyncio.gather(*(_ask(client, waiting) for _ in range(at_once)))
    print(sum(answered))


async def _ask(client: AsyncOpenAI, waiting: Iterator[dict[str, str]]) -> int:
    answered = 0
    for row in waiting:
        reply = await client.chat.completions.create(
            model="mock",
            messages=[{"role": "user", "content": row["prompt"]}],
            temperature=0,
            max_tokens=1024,
        )
        answered += bool(reply.choices[0].message.content)
    return answered


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
