"""A chat model behind an OpenAI-compatible address: asked within a time budget, or not at all.

Owns the client (LangChain, imported late), the deadline that holds however slowly or long a model
talks, what is taken off its words (<think>), which endings of a stream count as an answer, and the
circuit breaker.  The only module that imports LangChain's models.

Leaves to others: what is asked (prompts.py), what is believed of the answer (gate.py,
completion.py).
"""

from __future__ import annotations

import json
import logging
import queue
import re
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from assistant.errors import AssistantError

_log = logging.getLogger(__name__)
#: Characters after which a model is cut off, its thoughts included.
MOST = 20_000
_THOUGHT = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_OPEN = re.compile(r"<think(?:ing)?>.*\Z", re.DOTALL | re.IGNORECASE)
_CLOSED = re.compile(r"\A.*</think(?:ing)?>", re.DOTALL | re.IGNORECASE)


class ChatFailed(AssistantError):
    """The model gave no usable answer in time; the message says what happened."""


class LeftAlone(ChatFailed):
    """The model failed several times in a row and is not asked for a while."""


class Watch(Protocol):
    """Anything that wants to know how a model does."""

    def model_asked(self, outcome: str, seconds: float) -> None:
        """Take in a call that ended: answered, failed or left_alone."""
        ...

    def draft_refused(self, rules: Collection[str]) -> None:
        """Take in a draft that the gate refused, with the rules it breaks."""
        ...


class ChatModel(Protocol):
    """Anything that continues a prompt within some seconds."""

    name: str

    def complete(self, prompt: str, seconds: float, *, as_json: bool = False) -> str:
        """Return the whole answer.

        Raises:
            ChatFailed: there is none.
        """
        ...


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """How a model is reached; `options` go into the body of every request as they are.

    `seconds` is what all calls of one question may cost together, the loading of the client
    aside; `key` is None where the server wants none.
    """

    model: str
    base_url: str | None = None
    key: str | None = field(default=None, repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 20.0
    retries: int = 1


def without_thoughts(text: str) -> str:
    """Return what a model says without what it thinks, closed or not.

    >>> without_thoughts("<think>331 or 328?</think>新收331件。"), without_thoughts("嗯</think>好")
    ('新收331件。', '好')
    >>> without_thoughts("好<think>再想")
    '好'
    """
    return _OPEN.sub("", _CLOSED.sub("", _THOUGHT.sub("", text))).strip()


class OpenAICompatible:
    """A model behind an OpenAI-compatible address, through LangChain."""

    def __init__(self, settings: ChatSettings) -> None:
        self.name = settings.model
        self._settings = settings
        self._client: Any = None
        self._lock = threading.Lock()

    def complete(self, prompt: str, seconds: float, *, as_json: bool = False) -> str:
        """See ChatModel.complete.

        A thread of its own does the talking, since a server that sends a byte now and then
        outlasts every time-out of a client; past the deadline it is left behind.
        """
        client = self._loaded()
        answers: queue.Queue[str | Exception] = queue.Queue()
        over = threading.Event()
        stop = time.monotonic() + seconds

        def talk() -> None:
            try:
                answers.put(self._read(client, prompt, over, stop, as_json=as_json))
            except Exception as error:  # noqa: BLE001 - a client raises what its server makes it
                answers.put(error)

        threading.Thread(target=talk, name="chat", daemon=True).start()
        try:
            answer = answers.get(timeout=max(seconds, 0.0))
        except queue.Empty:
            over.set()
            raise ChatFailed(f"no answer within {seconds:.0f} seconds") from None
        if isinstance(answer, Exception):
            raise ChatFailed(f"{type(answer).__name__}: {answer}") from answer
        return answer

    def _read(
        self, client: Any, prompt: str, over: threading.Event, stop: float, *, as_json: bool
    ) -> str:
        bound = client.bind(response_format={"type": "json_object"}) if as_json else client
        text, ending = "", None
        for chunk in bound.stream(prompt):
            text += chunk.text if isinstance(chunk.text, str) else chunk.text()
            ending = chunk.response_metadata.get("finish_reason") or ending
            if over.is_set() or time.monotonic() > stop:
                raise ChatFailed("the answer did not end in time")
            if len(text) > MOST:
                raise ChatFailed(f"the answer went on past {MOST} characters")
        if ending != "stop":
            raise ChatFailed(f"the answer broke off ({ending or 'no ending'})")
        if not (said := without_thoughts(text)):
            raise ChatFailed("the answer is empty")
        return said

    def _loaded(self) -> Any:
        with self._lock:
            if self._client is None:
                from langchain.chat_models import init_chat_model

                settings = self._settings
                self._client = init_chat_model(
                    settings.model,
                    model_provider="openai",
                    base_url=settings.base_url,
                    api_key=settings.key or "none",
                    timeout=settings.seconds,
                    max_retries=settings.retries,
                    extra_body=dict(settings.options) or None,
                    use_responses_api=False,
                    stream_usage=False,
                )
            return self._client


class Breaker:
    """A model that is left alone for a while after it failed several times in a row."""

    def __init__(
        self,
        model: ChatModel,
        *,
        failures: int = 3,
        rest: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = model.name
        self._model = model
        self._failures = failures
        self._rest = rest
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._until = 0.0

    def complete(self, prompt: str, seconds: float, *, as_json: bool = False) -> str:
        """See ChatModel.complete; fails at once while the model is left alone."""
        with self._lock:
            if self._clock() < self._until:
                raise LeftAlone("the model is left alone for a while after failing")
        try:
            answer = self._model.complete(prompt, seconds, as_json=as_json)
        except ChatFailed:
            with self._lock:
                self._failed += 1
                if self._failed >= self._failures:
                    self._until, self._failed = self._clock() + self._rest, 0
            raise
        with self._lock:
            self._failed = 0
        return answer


@dataclass(frozen=True)
class Chat:
    """A model, the seconds that one question may cost, and who watches."""

    model: ChatModel
    seconds: float
    watch: Watch | None = None

    def budget(self) -> Budget:
        """Return the budget of a question that begins now."""
        return Budget(self.model, self.seconds, watch=self.watch)


class Budget:
    """The seconds that the calls of one question have left, and who is called."""

    def __init__(
        self,
        model: ChatModel,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        watch: Watch | None = None,
    ) -> None:
        self._model = model
        self._clock = clock
        self._stop = clock() + seconds
        self._watch = watch

    def complete(self, prompt: str, *, as_json: bool = False) -> str | None:
        """Return the answer, None if there is none or the time is up."""
        begun = self._clock()
        left = self._stop - begun
        if left <= 0:
            return None
        answer, outcome = None, "answered"
        try:
            answer = self._model.complete(prompt, left, as_json=as_json)
        except ChatFailed as failure:
            outcome = "left_alone" if isinstance(failure, LeftAlone) else "failed"
            # What a client or its server says may repeat the question; its kind does not.
            cause = failure.__cause__
            _log.warning("chat model: %s", failure if cause is None else type(cause).__name__)
        if self._watch is not None:
            self._watch.model_asked(outcome, self._clock() - begun)
        return answer

    def refuse(self, rules: Collection[str]) -> None:
        """Take back a draft that breaks `rules`."""
        if self._watch is not None:
            self._watch.draft_refused(rules)


def read_json(text: str) -> Mapping[str, Any] | None:
    """Return the one JSON object in an answer, a code fence around it or not; None without one.

    >>> read_json('```json\\n{"year": 2021}\\n```'), read_json("[1]"), read_json("好的")
    ({'year': 2021}, None, None)
    """
    match = re.search(r"\{.*\}", text, re.DOTALL)
    try:
        plain = json.loads(match.group()) if match else None
    except ValueError:
        return None
    return plain if isinstance(plain, dict) else None
