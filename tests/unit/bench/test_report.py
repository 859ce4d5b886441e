"""The report must show every figure, every failure and every verdict."""

from __future__ import annotations

from datetime import date

from bench.figures import Result
from bench.report import report, requirements_table, table, workload_section
from bench.requirements import Verdict
from tests.unit.bench.results import outcome, result


def test_a_table_is_markdown_with_the_first_column_as_text() -> None:
    assert table(("side", "ms"), [("a", "1"), ("b", "2")]) == (
        "| side | ms |\n| :-- | --: |\n| a | 1 |\n| b | 2 |\n"
    )


def test_a_row_gives_ratios_to_the_first_contender() -> None:
    section = workload_section(outcome("w", result("ours", 0.5), result("other", 1.0, score=71.5)))

    assert "| Ours | 500.0 ms | 1,000.0 ms | 1.00 (1.00) | – | 1,000 | – | – |" in section
    assert "| Other | 1,000.0 ms | 2,000.0 ms | 2.00 (2.00) | – | 1,000 | 0.9000 | 71.50 |" in section


def test_figures_of_a_folder_are_given_an_image() -> None:
    section = workload_section(outcome("w", result("ours", 20.0, size=4000), images=4))

    assert "CPU an image" in section
    assert "5,000.0 ms" in section
    assert "| 1,000 |" in section


def test_a_side_that_could_not_run_is_reported_with_the_reason() -> None:
    absent = Result(contender="sharp", label="sharp", failure="npm is not installed")

    assert "sharp: could not run: npm is not installed" in workload_section(outcome("w", absent))


def test_broken_promises_stand_out() -> None:
    verdicts = [
        Verdict(requirement="fast", measured="1×", holds=False),
        Verdict(requirement="small", measured="2 MB", holds=True),
        Verdict(requirement="unknown", measured="not measured", holds=None),
    ]

    rows = requirements_table(verdicts).splitlines()[2:]

    assert rows == ["| fast | 1× | **no** |", "| small | 2 MB | yes |", "| unknown | not measured | – |"]


def test_the_report_names_the_date_the_machine_and_the_versions() -> None:
    text = report(
        {"w": outcome("w", result("ours", 1.0))}, [], machine={"cores": "2"}, today=date(2026, 1, 2)
    )

    for fact in ("| date | 2026-01-02 |", "| cores | 2 |", "| codec | 1.2 |", "## Title of w"):
        assert fact in text
