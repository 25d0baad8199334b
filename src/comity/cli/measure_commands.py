"""The commands of measures for all dyads and years."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli.progress_display import showing

if TYPE_CHECKING:
    import polars as pl

__all__ = ["measure"]

_KEPT = "Nothing was written. Tables that were read are kept; run the same command again."

measure = typer.Typer(
    help="""Measures of alignment for every dyad and year, from public data.

    Install the data first: comity data install un_votes un_roll_calls
    """,
    no_args_is_help=True,
)
YearsOption = Annotated[
    str | None, typer.Option("--years", metavar="FROM:TO", help="First and last year, or one.", show_default="all")
]
SpanOption = Annotated[str, typer.Option("--years", metavar="FROM:TO", help="First and last year, or one.")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", metavar="FILE", help="Where to write: .parquet, .csv or .dta.", show_default="show only"
    ),
]


@measure.command("similarity")
def similarity_command(
    source: Annotated[str, typer.Option("--source", help="un (votes), atop or cow (alliances).")] = "un",
    years: YearsOption = None,
    valued: Annotated[bool, typer.Option("--valued", help="Rank alliances by obligation; else 1 for any.")] = False,
    obligations: Annotated[
        str | None,
        typer.Option(
            "--obligations",
            metavar="LIST",
            help="Which obligations are a tie, with ranks: atop_defense=3,atop_neutral=1.",
            show_default="all",
        ),
    ] = None,
    absent: Annotated[
        str, typer.Option("--absent", help="What a state is that could vote and did not: abstain or missing.")
    ] = "abstain",
    metric: Annotated[str, typer.Option("--metric", help="Distance in S: absolute or squared.")] = "absolute",
    weights: Annotated[str, typer.Option("--weights", help="Of third states: none, or cinc (capabilities).")] = "none",
    out: Out = None,
) -> None:
    """Measure how alike two states' votes or alliances are: S, kappa, pi, tau-b, agreement, S above chance.

    Example: comity measure similarity --source un --years 1970:2014 -o similarity.parquet
    """
    ranks = None if obligations is None else _ranks(obligations)
    options: Any = {"valued": valued, "obligations": ranks, "absent": absent, "metric": metric, "weights": weights}
    with showing("Measuring similarity.", _KEPT) as line:
        from comity.data.rows.membership import span
        from comity.measure.portfolios.dyad_similarity import rests_on, similarity

        _check(out)
        asked = span(years, "cow", carry_forward=True)
        frame = similarity(source, asked, progress=line, **options)  # type: ignore[arg-type] # refused there
    used = rests_on(source, weights)  # type: ignore[arg-type]
    _finish(frame, out, {"measure": "similarity", "of": source, "years": list(asked), **options, "sources": used})


@measure.command("votes")
def votes_command(
    years: YearsOption = None,
    rows: Annotated[
        str, typer.Option("--rows", help="account (votes by state and year), or seats (who could vote when).")
    ] = "account",
    out: Out = None,
) -> None:
    """Account for every vote of the General Assembly: whose it is counted as, or why it is nobody's.

    Example: comity measure votes --years 1946:1971 -o account.csv
    """
    import polars as pl

    from comity.data.rows.membership import span
    from comity.errors import PanelError, nearest
    from comity.measure.portfolios.dyad_similarity import rests_on
    from comity.measure.portfolios.vote_account import general_assembly, votes_account

    _check(out)
    if rows == "seats":
        _finish(general_assembly(), out, {"measure": "votes", "rows": rows, "sources": []})
        return
    if rows != "account":
        hint = "".join(f"Did you mean {close}? " for close in nearest(rows, ["account", "seats"], 1))
        raise PanelError(f"--rows {rows!r} is not one of the choices. {hint}Choose account or seats.")
    asked = span(years, "cow", carry_forward=True)
    with showing("Accounting for votes.", _KEPT) as line:
        frame = votes_account(progress=line).filter(pl.col("year").is_between(*asked))
    _finish(frame, out, {"measure": "votes", "rows": rows, "years": list(asked), "sources": rests_on("un")})
    print(f"{frame['votes'].sum():,} votes: {frame['counted'].sum():,} counted, {frame['listed'].sum():,} listed.")
    for row in frame.filter(pl.col("listed") > 0).iter_rows(named=True):
        print(f"{row['country']} {row['year']}: {row['listed']} votes listed; {row['reason']}.")


@measure.command("ideal")
def ideal_command(
    issue: Annotated[
        str | None, typer.Option("--issue", help="Only roll calls on it, such as 'Human rights'.", show_default="all")
    ] = None,
    years: YearsOption = None,
    step: Annotated[
        float, typer.Option("--step", help="Standard deviation of a state's movement from session to session.")
    ] = 0.3,
    posterior: Annotated[
        bool, typer.Option("--posterior", help="Sample the posterior with NumPyro, for 90% intervals: minutes.")
    ] = False,
    draws: Annotated[
        int | None, typer.Option("--draws", help="Of each chain, with --posterior.", show_default="500")
    ] = None,
    warmup: Annotated[
        int | None, typer.Option("--warmup", help="Steps before the draws, with --posterior.", show_default="300")
    ] = None,
    chains: Annotated[int | None, typer.Option("--chains", help="With --posterior.", show_default="4")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="With --posterior.", show_default="0")] = None,
    out: Out = None,
) -> None:
    """Estimate states' ideal points from their votes in the General Assembly: some twenty seconds.

    Example: comity measure ideal -o points.parquet
    """
    from comity.errors import PanelError

    used = ["un_votes", "un_roll_calls", *(["un_roll_call_issues"] if issue else [])]
    options = {"draws": draws, "warmup": warmup, "chains": chains, "seed": seed}
    asked = {name: value for name, value in options.items() if value is not None}
    if posterior:
        with showing("Sampling the posterior of ideal points.", _KEPT) as line:
            from comity.measure.latent.ideal_point_posterior import ideal_posterior

            _check(out)
            found = ideal_posterior(issue, years, step=step, progress=line, **asked)
        _finish(found.frame, out, {"measure": "ideal posterior", **found.meta, "sources": used})
        print(
            f"R-hat at most {found.r_hat:.3f}, at least {found.ess:.0f} effective draws, "
            f"{found.divergences} divergences, {found.seconds:.0f} s."
        )
        return
    if asked:
        raise PanelError(f"--{next(iter(asked))} says how to sample the posterior. Add --posterior, or leave it out.")
    with showing("Estimating ideal points.", _KEPT) as line:
        from comity.measure.latent.ideal_point_fit import ideal_points

        _check(out)
        frame = ideal_points(issue, years=years, step=step, progress=line)
    _finish(frame, out, {"measure": "ideal", "issue": issue, "years": years, "step": step, "sources": used})


@measure.command("depth")
def depth_command(
    years: SpanOption = "1950:2020",
    out: Out = None,
) -> None:
    """Fit the latent depth of cooperation of all politically relevant dyads, with 90% intervals: some seconds.

    Example: comity measure depth --years 1950:2020 -o depth.parquet
    """
    with showing("Fitting depth.", _KEPT) as line:
        from comity.data.rows.membership import span
        from comity.measure.latent.cooperation_depth import depth, rests_on

        _check(out)
        asked = span(years, "cow", carry_forward=True)
        found = depth(asked, progress=line)
    for sentence in found.loadings["sentence"]:
        print(sentence)
    _finish(found.frame, out, {"measure": "depth", "years": list(asked), "sources": rests_on()})


@measure.command("commitment")
def commitment_command(
    years: YearsOption = None,
    out: Out = None,
) -> None:
    """Grade the commitment of every dyad with an alliance in force, from 1 to 4; all other dyads have 0.

    Example: comity measure commitment --years 1990:2018 -o commitment.parquet
    """
    with showing("Grading commitment.", _KEPT) as line:
        from comity.data.rows.membership import span
        from comity.measure.world.treaty_commitments import commitment_rests_on, world_commitment

        _check(out)
        asked = span(years, "cow", carry_forward=True)
        frame = world_commitment(asked, progress=line)
    _finish(frame, out, {"measure": "commitment", "years": list(asked), "sources": commitment_rests_on()})


@measure.command("network")
def network_command(
    years: SpanOption = "1816:2010",
    rows: Annotated[str, typer.Option("--rows", help="What a row is: years, states or ties.")] = "years",
    alliance: Annotated[
        str, typer.Option("--alliance", help="Who are friends: defence or any (ATOP), or cow.")
    ] = "defence",
    disputes: Annotated[str, typer.Option("--disputes", help="Whose disputes make foes: gml or cow.")] = "gml",
    hostility: Annotated[
        int, typer.Option("--hostility", help="From which level on: 2 threat, 3 display, 4 use of force, 5 war.")
    ] = 4,
    picture: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE", help="Draw the last year: .png or .svg.", show_default="no"),
    ] = None,
    out: Out = None,
) -> None:
    """Measure the network of friends and foes: balance, blocs, poles and polarisation, year by year.

    Example: comity measure network --years 1950:2010 --map 2010.png -o network.parquet
    """
    from comity.errors import PanelError, nearest

    if rows not in ("years", "states", "ties"):
        hint = "".join(f"Did you mean {close}? " for close in nearest(rows, ["years", "states", "ties"], 1))
        raise PanelError(f"--rows {rows!r} is none. {hint}Choose among years, states and ties.")
    options: Any = {"alliance": alliance, "disputes": disputes, "hostility": hostility}
    with showing("Measuring the network.", _KEPT) as line:
        from comity.data.rows.membership import span
        from comity.measure.networks.yearly_network import network, rests_on
        from comity.report.charts.picture_files import check_picture

        if picture is not None:
            check_picture(picture)
        _check(out)
        asked = span(years, "cow", carry_forward=True)
        found = network(asked, **options, progress=line)
    frame = {"years": found.frame, "states": found.states, "ties": found.ties}[rows]
    used = rests_on(alliance, disputes)  # type: ignore[arg-type] # refused by network
    _finish(frame, out, {"measure": "network", "rows": rows, "years": list(asked), **options, "sources": used})
    if picture is not None:
        from comity.report.charts.picture_files import save_picture
        from comity.report.charts.signed_network import network_chart

        print(f"Wrote {save_picture(network_chart(found, asked[1]), picture)}")


@measure.command("coalition")
def coalition_command(
    name: Annotated[str | None, typer.Argument(help="One that comes with Comity: indo-pacific.")] = None,
    leader: Annotated[str | None, typer.Option("--leader", help="The hub, for a coalition of your own.")] = None,
    members: Annotated[
        str | None, typer.Option("--members", metavar="LIST", help="Its members, separated by commas.")
    ] = None,
    years: SpanOption = "1946:2021",
    out: Out = None,
) -> None:
    """Measure whether a coalition is a hub with spokes or a mesh, by each kind of tie, with its trend.

    Example: comity measure coalition indo-pacific -o coalition.parquet
    """
    from comity.errors import PanelError

    own = leader is not None and members is not None
    if own == (name is not None) or (name and (leader or members)):
        raise PanelError(
            "a coalition is one that comes with Comity, or one of your own. "
            "Write: comity measure coalition indo-pacific, or: comity measure coalition --leader USA --members JPN,KOR"
        )
    with showing("Measuring the coalition.", _KEPT) as line:
        from comity.data.rows.membership import span
        from comity.measure.networks.coalition_shape import cast, coalition, rests_on
        from comity.measure.networks.linear_trend import trend

        _check(out)
        hub: str | int = leader if leader is not None else cast(str(name)).leader
        spokes = members.split(",") if members is not None else [*cast(str(name)).members]
        asked = span(years, "cow", carry_forward=True)
        frame = coalition(hub, [one.strip() if isinstance(one, str) else one for one in spokes], asked, progress=line)
    origin = {"measure": "coalition", "leader": hub, "members": spokes, "years": list(asked), "sources": rests_on()}
    _finish(frame, out, origin)
    print("Change of the leader's share of ties per decade (1 a hub with spokes, low a mesh):")
    print(trend(frame, "hub_share"))


def _check(out: Path | None) -> None:
    from comity.data.output.panel_files import check_output

    if out is not None:
        check_output(out)


def _ranks(text: str) -> dict[str, int]:
    """Read ranks such as ``atop_defense=3,atop_neutral=1``; a name alone has rank 1."""
    from comity.errors import PanelError

    ranks = {}
    for part in text.split(","):
        name, given, rank = (piece.strip() for piece in part.partition("="))
        if given and not (rank.isascii() and rank.isdigit()):
            raise PanelError(f"--obligations {part.strip()!r}: the rank is not a whole number. Write atop_defense=3.")
        ranks[name] = int(rank) if given else 1
    return ranks


def _finish(frame: pl.DataFrame, out: Path | None, origin: dict[str, Any]) -> None:
    from comity.data.output.panel_files import write_frame

    print(frame)
    if out is not None:
        write_frame(frame, out, origin)
        print(f"Wrote {out}: {frame.height:,} rows.")
