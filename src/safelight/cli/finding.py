"""From what a user calls an image to its record."""

from __future__ import annotations

from safelight.app import App
from safelight.errors import InvalidRequest, NotFound
from safelight.model import ImageRecord

_ID_LENGTH = 26
_SHORTEST_BEGINNING = 4
_LOOKED_AT = 1000  # executions; their names begin with the image's ID


def find_image(app: App, called: str) -> ImageRecord:
    """By ID, by the key of its original, or by an unambiguous beginning of its ID.

    Raises NotFound; InvalidRequest where several images begin so.
    """
    if len(called) == _ID_LENGTH:
        try:
            return app.get(called)
        except NotFound:
            pass  # it may be a key of that length
    by_key = app.find_original(called)
    if by_key is not None:
        return by_key
    candidates = _beginning_with(app, called.lower()) if len(called) >= _SHORTEST_BEGINNING else []
    if len(candidates) > 1:
        raise InvalidRequest(
            f"{len(candidates)} images begin with {called}: {', '.join(candidates[:5])}.",
            remedy="Write more of the ID.",
        )
    if not candidates:
        raise NotFound(f"There is no image {called}.", remedy="`safelight ls` lists what there is.")
    return app.get(candidates[0])


def _beginning_with(app: App, beginning: str) -> list[str]:
    return sorted({run.image_id for run in app.executions(beginning, limit=_LOOKED_AT)})
