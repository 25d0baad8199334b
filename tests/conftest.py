from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import comity
from comity.casebook import Theatre
from comity.data.sources.download import install
from comity.data.sources.registry import sources
from tests.decoded import keep_decoded
from tests.running import Done, Run, status_of

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# One profile for everybody: the same examples each run, so that a failure is seen again, and no time limit per
# example, because the machines that run this differ.
settings.register_profile(
    "comity",
    deadline=None,
    derandomize=True,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("comity")


def pytest_configure(config: pytest.Config) -> None:
    """Keep solved games and data files apart from the user's, in folders that last as long as the run.

    Where the tests are dealt out to several processes, these share them: what one makes, the other finds.
    """
    keep_decoded(config.rootpath / ".pytest_cache" / "decoded")
    if hasattr(config, "workerinput"):
        return
    for variable in ("COMITY_CACHE", "COMITY_DATA"):
        folder = tempfile.TemporaryDirectory(prefix="comity-")
        os.environ[variable] = folder.name
        config.add_cleanup(folder.cleanup)


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The folder with the public data files, laid out as OWNER/REPOSITORY/COMMIT/PATH."""
    folder = Path(os.environ.get("COMITY_MIRROR", SHARED / "mirror"))
    if not folder.is_dir():
        pytest.skip(f"no public data files at {folder}; set COMITY_MIRROR to where they are")
    return folder.resolve()


@pytest.fixture(scope="session")
def data(mirror: Path) -> Path:
    """All public data files, installed from the mirror in a folder that the run's panels read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMITY_MIRROR", str(mirror))
        install(sources())
    return Path(os.environ["COMITY_DATA"])


@pytest.fixture(autouse=True)
def _no_data(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hide the public data from tests that do not say they need them, whatever ran before."""
    if request.node.get_closest_marker("mirror") is None and "data" not in request.fixturenames:
        monkeypatch.setenv("COMITY_DATA", str(tmp_path_factory.getbasetemp() / "no-data"))


@pytest.fixture(scope="session")
def activities() -> Path:
    """The list of China-Russia military activities that the eurasia casebook must hold."""
    return _shared("casebook/cn_ru_joint_activities_1999_2025.csv")


@pytest.fixture(scope="session")
def reconstruction() -> Path:
    """The reconstructed years of Korolev's index."""
    return _shared("literature/korolev_index_by_year_reconstruction.csv")


@pytest.fixture(scope="session")
def eurasia() -> Theatre:
    return comity.load_theatre("eurasia")


@pytest.fixture(scope="session")
def eurasia_assessment() -> comity.Assessment:
    return comity.assess("RUS", "CHN", world=False)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an empty folder, on a terminal of 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def call(*arguments: str) -> Done:
        capsys.readouterr()
        code = status_of(arguments)
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return call


def _shared(path: str) -> Path:
    default = Path(os.environ.get("COMITY_MIRROR", SHARED / "mirror")).parent
    file = default / path
    if not file.is_file():
        pytest.skip(f"no file {file}")
    return file


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the tests that hold our facts against public data apart from the rest."""
    ran, skipped = (
        sum("mirror" in report.keywords for report in terminalreporter.stats.get(kind, []))
        for kind in ("passed", "skipped")
    )
    failed = sum("mirror" in report.keywords for report in terminalreporter.stats.get("failed", []))
    terminalreporter.write_line(f"against public data: {ran + failed} ran, {failed} of them failed, {skipped} skipped")
