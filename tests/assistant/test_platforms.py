"""Platforms as clients, over real HTTP: openai, LangChain, Dify's form, and an MCP client."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import openai
import pytest
from langchain_openai import ChatOpenAI
from mcp import Client

from assistant.answer import Assistant
from assistant.api import create_app
from assistant.api.dify import RetrievalShape
from indexer.store import Store
from tests.assistant.serving import serving

ASKED = "示例市教育局2023年新收多少件申请？"
SAID = "示例市教育局2023年本年新收政府信息公开申请数量为 31 件。"


@pytest.fixture(scope="module")
def address(store: Store) -> Iterator[str]:
    assistant = Assistant(store, embedder=None)
    with serving(create_app(assistant, store, today=date(2025, 6, 1))) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0) as client:
        yield client


def ask(content: Any) -> list[Any]:
    return [{"role": "user", "content": content}]


def test_openai_lists_the_model(client):
    assert [model.id for model in client.models.list()] == ["nianbao"]


def test_openai_gets_a_completion_whose_annotations_stand_where_the_marks_are(client, address):
    done = client.chat.completions.create(model="nianbao", messages=ask(ASKED))
    message = done.choices[0].message
    assert message.content is not None and message.content.startswith(SAID)
    assert message.annotations
    for annotation in message.annotations:
        cited = annotation.url_citation
        mark = message.content[cited.start_index : cited.end_index]
        assert mark.startswith("[") and mark.endswith("]")
    first = message.annotations[0].url_citation
    page, _, cell = first.url.partition("#")
    assert page.startswith(f"{address}/reports/r_")
    html = httpx.get(page).text
    assert f'id="{cell}"' in html and f'id="{cell}" class="number">31<' in html.replace("\n", "")
    assert done.usage is not None
    assert done.usage.total_tokens == done.usage.prompt_tokens + done.usage.completion_tokens
    extra = done.model_extra or {}
    assert extra["search_results"][0]["url"] == first.url
    assert extra["nianbao"]["value"] == "31"


def test_openai_gets_the_same_as_a_stream(client):
    whole = client.chat.completions.create(model="nianbao", messages=ask(ASKED))
    stream = client.chat.completions.create(
        model="nianbao",
        messages=ask([{"type": "text", "text": ASKED}]),
        stream=True,
        stream_options={"include_usage": True},
    )
    text, annotations, finish, usage = "", [], None, None
    for chunk in stream:
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            annotations += (choice.delta.model_extra or {}).get("annotations", [])
            finish = choice.finish_reason or finish
    message = whole.choices[0].message
    assert text == message.content and finish == "stop"
    assert annotations == [one.model_dump() for one in message.annotations or []]
    assert usage is not None and usage.completion_tokens == len(text)


def test_openai_messages_are_a_conversation(client):
    messages = [
        {"role": "system", "content": "只说英语"},
        *ask(ASKED),
        {"role": "assistant", "content": SAID},
        *ask("那2022年呢"),
    ]
    done = client.chat.completions.create(model="nianbao", messages=messages)
    assert (done.choices[0].message.content or "").startswith("示例市教育局2022年")


@pytest.mark.parametrize(
    ("changed", "error", "param"),
    [
        ({"model": "gpt-9"}, openai.NotFoundError, "model"),
        ({"messages": []}, openai.BadRequestError, "messages"),
        ({"messages": ask(" ")}, openai.BadRequestError, "messages"),
        ({"messages": ask("问" * 1001)}, openai.BadRequestError, "messages"),
        ({"messages": [{"role": "system", "content": "x"}]}, openai.BadRequestError, "messages"),
        ({"n": 2}, openai.BadRequestError, "n"),
    ],
    ids=["model", "none", "blank", "long", "no-user", "two"],
)
def test_openai_errors_have_its_form(client, changed, error, param):
    asked: dict[str, Any] = {"model": "nianbao", "messages": ask(ASKED), **changed}
    with pytest.raises(error) as raised:
        client.chat.completions.create(**asked)
    assert raised.value.param == param and raised.value.type


def test_openai_bytes_that_are_no_text_are_a_bad_request(address):
    headers = {"content-type": "application/json"}
    refused = httpx.post(f"{address}/v1/chat/completions", content=b"\xc0", headers=headers)
    assert refused.status_code == 400 and refused.json()["error"]["message"]


def test_langchain_asks_and_streams(address):
    chat = ChatOpenAI(model="nianbao", base_url=f"{address}/v1", api_key="any", max_retries=0)
    assert str(chat.invoke(ASKED).content).startswith(SAID)
    assert "".join(str(piece.content) for piece in chat.stream(ASKED)).startswith(SAID)


DIFY: dict[str, Any] = {
    "knowledge_id": "nianbao",
    "query": ASKED,
    "retrieval_setting": {"top_k": 3, "score_threshold": 0.1},
}


def dify(address: str, body: Any = None, **headers: str) -> httpx.Response:
    headers = {"authorization": "Bearer key-1", **headers}
    kept = {name: value for name, value in headers.items() if value}
    return httpx.post(f"{address}/v1/dify/retrieval", json=body, headers=kept)


def test_dify_gets_the_figure_then_passages(address):
    response = dify(address, DIFY)
    found = response.json()["records"]
    RetrievalShape.model_validate(response.json())
    assert response.status_code == 200 and 1 < len(found) <= 3
    assert found[0]["content"].startswith(SAID.replace(" ", "")) and found[0]["score"] == 1
    assert found[0]["metadata"]["url"].partition("#")[2].startswith("c-")
    scores = [record["score"] for record in found]
    assert scores == sorted(scores, reverse=True) and all(0.1 <= s <= 1 for s in scores)
    assert all(record["metadata"]["organ"] == "示例市教育局" for record in found)


def test_dify_registers_without_a_body(address):
    response = httpx.post(f"{address}/v1/dify/retrieval", headers={"authorization": "Bearer key-1"})
    assert (response.status_code, response.json()) == (200, {"records": []})


@pytest.mark.parametrize(
    ("body", "header", "status", "code"),
    [
        (DIFY, "", 403, 1001),
        (DIFY, "Basic eDp5", 403, 1001),
        (DIFY, "Bearer", 403, 1001),
        ({**DIFY, "knowledge_id": "other"}, "Bearer key-1", 404, 2001),
        ({"knowledge_id": "nianbao"}, "Bearer key-1", 400, 400),
    ],
    ids=["none", "basic", "empty", "knowledge", "incomplete"],
)
def test_dify_errors_have_its_codes(address, body, header, status, code):
    response = dify(address, body, authorization=header)
    assert (response.status_code, response.json()["error_code"]) == (status, code)
    assert response.json()["error_msg"]


@pytest.mark.parametrize(
    ("logic", "conditions", "organs"),
    [
        ("and", [("organ", "is", "示例市人民政府"), ("year", "=", 2023)], {"示例市人民政府"}),
        ("and", [("year", ">", 2024)], set()),
        ("or", [("year", ">", 2024), ("organ", "contains", "教育")], {"示例市教育局"}),
        (
            "and",
            [("nothing", "empty", None), ("organ", "start with", "示例市教")],
            {"示例市教育局"},
        ),
        ("and", [("kind", "is not", "passage"), ("kind", "is not", "figure")], set()),
    ],
    ids=["both", "none", "either", "empty", "not"],
)
def test_dify_conditions_on_metadata(address, logic, conditions, organs):
    listed = [
        {"name": [name], "comparison_operator": asked, "value": value}
        for name, asked, value in conditions
    ]
    body = {
        **DIFY,
        "query": "政府信息公开工作制度建设",
        "retrieval_setting": {"top_k": 50, "score_threshold": 0},
        "metadata_condition": {"logical_operator": logic, "conditions": listed},
    }
    found = dify(address, body).json()["records"]
    assert {record["metadata"]["organ"] for record in found} == organs


def test_dify_one_organ_is_a_knowledge_of_its_own(address):
    body = {**DIFY, "knowledge_id": "示例市教育局", "query": "2023年新收多少件申请"}
    found = dify(address, body).json()["records"]
    assert {record["metadata"]["organ"] for record in found} == {"示例市教育局"}
    assert found[0]["metadata"]["kind"] == "figure" and "31件" in found[0]["content"]


TOOLS = {
    "get_figure", "compare_figures", "get_trend", "search_reports", "get_section",
    "check_report", "list_organs",
}  # fmt: skip


def call(address: str, name: str, arguments: dict[str, Any]) -> Any:
    async def run() -> Any:
        async with Client(f"{address}/mcp") as client:
            return await client.call_tool(name, arguments)

    return asyncio.run(run())


def test_mcp_lists_read_only_tools_with_schemas(address):
    async def run() -> Any:
        async with Client(f"{address}/mcp") as client:
            return (await client.list_tools()).tools

    tools = asyncio.run(run())
    assert {tool.name for tool in tools} == TOOLS
    assert all(tool.annotations.read_only_hint for tool in tools)
    assert all(tool.output_schema and tool.description for tool in tools)


@pytest.mark.parametrize("indicator", ["received", "新收申请"])
def test_mcp_gives_a_figure_with_its_cell(address, indicator):
    asked = {"organ": "示例市教育局", "year": 2023, "indicator": indicator}
    said = call(address, "get_figure", asked).structured_content
    assert (said["status"], said["value"], said["unit"]) == ("answered", "31", "件")
    assert said["citations"][0]["quote"] == "31"


def test_mcp_gives_a_figure_of_one_kind_of_applicant(address):
    asked = {"organ": "淮北市", "year": 2021, "indicator": "received"}
    natural = call(address, "get_figure", {**asked, "applicant": "natural_person"})
    figure = natural.structured_content["figures"][0]
    assert figure["applicant"] == "natural_person" and figure["value"] is not None


def test_mcp_compares_and_follows_a_figure(address):
    asked = {"year": 2023, "indicator": "received"}
    organs = ["示例市人民政府", "示例市教育局"]
    said = call(address, "compare_figures", {**asked, "organs": organs}).structured_content
    assert {f["organ"]: f["value"] for f in said["figures"] if not f["computed"]} == {
        organs[0]: "268",
        organs[1]: "31",
    }
    trend = {"organ": organs[1], "indicator": "received", "first_year": 2022, "last_year": 2023}
    said = call(address, "get_trend", trend).structured_content
    assert {f["year"]: f["value"] for f in said["figures"] if not f["computed"]} == {
        2022: "25",
        2023: "31",
    }


def test_mcp_declines_as_the_assistant_does(address):
    asked = {"organ": "北京市", "year": 2023, "indicator": "received"}
    said = call(address, "get_figure", asked).structured_content
    assert (said["status"], said["reason"], said["figures"]) == ("no_answer", "not_in_library", [])


def test_mcp_reads_prose_sections_checks_and_organs(address):
    asked = {"query": "新闻发布会", "organs": ["示例市人民政府"], "years": [2023], "limit": 2}
    found = call(address, "search_reports", asked).structured_content["passages"]
    assert "新闻发布会" in found[0]["text"] and len(found) <= 2
    where = {"organ": "示例市", "year": 2023}
    section = call(address, "get_section", {**where, "section": "五"}).structured_content
    assert section["number"] == "五" and len(section["text"]) > 20
    checked = call(address, "check_report", where).structured_content
    assert {"R1", "R2"} <= {finding["rule"] for finding in checked["findings"]}
    listed = call(address, "list_organs", {"name": "教育"}).structured_content
    assert listed["total"] == 1 and listed["organs"][0]["years"] == [2022, 2023]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("check_report", {"organ": "示例市", "year": 1999}),
        ("get_section", {"organ": "示例市", "year": 2023, "section": "九"}),
        ("get_figure", {"organ": "", "year": 2023, "indicator": "received"}),
    ],
    ids=["year", "section", "organ"],
)
def test_mcp_says_what_is_wrong(address, name, arguments):
    result = call(address, name, arguments)
    assert result.is_error and result.content[0].text


def test_mcp_refuses_another_origin(address):
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"origin": "http://elsewhere.invalid", "accept": "application/json"}
    assert httpx.post(f"{address}/mcp", json=body, headers=headers).status_code == 403
