"""What stands before every page: who may ask, how much may be sent, and which headers go out."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse

from comity.explorer.web.problems import Trouble, told
from comity.explorer.web.settings import Settings

__all__ = ["HEADERS", "SecurityMiddleware"]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

_LOG = logging.getLogger("comity.explorer")
_COOKIE = "comity-token"
#: On every answer. Scripts and styles come from files of this server only; nothing is framed, nothing asked elsewhere.
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class _TooLargeError(Exception):
    """More was sent than is read."""


class SecurityMiddleware:
    """Refuse what may not ask, bound what is sent, and add `HEADERS` to every answer.

    Parameters
    ----------
    app : ASGI application
    settings : Settings
    """

    def __init__(self, app: App, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        begun = False

        async def out(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                kept = [pair for pair in message["headers"] if pair[0].decode().lower() not in HEADERS]
                message["headers"] = [*kept, *((k.encode(), v.encode()) for k, v in HEADERS.items())]
            await send(message)

        answer = self._refused(request) or self._admitted(request)
        if answer is not None:
            await answer(scope, receive, out)
            return
        try:
            await self.app(scope, self._bounded(receive), out)
        except _TooLargeError:
            if not begun:
                await told(request, self._too_large())(scope, receive, out)
        except Exception as error:
            _LOG.exception("%s %s", request.method, request.url.path)
            if not begun:
                what = f"An error that nobody foresaw: {type(error).__name__}."
                await told(request, Trouble(500, "unexpected", what))(scope, receive, out)

    def _refused(self, request: Request) -> Any:
        """Return an answer to what may not ask; None where it may."""
        allowed = self.settings.hosts
        host = request.headers.get("host", "")
        name = host if host.endswith("]") else host.rsplit(":", 1)[0]
        if allowed and name not in allowed:
            return told(request, Trouble(400, "wrong_host", "This server does not answer to that name."))
        if request.method not in {"GET", "HEAD"} and request.headers.get("sec-fetch-site", "same-origin") not in {
            "same-origin",
            "none",
        }:
            return told(request, Trouble(403, "other_site", "Another site may not send anything here."))
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self.settings.largest:
            return told(request, self._too_large())
        return None

    def _admitted(self, request: Request) -> Any:
        """Ask for the token; once shown in the address, it goes into a cookie and out of the address."""
        if self.settings.token is None:
            return None
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._right(bearer.strip()):
            return None
        cookie = SimpleCookie()
        try:
            cookie.load(request.headers.get("cookie", ""))
        except CookieError:
            cookie.clear()
        if _COOKIE in cookie and self._right(cookie[_COOKIE].value):
            return None
        query = parse_qsl(request.url.query, keep_blank_values=True)
        if request.method == "GET" and any(key == "token" and self._right(value) for key, value in query):
            rest = urlencode([pair for pair in query if pair[0] != "token"])
            answer = RedirectResponse(request.url.path + (f"?{rest}" if rest else ""), 303)
            answer.set_cookie(_COOKIE, self.settings.token, httponly=True, samesite="strict")
            return answer
        return told(
            request,
            Trouble(401, "no_token", "This server asks for its token.", "Open the address that the server printed."),
        )

    def _right(self, shown: str) -> bool:
        return hmac.compare_digest(shown.encode(), str(self.settings.token).encode())

    def _too_large(self) -> Trouble:
        most = self.settings.largest
        return Trouble(413, "too_large", f"More than {most:,} bytes were sent.", f"Send {most:,} bytes or fewer.")

    def _bounded(self, receive: Receive) -> Receive:
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.settings.largest:
                raise _TooLargeError
            return message

        return bounded
