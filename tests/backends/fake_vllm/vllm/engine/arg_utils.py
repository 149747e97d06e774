"""The arguments of the engine."""

from __future__ import annotations

import argparse


class AsyncEngineArgs(argparse.Namespace):
    """What was given on the command line."""

    @staticmethod
    def add_cli_args(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
        """The arguments that the tests use."""
        parser.add_argument("--model", required=True)
        parser.add_argument("--served-model-name")
        parser.add_argument("--dtype", default="auto", choices=("auto", "float32", "bfloat16"))
        parser.add_argument("--max-model-len", type=int, default=64)
        parser.add_argument("--reasoning-parser", default="")
        parser.add_argument("--enable-prefix-caching", action=argparse.BooleanOptionalAction)
        return parser

    @classmethod
    def from_cli_args(cls, given: argparse.Namespace) -> AsyncEngineArgs:
        """The same, as the engine takes them."""
        return cls(**vars(given))
