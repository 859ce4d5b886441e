"""Shapes of the JSON that the API answers, for its OpenAPI document. Data themselves come from `model`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from safelight.api import examples
from safelight.model import Lane, Status


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Failure(Shape):
    code: str = Field(description="Stable, for programs.")
    message: str = Field(description="Names the limit that was hit and the setting that moves it.")
    stage: str = Field(description="The workflow state that failed.")


class Original(Shape):
    """The image as uploaded; facts that a refused file did not yield are null."""

    format: str | None
    width: int | None = Field(description="Pixels, after EXIF orientation.")
    height: int | None
    frames: int | None
    bytes: int | None
    sha256: str | None
    content_type: str | None


class Variant(Shape):
    """One image derived from the original. Its URL never changes its picture."""

    name: str
    key: str
    url: str
    format: str
    content_type: str
    width: int
    height: int
    bytes: int
    sha256: str


class Recipe(Shape):
    name: str
    digest: str


class Image(Shape):
    """An image's record. READY means that every declared variant exists."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.IMAGE]})

    image_id: str
    bucket: str
    key: str
    filename: str
    status: Status
    error: Failure | None = Field(description="Why the image is REJECTED or FAILED.")
    original: Original
    variants: list[Variant]
    recipe: Recipe
    version: str | None
    execution: str
    attempts: int
    created_at: datetime
    updated_at: datetime
    ready_at: datetime | None


class ImagePage(Shape):
    """Newest first; `next` is the `after` of the next page, null on the last."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.IMAGE_PAGE]})

    items: list[Image]
    next: str | None


class Execution(Shape):
    """One run of the workflow, in Step Functions' words."""

    name: str
    image_id: str
    status: str = Field(description="RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED.")
    lane: Lane
    input: dict[str, Any]
    output: Any
    error: str | None
    cause: str | None
    started_at: datetime
    stopped_at: datetime | None


class HistoryEvent(Shape):
    id: int
    type: str = Field(description="Step Functions' own event type, e.g. TaskStateEntered.")
    timestamp: datetime
    details: dict[str, Any]


class ExecutionWithHistory(Execution):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.EXECUTION]})

    history: list[HistoryEvent]


class ExecutionList(Shape):
    """Latest start first."""

    items: list[Execution]


class EventResult(Shape):
    """What became of one record of a notification."""

    key: str | None
    image: Image | None = Field(description="The image's record as it is now.")
    error: dict[str, Any] | None = Field(description="code, detail and remedy of a record that was refused.")


class EventResults(Shape):
    """One result a record, in the order of the notification."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EVENT_RESULTS]})

    results: list[EventResult]


class Health(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.HEALTH]})

    status: str
    version: str


class Readiness(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.READY]})

    status: str
    parts: dict[str, str] = Field(description="`ok`, or what is wrong, by part.")


class Problem(BaseModel):
    """RFC 9457, with a stable `code` and, where we know one, a remedy."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROBLEM]})

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    remedy: str | None = None
    parts: dict[str, str] | None = Field(None, description="Of /readyz: what is wrong, by part.")
    reference: str | None = Field(None, description="Of an internal error: the request's id in the log.")
