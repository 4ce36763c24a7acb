"""A route whose errors have the form that its clients read, where that is not problem+json.

Owns where an error is caught.

Leaves to others: the forms (openai.py, fastgpt.py), errors of all other routes (problems.py).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response


class FormRoute(APIRoute, ABC):
    """A route with errors in a form of its own, which `told` of a subclass gives them."""

    @abstractmethod
    def told(self, error: Exception, request: Request) -> Response | None:
        """Return an error in that form; None leaves it to problems.py."""
        ...

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with errors turned into responses."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                if (response := self.told(error, request)) is None:
                    raise
                return response

        return handled


def first_wrong(error: RequestValidationError, *, below: int = 0) -> tuple[str, str]:
    """Return where a request is wrong first, without the `below` uppermost parts, and why."""
    first = error.errors()[0]
    return ".".join(map(str, first["loc"][below:])), str(first["msg"])
