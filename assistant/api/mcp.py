"""The Model Context Protocol at /mcp: the library's look-ups as tools for agents.

Owns how the official SDK's server is set up: stateless, over streamable HTTP, read-only.

Leaves to others: the tools themselves (tools.py), when the server begins and which origins may ask
(agents.py).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import wraps
from types import MethodType
from typing import TYPE_CHECKING, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import BaseModel
from starlette.types import ASGIApp

from assistant.api.agents import KEY_ID
from assistant.api.ask import reply_to
from assistant.api.tools import TOOLS, CannotTell, Library
from assistant.model import Reply, Request

if TYPE_CHECKING:
    from assistant.api.app import Parts

_READ_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_INSTRUCTIONS = (
    "政府信息公开工作年度报告的数字和文字，每个数字都有出处；status 不是 answered 时不要自行补数。"
    " Figures and words of Chinese open-government annual reports, each with its place."
    " Where status is not answered, supply no number of your own."
)


@dataclass(frozen=True)
class Running:
    """The server as an ASGI application, which serves while `session` is open."""

    app: ASGIApp
    session: AbstractAsyncContextManager[None]


def running(parts: Parts) -> Running:
    """Return the server, stateless and with plain JSON responses."""
    server = mcp_server(parts)
    # Requests from other origins are refused in agents.py; any name of this host is ours.
    security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = server.streamable_http_app(
        stateless_http=True, json_response=True, transport_security=security
    )
    return Running(app, server.session_manager.run())


def mcp_server(parts: Parts) -> MCPServer[Any]:
    """Return the server with its tools."""
    server: MCPServer[Any] = MCPServer("nianbao", instructions=_INSTRUCTIONS, log_level="ERROR")

    def ask(request: Request) -> Reply:
        return reply_to(parts, request, channel="mcp", key_id=KEY_ID.get())

    library = Library(parts.store, parts.retriever, ask, parts.today)
    for tool in TOOLS:
        server.add_tool(_told(tool, library), annotations=_READ_ONLY, structured_output=True)
    return server


def _told(tool: Callable[..., BaseModel], library: Library) -> Callable[..., BaseModel]:
    """Return a tool over the library whose failure the SDK tells the agent."""

    @wraps(MethodType(tool, library))
    def call(**given: Any) -> BaseModel:
        try:
            return tool(library, **given)
        except CannotTell as error:
            raise ToolError(str(error)) from error

    return call
