"""The sum of many outcomes, as a table and as an exit code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console

from safelight.cli.exit_codes import ExitCode
from safelight.cli.figures import byte_size, count
from safelight.cli.grid import Remark, Row
from safelight.cli.image_rows import image_rows, print_images
from safelight.cli.outcome import Outcome, Refusal
from safelight.model import ImageRecord, Status

SHOWN_IMAGES = 30  # beyond, a long list tells less than its sum
SHOWN_PROBLEMS = 30
_BAD = (Status.REJECTED, Status.FAILED, Status.DELETED)


@dataclass(kw_only=True)
class Report:
    """Sums over any number of outcomes; keeps the rows of few."""

    variants_folder: str
    images: int = 0
    refused: int = 0
    statuses: Counter[Status] = field(default_factory=Counter)
    variants: int = 0
    original_bytes: int = 0
    variant_bytes: int = 0
    first_rows: list[Row | Remark] = field(default_factory=list)
    problem_rows: list[Row | Remark] = field(default_factory=list)

    def note(self, outcome: Outcome) -> None:
        self.images += 1
        if isinstance(outcome.result, Refusal):
            self.refused += 1
        else:
            self._note(outcome.name, outcome.result)

    def _note(self, name: str, record: ImageRecord) -> None:
        self.statuses[record.status] += 1
        self.variants += len(record.variants)
        self.original_bytes += record.original.bytes or 0
        self.variant_bytes += sum(variant.bytes for variant in record.variants)
        if self.images <= SHOWN_IMAGES:
            self.first_rows += image_rows(name, record, variants_folder=self.variants_folder)
        if record.error and self._bad() <= SHOWN_PROBLEMS:
            self.problem_rows += image_rows(name, record, variants_folder=self.variants_folder)

    @property
    def exit_code(self) -> ExitCode:
        """USAGE where not one input could be read; otherwise whether all is as it should be."""
        if self.refused and self.refused == self.images:
            return ExitCode.USAGE
        return ExitCode.NOT_READY if self.refused or self._bad() else ExitCode.OK

    def print(self, console: Console) -> None:
        rows = self.first_rows if self.images <= SHOWN_IMAGES else self.problem_rows
        if rows:
            print_images(console, rows)
            console.print()
        console.print(self._sum())

    def _bad(self) -> int:
        return sum(self.statuses[status] for status in _BAD)

    def _sum(self) -> str:
        parts = [count(self.images, "image")]
        parts += [f"{self.statuses[status]:,} {status}" for status in Status if self.statuses[status]]
        if self.refused:
            parts.append(f"{self.refused:,} not read")
        if self.variants:
            sizes = f"{byte_size(self.original_bytes)} → {byte_size(self.variant_bytes)}"
            parts.append(f"{count(self.variants, 'variant')}, {sizes}")
        return " · ".join(parts)
