"""An image and its variants as rows of a grid."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from safelight.cli.figures import byte_size, dimensions, kind, saving
from safelight.cli.grid import Cell, Remark, Row, print_grid
from safelight.model import ImageRecord, Status

_STYLES = {
    Status.PENDING: "yellow",
    Status.PROCESSING: "yellow",
    Status.READY: "green",
    Status.REJECTED: "red",
    Status.FAILED: "bold red",
    Status.DELETED: "dim",
}
_LONGEST_NAME = 60


def image_rows(name: str, record: ImageRecord, *, variants_folder: str = "") -> list[Row | Remark]:
    """The original, its variants, and either where they lie or why there are none."""
    original = record.original
    size = dimensions(original.width, original.height)
    facts = (kind(original.format, original.frames), size, byte_size(original.bytes), "")
    rows: list[Row | Remark] = [Row(cells=(_shortened(name), *facts, status_cell(record)), style="bold")]
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


def print_images(console: Console, rows: Sequence[Row | Remark]) -> None:
    print_grid(console, rows, right=(2, 3, 4))  # size, bytes, saving


def status_cell(record: ImageRecord) -> Cell:
    return Cell(text=record.status.value, style=_STYLES[record.status])


def _shortened(name: str) -> str:
    """The end of a long one: paths of a folder begin alike."""
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"


def _folder(variants_folder: str, record: ImageRecord) -> str:
    """Where the variants lie: the folder that all of them share, else the bucket."""
    below = {variant.key.rpartition("/")[0] for variant in record.variants}
    return "/".join((variants_folder.rstrip("/"), *below, "")) if len(below) == 1 else variants_folder
