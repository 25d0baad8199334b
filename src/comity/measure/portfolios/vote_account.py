"""The account of votes: every vote of the file given to the state that could cast it, or listed with the reason."""

from __future__ import annotations

import polars as pl

from comity.data.tables.readers.general_assembly_seats import Seat, seat_sources, seated, seats
from comity.data.tables.table_cache import Progress, table

__all__ = ["ACCOUNT", "SEATS", "account", "general_assembly", "votes_account"]

#: Schema of `votes_account`: a row a state, name and year.
ACCOUNT = pl.Schema(
    {
        "ccode": pl.Int32(),
        "country": pl.String(),
        "year": pl.Int32(),
        "votes": pl.Int32(),
        "counted": pl.Int32(),
        "listed": pl.Int32(),
        "reason": pl.String(),
        "note": pl.String(),
    }
)
#: Schema of `general_assembly`: a row a seat.
SEATS = pl.Schema(
    {
        "ccode": pl.Int32(),
        "country": pl.String(),
        "start": pl.Date(),
        "end": pl.Date(),
        "note": pl.String(),
        "source": pl.String(),
    }
)


def votes_account(progress: Progress | None = None) -> pl.DataFrame:
    """Account for every vote of the General Assembly in the file, state by state and year by year.

    Parameters
    ----------
    progress : callable or None
        Called with a line before something that takes long.

    Returns
    -------
    polars.DataFrame
        Schema `ACCOUNT`, sorted by year, code and name: the name under which the file has the votes, how many there
        are, how many are counted as the state's, how many are listed as nobody's and why. ``votes`` is ``counted`` plus
        ``listed``. The code is null where the table of seats has no such name. ``note`` is what the table says of the
        seat, null where it is plain.

    Raises
    ------
    DataMissingError
        un_votes or un_roll_calls are not installed.
    """
    return account(table("votes_in_file", progress))


def account(cast: pl.DataFrame) -> pl.DataFrame:
    """Do the same for votes at hand, a row a vote with ``country``, ``date`` and ``year``.

    Examples
    --------
    >>> import datetime as dt
    >>> days = [dt.date(1970, 9, 1), dt.date(1970, 11, 1)]  # Fiji became a member on 13 October
    >>> cast = pl.DataFrame({"country": ["Fiji", "Fiji"], "date": days, "year": [1970, 1970]})
    >>> account(cast).select("ccode", "votes", "counted", "listed").row(0)
    (950, 2, 1, 1)
    """
    named: dict[str, list[Seat]] = {}
    for seat in seats():
        named.setdefault(seat.name, []).append(seat)
    first = {name: held[0].ccode for name, held in named.items()}
    placed = seated(cast).with_columns(counted=pl.col("ccode").is_not_null())
    own = pl.col("ccode").max().over("country", "year")  # votes outside the seat are shown beside those within
    known = pl.col("country").replace_strict(first, default=None, return_dtype=pl.Int32)
    placed = placed.with_columns(ccode=pl.coalesce("ccode", own, known))
    counts = placed.group_by("ccode", "country", "year").agg(
        pl.len().alias("votes"), pl.col("counted").sum(), (~pl.col("counted")).sum().alias("listed")
    )
    texts = {name: _spans(held) for name, held in named.items()}
    why = pl.col("country").replace_strict(texts, default="no state of that name in the table of seats")
    notes = pl.struct("ccode", "country", "year").map_elements(lambda row: _note(row, named), return_dtype=pl.String)
    frame = counts.with_columns(reason=pl.when(pl.col("listed") > 0).then(why), note=notes)
    return frame.select(ACCOUNT.names()).cast(ACCOUNT).sort("year", "ccode", "country", nulls_last=True)


def general_assembly() -> pl.DataFrame:
    """Return who could vote in the General Assembly: the table of seats, with its sources.

    Returns
    -------
    polars.DataFrame
        Schema `SEATS`, by code and day. ``country`` is the name under which the file of votes has the seat; ``end`` is
        null while it lasts.

    Examples
    --------
    >>> general_assembly().filter(ccode=560).select("start", "end").row(0)
    (datetime.date(1945, 11, 7), datetime.date(1974, 11, 12))
    """
    rows = [
        (
            s.ccode,
            s.name,
            s.start,
            s.end,
            s.note or None,
            "; ".join(seat_sources()[key][0] for key in s.source.split(";")),
        )
        for s in seats()
    ]
    return pl.DataFrame(rows, schema=SEATS, orient="row")


def _spans(held: list[Seat]) -> str:
    spans = ", ".join(f"{s.start} to {s.end or 'today'}" for s in held)
    return f"no seat in the month of the roll call; it had one {spans}"


def _note(row: dict[str, object], named: dict[str, list[Seat]]) -> str | None:
    year = row["year"]
    notes = [
        s.note
        for s in named.get(str(row["country"]), [])
        if s.ccode == row["ccode"] and s.start.year <= year <= (s.end.year if s.end else 9999)  # type: ignore[operator]
    ]
    return "; ".join(filter(None, dict.fromkeys(notes))) or None
