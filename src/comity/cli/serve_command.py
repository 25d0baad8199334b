"""The command that opens the explorer."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["serve"]


def serve(
    host: Annotated[
        str, typer.Option("--host", help="Where to listen. Any but this machine alone needs a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="0 takes a free one.")] = 8765,
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            envvar="COMITY_TOKEN",
            help="What every request has to show.",
            show_default="none",
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Serve the explorer: look at the evidence, move a parameter and watch what the game answers.

    It listens to this machine alone and asks nothing of the network. Stop it with Ctrl-C.

    Example: comity serve --port 8765 --open
    """
    from comity.explorer.server import serve as run

    run(host, port, token, show=show)
