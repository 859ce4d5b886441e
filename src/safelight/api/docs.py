"""`/openapi.json`, and `/docs`: the same as one page of plain HTML.

The page needs no script, no other host and no internet, unlike the usual viewers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

router = APIRouter()

Json = Mapping[str, Any]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

_STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent) }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .5rem 1rem }
summary { cursor: pointer } summary b { display: inline-block; min-width: 4.5rem }
summary span { float: right; opacity: .7 }
code, pre { font: 13px/1.4 ui-monospace, monospace } pre { overflow: auto; max-height: 24rem }
table { border-collapse: collapse; width: 100% }
td { border-top: 1px solid var(--line); padding: .3rem .5rem .3rem 0; vertical-align: top }
"""


@router.get("/openapi.json", include_in_schema=False)
async def give_document(request: Request) -> JSONResponse:
    return JSONResponse(request.app.openapi())


@router.get("/docs", include_in_schema=False, response_class=HTMLResponse)
async def show_docs(request: Request) -> HTMLResponse:
    return HTMLResponse(
        page(request.app.openapi()),
        headers={"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"},
    )


def page(api: Json) -> str:
    """The whole page, from an OpenAPI document."""
    info = api["info"]
    return "".join(
        (
            '<!doctype html><html lang="en"><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{escape(info['title'])} API</title><style>{_STYLE}</style>",
            f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>",
            f"<p>{escape(info['summary'])}</p><p>{_prose(info['description'])}</p>",
            '<p>For programs: <a href="/openapi.json">openapi.json</a>.</p>',
            *_sections(api),
            "</html>",
        )
    )


def _sections(api: Json) -> Iterator[str]:
    sections: dict[str, list[str]] = {}
    for path, operations in api["paths"].items():
        for method, operation in operations.items():
            entry = _operation(method, path, operation)
            sections.setdefault(operation["tags"][0], []).append(entry)
    for title, entries in sections.items():
        yield f"<h2>{escape(title.capitalize())}</h2>"
        yield from entries


def _operation(method: str, path: str, operation: Json) -> str:
    return "".join(
        (
            f"<details><summary><b>{method.upper()}</b> <code>{escape(path)}</code>",
            f"<span>{escape(operation['summary'])}</span></summary>",
            f"<p>{_prose(operation.get('description', ''))}</p>",
            _table("Parameters", map(_parameter, operation.get("parameters", []))),
            _table("Body", _contents(operation.get("requestBody", {}))),
            _table("Answers", _answers(operation["responses"])),
            "</details>",
        )
    )


def _table(title: str, rows: Iterator[str]) -> str:
    body = "".join(rows)
    return f"<h4>{title}</h4><table>{body}</table>" if body else ""


def _parameter(parameter: Json) -> str:
    required = ", required" if parameter.get("required") else ""
    about = parameter.get("description") or parameter["schema"].get("description", "")
    return _row(f"<code>{escape(parameter['name'])}</code>", f"{parameter['in']}{required}", _prose(about))


def _contents(body: Json) -> Iterator[str]:
    for media_type, content in body.get("content", {}).items():
        yield _row(f"<code>{escape(media_type)}</code>", _example(content))


def _answers(answers: Json) -> Iterator[str]:
    for status, found in answers.items():
        examples = "".join(_example(content) for content in found.get("content", {}).values())
        yield _row(f"<b>{escape(status)}</b>", f"{_prose(found['description'])}{examples}")


def _example(content: Json) -> str:
    example = content.get("example")
    if example is None:
        return ""
    text = example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)
    return f"<details><summary>Example</summary><pre>{escape(text)}</pre></details>"


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _prose(text: str) -> str:
    """Escaped, with `code` as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))
