"""The interpreter: each function takes a run and what has happened, and returns the next run."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from safelight.workflow.asl.failure import TIMEOUT, StateFailure
from safelight.workflow.asl.flow import Flow
from safelight.workflow.asl.machine import StateMachine
from safelight.workflow.asl.run import RUNNING, TIMED_OUT, Run, Step, Timer
from safelight.workflow.asl.scope import Random
from safelight.workflow.asl.transition import Transition


def begin(machine: StateMachine, run: Run, *, now: datetime, random: Random) -> Step:
    """Enter the first state. `run` is a new one: its name, input and time of asking."""
    if machine.timeout_seconds is not None:
        due = run.started_at + timedelta(seconds=machine.timeout_seconds)
        run = replace(run, deadline=Timer(id="deadline", due=due))
    transition = Transition(machine, run, now=now, random=random)
    Flow(transition).begin(run.input)
    return transition.step()


def succeed_task(
    machine: StateMachine, run: Run, id: str, output: Any, *, now: datetime, random: Random
) -> Step:
    """Report a task's result. The report of a call that is no longer pending changes nothing."""
    transition = Transition(machine, run, now=now, random=random)
    if waiting := transition.calling(id):
        Flow(transition).task_succeeded(*waiting, output)
    return transition.step()


def fail_task(
    machine: StateMachine,
    run: Run,
    id: str,
    *,
    error: str,
    cause: str | None,
    now: datetime,
    random: Random,
) -> Step:
    """Report a task's error. The report of a call that is no longer pending changes nothing."""
    transition = Transition(machine, run, now=now, random=random)
    if waiting := transition.calling(id):
        frame, _ = waiting
        Flow(transition).task_failed(frame, StateFailure(error, cause))
    return transition.step()


def fire_timer(machine: StateMachine, run: Run, id: str, *, now: datetime, random: Random) -> Step:
    """Report that a timer is due. The report of a timer that is no longer pending changes nothing."""
    transition = Transition(machine, run, now=now, random=random)
    if run.deadline is not None and run.deadline.id == id and run.status == RUNNING:
        transition.end(StateFailure(TIMEOUT), TIMED_OUT)
        return transition.step()
    if frame := transition.sleeping(id):
        Flow(transition).timer_fired(frame)
    return transition.step()


def end_run(
    machine: StateMachine, run: Run, *, error: str, cause: str, now: datetime, random: Random
) -> Step:
    """Fail the execution where it is, for a reason that lies outside of the workflow."""
    transition = Transition(machine, run, now=now, random=random)
    if run.status == RUNNING:
        transition.end(StateFailure(error, cause))
    return transition.step()
