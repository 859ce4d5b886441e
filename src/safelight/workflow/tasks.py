"""The workflow's tasks. Each takes and returns JSON, and may run twice with the same result.

Every task gets `{"execution": name, "state": {…}}`: the execution's name and its state data, which
holds the input `{bucket, key, etag, sequencer, size}` and what earlier tasks added to it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from safelight import identity
from safelight.errors import ImageRejected, InvalidKey, NotFound, Superseded
from safelight.model import ImageRecord, Original, Problem, Status, Variant
from safelight.ports import Bucket, Json, Pixels
from safelight.workflow.ledger import Ledger, condemned
from safelight.workflow.sweep import sweep

Task = Callable[[Json], Json]


@dataclass(frozen=True, kw_only=True)
class Tasks:
    ledger: Ledger
    variants: Bucket
    pixels: Pixels
    url: Callable[[str], str]  # of a variant, from its key
    on_settled: Callable[[ImageRecord], None] = lambda _: None

    def by_name(self) -> Mapping[str, Task]:
        """Tasks by the name in the workflow file's `${<name>FunctionArn}`."""
        return {
            "ValidateImage": self.validate_image,
            "RenderVariants": self.render_variants,
            "StoreImageMetadata": self.store_image_metadata,
            "RecordRejection": self.record_rejection,
            "RecordFailure": self.record_failure,
        }

    def validate_image(self, call: Json) -> Json:
        """`{isValid: true, recipe, original, keys}` or `{isValid: false, error}`; the image is PROCESSING."""
        image_id = _image_id(call)
        record = self.ledger.advance(
            image_id, call["execution"], lambda stored: stored.replace(status=Status.PROCESSING)
        )
        if record is None:
            raise Superseded("The image is settled, or was uploaded again or removed, since this was begun.")
        try:
            found = self.pixels.validate(self._job(call, recipe=record.recipe.digest))
        except (ImageRejected, InvalidKey) as fault:
            return {"isValid": False, "error": {"code": fault.code, "message": str(fault)}}
        return {"isValid": True, "recipe": record.recipe.digest, **found}

    def render_variants(self, call: Json) -> Json:
        """`{version, variants: [{name, key, format, content_type, width, height, bytes, sha256}]}`."""
        validation = call["state"]["validation"]
        return self.pixels.render(
            self._job(call, recipe=validation["recipe"], sha256=validation["original"]["sha256"])
        )

    def store_image_metadata(self, call: Json) -> Json:
        """Mark the image READY, after a look that every variant is there; remove what it supersedes."""
        rendering = call["state"]["rendering"]
        made = tuple(Variant(**variant, url=self.url(variant["key"])) for variant in rendering["variants"])
        self._confirm(made)
        original = Original(**call["state"]["validation"]["original"])

        def ready(stored: ImageRecord) -> ImageRecord:
            return stored.replace(
                status=Status.READY,
                original=original,
                variants=made,
                version=rendering["version"],
                error=None,
                ready_at=self.ledger.clock.now(),
            )

        return self._settle(call, ready, made=tuple(variant.key for variant in made))

    def record_rejection(self, call: Json) -> Json:
        """Mark the image REJECTED with the reason its validation or rendering gave."""
        state = call["state"]
        reason = state["validation"].get("error") or _reason(state["failure"])
        stage = "RenderVariants" if "failure" in state else "ValidateImage"
        return self._settle(call, _outcome(Status.REJECTED, state, reason, stage), made=_planned(state))

    def record_failure(self, call: Json) -> Json:
        """Mark the image FAILED with the error that outlived its retries."""
        state = call["state"]
        reason = _reason(state["failure"])
        change = _outcome(Status.FAILED, state, reason, _failed_stage(state))
        return self._settle(call, change, made=_planned(state))

    def _settle(
        self, call: Json, change: Callable[[ImageRecord], ImageRecord], *, made: tuple[str, ...]
    ) -> Json:
        """`made` are the keys that variants may be stored under: what the record does not list has to go."""
        image_id = _image_id(call)
        record = self.ledger.advance(
            image_id, call["execution"], lambda stored: condemned(change(stored), made)
        )
        if record is None:  # settled before, or what we made is no longer wanted
            record = self.ledger.condemn(image_id, made)
        else:
            self.on_settled(record)
        sweep(self.ledger, self.variants, record)
        return {"status": record.status.value}

    def _confirm(self, made: tuple[Variant, ...]) -> None:
        for variant in made:
            if self.variants.head(variant.key).size != variant.bytes:
                raise NotFound(
                    f"Variant {variant.name} is not as it was stored.", remedy="Redrive the image."
                )

    def _job(self, call: Json, *, recipe: str, sha256: str | None = None) -> Json:
        state = call["state"]
        return {
            "image_id": _image_id(call),
            "key": state["key"],
            "etag": state["etag"],
            "recipe": recipe,
            "sha256": sha256,
        }


def _image_id(call: Json) -> str:
    return identity.image_id(call["state"]["bucket"], call["state"]["key"])


def _outcome(
    status: Status, state: Json, reason: Mapping[str, str], stage: str
) -> Callable[[ImageRecord], ImageRecord]:
    problem = Problem(code=reason["code"], message=reason["message"], stage=stage)
    original = Original(**state.get("validation", {}).get("original", {"bytes": state.get("size")}))
    return lambda stored: stored.replace(status=status, error=problem, original=original)


def _planned(state: Json) -> tuple[str, ...]:
    """Keys of variants that a rendering which broke off may have stored."""
    return tuple(state.get("validation", {}).get("keys", ()))


def _failed_stage(state: Json) -> str:
    """The task that raised: the first one whose result is not in the state data."""
    if "validation" not in state:
        return "ValidateImage"
    return "StoreImageMetadata" if "rendering" in state else "RenderVariants"


def _reason(failure: Json) -> dict[str, str]:
    """Code and public message out of a Catch's `{Error, Cause}`; foreign causes are not quoted."""
    cause: Any = None
    with contextlib.suppress(ValueError):
        cause = json.loads(failure.get("Cause") or "null")
    if isinstance(cause, dict) and "code" in cause:
        return {"code": str(cause["code"]), "message": str(cause["errorMessage"])}
    name = failure["Error"]
    if name == "States.Timeout":
        return {
            "code": "task_timeout",
            "message": "The task did not end in time. Redrive the image when the system is idle.",
        }
    return {
        "code": "internal_error",
        "message": f"The task failed with {name}; the log says more. Redrive the image once that is mended.",
    }
