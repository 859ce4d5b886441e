"""Rows whose cells line up, however long they are, with remarks of any length between them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

GAP = "  "


@dataclass(frozen=True, kw_only=True)
class Cell:
    text: str
    style: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    cells: Sequence[str | Cell]
    style: str = ""


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A paragraph below a row, over all columns."""

    text: str
    style: str = ""


def print_grid(console: Console, rows: Sequence[Row | Remark], *, right: Collection[int] = ()) -> None:
    """`right` are the columns to align to the right. Rows are never cut: what is cut cannot be copied."""
    table = [[_cell(cell, row.style) for cell in row.cells] for row in rows if isinstance(row, Row)]
    widths = [max(cell_len(cell.text) for cell in column) for column in zip(*table, strict=True)]
    lines = iter(table)
    for row in rows:
        if isinstance(row, Row):
            console.print(_line(next(lines), widths, right), soft_wrap=True)
        else:
            for line in Text(printable(row.text), style=row.style).wrap(console, console.width - len(GAP)):
                line.rstrip()
                console.print(Text(GAP) + line, soft_wrap=True)


def printable(text: str) -> str:
    """Without what moves a terminal's cursor or cannot be encoded."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _cell(cell: str | Cell, style: str) -> Cell:
    return (
        Cell(text=printable(cell.text), style=cell.style)
        if isinstance(cell, Cell)
        else Cell(text=printable(cell), style=style)
    )


def _line(cells: Sequence[Cell], widths: Sequence[int], right: Collection[int]) -> Text:
    line = Text()
    for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (width - cell_len(cell.text))
        line.append(GAP if column else "")
        line.append(f"{space}{cell.text}" if column in right else f"{cell.text}{space}", style=cell.style)
    line.rstrip()
    return line
