"""The engine that serves now, and how a newly published generation takes its place without a failed request."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Lock, Thread

from begroting_qa.errors import BegrotingQAError, IndexUnusableError
from begroting_qa.pipeline import Engine, corpus_is_newer, open_engine, published_generation
from begroting_qa.serve.shelf import example_questions, list_documents
from begroting_qa.settings import Settings
from begroting_qa.wire.bodies import DocumentBody

LOGGER = logging.getLogger(__name__)
POLL_S = 1.0
# a generation that could not be opened is tried again, because it may be mended in place
RETRY_S = 3.0


@dataclass(slots=True, kw_only=True, eq=False)
class Loaded:
    """An engine with what is shown of its documents; `users` counts the requests that hold it."""

    engine: Engine
    documents: list[DocumentBody]
    examples: list[str]
    users: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What the service answers from; `problem` says why a newer generation is not served."""

    generation: str | None
    corpus_newer: bool
    problem: str | None


class RunningEngine:
    """Holds one loaded generation and watches the pointer for the next."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._refreshing = Lock()
        self._stopping = Event()
        self._watcher: Thread | None = None
        self._current: Loaded | None = None
        self._retired: list[Loaded] = []
        self._problem: str | None = None
        self._failed: tuple[str | None, float] | None = None
        self._warmed: str | None = None

    @property
    def settings(self) -> Settings:
        """The settings of the service."""
        return self._settings

    def start(self) -> None:
        """Load what is published, and watch for what comes after it."""
        self.refresh()
        self._stopping.clear()
        self._watcher = Thread(target=self._watch, name="generation-watcher", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Stop watching and close what no request holds any more."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        with self._lock:
            self._retired.extend([self._current] if self._current else [])
            self._current = None
        self._close_retired()

    @contextmanager
    def lease(self) -> Generator[Loaded]:
        """Hold one engine for a whole request; it is not closed before the block ends.

        Raises:
            IndexUnusableError: nothing can be served.
        """
        if self._current is None:
            self.refresh()
        with self._lock:
            loaded = self._current
            if loaded is None:
                raise IndexUnusableError(self._problem or "")
            loaded.users += 1
        try:
            yield loaded
        finally:
            with self._lock:
                loaded.users -= 1

    def readiness(self) -> Readiness:
        """Return what is served, and whether something newer waits."""
        with self._lock:
            loaded, problem = self._current, self._problem
        return Readiness(
            generation=loaded.engine.generation if loaded else None,
            corpus_newer=loaded is not None and corpus_is_newer(self._settings, loaded.engine),
            problem=problem,
        )

    def refresh(self) -> None:
        """Take the published generation if it is another one than is served; one that cannot be opened changes nothing."""
        with self._refreshing:
            generation = published_generation(self._settings)
            served = self._current.engine.generation if self._current else None
            if served is not None and generation == served:
                self._note(None, generation)
                return
            if self._failed is not None and self._failed[0] == generation and time.monotonic() < self._failed[1]:
                return
            try:
                loaded = self._open()
            except BegrotingQAError as error:
                self._note(str(error), generation)
                return
            with self._lock:
                self._retired.extend([self._current] if self._current else [])
                self._current = loaded
            self._note(None, generation)
            LOGGER.info("generation served", extra={"fields": {"generation": loaded.engine.generation}})

    def _open(self) -> Loaded:
        engine = open_engine(self._settings)
        return Loaded(engine=engine, documents=list_documents(engine), examples=example_questions(engine))

    def _note(self, problem: str | None, generation: str | None) -> None:
        """Remember how the last attempt went; log it when that is news."""
        if problem is not None and problem != self._problem:
            LOGGER.error("generation not served", extra={"fields": {"generation": generation, "problem": problem}})
        self._problem = problem
        self._failed = None if problem is None else (generation, time.monotonic() + RETRY_S)

    def _watch(self) -> None:
        while not self._stopping.wait(POLL_S):
            try:
                self.refresh()
                self._warm()
            except IndexUnusableError:
                pass  # told by `refresh`
            except Exception as error:  # the watcher must outlive whatever a strange index does
                self._note(f"{type(error).__name__}: {error}", None)
            self._close_retired()

    def _warm(self) -> None:
        """Work out the topics of a new generation, once: the first reader would wait for them."""
        with self.lease() as loaded:
            if self._warmed != loaded.engine.generation:
                self._warmed = loaded.engine.generation
                loaded.engine.topics()

    def _close_retired(self) -> None:
        with self._lock:
            idle = [loaded for loaded in self._retired if loaded.users == 0]
            self._retired = [loaded for loaded in self._retired if loaded.users]
        for loaded in idle:
            loaded.engine.close()
