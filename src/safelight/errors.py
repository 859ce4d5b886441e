"""The one exception tree. Imports nothing of ours.

A class says its code, whether trying again can help, and what to do next. The message and the
remedy are public: they reach API clients and catalog records, so they never quote internals.
Class names are the error names seen by `Retry` and `Catch` in the workflow file.
"""

from __future__ import annotations

from typing import ClassVar


class SafelightError(Exception):
    """Base of every error Safelight raises on purpose."""

    code: str = "internal_error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}" if self.remedy else self.message


class ImageRejected(SafelightError):
    """The image itself is at fault; trying again cannot help. Becomes status REJECTED."""

    def __init__(self, code: str, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.code = code

    # Exceptions travel between processes by pickle, which replays `args`; `args` is the message alone.
    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_rejection, (self.code, self.message, self.remedy))


def _rebuild_rejection(code: str, message: str, remedy: str | None) -> ImageRejected:
    return ImageRejected(code, message, remedy=remedy)


class RenderTimeout(SafelightError):
    """A pixel task ran past its time limit and its process was ended."""

    code = "render_timeout"


class WorkerCrashed(SafelightError):
    """The process that held the pixels died; the next try runs in a new one."""

    code = "worker_crashed"
    retryable = True


class MemoryLimitExceeded(SafelightError):
    """A pixel task needed more memory than its ceiling and its process was ended."""

    code = "memory_limit"


class StoreUnavailable(SafelightError):
    """A bucket or table did not answer, or refused for a passing reason."""

    code = "store_unavailable"
    retryable = True


class StorageFull(SafelightError):
    """The disk or quota behind a bucket or table is full."""

    code = "storage_full"
    retryable = True


class Superseded(SafelightError):
    """A newer upload of the same key has replaced the one being processed."""

    code = "superseded"


class NotFound(SafelightError):
    """The image, variant, object or execution does not exist."""

    code = "not_found"


class InvalidKey(SafelightError):
    """An object key that the bucket cannot hold or that would leave it."""

    code = "invalid_key"


class InvalidRequest(SafelightError):
    """A request that cannot be understood: a bad cursor, field, header or event."""

    code = "invalid_request"


class Conflict(SafelightError):
    """The request contradicts what is stored, for instance a reused idempotency key."""

    code = "conflict"


class UploadTooLarge(SafelightError):
    """The body is larger than the recipe accepts."""

    code = "too_many_bytes"


class UploadTooSlow(SafelightError):
    """The body stopped coming, or comes so slowly that it keeps others from uploading."""

    code = "upload_too_slow"


class Unauthorized(SafelightError):
    """Credentials are missing or wrong."""

    code = "unauthorized"


class Forbidden(SafelightError):
    """The request comes from where it may not come from, whatever its credentials."""

    code = "forbidden"


class ConfigurationError(SafelightError):
    """A setting, the home folder or the environment is not usable as it is."""

    code = "configuration"


class RecipeError(ConfigurationError):
    """A recipe file is refused. `where` is `file:line`, `field` a dotted path such as `variants.0.width`."""

    code = "recipe"

    def __init__(
        self, message: str, *, remedy: str | None = None, where: str | None = None, field: str | None = None
    ) -> None:
        place = ": ".join(part for part in (where, field) if part)
        super().__init__(f"{place}: {message}" if place else message, remedy=remedy)
        self.where = where
        self.field = field


class WorkflowError(ConfigurationError):
    """The workflow file uses something the engine does not know, or is not valid Amazon States Language."""

    code = "workflow"
