"""Let a chat model answer from the chunks found, where an endpoint is named.

Owns the baseline of retrieval with a model behind it; the only module that imports
langchain_openai.  Its prompt is prompt.md.

Leaves to others: what was found (retrieval.py).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from string import Template

from eval.errors import EvalError

PROMPT = Path(__file__).with_name("prompt.md")
#: Question and texts → the model's answer.
Chat = Callable[[str, Sequence[str]], str]


class ChatFailed(EvalError):
    """The endpoint gave no answer; the cause is chained."""


def fill_prompt(question: str, texts: Sequence[str]) -> str:
    """Return the prompt with the question and the texts in it.

    >>> fill_prompt("新收多少？", ["新收 4 件"]).splitlines()[-1]
    '问题：新收多少？'
    """
    template = Template(PROMPT.read_text(encoding="utf-8").strip())
    return template.substitute(question=question, texts="\n\n".join(texts))


def load_chat(url: str, model: str) -> Chat:
    """Return a chat over an OpenAI-compatible endpoint; the key is OPENAI_API_KEY, if it has one.

    The returned function raises ChatFailed.
    """
    from langchain_openai import ChatOpenAI
    from openai import OpenAIError
    from pydantic import SecretStr

    key = SecretStr(os.environ.get("OPENAI_API_KEY", "none"))
    client = ChatOpenAI(base_url=url, model=model, api_key=key, temperature=0, timeout=120)

    def answer(question: str, texts: Sequence[str]) -> str:
        try:
            return str(client.invoke(fill_prompt(question, texts)).content)
        except OpenAIError as error:
            raise ChatFailed(f"{url}: {error}") from error

    return answer
