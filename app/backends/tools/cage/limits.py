"""What one run may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The limits of one run; sizes in MiB, times in seconds. Loaded libraries do not count as memory."""

    memory_mb: int = 1024
    scratch_mb: int = 16
    processor_seconds: int = 10
    wall_seconds: float = 30.0
    output_bytes: int = 1 << 20
