"""What a server allows: who may ask, how much, how often."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from comity.errors import ComityError

__all__ = ["Settings", "is_loopback", "settings_for"]

_SHORTEST = 16  # characters of a token


@dataclass(frozen=True)
class Settings:
    """What a server allows.

    Attributes
    ----------
    hosts : tuple of str
        Names by which the server may be asked for; empty means any. A page of another site that points its name at
        this machine is refused by it.
    token : str or None
        What every request has to show; None where only this machine can ask.
    largest : int
        Bytes of a request's body.
    waiting : int
        Games that may wait to be solved, beside the one that is.
    solves : int
        Games that one client may ask for in a burst; they come back at `a_second`.
    a_second : float
    ahead : bool
        Whether to do what first answers wait for before anybody asks: to compile, and to solve the theatres' games.
    """

    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    token: str | None = None
    largest: int = 65_536
    waiting: int = 8
    solves: int = 40
    a_second: float = 4.0
    ahead: bool = False


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach a host.

    Examples
    --------
    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def settings_for(host: str, token: str | None) -> Settings:
    """Return the settings of a server on a host.

    Parameters
    ----------
    host : str
        A name or an address.
    token : str or None

    Raises
    ------
    ComityError
        Other machines can reach the host and there is no token, or the token is short.

    Examples
    --------
    >>> settings_for("127.0.0.1", None).token is None
    True
    """
    if token is not None and len(token) < _SHORTEST:
        raise ComityError(f"The token has {len(token)} characters. Choose one of {_SHORTEST} or more.")
    if is_loopback(host):
        return Settings(token=token)
    if token is None:
        raise ComityError(
            f"Other machines can reach {host}, so a token is needed. Give one of {_SHORTEST} characters or more with "
            f"--token or in COMITY_TOKEN, or leave --host out to serve this machine alone."
        )
    return Settings(hosts=(), token=token)
