"""The documentation is a contract: every example in it runs, every command is in it, every link leads somewhere."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from comity.cli.main_commands import app
from tests.running import status_of

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [page for page in (ROOT / "README.md", *sorted(DOCS.rglob("*.md"))) if page.is_file()]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<kind>[\w-]*)[^\n]*\n(?P<body>.*?)^(?P=indent)```\s*$", re.DOTALL | re.MULTILINE
)
SHELL = re.compile(r"[|<>;&$`*]")  # what only a shell does for a command


@dataclass(frozen=True)
class Block:
    """A fenced block of a page and the line on which its body begins."""

    kind: str
    body: str
    line: int


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a page."""
    return [
        Block(
            match["kind"],
            "".join(line.removeprefix(match["indent"]) for line in match["body"].splitlines(keepends=True)),
            text.count("\n", 0, match.start("body")) + 1,
        )
        for match in FENCE.finditer(text)
    ]


def commands(body: str) -> list[str]:
    r"""Return what a console block types: lines that begin with ``$ ``, going on after a backslash."""
    return re.findall(r"^\$ ((?:.*\\\n)*.*)", body, re.MULTILINE)


def run_page(page: str, text: str, folder: Path) -> None:
    """Run a page's python and console blocks in order; python blocks share a namespace, all share the folder.

    A command of ours that needs nothing of a shell runs in this process, which has loaded and compiled what it needs.
    """
    namespace: dict[str, Any] = {"__name__": "__page__"}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "COMITY_DOCS": str(DOCS), "COLUMNS": "80"}
    for block in blocks(text):
        if block.kind == "python":
            # Empty lines before it, so that a traceback names the line of the page.
            exec(compile("\n" * (block.line - 1) + block.body, page, "exec"), namespace)
        elif block.kind == "console":
            for command in commands(block.body):
                if command.startswith("comity ") and not SHELL.search(command):
                    code, said = typed(shlex.split(command.replace("\\\n", " "))[1:])
                else:
                    code, said = in_shell(command, folder, environment)
                assert code == 0, f"{page}:{block.line}: $ {command}\n{said}"


def typed(arguments: list[str]) -> tuple[int, str]:
    """Run a command of ours in this process; return its exit status and all that it printed."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        patch.setenv("COLUMNS", "80")
        return status_of(arguments), said.getvalue()


def in_shell(command: str, folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run a command in a shell; return its exit status and all that it printed."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def needs_data(page: Path) -> bool:
    """Say whether a page installs public data; its examples run only where those files are."""
    typed = [command for block in blocks(page.read_text("utf-8")) for command in commands(block.body)]
    return any(command.startswith("comity data install") for command in typed)


RUNNING = [
    pytest.param(page, id=name, marks=[pytest.mark.mirror] if needs_data(page) else [])
    for page, name in zip(PAGES, NAMES, strict=True)
]


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("page", RUNNING)
def test_the_examples_of_a_page_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if needs_data(page):
        monkeypatch.setenv("COMITY_MIRROR", str(request.getfixturevalue("mirror")))
    monkeypatch.chdir(tmp_path)
    run_page(str(page.relative_to(ROOT)), page.read_text("utf-8"), tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_blocks_that_look_like_examples_are_marked_so_that_they_run(page: Path) -> None:
    for block in blocks(page.read_text("utf-8")):
        assert block.kind, f"{page.name}:{block.line}: a block without a language does not run"
        assert block.kind not in {"py", "bash", "sh", "shell"}, f"{page.name}:{block.line}: write python or console"
        if block.kind == "console":
            assert commands(block.body), f"{page.name}:{block.line}: no line begins with $"


def _finished() -> None:
    if not (DOCS / "reference" / "cli.md").is_file():
        pytest.skip("the reference of the command line is not written yet")


def _every_command() -> list[str]:
    found: list[str] = []

    def walk(command: Any, path: str) -> None:
        for name, child in getattr(command, "commands", {}).items():
            walk(child, f"{path} {name}")
        if not hasattr(command, "commands"):
            found.append(path)

    walk(typer.main.get_command(app), "comity")
    return found


@pytest.mark.parametrize("command", _every_command())
def test_every_command_is_in_the_documentation(command: str) -> None:
    _finished()
    assert any(command in page.read_text("utf-8") for page in PAGES if page.is_relative_to(DOCS)), command


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_within_lead_somewhere(page: Path) -> None:
    _finished()
    text = FENCE.sub("", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", target):
            file, _, anchor = target.partition("#")
            found = (page.parent / file).resolve() if file else page
            assert found.exists(), f"{page.name} links to {target}"
            if anchor and found.suffix == ".md":
                headings = re.findall(r"^#+ (.*)$", found.read_text("utf-8"), re.MULTILINE)
                slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
                assert anchor in slugs, f"{page.name} links to {target}"


# The harness itself.


def test_blocks_are_found_with_kind_line_and_without_indent() -> None:
    text = "A\n```python\nx = 1\n```\n\n- item\n\n  ```console\n  $ one \\\n    two\n  output\n  $ three\n  ```\n"
    first, second = blocks(text)
    assert first == Block("python", "x = 1\n", 3)
    assert (second.kind, second.line) == ("console", 9)
    assert commands(second.body) == ["one \\\n  two", "three"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("```python\nx = 1\n```\n```python\nassert x == 2\n```\n", AssertionError),
        ("```python\nno_such_name\n```\n", NameError),
        ("```console\n$ false\n```\n", AssertionError),
        ("```console\n$ comity assess RUS Nowhere | cat\n```\n", AssertionError),
    ],
)
def test_an_example_that_does_not_run_fails(text: str, error: type[Exception], tmp_path: Path) -> None:
    with pytest.raises(error):
        run_page("page.md", text, tmp_path)
