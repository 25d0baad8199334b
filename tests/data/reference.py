"""A second way from the upstream files to panels with joined data, independent of the package's own.

It works with pandas, on a full expansion of all pairs, and takes the files as they were published. Where
peacesciencer 1.2.9 has a function for a join, its meaning is followed; for the others, that of ``columns.csv``.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import rdata
from countrycode import countrycode

from comity.data.sources.registry import source

Frame = Any
# Columns that are 0 in a row that a source covers and lacks, and which rows it covers.
Zeros = tuple[tuple[str, ...], Frame]

STATE = ["ccode", "year"]
DYAD = ["ccode1", "ccode2", "year"]

# The last year to which the members at the end of a list are carried here.
CARRIED = 2025
# Radius of the sphere of R's geosphere, in km.
RADIUS = 6378.137


def words(text: str) -> tuple[str, ...]:
    """Split a line of names."""
    return tuple(text.split())


# Columns that are 0 where a source covers the year and has no row, and the years that it covers.
ZEROS: dict[str, tuple[tuple[str, ...], tuple[int, int]]] = {
    "majors": (words("cowmaj"), (1816, 2016)),
    "contiguity": (words("conttype land sea"), (1816, 2016)),
    "atop": (words("atop_defense atop_offense atop_neutral atop_nonagg atop_consul atop_alliance"), (1815, 2018)),
    "atop_provisions": (
        words(
            "atop_number atop_milcon atop_milaid atop_intcom atop_subord atop_organ atop_base atop_contrib atop_asymm "
            "atop_milinst"
        ),
        (1815, 2018),
    ),
    "cow_alliances": (words("cow_defense cow_neutral cow_nonagg cow_entente"), (1816, 2012)),
    "rivalries": (
        words(
            "positional spatial ideological interventionary ongoingrivalry n_ideological n_interventionary "
            "n_positional n_spatial"
        ),
        (1816, 2020),
    ),
    "rivalries_td": (words("td_ongoingrivalry"), (1816, 2010)),
    "arms_transfers": (words("tiv12 tiv21"), (1950, 2021)),
    "defence_agreements": (words("dca_signed dca_general_signed dca_inforce dca_general"), (1980, 2010)),
    "exercises": (words("joint_exercises"), (1980, 2010)),
    "gml_mids": (words("gmlmidonset gmlmidongoing"), (1816, 2010)),
    "cow_mids": (words("cowmidonset cowmidongoing"), (1816, 2014)),
    "wars": (words("cowinteronset cowinterongoing"), (1816, 2007)),
}
# Columns that state-years take from a file as they are.
TAKEN = {
    "nmc": ("cow_nmc", words("milex milper irst pec tpop upop cinc")),
    "democracy": ("cw_democracy", words("euds aeuds polity2 v2x_polyarchy")),
    "gdp": ("cw_gdppop", words("mrgdppc sd_mrgdppc pwtrgdp sd_pwtrgdp pwtpop sd_pwtpop")),
    "trade": ("cow_trade_sy", words("imports exports")),
    "igos": ("cow_igo_sy", words("sum_igo_full sum_igo_associate sum_igo_observer sum_igo_anytype")),
}
DISPUTE = words(
    "dispnum sidea1 sidea2 fatality1 fatality2 fatalpre1 fatalpre2 hiact1 hiact2 hostlev1 hostlev2 orig1 orig2 "
    "fatality hostlev recip mindur maxdur stmon"
)
REVISION = words("revstate1 revstate2 revtype11 revtype12 revtype21 revtype22")
CODED = {  # columns in which the files of disputes and wars write codes for what is missing
    "gml_mids": words("fatality1 fatality2 fatalpre1 fatalpre2 fatality stmon") + REVISION,
    "cow_mids": words("fatality1 fatality2 fatalpre1 fatalpre2 fatality") + REVISION[2:],
    "wars": words("batdeath1 batdeath2"),
}
WAR = words("warnum sidea1 sidea2 initiator1 initiator2 outcome1 outcome2 batdeath1 batdeath2 resume")
PROVISIONS = words("milcon milaid intcom subord organ1 base contrib asymm milinst")

# Names that countrycode does not know, or takes for a state that they do not mean.
NAMES: dict[str, int | None] = {
    "Federal Republic of Germany": 260,
    "Serbia": 345,
    "Micronesia": 987,
    "st. christopher": 60,
    "Northern Cyprus": None,
}
# ISO 3166-1 codes, past ones among them, that countrycode does not give to these COW codes.
ISO = {260: "DEU", 265: "DDR", 315: "CSK", 345: "SRB", 347: "XKX", 678: "YEM", 680: "YMD"}
# Where a state of one code in the GW list is one of another, or one of two, in the COW list: GW code, COW code, and the
# days between which it is.
ELSEWHERE = [
    (260, 260, "1816-01-01", "1990-10-02"),
    (260, 255, "1990-10-03", f"{CARRIED}-12-31"),
    (678, 678, "1816-01-01", "1990-05-21"),
    (678, 679, "1990-05-22", f"{CARRIED}-12-31"),
    (340, 345, "1816-01-01", f"{CARRIED}-12-31"),
]


class Reference:
    """The upstream files below a folder, and what panels made of them should hold."""

    def __init__(self, mirror: Path) -> None:
        self.mirror = mirror
        self._files: dict[str, Frame] = {}
        self._spells = {system: self.memberships(system) for system in ("cow", "gw")}

    def path(self, key: str) -> Path:
        """Return where a file lies."""
        return self.mirror / source(key).path

    def file(self, key: str, *whole: str) -> Frame:
        """Read an upstream file; the columns `whole` hold whole numbers."""
        if key not in self._files:
            self._files[key] = read(self.path(key))
        return self._files[key].astype(dict.fromkeys(whole, "int64"))

    # Rows

    def there(self, years: Iterable[int], system: str = "cow") -> Frame:
        """Return each spell of membership in each year, with its first and last day in it."""
        spells = self._spells[system]
        parts = []
        for year in years:
            first, last = pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)
            found = spells[(spells["start"] <= last) & (spells["end"] >= first)]
            parts.append(
                found.assign(year=year, start=found["start"].clip(lower=first), end=found["end"].clip(upper=last))
            )
        return pd.concat(parts, ignore_index=True)

    def states(self, years: Iterable[int], system: str = "cow") -> Frame:
        """Return the keys of state-years: states that were members on a day of the year."""
        name = "ccode" if system == "cow" else "gwcode"
        found = self.there(years, system)[["code", "year"]].drop_duplicates().rename(columns={"code": name})
        return found.sort_values([name, "year"], ignore_index=True)

    def dyads(self, years: Iterable[int], directed: bool, system: str = "cow") -> Frame:
        """Return the keys of dyad-years: pairs of states that were members on the same day of the year."""
        one, two = ("ccode1", "ccode2") if system == "cow" else ("gwcode1", "gwcode2")
        parts = []
        for year in years:
            there = self.there([year], system)
            pairs = there.merge(there, on="year", suffixes=("1", "2"))
            pairs = pairs[(pairs["code1"] != pairs["code2"]) if directed else (pairs["code1"] < pairs["code2"])]
            met = np.maximum(pairs["start1"], pairs["start2"]) <= np.minimum(pairs["end1"], pairs["end2"])
            parts.append(pairs.loc[met, ["code1", "code2", "year"]].drop_duplicates())
        found = pd.concat(parts, ignore_index=True).rename(columns={"code1": one, "code2": two})
        return found.sort_values([one, two, "year"], ignore_index=True)

    def memberships(self, system: str) -> Frame:
        """Return the spells of membership by days; those that reach the end of the list are carried on."""
        if system == "cow":
            raw = self.file("cow_states", "ccode")
            start, end = (
                pd.to_datetime(
                    raw[[f"{edge}year", f"{edge}month", f"{edge}day"]].set_axis(["year", "month", "day"], axis=1)
                )
                for edge in ("st", "end")
            )
            code = raw["ccode"]
        else:
            raw = self.file("gw_states", "gwcode")
            start, end, code = day(raw["startdate"]), day(raw["enddate"]), raw["gwcode"]
        found = pd.DataFrame({"code": code, "start": start, "end": end}).reset_index(drop=True)
        return found.assign(end=found["end"].mask(found["end"] == found["end"].max(), pd.Timestamp(CARRIED, 12, 31)))

    # Columns

    def columns(self, join: str, rows: Frame, directed: bool = True) -> Frame:
        """Return the columns that a join should add to the keys of a panel."""
        if join == "codes":
            return self._codes(rows)
        dyads = "ccode2" in rows
        table = self.table(join, dyads, directed)
        names, (first, last) = ZEROS.get(join, ((), (0, 0)))
        zeros = (names, rows["year"].between(first, last))
        if dyads and "ccode" in table:
            added = sides(rows, table, zeros)
        else:
            added = left(rows, table, DYAD if dyads else STATE, zeros)
        if dyads:
            added = self._of_pairs(join, rows, added)
        return added

    def table(self, join: str, dyads: bool, directed: bool = True) -> Frame:
        """Return what is known of state-years, or of dyad-years where it is a join of dyads, keyed."""
        if join in ("gml_mids", "cow_mids", "wars"):
            return sound(self.raw(join, directed))
        if join.endswith("_raw"):
            name = join.removesuffix("_raw")
            return self.raw(name, directed)[[*DYAD, *CODED[name]]]
        if join == "democracy":
            return self._democracy()
        if join in TAKEN and not (join == "igos" and dyads):
            key, names = TAKEN[join]
            return self.file(key, *STATE)[[*STATE, *names]]
        makers = {
            "majors": self._majors,
            "ideal_points": self._ideal_points,
            "us_troops": self._us_troops,
            "capital_distance": self._places if dyads else self._nearest_capital,
            "minimum_distance": self._minimum_distance if dyads else self._nearest_state,
            "contiguity": self._contiguity if dyads else self._borders,
            "igos": self._igos,
            "atop": self._atop if directed else lambda: either(self._atop()),
            "atop_provisions": self._atop_provisions,
            "cow_alliances": self._cow_alliances,
            "rivalries": self._rivalries if dyads else self._numbers_of_rivalries,
            "rivalries_td": self._rivalries_td,
            "arms_transfers": self._arms_transfers,
            "defence_agreements": self._defence_agreements,
            "exercises": self._exercises,
            "exercises_russia": self._exercises_russia,
            "icews": self._icews,
        }
        return makers[join]()

    def raw(self, join: str, directed: bool = True) -> Frame:
        """Return disputes or wars by dyad-year, with the codes that the files write for what is missing."""
        found = {"gml_mids": self._gml_mids, "cow_mids": self._cow_mids, "wars": self._wars}[join]()
        return found if directed else found.drop(columns=["init1", "init2"], errors="ignore")

    def _of_pairs(self, join: str, rows: Frame, added: Frame) -> Frame:
        """Add what rests on the columns of both states, and take out what the file cannot know."""
        if join == "ideal_points":
            return added.assign(idealpointdistance=(added["idealpointall1"] - added["idealpointall2"]).abs())
        if join == "capital_distance":
            return pd.DataFrame({"capdist": along(*(added[c] for c in ("lat1", "lng1", "lat2", "lng2")))})
        if join == "arms_transfers":  # the file lacks the Federal Republic of Germany before 1991
            federal = [(rows[c] == 260) | ((rows[c] == 255) & (rows["year"] == 1990)) for c in ("ccode1", "ccode2")]
            return added.mask(federal[0] | federal[1])
        return added

    # States

    def _majors(self) -> Frame:
        raw = self.file("cow_majors", "ccode", "styear", "endyear")
        return by_year(raw, "styear", "endyear")[STATE].drop_duplicates().assign(cowmaj=1)

    def _democracy(self) -> Frame:
        """Return the file's measures, and Polity's scores by the COW codes that democracyData gives its rows."""
        key, names = TAKEN["democracy"]
        polity = self.file("polity5")
        before = (polity["polity_annual_ccode"] == 305) & (polity["year"] <= 1918)
        polity = polity.assign(ccode=polity["cown"].mask(before, 300)).dropna(subset="ccode")
        own = polity["polity_annual_ccode"] == polity["ccode"]
        polity = polity.assign(other=~own, over=polity["eyear"] == polity["year"]).sort_values(["other", "over"])
        polity = polity.drop_duplicates(STATE)[[*STATE, "polity2"]].astype(dict.fromkeys(STATE, "int64"))
        return self.file(key, *STATE)[[*STATE, *names]].drop(columns="polity2").merge(polity, on=STATE, how="left")

    def _ideal_points(self) -> Frame:
        raw = self.file("idealpointestimatesall_jun2024")
        names = {
            "IdealPointAll": "idealpointall",
            "Q5%All": "idealpoint_q5",
            "Q95%All": "idealpoint_q95",
            "NVotesAll": "nvotesall",
        }
        # China's seat to 1949, and those of the two states that were united in 1990, keep their old codes in the file.
        code = raw["ccode"].mask((raw["ccode"] == 713) & (raw["session"] <= 4), 710)
        code = code.mask((code == 260) & (raw["session"] == 45), 255)
        code = code.mask((code == 678) & (raw["session"] == 45), 679)
        made = raw.assign(ccode=code, year=raw["session"] + 1945)
        return made.rename(columns=names)[[*STATE, *names.values()]]

    def _us_troops(self) -> Frame:
        raw = self.file("troopdata_rebuild_country_year")
        code = meant(raw["countryname"], raw["year"], raw["ccode"])
        # Until Saigon fell the troops in the file's Vietnam were in the South.
        code = code.mask((code == 816) & raw["year"].between(1954, 1974), 817)
        found = raw[["year", "troops_ad"]].assign(ccode=code).query("ccode != 2").groupby(STATE)["troops_ad"].sum()
        return found.rename("us_troops").reset_index()

    def _places(self) -> Frame:
        raw = self.file("cow_capitals", "ccode")
        raw = raw.assign(styear=day(raw["stdate"]).dt.year, endyear=day(raw["enddate"]).dt.year)
        held = by_year(raw, "styear", "endyear").sort_values([*STATE, "stdate"])
        return held.drop_duplicates(STATE)[[*STATE, "lat", "lng"]]

    def _nearest_capital(self) -> Frame:
        pairs = self.dyads(range(1816, CARRIED + 1), directed=True)
        for n in "12":
            place = self._places().rename(columns={"ccode": f"ccode{n}", "lat": f"lat{n}", "lng": f"lng{n}"})
            pairs = pairs.merge(place, on=[f"ccode{n}", "year"])
        pairs = pairs.assign(mincapdist=along(*(pairs[c] for c in ("lat1", "lng1", "lat2", "lng2"))))
        return pairs.rename(columns={"ccode1": "ccode"}).groupby(STATE)["mincapdist"].min().reset_index()

    def _nearest_state(self) -> Frame:
        found = self._minimum_distance().groupby(["ccode1", "year"])["mindist"].min()
        return found.rename("minmindist").reset_index().rename(columns={"ccode1": "ccode"})

    def _borders(self) -> Frame:
        found = self._contiguity()
        found = found.assign(land=found["conttype"] == 1, sea=found["conttype"] > 1)
        return found.rename(columns={"ccode1": "ccode"}).groupby(STATE)[["land", "sea"]].sum().reset_index()

    def _numbers_of_rivalries(self) -> Frame:
        kinds = ["ideological", "interventionary", "positional", "spatial"]
        found = self._rivalries().rename(columns={"ccode1": "ccode"}).groupby(STATE)[kinds].sum()
        return found.add_prefix("n_").reset_index()

    # Dyads

    def _contiguity(self) -> Frame:
        raw = self.file("cow_contdir", "ccode1", "ccode2")
        raw = raw.assign(
            start=day(raw["stdate"]), styear=day(raw["stdate"]).dt.year, endyear=day(raw["enddate"]).dt.year
        )
        held = by_year(raw, "styear", "endyear")
        held = held.sort_values([*DYAD, "start"], kind="stable").drop_duplicates(DYAD)
        return held[[*DYAD, "conttype"]]

    def _minimum_distance(self) -> Frame:
        return both(self.file("cow_mindist", *DYAD))

    def _igos(self) -> Frame:
        return both(self.file("cow_igo_ndy", *DYAD))

    def _atop(self) -> Frame:
        return self.file("atop_alliance", *DYAD).assign(atop_alliance=1)

    def _atop_provisions(self) -> Frame:
        phases = self.file("atopinst5_1")[["atopid", "atopidphase", "milinst"]]
        phases = phases.assign(phase=((phases["atopidphase"] - phases["atopid"]) * 10).round().astype(int))
        members = self.file("atop5_1m")
        entry = members["yrent"] * 10_000 + members["moent"] * 100 + members["dayent"].fillna(1)
        leave = members["yrexit"] * 10_000 + members["moexit"] * 100 + members["dayexit"].fillna(31)
        members = members[["atopid", "phase", "member", "yrent", "yrexit", *PROVISIONS[:-1]]]
        members = members.assign(open=members["yrexit"] == 0, last=members["yrexit"].replace(0, 2018))
        members = members.assign(entry=entry, leave=leave.mask(members["open"], 2018_12_31))
        members = members.merge(phases, on=["atopid", "phase"], how="left", validate="m:1")
        pairs = members.merge(members, on=["atopid", "phase"], suffixes=("", "2"))
        # Yugoslavia left the CSCE in May 1992; Ukraine, which came in June, was never in it together with it.
        met = np.maximum(pairs["entry"], pairs["entry2"]) <= np.minimum(pairs["leave"], pairs["leave2"])
        pairs = pairs[met & (pairs["member"] != pairs["member2"])]
        pairs = pairs.rename(columns={"member": "ccode1", "member2": "ccode2"})
        pairs = pairs.assign(
            first=np.maximum(pairs["yrent"], pairs["yrent2"]),
            last=np.minimum(pairs["last"], pairs["last2"]),
            open=pairs["open"] & pairs["open2"],
        )
        # An alliance ends for the two when its last phase does.
        alliance = pairs.groupby(["ccode1", "ccode2", "atopid"])
        pairs = pairs.assign(ends=alliance["last"].transform("max").mask(alliance["open"].transform("any"), 9999))
        years = by_year(pairs, "first", "last").groupby(DYAD)
        found = years[list(PROVISIONS)].max()
        found.columns = [f"atop_{name.removesuffix('1')}" for name in PROVISIONS]
        ends = years["ends"].max()
        return found.assign(atop_number=years["atopid"].nunique(), atop_end=ends.mask(ends == 9999)).reset_index()

    def _cow_alliances(self) -> Frame:
        raw = self.file("alliance_v4_1_by_dyad")
        raw = raw.assign(last=raw["dyad_end_year"].fillna(2012).astype(int))
        names = {
            "defense": "cow_defense",
            "neutrality": "cow_neutral",
            "nonaggression": "cow_nonagg",
            "entente": "cow_entente",
        }
        held = by_year(raw.rename(columns=names), "dyad_st_year", "last")
        return both(held.groupby(DYAD)[list(names.values())].max().reset_index())

    def _gml_mids(self) -> Frame:
        years = self.file("gml_mid_ddydisps", *DYAD, "dispnum")
        disputes = self.file("gml_dirdisp", *DYAD, "dispnum")
        found = years.merge(disputes[[*DYAD, "dispnum", *REVISION]], on=[*DYAD, "dispnum"], how="left", validate="1:1")
        for n in "12":
            found[f"init{n}"] = ((found[f"sidea{n}"] == 1) | (found[f"orig{n}"] == 0)).astype(int)
        return found[[*DYAD, "gmlmidonset", "gmlmidongoing", *DISPUTE, *REVISION, "init1", "init2"]]

    def _cow_mids(self) -> Frame:
        found = self.file("cow_mid_ddydisps", *DYAD, "dispnum")
        parts = self.file("midb_5_0").sort_values(["dispnum", "ccode", "styear"], kind="stable")
        parts = parts.groupby(["dispnum", "ccode"]).agg(
            revstate=("revstate", "max"), revtype1=("revtype1", given), revtype2=("revtype2", given)
        )
        for n in "12":
            names = {"revstate": f"revstate{n}", "revtype1": f"revtype1{n}", "revtype2": f"revtype2{n}"}
            side = parts.rename(columns=names).reset_index().rename(columns={"ccode": f"ccode{n}"})
            found = found.merge(side, on=["dispnum", f"ccode{n}"], how="left", validate="m:1")
        return found[[*DYAD, "cowmidonset", "cowmidongoing", *DISPUTE, *REVISION]]

    def _wars(self) -> Frame:
        raw = self.file("cow_war_inter", *DYAD)
        deaths = raw[["batdeath1", "batdeath2"]].mask(raw[["batdeath1", "batdeath2"]] < 0)
        raw = raw.assign(deaths=deaths.sum(axis=1, min_count=1))
        order = raw.sort_values("deaths", ascending=False, na_position="last", kind="stable")
        order = order.sort_values("cowinteronset", ascending=False, kind="stable").drop_duplicates(DYAD)
        return order[[*DYAD, "cowinteronset", "cowinterongoing", *WAR]]

    def _rivalries(self) -> Frame:
        kinds = ["positional", "spatial", "ideological", "interventionary"]
        raw = self.file("tss_rivalries", "ccode1", "ccode2", "start", "end")
        held = by_year(raw.fillna(dict.fromkeys(kinds, 0)), "start", "end")
        return both(austria(held)[[*DYAD, "tssr_id", *kinds]].assign(ongoingrivalry=1))

    def _rivalries_td(self) -> Frame:
        raw = self.file("td_rivalries", "ccode1", "ccode2", "styear", "endyear")
        names = {"region": "td_region", "type1": "td_type1", "type2": "td_type2", "type3": "td_type3"}
        held = austria(by_year(raw.rename(columns=names), "styear", "endyear"))
        return both(held[[*DYAD, "rivalryno", "rivalryname", *names.values()]].assign(td_ongoingrivalry=1))

    def _arms_transfers(self) -> Frame:
        raw = self.file("sipri_exports_processed")
        raw = raw[~raw["supplier"].str.endswith("*") & ~raw["recipient"].str.endswith("*")]
        raw = raw.assign(
            ccode1=meant(raw["supplier"], raw["year"], raw["supplier_cown"]),
            ccode2=meant(raw["recipient"], raw["year"], raw["recipient_cown"]),
        ).dropna(subset=["ccode1", "ccode2"])
        sent = raw.astype({"ccode1": int, "ccode2": int}).groupby(DYAD)["value"].sum().rename("tiv12").reset_index()
        got = sent.rename(columns={"ccode1": "ccode2", "ccode2": "ccode1", "tiv12": "tiv21"})
        return sent.merge(got, on=DYAD, how="outer").fillna({"tiv12": 0, "tiv21": 0})

    def _defence_agreements(self) -> Frame:
        raw = self.file("dcad_v1_0_main")
        raw = raw[raw["ccode1"] != raw["ccode2"]]  # Bolivia is paired with itself once
        raw = raw.assign(general=(raw["type"] == "general").astype(int))
        held = by_year(raw, "signYear", "endYearEstimate")
        signed = held["year"] == held["signYear"]
        held = held.assign(
            dca_signed=signed.astype(int),
            dca_general_signed=(signed & (held["general"] == 1)).astype(int),
            dca_inforce=1,
        )
        counts = held.groupby(DYAD)[["dca_signed", "dca_general_signed", "dca_inforce"]].sum()
        return both(counts.assign(dca_general=held.groupby(DYAD)["general"].max()).reset_index())

    def _exercises(self) -> Frame:
        raw = self.file("mme_v7").reset_index(names="exercise")
        states = [name for name in raw.columns if name.startswith("State")]
        names = raw.melt(["exercise", "s.year", "e.year"], states, value_name="state").dropna(subset="state")
        years = by_year(names, "s.year", "e.year")
        return together(years, "joint_exercises")

    def _exercises_russia(self) -> Frame:
        raw = self.file("joint_military_exercises_involving_russia").dropna(subset="yr").reset_index(names="exercise")
        states = [name for name in raw.columns if name.startswith("part")]
        names = raw.melt(["exercise", "yr"], states, value_name="state").dropna(subset="state")
        russia = raw[["exercise", "yr"]].assign(state="Russia")
        years = pd.concat([names, russia]).rename(columns={"yr": "year"}).astype({"year": int})
        found = together(years, "russian_exercises")
        return found[(found["ccode1"] == 365) | (found["ccode2"] == 365)]

    def _icews(self) -> Frame:
        raw = self.file("icews", "year")
        kinds = ("verbcoop", "matlcoop", "verbconf", "matlconf")
        iso = pd.unique(raw["i_iso3c"])
        code = dict(zip(iso, coded(iso, "iso3c"), strict=True)) | {"VNM": 816, "YEM": 679}
        raw = raw.rename(
            columns={"verbCoop": kinds[0], "matlCoop": kinds[1], "verbConf": kinds[2], "matlConf": kinds[3]}
        )
        raw = raw.assign(ccode1=raw["i_iso3c"].map(code), ccode2=raw["j_iso3c"].map(code))
        return raw[[*DYAD, *kinds]].rename(columns={kind: f"icews_{kind}" for kind in kinds})

    # Codes

    def _codes(self, rows: Frame) -> Frame:
        system = "gw" if any(name.startswith("gw") for name in rows.columns) else "cow"
        key = "gwcode" if system == "gw" else "ccode"
        table = self._other_codes(system).rename(columns={"code": key})
        if key in rows:
            return left(rows, table, [key, "year"])
        return sides(rows, table, key=key)

    def _other_codes(self, system: str) -> Frame:
        """Return the codes of each state-year; of several in a year those that held first."""
        years = range(1816, CARRIED + 1)
        cow = self.file("cow_states", "ccode")[["ccode", "stateabb", "statenme"]].drop_duplicates("ccode")
        iso = coded(cow["ccode"], "cown", "iso3c")
        cow["iso3"] = [ISO.get(code, found) for code, found in zip(cow["ccode"], iso, strict=True)]
        known = self.there(years, "gw").rename(columns={"code": "gwcode"})
        same = known[known["gwcode"].isin(cow["ccode"]) & ~known["gwcode"].isin([260, 678])]
        parts = [same.assign(ccode=same["gwcode"])]
        for gw, code, first, last in ELSEWHERE:
            part = known[(known["gwcode"] == gw) & (known["start"] <= last) & (known["end"] >= first)]
            parts.append(part.assign(ccode=code, start=part["start"].clip(lower=pd.Timestamp(first))))
        pairs = pd.concat(parts).sort_values("start")[["ccode", "gwcode", "year"]]
        members = self.states(years)
        if system == "cow":
            pairs = pairs.drop_duplicates(STATE)
            found = members.merge(cow, on="ccode").merge(pairs, on=STATE, how="left").rename(columns={"ccode": "code"})
            return found[["code", "year", "statenme", "stateabb", "iso3", "gwcode"]]
        pairs = pairs.drop_duplicates(["gwcode", "year"]).merge(cow, on="ccode")
        pairs = pairs.merge(members.assign(member=True), on=STATE, how="left")
        pairs["ccode"] = pairs["ccode"].where(pairs["member"].notna())
        # Names and abbreviations are those that Gleditsch and Ward give.
        gw = self.file("gw_states", "gwcode").rename(columns={"statename": "statenme"})
        gw = gw.assign(first=day(gw["startdate"]).dt.year, last=day(gw["enddate"]).dt.year)
        gw = by_year(gw.assign(last=gw["last"].mask(gw["last"] == 2017, CARRIED)), "first", "last")
        gw = gw[["gwcode", "year", "statenme", "stateabb"]].drop_duplicates(["gwcode", "year"])
        there = known[["gwcode", "year"]].drop_duplicates().merge(gw, on=["gwcode", "year"], how="left")
        found = there.merge(pairs[["gwcode", "year", "iso3", "ccode"]], on=["gwcode", "year"], how="left")
        # ISO's codes of Yugoslavia, and of Serbia and Montenegro from July 2003 on.
        yugoslavia = found["gwcode"] == 345
        found["iso3"] = found["iso3"].mask(yugoslavia & (found["year"] <= 2003), "YUG")
        found["iso3"] = found["iso3"].mask(yugoslavia & (found["year"] > 2003), "SCG")
        found = found.rename(columns={"gwcode": "code"})
        return found[["code", "year", "statenme", "stateabb", "iso3", "ccode"]]


def read(file: Path) -> Frame:
    """Read an R or CSV file as it is."""
    if file.suffix == ".csv":
        return pd.read_csv(file, low_memory=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of R attributes that pandas has no place for
        (found,) = rdata.read_rda(file).values()
    return found.reset_index(drop=True)


def spells(event: Frame, unit: Frame) -> Frame:
    """Count the rows of a unit since its last event, as peacesciencer's add_spells does by default."""
    events = event.groupby(unit).cumsum() - event
    return event.groupby([unit, events]).cumcount()


def sound(raw: Frame) -> Frame:
    """Take out the codes for what is missing: below 0, and months above 12."""
    found = raw.mask(raw.drop(columns=DYAD).lt(0).reindex(columns=raw.columns, fill_value=False))
    return found.assign(stmon=found["stmon"].mask(found["stmon"] > 12)) if "stmon" in found else found


def peace_years(event: Frame, unit: Frame, year: Frame) -> Frame:
    """Count calendar years since the last event, or since the first year of a unit.

    The year after an event is 0. Of a unit that has no row in the year after an event, it is the year of the event.
    """
    after = year.groupby(unit).shift(-1)

    def before(column: Frame) -> Frame:
        return column.where(event == 1).groupby(unit).ffill().groupby(unit).shift()

    zero = before(after.where(after == year + 1, year))
    return (year - zero.fillna(year.groupby(unit).transform("min"))).astype("int64")


def day(days: Frame) -> Frame:
    """Read R's days."""
    return pd.to_datetime(days, unit="D")


def by_year(frame: Frame, first: str, last: str) -> Frame:
    """Repeat each row for each of its years."""
    years = [range(int(a), int(b) + 1) for a, b in zip(frame[first], frame[last], strict=True)]
    return frame.assign(year=years).explode("year", ignore_index=True).astype({"year": "int64"})


def left(rows: Frame, table: Frame, keys: list[str], zeros: Zeros | None = None) -> Frame:
    """Return the columns of a table for rows; where it has no row they are null, or 0 where `zeros` says so."""
    found = rows[keys].merge(table, on=keys, how="left", validate="m:1", indicator=True).drop(columns=keys)
    if zeros is not None:
        names, covered = zeros
        absent = (found["_merge"] == "left_only") & covered
        for name in set(names) & set(found.columns):
            found[name] = found[name].mask(absent, 0)
    return found.drop(columns="_merge")


def sides(rows: Frame, table: Frame, zeros: Zeros | None = None, key: str = "ccode") -> Frame:
    """Return the columns of a table of state-years for both states of a dyad."""
    parts = []
    for n in "12":
        one = rows[[f"{key}{n}", "year"]].set_axis([key, "year"], axis=1)
        parts.append(left(one, table, [key, "year"], zeros).add_suffix(n))
    return pd.concat(parts, axis=1)


def both(frame: Frame) -> Frame:
    """Add the other direction of each dyad-year."""
    return pd.concat([frame, frame.rename(columns={"ccode1": "ccode2", "ccode2": "ccode1"})], ignore_index=True)


def either(frame: Frame) -> Frame:
    """Give a pair the highest value that either state has towards the other."""
    low, high = frame[["ccode1", "ccode2"]].min(axis=1), frame[["ccode1", "ccode2"]].max(axis=1)
    return frame.assign(ccode1=low, ccode2=high).groupby(DYAD).max().reset_index()


def austria(held: Frame) -> Frame:
    """Give Austria what is said of Austria-Hungary after it fell apart."""
    late = held["year"] >= 1919
    return held.assign(**{c: held[c].mask(late & (held[c] == 300), 305) for c in ("ccode1", "ccode2")})


def together(years: Frame, name: str) -> Frame:
    """Count for each pair the exercises of a year in which both took part."""
    there = years.assign(ccode=meant(years["state"], years["year"])).dropna(subset="ccode").astype({"ccode": int})
    there = there[["exercise", "year", "ccode"]].drop_duplicates()
    pairs = there.merge(there, on=["exercise", "year"], suffixes=("1", "2"))
    pairs = pairs[pairs["ccode1"] != pairs["ccode2"]]
    return pairs.groupby(DYAD).size().rename(name).reset_index()


def meant(names: Frame, years: Frame, codes: Frame | None = None) -> Frame:
    """Return the COW codes of the states that names mean in years; codes that a file gives go before names."""
    names = names.str.strip()
    known = pd.unique(names)
    by_name = dict(zip(known, coded(known, "country.name"), strict=True)) | NAMES
    code = names.map(by_name).astype(float)
    if codes is not None:
        code = codes.where(codes.notna(), code).astype(float).mask(names == "Northern Cyprus")
    # Before their unification Germany and Yemen are the states whose part in the world they then played.
    code = code.mask((code == 255) & years.between(1946, 1989), 260)
    return code.mask((code == 679) & (years < 1990), 678)


def coded(values: Iterable[Any], origin: str, into: str = "cown") -> list[Any]:
    """Ask countrycode."""
    found: list[Any] = countrycode(list(values), origin, into)
    return found


def given(kinds: Frame) -> Any:
    """Return the first kind that is one, else what is said of there being none."""
    some = kinds[kinds > 0]
    return some.iloc[0] if len(some) else kinds.max()


def along(lat1: Frame, lng1: Frame, lat2: Frame, lng2: Frame) -> Frame:
    """Return distances along great circles, by the angle between two vectors from the centre."""
    one, two = (
        np.stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)], axis=1)
        for lat, lng in ((np.radians(lat1), np.radians(lng1)), (np.radians(lat2), np.radians(lng2)))
    )
    return RADIUS * np.arctan2(np.linalg.norm(np.cross(one, two), axis=1), (one * two).sum(axis=1))
