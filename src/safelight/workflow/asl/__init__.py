"""Amazon States Language, interpreted purely: no I/O, no clock, no randomness of its own.

`load` checks a whole workflow file. A `Run` is one execution's position in it, a value that turns
into JSON and back; each function below takes a run and an outcome and returns the next run with the
history events in between. Engines do what `Run.pending` asks for and report back.
"""

from safelight.workflow.asl.interpreter import begin, end_run, fail_task, fire_timer, succeed_task
from safelight.workflow.asl.machine import StateMachine, load
from safelight.workflow.asl.run import RUNNING, Event, Run, Step, TaskCall, Timer
from safelight.workflow.asl.run_json import run_from_json, run_to_json

__all__ = [
    "RUNNING",
    "Event",
    "Run",
    "StateMachine",
    "Step",
    "TaskCall",
    "Timer",
    "begin",
    "end_run",
    "fail_task",
    "fire_timer",
    "load",
    "run_from_json",
    "run_to_json",
    "succeed_task",
]
