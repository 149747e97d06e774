"""The limit: asyncio, uvloop and aiohttp, nothing else. Arguments: base URL, prompts, requests at once."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import uvloop


async def main(url: str, file: str, at_once: int) -> None:
    """Ask every prompt once."""
    rows = [json.loads(line) for line in Path(file).read_text().splitlines()]
    waiting = iter(rows)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(600)) as session:
        answered = await asyncio.gather(*(_ask(session, url, waiting) for _ in range(at_once)))
    print(sum(answered))


async def _ask(session: aiohttp.ClientSession, url: str, waiting: Iterator[dict[str, str]]) -> int:
    answered = 0
    for row in waiting:
        body = {
            "model": "mock",
            "messages": [{"role": "user", "content": row["prompt"]}],
            "temperature": 0,
            "max_tokens": 1024,
        }
        async with session.post(f"{url}/chat/completions", data=json.dumps(body).encode()) as reply:
            text = json.loads(await reply.read())["choices"][0]["message"]["content"]
        answered += bool(text)
    return answered


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
