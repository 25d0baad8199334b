"""What lies on this machine: data files and whether they are sound, and the tables made from them."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import polars as pl
import pytest
from platformdirs import user_cache_dir
from polars.testing import assert_frame_equal

from comity.data.joins.catalogue import all_joins
from comity.data.sources import registry, store
from comity.data.sources.registry import BASE, Source
from comity.data.sources.store import Condition, condition, installed_file, needed, remove
from comity.data.tables import table_cache
from comity.data.tables.table_cache import Table, available, sources_of, table
from comity.errors import ComityError, DataMissingError, OutputError, UnknownSourceError
from tests.running import Run

COMMIT = "0123456789abcdef0123456789abcdef01234567"
# 2 is the USA, 365 Russia, 710 China; 999 is no state
CONTENT = {
    "alpha": b"ccode,year,value\n2,1999,1\n365,1999,2\n",
    "beta": b"ccode,year,value\n710,2000,3\n999,2000,4\n",
    "gamma": b"ccode1,ccode2,year,value\n2,365,1999,5\n365,2,1999,6\n",
}


def _made(key: str, content: bytes) -> Source:
    return Source(
        key=key,
        title=key.title(),
        version="1",
        address=f"{BASE}someone/some-data/{COMMIT}/{key}%20file.csv",
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        years=(1999, 2001),
        unit="line",
        terms="made up",
        references=("miller2022",),
        caveats="",
    )


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[str, Source]:
    """A registry of three small made-up files, in place of the one that the joins of measures are made from."""
    all_joins()
    found = {key: _made(key, content) for key, content in CONTENT.items()}
    monkeypatch.setattr(registry, "sources", lambda: found)
    return found


@pytest.fixture
def folder(made: dict[str, Source], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What COMITY_DATA names, with the made-up files installed in the folder below it that is theirs."""
    place = tmp_path / "kept here"
    (place / "files").mkdir(parents=True)
    for key, one in made.items():
        (place / "files" / one.file).write_bytes(CONTENT[key])
    monkeypatch.setenv("COMITY_DATA", str(place))
    return place


def _kept(folder: Path) -> dict[str, bytes]:
    """All files of a folder, at any depth and hidden ones too."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _files(*keys: str) -> dict[str, bytes]:
    return {f"files/{key}.csv": CONTENT[key] for key in keys}


# The folder.


def test_the_folder_is_the_one_named_or_one_of_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COMITY_DATA", "~/my data")
    assert store.folder() == tmp_path / "my data"
    assert store.files_folder() == tmp_path / "my data" / "files"
    assert store.tables_folder() == tmp_path / "my data" / "tables"
    monkeypatch.setenv("COMITY_DATA", "")
    assert store.folder() == Path(user_cache_dir("comity")) / "data"
    monkeypatch.delenv("COMITY_DATA")
    assert store.folder() == Path(user_cache_dir("comity")) / "data"
    assert list(tmp_path.iterdir()) == []


# Files.


def test_a_file_is_sound_missing_or_damaged(made: dict[str, Source], folder: Path) -> None:
    assert condition("alpha") is Condition.SOUND
    assert condition(made["alpha"]) is Condition.SOUND
    (folder / "files" / "alpha.csv").write_bytes(CONTENT["alpha"][:-1])
    assert condition("alpha") is Condition.DAMAGED
    (folder / "files" / "alpha.csv").write_bytes(CONTENT["alpha"].replace(b"365", b"364"))
    assert condition("alpha") is Condition.DAMAGED
    (folder / "files" / "alpha.csv").unlink()
    assert condition("alpha") is Condition.MISSING
    assert condition("beta") is Condition.SOUND


@pytest.mark.usefixtures("made")
def test_every_file_is_missing_where_there_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_DATA", str(tmp_path / "nowhere"))
    assert condition("alpha") is Condition.MISSING
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "files" / "alpha.csv").unlink()
    (folder / "files" / "alpha.csv").mkdir()
    with pytest.raises(OutputError) as caught:
        condition("alpha")
    words = f"{folder / 'files' / 'alpha.csv'} cannot be read: Is a directory. Set COMITY_DATA to another folder."
    assert str(caught.value) == words


@pytest.mark.usefixtures("made")
def test_a_folder_that_is_a_file_is_named(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file.txt").write_text("mine")
    monkeypatch.setenv("COMITY_DATA", str(tmp_path / "file.txt"))
    for arguments in (["verify"], ["list"], ["path", "alpha"]):
        done = run("data", *arguments)
        assert (done.code, done.out) == (2, ""), arguments
        assert "file.txt/files/alpha.csv cannot be read: Not a directory. Set COMITY_DATA" in done.err
    assert _kept(tmp_path) == {"file.txt": b"mine"}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "ask", [condition, installed_file, lambda key: needed(["alpha", key]), lambda key: remove([key])]
)
def test_an_unknown_key_is_refused_with_what_is_near(ask: Callable[[str], object]) -> None:
    with pytest.raises(UnknownSourceError) as caught:
        ask("alhpa")
    words = "'alhpa' is no data source. Did you mean alpha? See them all with: comity data list"
    assert str(caught.value) == words


def test_the_path_of_a_file_is_given_only_if_it_is_sound(folder: Path) -> None:
    assert installed_file("alpha") == folder / "files" / "alpha.csv"
    (folder / "files" / "alpha.csv").write_bytes(b"")
    with pytest.raises(DataMissingError) as caught:
        installed_file("alpha")
    first, second = str(caught.value).splitlines()
    assert first == "These data are needed: alpha (damaged). Run: comity data install alpha"
    assert second == "Without a network, set COMITY_MIRROR to a folder or server that holds the files."
    assert (folder / "files" / "alpha.csv").read_bytes() == b""


def test_all_that_is_needed_is_listed_at_once(folder: Path) -> None:
    needed(["alpha", "beta", "gamma"])
    (folder / "files" / "gamma.csv").unlink()
    (folder / "files" / "alpha.csv").write_bytes(b"?")
    with pytest.raises(DataMissingError) as caught:
        needed(["gamma", "beta", "alpha", "gamma"])
    assert str(caught.value).splitlines()[0] == (
        "These data are needed: gamma (not installed), alpha (damaged). Run: comity data install gamma alpha"
    )


# Removal.


def test_removal_deletes_the_files_named_and_all_tables(folder: Path) -> None:
    (folder / "tables").mkdir()
    (folder / "tables" / "one-0123456789abcdef-fedcba9876543210.parquet").write_bytes(b"")
    (folder / "tables" / "two-0123456789abcdef-fedcba9876543210.parquet").write_bytes(b"")
    others = ["notes.txt", "one.parquet", "alpha.csv", "files/notes.txt", "files/one.parquet", "tables/notes.txt"]
    for name in others:
        (folder / name).write_text("mine")
    assert remove(["alpha", "gamma"]) == [folder / "files" / "alpha.csv", folder / "files" / "gamma.csv"]
    assert _kept(folder) == _files("beta") | dict.fromkeys(others, b"mine")
    assert remove(["alpha"]) == []
    assert _kept(folder) == _files("beta") | dict.fromkeys(others, b"mine")


def test_a_damaged_file_is_removed_too(folder: Path) -> None:
    (folder / "files" / "alpha.csv").write_bytes(b"?")
    assert remove(["alpha"]) == [folder / "files" / "alpha.csv"]
    assert _kept(folder) == _files("beta", "gamma")


def test_an_unknown_key_among_others_removes_nothing(run: Run, folder: Path) -> None:
    with pytest.raises(UnknownSourceError):
        remove(["alpha", "alhpa"])
    done = run("data", "remove", "alpha", "alhpa")
    assert (done.code, done.out) == (2, "")
    assert "'alhpa' is no data source or join. Did you mean alpha" in done.err
    assert _kept(folder) == _files("alpha", "beta", "gamma")


def test_a_file_that_cannot_be_deleted_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: Path, missing_ok: bool = False) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied", str(file), missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(OutputError) as caught:
        remove(["alpha"])
    assert str(caught.value) == f"{folder / 'files' / 'alpha.csv'} cannot be deleted: Permission denied."
    assert _kept(folder) == _files("alpha", "beta", "gamma")


def test_a_key_named_twice_is_removed_once(folder: Path) -> None:
    assert remove(["alpha", "alpha"]) == [folder / "files" / "alpha.csv"]
    assert _kept(folder) == _files("beta", "gamma")


def test_removal_deletes_the_tables_of_a_file_that_a_person_deleted(folder: Path) -> None:
    (folder / "tables").mkdir()
    (folder / "tables" / "one-0123456789abcdef-fedcba9876543210.parquet").write_bytes(b"")
    (folder / "files" / "alpha.csv").unlink()
    assert remove(["alpha"]) == []
    assert _kept(folder) == _files("beta", "gamma")


def test_removal_deletes_what_a_killed_run_left_of_a_table(folder: Path) -> None:
    (folder / "tables").mkdir()
    (folder / "tables" / ".one-0123456789abcdef-fedcba9876543210.parquet.4711").write_bytes(b"PAR1")
    remove(CONTENT)
    assert _kept(folder) == {}


# Tables.


class Reader:
    """Reads a made-up file, and counts how often."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, file: Path) -> pl.DataFrame:
        self.read.append(file.name)
        return pl.read_csv(file.read_bytes())


@pytest.fixture
def reader(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """The reader of a table for each file, and of one made of two other tables."""
    assert folder.is_dir()
    found = Reader()

    def sums(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([first, second]).with_columns(value=pl.col("value") * 10)

    recipes = {
        "one": Table(found, ("alpha",)),
        "one_more": Table(found, ("beta",)),
        "dyads": Table(found, ("gamma",)),
        "both": Table(sums, of=("one", "one_more")),
    }
    monkeypatch.setattr(table_cache, "TABLES", recipes)
    return found


ONE = pl.DataFrame(
    {"ccode": [2, 365], "year": [1999, 1999], "value": [1, 2]},
    schema={"ccode": pl.Int32, "year": pl.Int32, "value": pl.Int64},
)


def _parquet(folder: Path, name: str) -> Path:
    """The one file of a table."""
    (file,) = (folder / "tables").glob(f"{name}-*")
    return file


def test_a_table_is_made_once_and_kept_as_parquet(reader: Reader, folder: Path) -> None:
    assert_frame_equal(table("one"), ONE)
    file = _parquet(folder, "one")
    assert file.suffix == ".parquet"
    assert_frame_equal(pl.read_parquet(file), ONE)
    stamp = file.stat().st_mtime_ns
    assert_frame_equal(table("one"), ONE)
    assert reader.read == ["alpha.csv"]
    assert file.stat().st_mtime_ns == stamp
    name, version, content = file.stem.split("-")
    assert name == "one"
    assert re.fullmatch(r"[0-9a-f]{16}", version)
    assert content == hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    assert _kept(folder).keys() == {*_files(*CONTENT), f"tables/{file.name}"}


def test_rows_of_what_is_no_state_are_left_out(reader: Reader) -> None:
    assert table("one_more").rows() == [(710, 2000, 3)]
    assert reader.read == ["beta.csv"]


@pytest.mark.parametrize(
    "damage",
    [lambda _: b"garbage", lambda _: b"", lambda good: good[:-1], lambda good: good[: len(good) // 2]],
    ids=["garbage", "empty", "a byte short", "half"],
)
def test_a_damaged_table_is_made_again(damage: Callable[[bytes], bytes], reader: Reader, folder: Path) -> None:
    table("one")
    file = _parquet(folder, "one")
    file.write_bytes(damage(file.read_bytes()))
    assert_frame_equal(table("one"), ONE)
    assert_frame_equal(pl.read_parquet(file), ONE)
    assert reader.read == ["alpha.csv", "alpha.csv"]
    assert _kept(folder).keys() == {*_files(*CONTENT), f"tables/{file.name}"}


def test_a_table_that_holds_other_values_than_were_kept_is_made_again(reader: Reader, folder: Path) -> None:
    table("one")
    ONE.with_columns(value=pl.lit(7, pl.Int64)).write_parquet(_parquet(folder, "one"))
    assert_frame_equal(table("one"), ONE)
    assert reader.read == ["alpha.csv", "alpha.csv"]


def test_a_table_whose_name_has_the_hash_of_another_is_made_again(reader: Reader, folder: Path) -> None:
    table("one")
    file = _parquet(folder, "one")
    file.rename(file.with_name(f"{file.stem.rpartition('-')[0]}-{'0' * 16}.parquet"))
    assert_frame_equal(table("one"), ONE)
    assert reader.read == ["alpha.csv", "alpha.csv"]
    assert _kept(folder).keys() == {*_files(*CONTENT), f"tables/{file.name}"}


def test_a_sound_table_is_found_beside_a_damaged_one(reader: Reader, folder: Path) -> None:
    table("one")
    file = _parquet(folder, "one")
    for digest in ("0" * 16, "f" * 16):
        file.with_name(f"{file.stem.rpartition('-')[0]}-{digest}.parquet").write_bytes(b"damaged")
    assert_frame_equal(table("one"), ONE)
    assert reader.read == ["alpha.csv"]


def test_a_table_that_goes_before_it_is_read_is_made_again(reader: Reader, folder: Path) -> None:
    table("one")
    file = _parquet(folder, "one")
    file.unlink()
    file.symlink_to(folder / "gone")  # listed, and not there when it is read
    assert_frame_equal(table("one"), ONE)
    assert reader.read == ["alpha.csv", "alpha.csv"]
    assert not file.is_symlink()
    assert_frame_equal(pl.read_parquet(file), ONE)


def test_a_table_at_which_polars_panics_is_made_again(
    reader: Reader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def panic(*_: object, **__: object) -> NoReturn:
        raise pl.exceptions.PanicException("called `Result::unwrap()` on an `Err` value")

    table("one")
    _parquet(folder, "one").write_bytes(b"PAR1, and what polars panics at")
    monkeypatch.setattr(pl, "read_parquet", panic)
    try:
        assert_frame_equal(table("one"), ONE)
    except pl.exceptions.PanicException:  # no Exception: it would end the run of the tests
        pytest.fail("the panic came through")
    assert reader.read == ["alpha.csv", "alpha.csv"]


def test_a_new_version_of_a_file_makes_the_table_anew_and_the_old_one_goes(
    made: dict[str, Source], reader: Reader, folder: Path
) -> None:
    table("one")
    table("one_more")
    old, other = _parquet(folder, "one"), _parquet(folder, "one_more")
    content = CONTENT["alpha"].replace(b"1999", b"2001")
    (folder / "files" / "alpha.csv").write_bytes(content)
    made["alpha"] = replace(made["alpha"], sha256=hashlib.sha256(content).hexdigest())
    assert table("one")["year"].to_list() == [2001, 2001]
    assert reader.read == ["alpha.csv", "beta.csv", "alpha.csv"]
    assert not old.exists()
    assert set((folder / "tables").iterdir()) == {_parquet(folder, "one"), other}


def test_a_new_version_of_a_file_that_is_not_installed_is_asked_for(
    made: dict[str, Source], reader: Reader, folder: Path
) -> None:
    table("one")
    before = _kept(folder)
    made["alpha"] = replace(made["alpha"], sha256="0" * 64)
    with pytest.raises(DataMissingError, match=r"alpha \(damaged\)\. Run: comity data install alpha"):
        table("one")
    assert reader.read == ["alpha.csv"]
    assert _kept(folder) == before


def test_new_code_of_the_readers_makes_the_table_anew(
    reader: Reader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table("one")
    old = _parquet(folder, "one")
    monkeypatch.setattr(table_cache, "code_of", lambda *_: "other code")
    assert_frame_equal(table("one"), ONE)
    assert reader.read == ["alpha.csv", "alpha.csv"]
    assert _parquet(folder, "one") != old


def test_a_table_of_tables_rests_on_all_their_files(made: dict[str, Source], reader: Reader, folder: Path) -> None:
    assert sources_of("both") == ("alpha", "beta")
    assert table("both")["value"].to_list() == [10, 20, 30]
    assert {file.name.partition("-")[0] for file in (folder / "tables").iterdir()} == {"one", "one_more", "both"}
    content = b"ccode,year,value\n710,2000,8\n"
    (folder / "files" / "beta.csv").write_bytes(content)
    made["beta"] = replace(made["beta"], sha256=hashlib.sha256(content).hexdigest())
    assert table("both")["value"].to_list() == [10, 20, 80]
    assert reader.read == ["alpha.csv", "beta.csv", "beta.csv"]


def test_a_table_whose_files_are_missing_names_them_all_and_reads_none(reader: Reader, folder: Path) -> None:
    (folder / "files" / "alpha.csv").unlink()
    (folder / "files" / "beta.csv").write_bytes(b"?")
    listed = r"alpha \(not installed\), beta \(damaged\)\. Run: comity data install alpha beta"
    with pytest.raises(DataMissingError, match=listed):
        table("both")
    with pytest.raises(DataMissingError, match=listed):
        available(["one", "dyads", "both"])
    assert reader.read == []
    assert not (folder / "tables").exists()


def test_a_kept_table_needs_its_files_no_more(reader: Reader, folder: Path) -> None:
    table("one")
    (folder / "files" / "alpha.csv").unlink()
    available(["one"])
    assert_frame_equal(table("one"), ONE)
    assert reader.read == ["alpha.csv"]


def test_a_removed_file_takes_its_tables_along(reader: Reader, folder: Path) -> None:
    table("both")
    remove(["alpha"])
    assert _kept(folder) == _files("beta", "gamma")
    with pytest.raises(DataMissingError, match=r"alpha \(not installed\)"):
        table("one")
    assert reader.read == ["alpha.csv", "beta.csv"]


@pytest.mark.parametrize("name", ["one", "dyads"])
def test_a_table_with_a_key_twice_is_refused_and_not_kept(
    name: str, made: dict[str, Source], reader: Reader, folder: Path
) -> None:
    key = {"one": "alpha", "dyads": "gamma"}[name]
    content = CONTENT[key] + CONTENT[key].splitlines()[-1].replace(b",6", b",7") + b"\n"
    (folder / "files" / f"{key}.csv").write_bytes(content)
    made[key] = replace(made[key], sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(RuntimeError, match=f"the table {name} has a key twice"):
        table(name)
    assert reader.read == [f"{key}.csv"]
    assert not (folder / "tables").exists()


def test_both_directions_of_a_dyad_are_two_keys(reader: Reader) -> None:
    assert table("dyads").rows() == [(2, 365, 1999, 5), (365, 2, 1999, 6)]
    assert reader.read == ["gamma.csv"]


def test_a_table_that_takes_long_says_so_only_when_it_is_made(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_cache, "_SLOW", {"one": "Reading one for the first time."})
    lines: list[str] = []
    table("both", lines.append)
    table("both", lines.append)
    table("one", lines.append)
    assert lines == ["Reading one for the first time."]
    assert reader.read == ["alpha.csv", "beta.csv"]


def _stop_in_the_middle(stop: BaseException, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Let every file be written to its fourth byte only; return the files that this happens to."""
    begun: list[Path] = []
    write = Path.write_bytes

    def begin(file: Path, content: bytes) -> NoReturn:
        begun.append(file)
        write(file, content[:4])
        raise stop

    monkeypatch.setattr(Path, "write_bytes", begin)
    return begun


def test_a_full_disk_keeps_no_half_of_a_table(reader: Reader, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = _stop_in_the_middle(OSError(errno.ENOSPC, "No space left on device"), monkeypatch)
    with pytest.raises(OutputError) as caught:
        table("one")
    assert re.match(re.escape(str(folder / "tables")) + r"\S* cannot be written: ", str(caught.value))
    assert "No space left on device" in str(caught.value)
    assert str(caught.value).endswith("Set COMITY_DATA to another folder.")
    assert reader.read == ["alpha.csv"]
    assert [(file.parent, file.name[:5]) for file in begun] == [(folder / "tables", ".one-")]
    assert _kept(folder) == _files(*CONTENT)


@pytest.mark.usefixtures("reader")
def test_a_folder_of_tables_that_is_a_file_is_named(folder: Path) -> None:
    (folder / "tables").write_text("mine")
    try:
        with pytest.raises(ComityError, match=r"tables cannot be written: .* Set COMITY_DATA to another folder"):
            table("one")
    finally:
        assert _kept(folder) == _files(*CONTENT) | {"tables": b"mine"}


@pytest.mark.usefixtures("reader")
def test_a_break_while_a_table_is_written_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = _stop_in_the_middle(KeyboardInterrupt(), monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        table("one")
    assert len(begun) == 1
    assert _kept(folder) == _files(*CONTENT)


def test_what_a_killed_run_left_of_a_table_goes_when_it_is_made(reader: Reader, folder: Path) -> None:
    (folder / "tables").mkdir()
    version = "0123456789abcdef-fedcba9876543210"
    for name in (f".one-{version}.parquet.4711", f".one-{'0' * 16}-{'1' * 16}.parquet.1"):
        (folder / "tables" / name).write_bytes(b"PAR1")
        os.utime(folder / "tables" / name, (0, 0))
    others = [f".one_more-{version}.parquet.4711", f"one_more-{version}.parquet", "one-notes.txt", ".one-notes.txt"]
    for name in others:
        (folder / "tables" / name).write_bytes(b"mine")
    table("one")
    (file,) = (folder / "tables").glob("one-*.parquet")
    assert {kept.name for kept in (folder / "tables").iterdir()} == {file.name, *others}
    assert reader.read == ["alpha.csv"]


def test_two_that_make_a_table_at_once_both_succeed(
    reader: Reader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def meanwhile(file: Path, content: bytes) -> int:
        """Write, and let another process make the same table before this one goes on."""
        written = write(file, content)
        if len(reader.read) == 1:
            with monkeypatch.context() as other:
                other.setattr(os, "getpid", lambda: 0)
                assert_frame_equal(table("one"), ONE)
        return written

    monkeypatch.setattr(Path, "write_bytes", meanwhile)
    assert_frame_equal(table("one"), ONE)
    assert reader.read == ["alpha.csv", "alpha.csv"]
    assert _kept(folder).keys() == {*_files(*CONTENT), f"tables/{_parquet(folder, 'one').name}"}


def test_a_table_in_a_folder_with_brackets_is_kept(
    reader: Reader, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.rename(tmp_path / "data [2026]")
    monkeypatch.setenv("COMITY_DATA", str(tmp_path / "data [2026]"))
    table("one")
    assert_frame_equal(table("one"), ONE)
    assert reader.read == ["alpha.csv"]


# On the command line.


def test_verify_counts_what_is_sound_and_what_is_not_installed(run: Run, folder: Path) -> None:
    done = run("data", "verify")
    assert (done.code, done.out, done.err) == (0, "3 sound, 0 not installed.\n", "")
    (folder / "files" / "beta.csv").unlink()
    done = run("data", "verify")
    assert (done.code, done.out, done.err) == (0, "2 sound, 1 not installed.\n", "")


def test_verify_fails_for_what_is_damaged_and_leaves_it(run: Run, folder: Path) -> None:
    (folder / "files" / "beta.csv").write_bytes(b"?")
    (folder / "files" / "gamma.csv").unlink()
    before = _kept(folder)
    done = run("data", "verify")
    assert (done.code, done.out) == (2, "beta: damaged\n")
    assert done.err == "comity: 1 sound, 1 not. Run: comity data install beta\n"
    assert _kept(folder) == before


def test_verify_fails_for_what_is_named_and_not_installed(run: Run, folder: Path) -> None:
    (folder / "files" / "beta.csv").write_bytes(b"?")
    (folder / "files" / "gamma.csv").unlink()
    done = run("data", "verify", "alpha", "beta", "gamma")
    assert (done.code, done.out) == (2, "beta: damaged\ngamma: not installed\n")
    assert done.err == "comity: 1 sound, 2 not. Run: comity data install beta gamma\n"


def test_path_prints_the_folder_or_the_files(run: Run, folder: Path) -> None:
    done = run("data", "path")
    assert (done.code, done.out, done.err) == (0, f"{folder}\n", "")
    done = run("data", "path", "gamma", "alpha")
    files = folder / "files"
    assert (done.code, done.out) == (0, f"{files / 'gamma.csv'}\n{files / 'alpha.csv'}\n")
    (folder / "files" / "alpha.csv").unlink()
    done = run("data", "path", "gamma", "alpha")
    assert (done.code, done.out) == (2, "")
    assert "alpha (not installed). Run: comity data install alpha" in done.err


def test_remove_says_how_many_files_it_deleted(run: Run, folder: Path) -> None:
    assert run("data", "remove", "alpha").out == "Deleted 1 file.\n"
    assert run("data", "remove", "alpha").out == "Deleted 0 files.\n"
    assert _kept(folder) == _files("beta", "gamma")
    done = run("data", "remove", "--all")
    assert (done.code, done.out, done.err) == (0, "Deleted 2 files.\n", "")
    assert _kept(folder) == {}


@pytest.mark.parametrize("command", ["remove", "cite", "install"])
def test_a_command_without_keys_says_what_to_name_and_does_nothing(command: str, run: Run, folder: Path) -> None:
    before = _kept(folder)
    done = run("data", command)
    words = "comity: Name sources or joins, or give --all. See them with: comity data list\n"
    assert (done.code, done.out, done.err) == (2, "", words)
    assert _kept(folder) == before


@pytest.mark.parametrize("command", ["remove", "cite", "install"])
def test_all_stands_for_every_source_so_keys_beside_it_are_refused(command: str, run: Run, folder: Path) -> None:
    before = _kept(folder)
    for keys in (["alpha"], ["beta", "nmc"], ["bta"]):
        done = run("data", command, *keys, "--all")
        words = f"comity: --all stands for every source; leave out {' '.join(keys)}, or leave out --all.\n"
        assert (done.code, done.out, done.err) == (2, "", words)
    assert _kept(folder) == before


@pytest.mark.parametrize("command", ["remove", "cite", "path", "verify", "install"])
def test_a_join_without_files_leaves_nothing_to_do(command: str, run: Run, folder: Path) -> None:
    before = _kept(folder)
    done = run("data", command, "codes")
    words = "comity: codes: this rests on the lists of states that Comity carries; nothing to do.\n"
    assert (done.code, done.out, done.err) == (2, "", words)
    assert _kept(folder) == before


def test_a_join_without_files_can_stand_beside_a_source(run: Run, folder: Path) -> None:
    assert run("data", "path", "codes", "alpha").out == f"{folder / 'files' / 'alpha.csv'}\n"
    assert run("data", "remove", "codes", "alpha").out == "Deleted 1 file.\n"
    assert _kept(folder) == _files("beta", "gamma")


@pytest.mark.parametrize("command", ["remove", "cite", "path", "verify"])
def test_a_mistyped_key_is_one_clear_message(command: str, run: Run, folder: Path) -> None:
    before = _kept(folder)
    done = run("data", command, "alpha", "bta")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("comity: 'bta' is no data source or join. Did you mean beta")
    assert done.err.endswith("See them all with: comity data list\n")
    assert _kept(folder) == before
