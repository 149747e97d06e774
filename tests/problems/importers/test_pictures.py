"""Images are taken in whichever way a source has them, and named by their hash."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from app.problems.importers.errors import RowRefused
from app.problems.importers.pictures import LARGEST, AlbumInMemory, keep
from app.problems.importers.rows import Row
from tests.problems.importers.rows_of import PNG

ENCODED = base64.b64encode(PNG).decode()


@pytest.mark.parametrize(
    "picture",
    [
        PNG,
        ENCODED,
        f"data:image/png;base64,{ENCODED}",
        "folder/my image.png",
        {"bytes": PNG, "path": "elsewhere.png"},
        {"bytes": None, "path": "folder/my image.png"},
    ],
)
def test_the_same_image_is_kept_alike(picture: Any) -> None:
    album = AlbumInMemory({"folder/my image.png": PNG})
    image = keep(picture, "image", album)
    sha256 = hashlib.sha256(PNG).hexdigest()
    assert (image.path, image.sha256) == (f"images/{sha256[:16]}.png", sha256)
    assert album.kept == {image.path: PNG}


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"GIF89a", "gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
    ],
)
def test_the_ending_is_that_of_the_bytes(content: bytes, ending: str) -> None:
    assert keep(content, "image", AlbumInMemory()).path.endswith(f".{ending}")


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (b"<svg onload='alert(1)'/>", "the image is none of PNG, JPEG, GIF and WebP"),
        (PNG + bytes(LARGEST), "the image has more than"),
        ({"bytes": None, "path": None}, "the image is empty"),
        ("data:image/png;base64,A", "the image is not base64"),
        ("hello", "it is neither the name of an image nor base64"),
        (3, "it is no image; found int"),
    ],
)
def test_what_is_no_image_is_refused(picture: Any, reason: str) -> None:
    with pytest.raises(RowRefused, match=reason):
        keep(picture, "image", AlbumInMemory())


def test_a_row_with_bytes_has_a_hash() -> None:
    assert Row("f", 1, {"image": PNG}).sha256 != Row("f", 1, {"image": PNG + b"1"}).sha256
