"""One JSON object a line, or one line of text for people at a terminal."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

from safelight.model import iso
from safelight.workflow.log_context import log_fields

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}


class JsonFormatter(logging.Formatter):
    """`time, level, logger, message`, then context and `extra` fields, then `exception` if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": iso(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **fields_of(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """Local time, level, message, then the fields as `name=value`; a traceback below."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        fields = " ".join(f"{name}={value}" for name, value in fields_of(record).items())
        line = f"{time} {record.levelname.lower():<7} {record.getMessage()}  {fields}".rstrip()
        # A line stays a line, whatever a client has put into a path or a file name.
        line = line.replace("\r", "\\r").replace("\n", "\\n")
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What the line says beside its message: the context's fields and those given as `extra`."""
    extra = {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
    return {**log_fields(), **extra}


def configure_logging(level: str, format: Literal["json", "text"], stream: TextIO | None = None) -> None:
    """Log our lines from `level` on, other libraries' from `warning` on, to `stream` (default: stderr)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if format == "json" else TextFormatter())
    ours = getattr(logging, level.upper())
    logging.basicConfig(handlers=[handler], level=max(ours, logging.WARNING), force=True)
    logging.getLogger("safelight").setLevel(ours)
