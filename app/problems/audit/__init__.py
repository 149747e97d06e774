"""Audit: what the stored answers of an imported set are worth, found from its statements alone."""

from app.problems.audit.audit import audit
from app.problems.audit.judgement import Judgement

__all__ = ["Judgement", "audit"]
