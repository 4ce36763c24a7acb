"""Our search and look-ups for programs built with LangChain: a retriever and tools.

Owns the LangChain shapes: `PassageRetriever`, what a Document's metadata says of its place, and
the tools as `StructuredTool`s, whose results are those of the MCP server.
The only module for LangChain's exports; nothing of the assistant imports it.

Leaves to others: the search itself (retrieve.py), what the tools do (api/tools.py).

    retriever = open_retriever(Path("data"), years=(2021,))
    documents = retriever.invoke("在线访谈办了几期")
    agent = create_agent(model, open_tools(Path("data")))
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import StructuredTool, ToolException
from pydantic import BaseModel, ConfigDict

from assistant.api.tools import TOOLS, CannotTell, Library, arguments_of
from assistant.bootstrap import build_assistant, chat_model, late_embedder, open_store
from assistant.chat import Chat
from assistant.model import place_json
from assistant.retrieve import Hit, Retriever
from assistant.settings import Settings
from indexer.embedding import Embedder
from indexer.store import Store


class PassageRetriever(BaseRetriever):
    """Passages of the reports in scope, best first; all reports where none is named."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: Retriever
    organs: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    k: int = 5

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [self._document(hit) for hit in self.search.search(query, self._scope(), self.k)]

    def _scope(self) -> list[str] | None:
        if not self.organs and not self.years:
            return None
        return [
            report.id
            for report in self.search.store.reports()
            if (not self.organs or report.organ in self.organs)
            and (not self.years or report.year in self.years)
        ]

    def _document(self, hit: Hit) -> Document:
        passage = hit.passage
        report = self.search.store.report(passage.report)
        assert report is not None
        return Document(
            id=passage.id,
            page_content=passage.text,
            metadata={
                "organ": report.organ,
                "year": report.year,
                "title": report.title,
                "report": report.id,
                "section": passage.section,
                "headings": list(passage.path),
                "place": place_json(passage.place),
                "score": hit.score,
            },
        )


def open_retriever(
    data: Path,
    *,
    organs: tuple[str, ...] = (),
    years: tuple[int, ...] = (),
    k: int = 5,
    settings: Settings | None = None,
) -> PassageRetriever:
    """Return a retriever over the index in `data`; without `organs` and `years` over all of it.

    Raises:
        BadIndex: there is no index, or it does not fit.
    """
    chosen = (settings or Settings()).at(data)
    return retriever_of(open_store(chosen), late_embedder(chosen), organs=organs, years=years, k=k)


def retriever_of(
    store: Store,
    embedder: Callable[[], Embedder] | None = None,
    *,
    organs: tuple[str, ...] = (),
    years: tuple[int, ...] = (),
    k: int = 5,
) -> PassageRetriever:
    """Return a retriever over an open index."""
    return PassageRetriever(search=Retriever(store, embedder), organs=organs, years=years, k=k)


def open_tools(data: Path, *, settings: Settings | None = None) -> list[StructuredTool]:
    """Return the tools over the index in `data`; nothing they are asked is recorded.

    Raises:
        BadIndex: there is no index, or it does not fit.
    """
    chosen = (settings or Settings()).at(data)
    return tools_over(
        open_store(chosen), late_embedder(chosen), chat=chat_model(chosen), today=chosen.today
    )


def tools_over(
    store: Store,
    embedder: Callable[[], Embedder] | None = None,
    *,
    chat: Chat | None = None,
    today: date | None = None,
) -> list[StructuredTool]:
    """Return the tools over an open index; each returns a mapping, as the MCP server does.

    A tool that has nothing to say says so in a message of its own, which an agent reads.
    """
    assistant = build_assistant(store, embedder, chat)
    library = Library(store, assistant.retriever, assistant.ask, today)
    return [_structured(tool, library) for tool in TOOLS]


def _structured(tool: Callable[..., BaseModel], library: Library) -> StructuredTool:
    def call(**given: Any) -> dict[str, Any]:
        try:
            return tool(library, **given).model_dump(mode="json")
        except CannotTell as error:
            raise ToolException(str(error)) from error

    return StructuredTool.from_function(
        call,
        name=tool.__name__,
        description=tool.__doc__,
        args_schema=arguments_of(tool),
        handle_tool_error=True,
    )
