"""Data sets of the Hugging Face hub, downloaded over the user's own network."""

from __future__ import annotations

import re
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
        import httpx
        from huggingface_hub import HfApi, snapshot_download
        from huggingface_hub.errors import HfHubHTTPError
    except ImportError:
        raise SetError(
            "the Hugging Face hub needs huggingface_hub; install it with: pip install 'plumbline[data]'."
        ) from None
    repository, revision = found["repository"], found["revision"]
    try:
        about = HfApi().dataset_info(repository, revision=revision)
        chosen = choose([file.rfilename for file in about.siblings or ()], pattern, name)
        folder = snapshot_download(
            repository, repo_type="dataset", revision=about.sha, allow_patterns=list(chosen)
        )
    except (HfHubHTTPError, httpx.HTTPError, OSError) as error:
        first = str(error).strip().split("\n")[0]
        raise SetError(
            f"{name} cannot be downloaded: {first}. Check the name, your network and, for a data set that "
            "asks for consent, `hf auth login`; or download its files yourself and give their path."
        ) from error
    return Source(Path(folder), chosen, {"source": f"{HUB}{repository}", "revision": about.sha or ""})
