"""Serving the explorer until somebody stops it: quietly and at once, whatever is being solved."""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
import webbrowser
from collections.abc import Sequence
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from comity.errors import ComityError
from comity.explorer.web.settings import settings_for
from comity.user_files.text import shown

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["serve"]

_Address = tuple[Any, ...]
#: What the system says where an address is another machine's, or of a kind that this one does not speak.
_NOT_OURS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL}
_GRACE = 1.0  # seconds for answers on their way; solvers in the middle of a step are not waited for


def serve(host: str, port: int, token: str | None, *, show: bool = False) -> None:
    """Serve the explorer until it is interrupted; where something is then still being solved, the process ends with it.

    Parameters
    ----------
    host : str
    port : int
        0 takes a free one.
    token : str or None
        What every request has to show.
    show : bool
        Whether to open it in the browser.

    Raises
    ------
    ComityError
        The host needs a token, or it cannot be listened to there.
    """
    addresses = _addresses(host, port)
    settings = settings_for(host, token)
    listener = _listener(addresses[0], host, port)
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{listener.getsockname()[1]}/" + (f"?token={quote(token, safe='')}" if token else "")
    print(f"The explorer is at {address}\nStop it with Ctrl-C.", flush=True)
    if show:
        threading.Timer(0.5, webbrowser.open, (address,)).start()
    # After the address: who asks meanwhile is heard once all is loaded.
    from comity.explorer.app import create_app

    _run(create_app(replace(settings, ahead=True)), listener)


def _run(app: FastAPI, listener: socket.socket) -> None:
    """Serve until a signal says to end; that is no failure, and so the exit status is 0."""
    import uvicorn

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
            self.force_exit = self.should_exit and sig == signal.SIGINT
            self.should_exit = True
            app.state.desk.stop()
            end = threading.Timer(_GRACE, os._exit, (0,))  # threads cannot be ended, and Python would wait for them
            end.daemon = True
            end.start()

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_keep_alive=20, limit_concurrency=200,
        timeout_graceful_shutdown=3,
    )  # fmt: skip
    Server(config).run(sockets=[listener])


def _addresses(host: str, port: int) -> Sequence[_Address]:
    """Return what a host's name stands for."""
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:  # a name of nothing, or what can be no name
        raise _no_host(host, error) from None


def _no_host(host: str, error: Exception) -> ComityError:
    why = error.strerror if isinstance(error, OSError) and error.strerror else "it can be no name"
    return ComityError(
        f"--host {shown(host)} is no address of this machine: {why}. Choose 127.0.0.1 to serve this machine alone, or "
        f"0.0.0.0 for every address that it has, which needs a --token."
    )


def _listener(address: _Address, host: str, port: int) -> socket.socket:
    family, kind, protocol, _, place = address
    listener = None
    try:
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(100)  # who asks before the server is up waits a moment, and is not refused
        listener.set_inheritable(True)
    except OSError as error:
        if listener is not None:
            listener.close()
        if error.errno in _NOT_OURS:
            raise _no_host(host, error) from error
        raise ComityError(
            f"Cannot listen at {host}, port {port}: {error.strerror or error}. Choose another with --port, or 0 for a "
            f"free one."
        ) from error
    return listener
