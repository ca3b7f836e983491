"""Client tokens: a repeated request gets the first one's result."""

from __future__ import annotations

from typing import Any

from . import errors


class Tokens:
    """Results by token, with the requests that they belong to. Gap in moto: it ignores tokens."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, Any]] = {}

    def result(self, token: str | None, request: object) -> Any:
        """The earlier result, or None. A token stands for one request."""
        if token not in self._known:
            return None
        before, result = self._known[token]
        if before != request:
            raise errors.token_mismatch(token)
        return result

    def keep(self, token: str | None, request: object, result: object) -> None:
        if token:
            self._known[token] = (request, result)
