"""Put the parts together: the only file that wires.

Owns which parts a command or the server is made of, and what loads behind the scenes: the
embedding model and the search cache, which no figure waits for.

Leaves to others: every part itself, settings (settings.py), commands (__main__.py).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from assistant.model import Request
from assistant.settings import Settings
from indexer.embedding import Embedder, load_embedder, model_name
from indexer.errors import BadIndex, EmbeddingUnavailable
from indexer.store import Store, read_sources

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.answer import Assistant
    from assistant.chat import Chat, Watch
    from assistant.intake import Intake
    from assistant.provider import Provider

_log = logging.getLogger(__name__)
#: How long the embedding model waits for the first questions, and how often a running server
#: looks whether the search cache is behind the index, in seconds.
_FOLLOW = 2.0


def open_store(settings: Settings) -> Store:
    """Open the index for reading.

    Raises:
        BadIndex: there is none, or it does not fit these settings.
    """
    return Store.open(
        settings.data,
        database_url=settings.database_url,
        chroma_url=settings.chroma_url,
        model=model_name(settings.embedding_model),
    )


def create_store(settings: Settings, *, rebuild: bool = False) -> Store:
    """Open the index for writing, and make it if there is none.

    Raises:
        IndexBusy: another process is writing.
        BadIndex: the index does not fit these settings.
    """
    return Store.create(
        settings.data,
        database_url=settings.database_url,
        chroma_url=settings.chroma_url,
        model=model_name(settings.embedding_model),
        rebuild=rebuild,
    )


class LateEmbedder:
    """The embedding model, loaded when it is first asked for, or behind the scenes.

    Calling it returns the model and waits for it; several threads share one loading.
    """

    def __init__(self, load: Callable[[], Embedder]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._model: Embedder | None = None
        self._failure: EmbeddingUnavailable | None = None

    def __call__(self) -> Embedder:
        """Return the model.

        Raises:
            EmbeddingUnavailable: it cannot be loaded; it is not tried again.
        """
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if self._model is None:
                try:
                    self._model = self._load()
                except EmbeddingUnavailable as failure:
                    self._failure = failure
                    raise
            return self._model

    @property
    def state(self) -> str:
        """What can be said of the model without waiting: ready, loading or unavailable."""
        if self._failure is not None:
            return "unavailable"
        return "ready" if self._model is not None else "loading"


def late_embedder(settings: Settings) -> LateEmbedder:
    """Return the embedding model of the settings, not loaded yet."""
    return LateEmbedder(lambda: load_embedder(settings.embedding_model, data=settings.data))


def chat_model(settings: Settings, watch: Watch | None = None) -> Chat | None:
    """Return the chat model of the settings, not loaded yet; None if there is none.

    `watch` is told how it does.

    Raises:
        BadSettings: its key cannot be read.
    """
    if settings.chat_model is None:
        return None
    from assistant.chat import Breaker, Chat, ChatSettings, OpenAICompatible

    model = OpenAICompatible(
        ChatSettings(
            settings.chat_model,
            settings.chat_base_url,
            settings.read_chat_key(),
            settings.chat_options,
            settings.chat_timeout,
        )
    )
    return Chat(Breaker(model), settings.chat_timeout, watch)


def build_assistant(
    store: Store, embedder: Callable[[], Embedder] | None, chat: Chat | None = None
) -> Assistant:
    """Return the assistant over an open index."""
    from assistant.answer import Assistant

    return Assistant(store, embedder=embedder, chat=chat)


class Background:
    """Does in a thread what the first figures must not wait for.

    First `warm`, which reads the vocabulary; then, once the first questions are through, the
    embedding model; from then on the search cache is kept level with the index.
    """

    def __init__(
        self, store: Store, embedder: LateEmbedder, *, warm: Callable[[], object] = lambda: None
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._warm = warm
        self._searchable = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="background", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; waits for a step under way, a few seconds at most."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def degraded(self) -> Mapping[str, str]:
        """Return what does not work yet or any more, each with its state."""
        parts = {
            "embedding": self._embedder.state,
            "search_cache": "ready" if self._searchable else "not_ready",
        }
        return {part: state for part, state in parts.items() if state != "ready"}

    def _run(self) -> None:
        self._warm()
        if self._over.wait(_FOLLOW):
            return
        try:
            self._embedder()
        except EmbeddingUnavailable as error:
            _log.warning("no embedding model: %s", error)
            return
        version = ""
        while not self._over.is_set():
            try:
                if (now := self._store.version()) != version or not self._searchable:
                    self._searchable = self._store.sync_cache()
                    self._store.sync_terms()
                    version = now
            except BadIndex as error:
                _log.warning("the index cannot be read: %s", error)
                self._searchable = False
            self._over.wait(_FOLLOW)


def build_intake(settings: Settings, embedder: Callable[[], Embedder] | None) -> Intake:
    """Return what changes the index of the settings while it is being served."""
    from assistant.intake import Intake

    def create(*, rebuild: bool = False) -> Store:
        return create_store(settings, rebuild=rebuild)

    return Intake(
        create,
        lambda: read_sources(settings.data, database_url=settings.database_url),
        embedder,
    )


def build_provider(settings: Settings) -> Provider | None:
    """Return where staff may sign in instead; it is not asked yet.  None if nothing names one.

    Raises:
        BadSettings: a setting that it needs is missing.
    """
    if not (settings.oidc_issuer or settings.oidc_client_id):
        return None
    from assistant.oidc import open_provider

    return open_provider(settings)


def build_app(settings: Settings) -> FastAPI:
    """Return the web application over the index of the settings.

    Raises:
        BadIndex: there is no index, or it does not fit.
        BadSettings: they contradict each other.
    """
    from assistant.api import create_app
    from assistant.api.guard import access_of
    from assistant.api.hotline import Hotline
    from assistant.api.metrics import Metrics
    from assistant.categories import load_categories
    from assistant.record_queue import QueuedRecords
    from assistant.staff import Staff

    access = access_of(settings)
    hotline = Hotline(load_categories(settings.hotline_categories))
    provider = build_provider(settings)
    records = QueuedRecords(settings.data, settings.record_days)
    store = open_store(settings)
    records.purge()
    embedder = late_embedder(settings)
    metrics = Metrics()
    assistant = build_assistant(store, embedder, chat_model(settings, metrics))
    background = Background(
        store, embedder, warm=lambda: assistant.ask(Request("本年新收申请多少件"))
    )

    def start() -> None:
        background.start()
        records.start()

    def stop() -> None:
        background.stop()
        records.stop()
        store.close()

    return create_app(
        assistant,
        store,
        today=settings.today,
        widget_origins=settings.widget_origins,
        intake=build_intake(settings, embedder if store.has_vectors() else None),
        degraded=background.degraded,
        on_start=start,
        on_stop=stop,
        hotline=hotline,
        access=access,
        records=records if settings.record_days else None,
        retriever=assistant.retriever,
        staff=Staff(settings.data, provider=provider),
        log_questions=settings.log_questions == "masked",
        metrics=metrics,
    )
