"""vLLM's own argument parser, of which only the usual part is needed."""

from argparse import ArgumentParser as FlexibleArgumentParser

__all__ = ["FlexibleArgumentParser"]
