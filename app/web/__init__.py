"""The pages: leaderboards and problems, rendered on the server."""

from app.web.pages import STATIC, router

__all__ = ["STATIC", "router"]
