"""Log lines can be read by machines and by people, and say which image and request they are about."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from contextvars import copy_context
from typing import Any

import pytest

from safelight.observability.logs import configure_logging
from safelight.workflow.log_context import log_context, log_fields

log = logging.getLogger("safelight.test")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, ours = root.handlers[:], root.level, logging.getLogger("safelight").level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("safelight").setLevel(ours)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_json_line_has_time_level_logger_message_context_and_extra(stream: io.StringIO) -> None:
    configure_logging("info", "json", stream)
    with log_context(image_id="abc", execution="abc-1"):
        log.info("rendered %d variants", 3, extra={"seconds": 0.5})
    (line,) = lines(stream)
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "safelight.test",
        "message": "rendered 3 variants",
        "image_id": "abc",
        "execution": "abc-1",
        "seconds": 0.5,
    }


def test_an_exception_is_one_line_of_json(stream: io.StringIO) -> None:
    configure_logging("info", "json", stream)
    try:
        int("broken")
    except ValueError:
        log.exception("task failed")
    (line,) = lines(stream)
    assert "ValueError: invalid literal" in line["exception"]


def test_a_text_line_stays_one_line_whatever_its_fields_hold(stream: io.StringIO) -> None:
    configure_logging("info", "text", stream)
    log.warning("stored", extra={"key": "a\nERROR forged"})
    assert stream.getvalue().count("\n") == 1
    assert "warning stored  key=a\\nERROR forged" in stream.getvalue()


def test_other_libraries_are_heard_only_when_they_warn(stream: io.StringIO) -> None:
    configure_logging("debug", "json", stream)
    logging.getLogger("elsewhere").info("chatter")
    logging.getLogger("elsewhere").warning("trouble")
    log.debug("ours")
    assert [line["message"] for line in lines(stream)] == ["trouble", "ours"]


def test_the_level_holds_for_our_own_lines_too(stream: io.StringIO) -> None:
    configure_logging("error", "json", stream)
    log.warning("unheard")
    assert lines(stream) == []


def test_context_nests_and_ends_with_its_block() -> None:
    with log_context(request_id="r"):
        with log_context(image_id="i"):
            assert dict(log_fields()) == {"request_id": "r", "image_id": "i"}
        assert dict(log_fields()) == {"request_id": "r"}
    assert dict(log_fields()) == {}


def test_context_follows_work_that_is_handed_to_a_thread_with_its_context() -> None:
    seen: list[dict[str, str]] = []
    with log_context(execution="e"):
        work = copy_context()
    thread = threading.Thread(target=work.run, args=(lambda: seen.append(dict(log_fields())),))
    thread.start()
    thread.join()
    assert seen == [{"execution": "e"}]
