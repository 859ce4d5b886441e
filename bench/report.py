"""Outcomes as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bench.contest import Outcome
from bench.figures import Result, cpu_ratio
from bench.requirements import Outcomes, Verdict

_HOLDS = {True: "yes", False: "**no**", None: "–"}

INTRODUCTION = """\
# Bench results

Written by `make bench`; do not edit. Ratios compare sides of one run on one machine: they carry over to
other machines, milliseconds do not.
"""

METHOD = """\
## How to read this

- **CPU** is user + system time of all threads (for the whole pipeline: of all processes), median over the \
rounds. Sides take turns, A B C A B C …, in processes that have been started and warmed up before.
- **Ratio** is how many times the CPU of the workload's first row a side takes: the median of the ratios \
within each round, because what else the machine does falls on a whole round. In brackets the ratio of the \
medians.
- **Peak** is the most resident memory of the side's process at any time, its libraries included.
- **Same encoder settings** means the same settings of the same encoders in libvips: where sides make the \
same pixels, the files are equal byte for byte. Rows named after a recipe use the recipe's own settings, \
"its own defaults" sharp's: nothing but the quality is said.
- **The floor** is libvips called directly, decoding once: no checks, no orientation, no colour management. \
No pipeline on libvips can cost less with these encoder settings.
- **SSIM** (luma) and **SSIMULACRA2** (a 512 px square from the middle) compare each output with the \
original resized in linear light by a 32-bit Lanczos filter; the mean over the outputs.
- **Per image in the whole pipeline** is what one more image costs `safelight add`: the CPU of its whole \
process tree for many images less that for few, divided by the difference, so that start-up cancels. The \
tree is kept on one core, as the single-threaded sides are that it is compared with.
- Pictures are generated (bench/pictures.py): overlapping shapes of all sizes, 1/f² texture, fine print, \
slow light and sensor noise.
"""


def report(
    outcomes: Outcomes, verdicts: Sequence[Verdict], *, machine: Mapping[str, str], today: date
) -> str:
    """The whole of RESULTS.md."""
    versions = {name: one for outcome in outcomes.values() for name, one in outcome.versions.items()}
    sections = [
        INTRODUCTION,
        _facts({"date": today.isoformat(), **machine, **versions}),
        "## Requirements\n\n" + requirements_table(verdicts),
        *(workload_section(outcome) for outcome in outcomes.values()),
        METHOD,
    ]
    return "\n".join(sections)


def requirements_table(verdicts: Iterable[Verdict]) -> str:
    rows = [(verdict.requirement, verdict.measured, _HOLDS[verdict.holds]) for verdict in verdicts]
    return table(("requirement", "measured", "holds"), rows)


def workload_section(outcome: Outcome) -> str:
    """One workload: a row a contender, ratios to the first one that ran."""
    first = next((result for result in outcome.results if result.done), None)
    per = " an image" if outcome.workload.images > 1 else ""
    header = ("side", f"CPU{per}", f"wall{per}", "ratio", "peak", f"bytes{per}", "SSIM", "SSIMULACRA2")
    rows = [_row(result, first, outcome.workload.images) for result in outcome.results]
    rounds = max((len(result.done) for result in outcome.results), default=0)
    tables = [table(header, rows), *_output_tables(outcome)]
    return f"## {outcome.workload.title}\n\nRounds: {rounds}.\n\n" + "\n".join(tables)


def _output_tables(outcome: Outcome) -> list[str]:
    """Bytes and score of each output, where there are several to tell apart."""
    scored = [result for result in outcome.results if len(result.scores) > 1]
    if not scored:
        return []
    names = list(dict.fromkeys(name for result in scored for name in result.scores))
    rows = [(result.label, *(_output_cell(result, name) for name in names)) for result in scored]
    return [table(("bytes (SSIMULACRA2)", *names), rows)]


def _output_cell(result: Result, name: str) -> str:
    if name not in result.scores:
        return "–"
    return f"{result.done[-1].bytes[name]:,} ({result.scores[name].ssimulacra2:.1f})"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are figures."""
    rule = [":--", *("--:" for _ in header[1:])]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (header, rule, *rows))


def _row(result: Result, first: Result | None, images: int) -> tuple[str, ...]:
    if first is None or not result.done:
        return (f"{result.label}: could not run: {result.failure}", *["–"] * 7)
    ratio = cpu_ratio(result, first)
    return (
        result.label,
        f"{result.cpu_s / images * 1e3:,.1f} ms",
        f"{result.wall_s / images * 1e3:,.1f} ms",
        "–" if ratio is None else f"{ratio.paired:.2f} ({ratio.of_medians:.2f})",
        _peaks(result.peaks),
        f"{result.total_bytes / images:,.0f}",
        "–" if result.ssim is None else f"{result.ssim:.4f}",
        "–" if result.ssimulacra2 is None else f"{result.ssimulacra2:.2f}",
    )


def _peaks(peaks: Mapping[str, int]) -> str:
    if not peaks:
        return "–"
    if list(peaks) == ["process"]:
        return f"{peaks['process'] / 1e6:.0f} MB"
    return ", ".join(f"{process} {peak / 1e6:.0f} MB" for process, peak in peaks.items())


def _facts(facts: Mapping[str, str]) -> str:
    return table(("", ""), facts.items())
