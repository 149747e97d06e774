"""Images of statements: decoded, told by their bytes, and named by their hash."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Any, Protocol

from app.problems.importers.errors import RowRefused
from app.problems.problem import Image

FOLDER = "images"
LARGEST = 20 * 1024 * 1024
"""Bytes of an image beyond which its row is refused."""
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
_DATA_URI = re.compile(r"data:image/[\w.+-]+;base64,")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{64,}={0,2}\s*")
_NAME = re.compile(r"[\w.\- /]{1,300}\.(?:png|jpe?g|gif|webp)", re.I)


class Album(Protocol):
    """Where images lie: those beside the source, and those of the set that is made."""

    def read(self, name: str) -> bytes | None:
        """The image that the source calls `name`, None if it is not beside it."""

    def write(self, path: str, content: bytes) -> None:
        """Keeps an image of the set under the set's own path."""


class AlbumInMemory:
    """An album in two dictionaries: `beside` is read, `kept` is written."""

    def __init__(self, beside: Mapping[str, bytes] | None = None) -> None:
        self.beside = dict(beside or {})
        self.kept: dict[str, bytes] = {}

    def read(self, name: str) -> bytes | None:
        return self.beside.get(name)

    def write(self, path: str, content: bytes) -> None:
        self.kept[path] = content


def keep(picture: Any, column: str, album: Album) -> Image:
    """Keeps a picture in whichever way the source has it, and says where; RowRefused if it is none.

    It may be bytes, base64 or a `data:` address of it, the name of a file beside the source, or the
    `{"bytes", "path"}` that the Hugging Face hub makes of images in Parquet.
    """
    content = _content(picture, column, album)
    if len(content) > LARGEST:
        raise RowRefused(f"the image has more than {LARGEST:,} bytes", column)
    sha256 = hashlib.sha256(content).hexdigest()
    path = f"{FOLDER}/{sha256[:16]}.{_ending(content, column)}"
    album.write(path, content)
    return Image(path=path, sha256=sha256)


def _content(picture: Any, column: str, album: Album) -> bytes:
    if isinstance(picture, Mapping):
        inside = picture.get("bytes") or picture.get("path")
        if inside is None:
            raise RowRefused("the image is empty", column)
        return _content(inside, column, album)
    if isinstance(picture, bytes):
        return picture
    if not isinstance(picture, str):
        raise RowRefused("it is no image", column, f"found {type(picture).__name__}")
    text = picture.strip()
    if _NAME.fullmatch(text):
        found = album.read(text)
        if found is None:
            raise RowRefused("the image is not there", column, f"no file {text} lies beside the source")
        return found
    encoded = _DATA_URI.sub("", text, count=1) if text.startswith("data:") else text
    if not text.startswith("data:") and not _BASE64.fullmatch(text):
        raise RowRefused("it is neither the name of an image nor base64", column, f"found {text[:40]!r}")
    try:
        return base64.b64decode(encoded, validate=False)
    except (binascii.Error, ValueError) as error:
        raise RowRefused("the image is not base64", column, str(error)) from None


def _ending(content: bytes, column: str) -> str:
    for signature, ending in _SIGNATURES:
        if content.startswith(signature):
            return ending
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    raise RowRefused("the image is none of PNG, JPEG, GIF and WebP", column, f"it begins {content[:8]!r}")
