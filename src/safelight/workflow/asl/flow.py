"""Control flow: entering and leaving states, branches and iterations, retries, catches, failures."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import timedelta
from typing import Any

from safelight.workflow.asl.data_flow import item_input, output_of
from safelight.workflow.asl.failure import RUNTIME, TIMEOUT, StateFailure
from safelight.workflow.asl.payload import check_size
from safelight.workflow.asl.retry import takes
from safelight.workflow.asl.run import Fanout, Frame, TaskCall, Timer
from safelight.workflow.asl.states import Failing, FailState, MapState, ParallelState, TaskState, WaitState
from safelight.workflow.asl.transition import Transition, failure_details
from safelight.workflow.asl.work import Call, Leave, Sleep, Spread, Work, leave_waiting, work_of

MAX_EVENTS = 25_000  # of one execution's history, Step Functions' own limit; ends endless loops too
ROOT = "0"


class Flow:
    """Carries one report through a run, up to where the run has to wait again."""

    def __init__(self, transition: Transition) -> None:
        self._t = transition
        self._arrivals: deque[tuple[str, str, Any]] = deque()  # frame id, state to enter, its input

    def begin(self, input: Any) -> None:
        self._t.emit("ExecutionStarted", {"input": input}, at=self._t.started_at)
        try:
            check_size(input, "The execution was started")
        except StateFailure as failure:
            self._t.end(failure)
        self._arrivals.append((ROOT, self._t.machine.start_at, input))
        self._settle()

    def task_succeeded(self, frame: Frame, call: TaskCall, result: Any) -> None:
        try:
            check_size(result, f"The state/task '{call.resource}' returned a result")
        except StateFailure as failure:
            self.task_failed(frame, failure)
            return
        self._t.emit("LambdaFunctionSucceeded", {"output": result})
        self._leave_with(replace(frame, call=None), result)
        self._settle()

    def task_failed(self, frame: Frame, failure: StateFailure) -> None:
        outcome = "TimedOut" if failure.error == TIMEOUT else "Failed"
        self._t.emit(f"LambdaFunction{outcome}", failure_details(failure))
        self._fail(replace(frame, call=None), failure)
        self._settle()

    def timer_fired(self, frame: Frame) -> None:
        """A Wait state ends, or a state is tried again."""
        frame = replace(frame, timer=None)
        state = self._t.state_of(frame)
        if isinstance(state, WaitState):
            try:
                self._carry_out(frame, leave_waiting(state, self._t.scope(frame)))
            except StateFailure as failure:
                self._fail(frame, _located(failure, frame))
        else:
            self._work(frame)
        self._settle()

    def _settle(self) -> None:
        while self._arrivals and self._t.running:
            self._enter(*self._arrivals.popleft())
            if self._t.running and self._t.event_count > MAX_EVENTS:
                cause = f"The execution reached the maximum number of history events ({MAX_EVENTS})."
                self._t.end(StateFailure(RUNTIME, cause))

    def _enter(self, frame_id: str, state_name: str, input: Any) -> None:
        state = self._t.machine.states[state_name]
        self._t.emit(f"{state.type}StateEntered", {"name": state_name, "input": input})
        frame = Frame(
            id=frame_id,
            state=state_name,
            input=input,
            entered_at=self._t.now,
            entered_event=self._t.event_count,
            retries=(0,) * len(state.retriers) if isinstance(state, Failing) else (),
        )
        self._t.keep(frame)
        self._work(frame)

    def _work(self, frame: Frame) -> None:
        state = self._t.state_of(frame)
        try:
            work = work_of(state, self._t.scope(frame), self._t.now)
        except StateFailure as failure:
            self._fail(frame, failure if isinstance(state, FailState) else _located(failure, frame))
        else:
            self._carry_out(frame, work)

    def _carry_out(self, frame: Frame, work: Work) -> None:
        match work:
            case Leave():
                self._leave(frame, work)
            case Call():
                self._call(frame, work)
            case Sleep():
                self._t.keep(replace(frame, timer=Timer(id=self._t.new_id(frame), due=work.due)))
            case Spread():
                self._spread(frame, work)

    def _leave(self, frame: Frame, leave: Leave) -> None:
        kind = self._t.state_of(frame).type
        self._t.emit(f"{kind}StateExited", {"name": frame.state, "output": leave.output})
        if leave.next is not None:
            self._arrivals.append((frame.id, leave.next, leave.output))
        else:
            self._finish(frame, leave.output)

    def _leave_with(self, frame: Frame, result: Any) -> None:
        """Leave a Task, Parallel or Map state with its result."""
        state = self._t.state_as(frame, Failing)
        try:
            output = output_of(state, result, self._t.scope(frame))
        except StateFailure as failure:
            self._fail(frame, _located(failure, frame))
        else:
            self._leave(frame, Leave(output=output, next=state.next))

    def _call(self, frame: Frame, call: Call) -> None:
        state = self._t.state_as(frame, TaskState)
        details = {"resource": state.resource, "input": call.input}
        if call.timeout_seconds is not None:
            details["timeoutInSeconds"] = call.timeout_seconds
        self._t.emit("LambdaFunctionScheduled", details)
        self._t.emit("LambdaFunctionStarted")
        task = TaskCall(
            id=self._t.new_id(frame),
            state=frame.state,
            resource=state.resource,
            input=call.input,
            timeout_seconds=call.timeout_seconds,
            attempt=sum(frame.retries),
        )
        self._t.keep(replace(frame, call=task))

    def _spread(self, frame: Frame, spread: Spread) -> None:
        state = self._t.state_of(frame)
        fanout = Fanout(total=spread.total, limit=spread.limit, items=spread.items)
        if isinstance(state, ParallelState):
            self._t.emit("ParallelStateStarted")
            self._t.keep(replace(frame, fanout=replace(fanout, started=spread.total)))
            for index, branch in enumerate(state.branches):
                self._arrivals.append((f"{frame.id}.{index}", branch.start_at, spread.input))
        else:
            self._t.emit("MapStateStarted", {"length": spread.total})
            self._iterate(frame, fanout)

    def _iterate(self, frame: Frame, fanout: Fanout) -> None:
        """Start as many further iterations as may run at once; gather the results when all are done."""
        if len(fanout.outputs) == fanout.total:
            self._gather(frame, fanout)
            return
        upto = min(fanout.total, len(fanout.outputs) + fanout.limit)
        frame = replace(frame, fanout=replace(fanout, started=upto))
        self._t.keep(frame)
        for index in range(fanout.started, upto):
            self._t.emit("MapIterationStarted", {"name": frame.state, "index": index})
        state, scope = self._t.state_as(frame, MapState), self._t.scope(frame)
        for index in range(fanout.started, upto):
            try:
                data = item_input(state, scope, self._t.item_context(frame, fanout, index))
            except StateFailure as failure:
                self._fail_branch(frame.id, index, _located(failure, frame))
                return
            self._arrivals.append((f"{frame.id}.{index}", state.processor.start_at, data))

    def _finish(self, frame: Frame, output: Any) -> None:
        """The execution, a branch or an iteration has come to its end."""
        del self._t.frames[frame.id]
        if not frame.parent:
            self._t.succeed(output)
            return
        parent, fanout = self._t.spreading(frame.parent)
        fanout = replace(fanout, outputs={**fanout.outputs, frame.index: output})
        if isinstance(self._t.state_of(parent), MapState):
            self._t.emit("MapIterationSucceeded", {"name": parent.state, "index": frame.index})
            self._iterate(parent, fanout)
        elif len(fanout.outputs) == fanout.total:
            self._gather(parent, fanout)
        else:
            self._t.keep(replace(parent, fanout=fanout))

    def _gather(self, frame: Frame, fanout: Fanout) -> None:
        self._t.emit(f"{self._t.state_of(frame).type}StateSucceeded")
        results = [fanout.outputs[index] for index in range(fanout.total)]
        self._leave_with(replace(frame, fanout=None), results)

    def _fail(self, frame: Frame, failure: StateFailure) -> None:
        """Retry the state, catch its failure, or let the failure go on to what is around it."""
        state = self._t.state_of(frame)
        if isinstance(state, Failing):
            if self._retry(frame, state, failure):
                return
            try:
                if self._catch(frame, state, failure):
                    return
            except StateFailure as uncatchable:
                failure = _located(uncatchable, frame)
        if not frame.parent or failure.error == RUNTIME:
            self._t.end(failure)
            return
        del self._t.frames[frame.id]
        self._fail_branch(frame.parent, frame.index, failure)

    def _retry(self, frame: Frame, state: Failing, failure: StateFailure) -> bool:
        for index, retrier in enumerate(state.retriers):
            if not takes(retrier.errors, failure.error):
                continue
            used = frame.retries[index]
            if used >= retrier.max_attempts:
                return False
            delay = timedelta(seconds=retrier.delay_seconds(used, self._t.random))
            timer = Timer(id=self._t.new_id(frame), due=self._t.now + delay)
            retries = (*frame.retries[:index], used + 1, *frame.retries[index + 1 :])
            self._t.keep(replace(frame, timer=timer, retries=retries))
            return True
        return False

    def _catch(self, frame: Frame, state: Failing, failure: StateFailure) -> bool:
        for catcher in state.catchers:
            if not takes(catcher.errors, failure.error):
                continue
            output = frame.input
            if catcher.result_path is not None:
                caught = {"Error": failure.error or "", "Cause": failure.cause or ""}
                output = catcher.result_path.place(caught, frame.input)
                check_size(output, f"The state/task '{state.name}' returned a result")
            self._leave(frame, Leave(output=output, next=catcher.next))
            return True
        return False

    def _fail_branch(self, frame_id: str, index: int, failure: StateFailure) -> None:
        """One branch or iteration of the state that the frame is at has failed: so does the state."""
        frame, fanout = self._t.spreading(frame_id)
        state = self._t.state_of(frame)
        is_map = isinstance(state, MapState)
        if is_map:
            self._t.emit("MapIterationFailed", {"name": frame.state, "index": index})
        for other in range(fanout.started):
            if other != index and other not in fanout.outputs:
                self._abort(f"{frame.id}.{other}")
                if is_map:
                    self._t.emit("MapIterationAborted", {"name": frame.state, "index": other})
        self._t.emit(f"{state.type}StateFailed")
        self._fail(replace(frame, fanout=None), failure)

    def _abort(self, frame_id: str) -> None:
        """Drop a branch or iteration with everything inside it, the innermost first."""
        within = f"{frame_id}."
        dropped = [other for other in self._t.frames if f"{other}.".startswith(within)]
        for other in sorted(dropped, key=len, reverse=True):
            self._t.emit(f"{self._t.state_of(self._t.frames.pop(other)).type}StateAborted")
        self._arrivals = deque(
            arrival for arrival in self._arrivals if not f"{arrival[0]}.".startswith(within)
        )


def _located(failure: StateFailure, frame: Frame) -> StateFailure:
    """The failure with the state it happened in, in Step Functions' words."""
    place = f"the state '{frame.state}' (entered at the event id #{frame.entered_event})"
    return StateFailure(failure.error, f"An error occurred while executing {place}. {failure.cause}")
