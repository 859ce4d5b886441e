"""The OpenAPI document: FastAPI's own, with our problems in place of its validation errors."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from safelight.api import examples
from safelight.api.problems import INTERNAL, KINDS, MEDIA_TYPE
from safelight.api.schemas import Problem
from safelight.errors import SafelightError

Responses = dict[int | str, dict[str, Any]]

TITLE = "Safelight"
SUMMARY = "Upload an image; get every size and format you declared, catalogued and delivered."
DESCRIPTION = """\
Every error is an RFC 9457 `application/problem+json` document with a stable `code`.
With API keys set, everything under `/v1` and `/metrics` needs one, as `Authorization: Bearer KEY` or
`X-Api-Key: KEY`. Every answer carries `X-Request-Id`, which is in the server's log lines too."""

_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_BINARY = {"schema": {"type": "string", "format": "binary"}}


def problems(*errors: type[SafelightError]) -> Responses:
    """The answers a route gives for these errors, and for what can go wrong anywhere."""
    described: Responses = {KINDS[error].status: _described(error) for error in errors}
    described["default"] = {
        "description": f"Any other problem; {INTERNAL.status} with a `reference` to the log.",
        "content": _PROBLEM,
    }
    return described


def json_answer(description: str, example: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"example": example}}}


def bytes_answers(*media_types: str) -> Responses:
    """What routes that serve stored bytes answer."""
    content = dict.fromkeys(media_types, _BINARY)
    return {
        200: {"description": "All bytes.", "content": content},
        206: {"description": "The part that `Range` asked for.", "content": content},
        304: {"description": "Not modified since the `ETag` or date the client knows."},
        416: {"description": "There is no such part.", "content": _PROBLEM},
    }


class DescribedApi(FastAPI):
    """FastAPI whose document has the schema that our problems refer to."""

    def openapi(self) -> dict[str, Any]:
        """The whole document, built once."""
        if self.openapi_schema is None:
            built = get_openapi(
                title=self.title,
                version=self.version,
                summary=self.summary,
                description=self.description,
                routes=self.routes,
            )
            schemas = built.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            self.openapi_schema = built
        return self.openapi_schema


def _described(error: type[SafelightError]) -> dict[str, Any]:
    kind = KINDS[error]
    example = {
        **examples.PROBLEM,
        "type": f"urn:safelight:problem:{error.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": (error.__doc__ or "").partition("\n")[0],
        "code": error.code,
    }
    return {
        "description": f"{kind.title}.",
        "content": {MEDIA_TYPE: {**_PROBLEM[MEDIA_TYPE], "example": example}},
    }
