"""Errors as RFC 9457 `application/problem+json`. One table says which error has which status."""

from __future__ import annotations

import http
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from safelight.errors import (
    Conflict,
    Forbidden,
    ImageRejected,
    InvalidKey,
    InvalidRequest,
    NotFound,
    SafelightError,
    StorageFull,
    StoreUnavailable,
    Superseded,
    Unauthorized,
    UploadTooLarge,
    UploadTooSlow,
)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What all problems of one kind have in common."""

    status: int
    title: str
    headers: Mapping[str, str] = field(default_factory=dict)


KINDS: dict[type[SafelightError], Kind] = {
    InvalidRequest: Kind(status=400, title="The request cannot be understood"),
    InvalidKey: Kind(status=400, title="No object can have this key"),
    Unauthorized: Kind(
        status=401,
        title="A key is missing or wrong",
        headers={"WWW-Authenticate": 'Bearer realm="safelight"'},
    ),
    Forbidden: Kind(status=403, title="The request comes from where it may not come from"),
    NotFound: Kind(status=404, title="There is no such thing"),
    UploadTooSlow: Kind(status=408, title="The upload takes too long", headers={"Connection": "close"}),
    Conflict: Kind(status=409, title="The request contradicts what is stored"),
    Superseded: Kind(status=409, title="The object has been replaced meanwhile"),
    UploadTooLarge: Kind(status=413, title="The upload is too large"),
    ImageRejected: Kind(status=422, title="The image cannot be processed"),
    StoreUnavailable: Kind(status=503, title="A store does not answer", headers={"Retry-After": "5"}),
    StorageFull: Kind(status=507, title="The storage is full", headers={"Retry-After": "60"}),
}

INTERNAL = Kind(status=500, title="Something went wrong on our side")


def kind_of(error: SafelightError) -> Kind | None:
    """None: not meant for clients; they get an `internal_problem`."""
    for ancestor in type(error).__mro__:
        if ancestor in KINDS:
            return KINDS[ancestor]
    return None


def problem(
    *,
    status: int,
    title: str,
    code: str,
    detail: str,
    instance: str,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """Never cached; `more` are members beyond RFC 9457's, left out where None."""
    document = {
        "type": f"urn:safelight:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        **{name: value for name, value in more.items() if value is not None},
    }
    # Not JSONResponse: a path may hold lone surrogates, which only ASCII escapes can carry.
    return Response(
        json.dumps(document),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def problem_of(error: SafelightError, kind: Kind, instance: str) -> Response:
    return problem(
        status=kind.status,
        title=kind.title,
        code=error.code,
        detail=error.message,
        remedy=error.remedy,
        instance=instance,
        headers=kind.headers,
    )


def internal_problem(reference: str, instance: str) -> Response:
    """Says nothing but where to look: the log line with the same `request_id` has the details."""
    return problem(
        status=INTERNAL.status,
        title=INTERNAL.title,
        code=SafelightError.code,
        detail="The request failed for a reason that only the log tells.",
        remedy="Try again; if it fails again, give the reference to whoever runs this server.",
        reference=reference,
        instance=instance,
    )


def stopping_problem(instance: str) -> Response:
    return problem(
        status=503,
        title="The server is stopping",
        code="stopping",
        detail="The server is stopping and did not wait for this request to end.",
        remedy="Send the request again.",
        instance=instance,
        headers={"Retry-After": "5"},
    )


def answer_with_problems(api: FastAPI) -> None:
    """Make every error of `api` that is meant for clients a problem. Others pass, for the outermost layer."""
    for error in KINDS:
        api.add_exception_handler(error, _our_error)
    api.add_exception_handler(HTTPException, _framework_error)
    api.add_exception_handler(RequestValidationError, _invalid_input)


async def _our_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, SafelightError) or (kind := kind_of(error)) is None:
        raise error
    return problem_of(error, kind, request.url.path)


async def _framework_error(request: Request, error: Exception) -> Response:
    """No such route, wrong method and the like."""
    if not isinstance(error, HTTPException):
        raise error
    phrase = http.HTTPStatus(error.status_code).phrase
    path = request.url.path
    detail = {
        404: f"There is nothing at {path}.",
        405: f"{request.method} is not possible at {path}.",
    }
    return problem(
        status=error.status_code,
        title=phrase,
        code=phrase.lower().replace(" ", "_"),
        detail=detail.get(error.status_code, str(error.detail)),
        remedy="See /docs for what there is." if error.status_code in detail else None,
        instance=path,
        headers=error.headers,
    )


async def _invalid_input(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    faults = [f"{_place(fault['loc'])}: {fault['msg']}." for fault in error.errors()]
    return problem(
        status=400,
        title=KINDS[InvalidRequest].title,
        code=InvalidRequest.code,
        detail=" ".join(faults),
        instance=request.url.path,
    )


def _place(location: tuple[Any, ...]) -> str:
    """`('query', 'limit')` as `query parameter limit`."""
    where, *names = map(str, location)
    kinds = {"query": "query parameter", "path": "path", "header": "header", "body": "body"}
    return " ".join((kinds.get(where, where), ".".join(names)))
