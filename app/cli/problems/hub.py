"""Data sets of the Hugging Face hub, downloaded over the user's own network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli.problems.sources import HUB, Source, choose
from app.problems.errors import SetError

_NAME = re.compile(r"hf:(?P<repository>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w./-]+))?")


def download(name: str, pattern: str | None) -> Source:
    """The chosen data files of `hf:owner/name[@revision]`, at the commit that the revision now names.

    Files that were downloaded before come from the hub's own cache.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise SetError(
            f"{name!r} is no data set of the hub; write hf:owner/name or {HUB}owner/name@revision."
        )
    try:
        from huggingface_hub import HfApi, snapshot_download
    except ImportError:
        raise SetError(
            "the Hugging Face hub needs huggingface_hub; install it with: pip install 'plumbline[data]'."
        ) from None
    repository = found["repository"]
    with _told(name):
        about = HfApi().dataset_info(repository, revision=found["revision"])
    chosen = choose([file.rfilename for file in about.siblings or ()], pattern, name)
    with _told(name):
        folder = snapshot_download(
            repository, repo_type="dataset", revision=about.sha, allow_patterns=list(chosen)
        )
    return Source(Path(folder), chosen, {"source": f"{HUB}{repository}", "revision": about.sha or ""})


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Says of whatever the hub's library raises what a user can do about it."""
    try:
        yield
    except Exception as error:  # those of its HTTP library among them, which is another in each version
        said = " ".join(line.strip() for line in str(error).strip().split("\n")[:3] if line.strip())
        raise SetError(
            f"{name} cannot be downloaded: {said.rstrip('.')}. Check the name, your network and, for a data "
            "set that asks for consent, `hf auth login`; or download its files yourself and give their path."
        ) from error
