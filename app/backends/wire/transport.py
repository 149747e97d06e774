"""The hot path: one body posted, one body received, over connections that stay open."""

from __future__ import annotations

import re
from dataclasses import dataclass

import aiohttp

from app.backends.errors import BackendError

CONNECT_SECONDS = 10.0
CHECK_SECONDS = 15.0


@dataclass(frozen=True)
class Received:
    """What came back: the status, the wish of a `Retry-After` header as it stands, and the body."""

    status: int
    retry_after: str | None
    body: bytes


class Unreachable(BackendError):
    """No whole answer came: no connection, or it broke."""


class TimedOut(BackendError):
    """The request was sent and not answered in time."""


class Transport:
    """Connections to one server; made on the event loop that uses it."""

    def __init__(self, base_url: str, key: str, timeout: float) -> None:
        self._base_url = base_url.rstrip("/")
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._session = aiohttp.ClientSession(
            # How many there are at once is for the gate to say.
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60),
            timeout=aiohttp.ClientTimeout(total=timeout, sock_connect=min(CONNECT_SECONDS, timeout)),
            headers=headers,
        )

    async def post(self, path: str, body: bytes) -> Received:
        """Send `body` to `path` below the base URL; raises Unreachable or TimedOut."""
        return await self._exchange("POST", path, data=body)

    async def get(self, path: str) -> Received:
        """Ask for `path`, with little patience; raises Unreachable or TimedOut."""
        return await self._exchange("GET", path, timeout=aiohttp.ClientTimeout(total=CHECK_SECONDS))

    async def close(self) -> None:
        """Let the connections go."""
        await self._session.close()

    async def _exchange(self, method: str, path: str, **how: object) -> Received:
        try:
            async with self._session.request(method, self._base_url + path, **how) as response:  # type: ignore[arg-type]
                body = await response.read()
                return Received(response.status, response.headers.get("Retry-After"), body)
        except aiohttp.ServerTimeoutError as error:
            if isinstance(error, aiohttp.ConnectionTimeoutError):
                raise Unreachable(f"no connection within {CONNECT_SECONDS:g} s") from None
            raise TimedOut("no answer in time") from None
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(_words(error)) from None


def _words(error: BaseException) -> str:
    return re.sub(r"\s+", " ", f"{type(error).__name__}: {error}").strip(": ")
