"""Rows of images and their variants in columns that line up, with remarks of any length between them."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from safelight.cli.figures import byte_size, dimensions, saving
from safelight.model import ImageRecord, Status

STATUS_STYLES = {
    Status.PENDING: "yellow",
    Status.PROCESSING: "yellow",
    Status.READY: "green",
    Status.REJECTED: "red",
    Status.FAILED: "bold red",
    Status.DELETED: "dim",
}
_NAME_CELLS = 40
_RIGHT_ALIGNED = (2, 3, 4)  # size, bytes, saving


@dataclass(frozen=True, kw_only=True)
class Row:
    cells: tuple[str, str, str, str, str, str]  # name, format, size, bytes, saving, status
    style: str = ""


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A line below a row, over all columns."""

    text: str
    style: str = ""


def image_rows(name: str, record: ImageRecord, variants_folder: str | None) -> list[Row | Remark]:
    """The original, its variants, and either where they lie or why there are none."""
    original = record.original
    rows: list[Row | Remark] = [
        Row(
            cells=(
                _shortened(name),
                original.format or "",
                dimensions(original.width, original.height, original.frames),
                byte_size(original.bytes),
                "",
                record.status.value,
            ),
            style="bold",
        )
    ]
    for variant in record.variants:
        size = dimensions(variant.width, variant.height)
        saved = saving(original.bytes, variant.bytes)
        rows.append(
            Row(cells=(f"  {variant.name}", variant.format, size, byte_size(variant.bytes), saved, ""))
        )
    if record.error:
        problem = f"{record.error.code} at {record.error.stage}: {record.error.message}"
        rows.append(Remark(text=problem, style="red"))
    if variants_folder and record.variants:
        rows.append(Remark(text=_folder(variants_folder, record), style="dim"))
    return rows


def print_grid(console: Console, rows: list[Row | Remark]) -> None:
    grid = [row for row in rows if isinstance(row, Row)]
    widths = [max((cell_len(row.cells[column]) for row in grid), default=0) for column in range(6)]
    for row in rows:
        console.print(_line(row, widths), soft_wrap=isinstance(row, Row))


def _line(row: Row | Remark, widths: list[int]) -> RenderableType:
    if isinstance(row, Remark):
        return Padding(Text(row.text, style=row.style, overflow="fold"), (0, 0, 0, 2))
    line = Text()
    for column, (cell, width) in enumerate(zip(row.cells, widths, strict=True)):
        space = " " * (width - cell_len(cell))
        style = STATUS_STYLES[Status(cell)] if column == 5 and cell else row.style
        line.append(f"{space}{cell}" if column in _RIGHT_ALIGNED else f"{cell}{space}", style=style)
        line.append("  ")
    line.rstrip()
    return line


def _shortened(name: str) -> str:
    printable = "".join(character if character.isprintable() else "\ufffd" for character in name)
    if cell_len(printable) <= _NAME_CELLS:
        return printable
    return f"{printable[:24]}…{printable[-15:]}"


def _folder(variants_folder: str, record: ImageRecord) -> str:
    """Where the variants lie: the folder that all of them share, else the bucket."""
    below = {variant.key.rpartition("/")[0] for variant in record.variants}
    return "/".join((variants_folder.rstrip("/"), *below, "")) if len(below) == 1 else variants_folder
