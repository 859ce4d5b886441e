"""`python -m bench`: run the workloads, print the tables, write RESULTS.md."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from bench import machine
from bench.contenders import Roster
from bench.contest import Outcome, Workload, hold
from bench.gallery import Gallery
from bench.report import report, requirements_table, workload_section
from bench.requirements import judge
from bench.workloads import WORKLOADS, Programme

HERE = Path(__file__).parent
WORK = HERE / "work"


def main() -> None:
    options = _options()
    programme = Programme(gallery=Gallery(WORK / "pictures"), roster=Roster(work=WORK), quick=options.quick)
    outcomes: dict[str, Outcome] = {}
    for name in options.only or WORKLOADS:
        workload: Workload = getattr(programme, name)()
        rounds = options.runs or (workload.quick_rounds if options.quick else workload.rounds)
        outcomes[name] = hold(workload, rounds=rounds, work=WORK / "outputs", say=_say)
        print(workload_section(outcomes[name]))
    verdicts = judge(outcomes)
    print(requirements_table(verdict for verdict in verdicts if verdict.holds is not None))
    complete = not options.quick and not options.only
    results = (HERE if complete else WORK) / "RESULTS.md"
    today = datetime.now(UTC).date()
    results.write_text(report(outcomes, verdicts, machine=machine.describe(), today=today))
    print(f"Written to {results.relative_to(HERE.parent)}.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds: about a minute, for a first look")
    parser.add_argument("--only", action="append", choices=WORKLOADS, help="repeatable")
    parser.add_argument("--runs", type=int, metavar="N", help="rounds of every workload")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
