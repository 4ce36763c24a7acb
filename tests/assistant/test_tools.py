"""The tools give agents of both kinds, MCP and LangChain, the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import ToolMessage
from langchain_core.tools import StructuredTool
from mcp import Client
from starlette.testclient import TestClient

from assistant.answer import Assistant
from assistant.api import create_app
from assistant.api.guard import Access
from assistant.api.tools import TOOLS
from assistant.keys import KeyRing
from assistant.langchain import open_tools, tools_over
from assistant.records import Records
from indexer.errors import BadIndex
from indexer.store import Store
from tests.assistant.serving import serving

TODAY = date(2025, 6, 1)
BUREAU, CITY = "示例市教育局", "示例市人民政府"
CALLS: dict[str, dict[str, Any]] = {
    "get_figure": {"organ": BUREAU, "year": 2023, "indicator": "received"},
    "compare_figures": {"organs": [CITY, BUREAU], "year": 2023, "indicator": "received"},
    "get_trend": {"organ": BUREAU, "indicator": "新收申请", "first_year": 2022},
    "search_reports": {"query": "新闻发布会", "organs": [CITY], "years": [2023], "limit": 2},
    "get_section": {"organ": CITY, "year": 2023, "section": "五"},
    "check_report": {"organ": CITY, "year": 2023},
    "list_organs": {"name": "示例", "limit": 1, "offset": 1},
}


@pytest.fixture(scope="module")
def address(store: Store) -> Iterator[str]:
    with serving(create_app(Assistant(store, embedder=None), store, today=TODAY)) as address:
        yield address


@pytest.fixture(scope="module")
def tools(store: Store) -> dict[str, StructuredTool]:
    return {tool.name: tool for tool in tools_over(store, today=TODAY)}


def over_mcp(address: str, name: str, arguments: dict[str, Any]) -> Any:
    async def run() -> Any:
        async with Client(f"{address}/mcp") as client:
            return await client.call_tool(name, arguments)

    return asyncio.run(run())


@pytest.mark.parametrize("name", CALLS)
def test_both_give_the_same(address: str, tools: dict[str, StructuredTool], name: str):
    said = tools[name].invoke(CALLS[name])
    assert said == over_mcp(address, name, CALLS[name]).structured_content
    assert any(said.values())


def test_a_figure_is_that_of_the_library(tools: dict[str, StructuredTool]):
    said = tools["get_figure"].invoke(CALLS["get_figure"])
    assert (said["value"], said["unit"], said["citations"][0]["quote"]) == ("31", "件", "31")


def test_both_describe_the_same_tools(address: str, tools: dict[str, StructuredTool]):
    async def run() -> Any:
        async with Client(f"{address}/mcp") as client:
            return (await client.list_tools()).tools

    listed = {tool.name: tool for tool in asyncio.run(run())}
    assert list(listed) == list(tools) == [tool.__name__ for tool in TOOLS] == list(CALLS)
    for name, tool in tools.items():
        described: Any = tool.args_schema.model_json_schema()  # type: ignore[union-attr]
        theirs = listed[name].input_schema
        assert tool.description == listed[name].description
        assert described["properties"] == theirs["properties"]
        assert described.get("required") == theirs.get("required")


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("check_report", {"organ": CITY, "year": 1999}, "1999年的年报"),
        ("compare_figures", {**CALLS["compare_figures"], "organs": ["区" * 99] * 20}, "1000"),
    ],
    ids=["year", "long"],
)
def test_what_a_tool_cannot_tell_is_told_to_the_agent(
    address: str, tools: dict[str, StructuredTool], name: str, arguments: dict[str, Any], said: str
):
    asked = {"name": name, "args": arguments, "id": "call-1", "type": "tool_call"}
    message = tools[name].invoke(asked)
    theirs = over_mcp(address, name, arguments)
    assert isinstance(message, ToolMessage)
    assert message.status == "error" and theirs.is_error
    assert str(message.content) in theirs.content[0].text and said in str(message.content)


def test_an_agent_reads_the_result_as_json(tools: dict[str, StructuredTool]):
    asked = {"name": "list_organs", "args": {}, "id": "call-1", "type": "tool_call"}
    message = tools["list_organs"].invoke(asked)
    assert '"name": "示例市教育局"' in message.content and message.status == "success"


def test_a_folder_without_an_index_is_refused(tmp_path: Path):
    with pytest.raises(BadIndex):
        open_tools(tmp_path)


def test_a_record_of_a_tool_and_its_line_in_the_log_name_the_key(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    keys, records = KeyRing(tmp_path), Records(tmp_path, 1)
    secrets = {key.id: secret for key, secret in (keys.create(n, ["platform"]) for n in "ab")}
    app = create_app(Assistant(store), store, access=Access(keys), records=records)
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "get_figure", "arguments": CALLS["get_figure"]},
    }
    accept = "application/json, text/event-stream"
    with TestClient(app) as client, caplog.at_level("INFO", "assistant.request"):
        for secret in secrets.values():
            headers = {"authorization": f"Bearer {secret}", "accept": accept}
            assert client.post("/mcp", json=body, headers=headers).status_code == 200
    kept = list(records.find(who="test"))
    assert [(one["channel"], one["key_id"]) for one in kept] == [("mcp", id_) for id_ in secrets]
    told = [(line.key_id, line.answer_id) for line in caplog.records]  # type: ignore[attr-defined]
    assert told == [(one["key_id"], one["answer_id"]) for one in kept]
