from __future__ import annotations

import pytest
from rich.table import Table

from comity.report.terminal.console import new_console

WORDS = "[bold]a[/] [/nothing] :smile:"


def test_nothing_of_a_text_is_taken_for_markup(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(WORDS, title=WORDS)
    table.add_row(WORDS)
    new_console().print(WORDS)
    new_console().print(table)
    assert capsys.readouterr().out.count(WORDS) == 4


def test_it_is_no_wider_than_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert (new_console().width, new_console(None).width) == (100, 200)
    monkeypatch.setenv("COLUMNS", "70")
    assert (new_console().width, new_console(None).width) == (70, 70)
