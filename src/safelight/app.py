"""The composition root: `build(settings) -> App`. The only module that names backends.

Read `build` top to bottom to see what the embedded runtime is made of. Nothing is built at import.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from safelight import identity
from safelight.child import ORIGINALS, VARIANTS, open_pixels
from safelight.config import Settings
from safelight.database import Database
from safelight.delivery.url import variant_url
from safelight.errors import ConfigurationError, InvalidKey, NotFound
from safelight.model import (
    Execution,
    HistoryEvent,
    ImageRecord,
    Lane,
    Page,
    RecipeRef,
    Status,
    UploadEvent,
    Variant,
)
from safelight.ports import Catalog, ChangeFeed, IdempotencyKeys, Observer, OwnBucket
from safelight.recipes.archive import RecipeArchive
from safelight.recipes.load import load_recipe
from safelight.recipes.recipe import Recipe
from safelight.stores.buckets.folder import FolderBucket
from safelight.stores.catalog.sqlite import SqliteCatalog
from safelight.stores.idempotency.sqlite import SqliteIdempotencyKeys
from safelight.stores.objects import open_bucket, refuse_overlap
from safelight.workflow import asl
from safelight.workflow.engines.embedded import EmbeddedEngine
from safelight.workflow.intake import Intake
from safelight.workflow.ledger import Ledger
from safelight.workflow.reconcile import Reconciler, Reconciliation
from safelight.workflow.sandbox import Sandbox
from safelight.workflow.settling import Settling
from safelight.workflow.tasks import Tasks


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Unobserved:
    """Implements ports.Observer for who does not count."""

    def task(self, name: str, outcome: str, seconds: float) -> None:
        pass

    def settled(self, record: ImageRecord) -> None:
        pass


@dataclass(frozen=True, kw_only=True)
class App:
    """Everything the edges (API, CLI, triggers) may ask for, in the words of DESIGN's contracts."""

    settings: Settings
    recipe: Recipe
    originals: OwnBucket
    variants: OwnBucket
    catalog: Catalog
    feed: ChangeFeed
    idempotency: IdempotencyKeys
    engine: EmbeddedEngine
    intake: Intake
    reconciler: Reconciler
    sandbox: Sandbox
    database: Database

    def upload(
        self,
        key: str,
        data: bytes | Path | Iterable[bytes],
        *,
        content_type: str | None = None,
        lane: Lane = Lane.INTERACTIVE,
    ) -> ImageRecord:
        """Store an original durably, then submit it. Returns its PENDING record.

        Raises InvalidKey, StorageFull, StoreUnavailable; an object that was stored but not recorded
        because we died in between is found by `reconcile`.
        """
        info = self.originals.put(key, data, content_type=content_type)
        event = UploadEvent(bucket=self.originals.name, key=key, etag=info.etag, size=info.size)
        return self.submit(event, lane=lane)

    def submit(self, event: UploadEvent, *, lane: Lane = Lane.INTERACTIVE) -> ImageRecord:
        """Take one event; safe to call any number of times, in any order. Returns the image's record."""
        if event.removed:
            return self._removed(event)
        return self.intake.submit(event, self.recipe_ref, lane=lane)

    def _removed(self, event: UploadEvent) -> ImageRecord:
        record = self.find_original(event.key)
        if record is None:
            raise NotFound(f"{event.key} is not in the catalog.")
        try:
            self.originals.head(event.key)
        except NotFound:
            removed = self.intake.remove(event) if event.sequencer else self.intake.forget(record)
            return removed or record
        return record  # still there: what went was an old version, or it has been uploaded again since

    def find_original(self, key: str) -> ImageRecord | None:
        """Record of the original stored under `key`, None when there is none."""
        return self.intake.ledger.find(identity.image_id(self.originals.name, key))

    def get(self, image_id: str) -> ImageRecord:
        """Raises NotFound."""
        return self.catalog.get(image_id)

    def list(self, *, status: Status | None = None, limit: int = 50, after: str | None = None) -> Page:
        """Newest first. Raises InvalidRequest for a bad cursor."""
        return self.catalog.list(status=status, limit=limit, after=after)

    def delete(self, image_id: str) -> ImageRecord:
        """Remove the original and every variant; the record stays as DELETED. Raises NotFound."""
        record = self.catalog.get(image_id)
        with contextlib.suppress(InvalidKey):  # such a key never had an object; its record says so
            self.originals.delete([record.key])
        return self.intake.forget(record)

    def redrive(self, image_id: str, *, lane: Lane = Lane.INTERACTIVE) -> ImageRecord:
        """Run the image again with the present recipe. Raises NotFound, Conflict."""
        return self.intake.redrive(image_id, self.recipe_ref, lane=lane)

    def variant(self, image_id: str, name: str) -> Variant:
        """Raises NotFound."""
        for variant in self.catalog.get(image_id).variants:
            if variant.name == name:
                return variant
        raise NotFound(f"Image {image_id} has no variant {name!r}.")

    def execution(self, name: str) -> Execution:
        """Raises NotFound."""
        return self.engine.get(name)

    def history(self, name: str) -> Sequence[HistoryEvent]:
        """Raises NotFound."""
        return self.engine.history(name)

    def executions(self, image_id: str = "", *, limit: int = 50) -> Sequence[Execution]:
        """Latest first; of one image, or of all."""
        return self.engine.list(prefix=image_id, limit=limit)

    def reconcile(self) -> Reconciliation:
        """Repair what a crash or changes behind our back left."""
        return self.reconciler.run()

    def settling(self) -> Settling:
        """A watch over images that join it; see workflow/settling.py."""
        return Settling(self.catalog, self.feed)

    def notice(self, key: str) -> None:
        """Take up a file that has appeared or changed in the bucket of originals. Raises InvalidKey."""
        self.reconciler.notice(key)

    def forget_missing(self, folders: Sequence[str]) -> int:
        """Mark DELETED what is gone from these folders of originals, "" for everywhere; how many."""
        return self.reconciler.forget_missing(folders)

    @property
    def originals_folder(self) -> Path | None:
        """Where the originals lie as files; None when they are in a service."""
        return self.originals.root if isinstance(self.originals, FolderBucket) else None

    @property
    def recipe_ref(self) -> RecipeRef:
        return RecipeRef(name=self.recipe.name, digest=self.recipe.digest)

    def start(self) -> None:
        """Remove what writers that died left half done, then process executions in the background."""
        self.originals.clean_temporary()
        self.variants.clean_temporary()
        self.engine.start_workers()

    def close(self) -> None:
        """Stop the workers; what they had begun goes on at the next start."""
        self.engine.stop_workers()
        self.sandbox.close()
        self.database.close()


def build(settings: Settings, observer: Observer | None = None) -> App:
    """Open every part of the embedded runtime. Raises ConfigurationError, RecipeError, WorkflowError."""
    recipe = load_recipe(settings.recipe)
    refuse_overlap(settings.originals_url, settings.variants_url)
    _make_home(settings.home)
    clock = SystemClock()
    observer = observer or Unobserved()
    database = Database(settings.database_path)
    catalog = SqliteCatalog(database)
    idempotency = SqliteIdempotencyKeys(database, clock)
    originals = open_bucket(settings.originals_url, name=ORIGINALS)
    variants = open_bucket(settings.variants_url, name=VARIANTS, prune=True)
    RecipeArchive(settings.recipes_path).keep(recipe)
    ledger = Ledger(catalog=catalog, clock=clock)
    sandbox = Sandbox(
        functools.partial(open_pixels, settings.originals_url, settings.variants_url, settings.recipes_path),
        workers=settings.workers,
        seconds=settings.render_seconds,
        memory_bytes=settings.memory_mb * 1_000_000,
        tasks_per_child=settings.tasks_per_child,
    )
    tasks = Tasks(
        ledger=ledger,
        variants=variants,
        pixels=sandbox,
        url=functools.partial(variant_url, settings.public_url),
        on_settled=observer.settled,
    )
    engine = EmbeddedEngine(
        database,
        load_workflow(tasks.by_name()),
        tasks.by_name(),
        clock,
        concurrency=settings.workers,
        on_task=observer.task,
    )
    intake = Intake(ledger=ledger, engine=engine, variants=variants, clock=clock)
    reconciler = Reconciler(
        intake=intake,
        catalog=catalog,
        keys=catalog,
        engine=engine,
        originals=originals,
        variants=variants,
        recipe=RecipeRef(name=recipe.name, digest=recipe.digest),
    )
    return App(
        settings=settings,
        recipe=recipe,
        originals=originals,
        variants=variants,
        catalog=catalog,
        feed=catalog,
        idempotency=idempotency,
        engine=engine,
        intake=intake,
        reconciler=reconciler,
        sandbox=sandbox,
        database=database,
    )


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"The home folder {home} cannot be made: {error.strerror}.",
            remedy="Choose another with --home or SAFELIGHT_HOME.",
        ) from error


def load_workflow(task_names: Iterable[str]) -> asl.StateMachine:
    """`pipeline.asl.json` with every `${<name>FunctionArn}` standing for the task of that name."""
    document = json.loads(
        resources.files("safelight.workflow").joinpath("pipeline.asl.json").read_text("utf-8")
    )
    return asl.load(document, {f"{name}FunctionArn": name for name in task_names})
