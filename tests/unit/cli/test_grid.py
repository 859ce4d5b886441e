"""Rows line up, are never cut, and cannot command the terminal."""

from __future__ import annotations

import io

from rich.console import Console

from safelight.cli.grid import Cell, Remark, Row, print_grid


def printed(*rows: Row | Remark, width: int = 40, right: tuple[int, ...] = ()) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    print_grid(console, rows, right=right)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_columns_line_up() -> None:
    rows = Row(cells=("a", "1")), Row(cells=("long", Cell(text="200")))
    assert printed(*rows, right=(1,)) == ["a       1", "long  200"]


def test_wide_characters_take_two_cells() -> None:
    assert printed(Row(cells=("写真", "x")), Row(cells=("abcd", "x"))) == ["写真  x", "abcd  x"]


def test_a_row_is_never_cut() -> None:
    assert printed(Row(cells=("x" * 60, "end"))) == ["x" * 60 + "  end"]


def test_a_remark_is_wrapped_below_its_row() -> None:
    lines = printed(Row(cells=("name",)), Remark(text="one two three four five"), width=14)
    assert lines == ["name", "  one two", "  three four", "  five"]


def test_control_characters_of_names_do_not_reach_the_terminal() -> None:
    lines = printed(Row(cells=("a\x1b[2Jb\n",)), Remark(text="c\rd"))
    assert lines == ["a\ufffd[2Jb\ufffd", "  c\ufffdd"]
