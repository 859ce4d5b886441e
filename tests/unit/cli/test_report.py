"""The sum of many outcomes and its exit code."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from safelight.cli.exit_codes import ExitCode
from safelight.cli.outcome import Outcome, Refusal
from safelight.cli.report import SHOWN_IMAGES, SHOWN_PROBLEMS, Report
from safelight.model import ImageRecord, Original, Problem, RecipeRef, Status, Variant

NOW = datetime(2026, 1, 2, tzinfo=UTC)
REFUSED = Outcome(path="gone.jpg", result=Refusal(code="unreadable", message="No such file."))


def outcome(status: Status, number: int = 0) -> Outcome:
    problem = Problem(code="truncated", message="It ends early.", stage="RenderVariants")
    variant = Variant(
        name="large",
        key=f"{number}/v/large.webp",
        url="",
        format="webp",
        content_type="image/webp",
        width=80,
        height=60,
        bytes=250,
        sha256="0" * 64,
    )
    record = ImageRecord(
        image_id=f"{number}",
        bucket="originals",
        key=f"{number}.jpg",
        filename=f"{number}.jpg",
        status=status,
        recipe=RecipeRef(name="web", digest="d"),
        execution="e",
        created_at=NOW,
        updated_at=NOW,
        original=Original(format="jpeg", width=800, height=600, bytes=1000),
        variants=(variant,) if status is Status.READY else (),
        error=problem if status in (Status.REJECTED, Status.FAILED) else None,
    )
    return Outcome(path=f"{number}.jpg", result=record)


def report(*outcomes: Outcome) -> Report:
    made = Report(variants_folder="home/variants")
    for one in outcomes:
        made.note(one)
    return made


def printed(made: Report) -> str:
    console = Console(file=io.StringIO(), width=100)
    made.print(console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([], ExitCode.OK),
        ([outcome(Status.READY)], ExitCode.OK),
        ([outcome(Status.PENDING)], ExitCode.OK),
        ([outcome(Status.READY), outcome(Status.REJECTED)], ExitCode.NOT_READY),
        ([outcome(Status.READY), outcome(Status.FAILED)], ExitCode.NOT_READY),
        ([outcome(Status.READY), REFUSED], ExitCode.NOT_READY),
        ([REFUSED, REFUSED], ExitCode.USAGE),
    ],
)
def test_the_exit_code_says_whether_all_is_well(outcomes: list[Outcome], code: ExitCode) -> None:
    assert report(*outcomes).exit_code is code


def test_an_image_is_shown_with_its_variants_and_where_they_lie() -> None:
    lines = printed(report(outcome(Status.READY))).splitlines()
    assert lines == [
        "0.jpg    jpeg  800×600  1.0 kB         READY",
        "  large  webp    80×60   250 B  -75 %",
        "  home/variants/0/v/",
        "",
        "1 image · 1 READY · 1 variant, 1.0 kB → 250 B",
    ]


def test_a_refused_image_is_shown_with_the_reason() -> None:
    assert "truncated at RenderVariants: It ends early." in printed(report(outcome(Status.REJECTED)))


def test_of_many_images_only_the_problems_are_shown() -> None:
    good = [outcome(Status.READY, number) for number in range(SHOWN_IMAGES + 1)]
    bad = [outcome(Status.FAILED, 1000 + number) for number in range(SHOWN_PROBLEMS + 5)]
    text = printed(report(*good, *bad))
    assert "large" not in text
    assert text.count("It ends early.") == SHOWN_PROBLEMS
    assert f"{len(good) + len(bad)} images" in text
