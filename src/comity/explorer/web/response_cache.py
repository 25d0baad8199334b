"""Answers that are kept: given again at once, and not sent where the browser has them."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, MutableMapping
from typing import Any, NamedTuple

from comity.casebook.theatre import theatre_files, theatres, when_changed
from comity.data.sources.store import files_folder, tables_folder
from comity.explorer.web.security import App, Message, Receive, Send

__all__ = ["ResponseCache"]


class _Answer(NamedTuple):
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    tag: bytes


class ResponseCache:
    """Keep the answers that routes mark with ``comity.keep``, the most recently asked for, up to a size.

    The key is the address, the state of the data folders and that of the theatres: what rests on data that were
    installed or removed since, or on a casebook that was corrected, is made anew.

    Parameters
    ----------
    app : ASGI application
    most : int
        Bytes.
    """

    def __init__(self, app: App, most: int = 48_000_000) -> None:
        self.app = app
        self.most = most
        self.evidence = [file for name in theatres() for file in theatre_files(name)]
        self.bytes = 0
        self.answers: OrderedDict[tuple[Any, ...], _Answer] = OrderedDict()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        key = (scope["path"], scope["query_string"], _state(self.evidence))
        if key in self.answers:
            self.answers.move_to_end(key)
            await _give(self.answers[key], scope, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif start.get("status") == 200 and scope.get("comity.keep"):
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    await _give(self._keep(key, start, b"".join(parts)), scope, send)
            else:
                if start:
                    await send(dict(start))
                    start.clear()
                await send(message)

        await self.app(scope, receive, collect)

    def _keep(self, key: tuple[Any, ...], start: Message, body: bytes) -> _Answer:
        tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'.encode()
        headers = (*start["headers"], (b"etag", tag), (b"cache-control", b"no-cache"))
        answer = _Answer(headers, body, tag)
        if key not in self.answers and _size(key, answer) <= self.most // 4:
            self.answers[key] = answer
            self.bytes += _size(key, answer)
        while self.bytes > self.most:
            self.bytes -= _size(*self.answers.popitem(last=False))
        return answer


def _size(key: tuple[Any, ...], answer: _Answer) -> int:
    """Return about how many bytes an answer takes: an address may be longer than what it answers."""
    path, query, _ = key
    return len(path) + len(query) + len(answer.body) + 2_000


async def _give(answer: _Answer, scope: MutableMapping[str, Any], send: Send) -> None:
    held = dict(scope["headers"]).get(b"if-none-match", b"")
    same = answer.tag in held
    headers = [pair for pair in answer.headers if not (same and pair[0] in {b"content-length", b"content-type"})]
    await send({"type": "http.response.start", "status": 304 if same else 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if same else answer.body})


def _state(evidence: Iterable[str]) -> tuple[Any, ...]:
    """When files were last put into the data folders or taken out, and when theatres were last changed."""
    folders = (files_folder(), tables_folder())
    return *(f.stat().st_mtime_ns if f.is_dir() else 0 for f in folders), when_changed(evidence)
