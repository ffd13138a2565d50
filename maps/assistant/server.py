"""A server of the Model Context Protocol (MCP) over standard input and output: the desk's answers as tools.

Nothing is executed, no network is used, and no file outside the folder given at start is read or written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import geo
from geo.errors import ExtraMissingError
from maps.assistant.answers import Desk

if TYPE_CHECKING:
    from mcp.server import MCPServer

__all__ = ["make_server", "run_server"]

INSTRUCTIONS: Final = (
    "Answers about the Afghanistan-Pakistan border conflict that never say more than is known. Each answer "
    "has how_sure, sources and refused: pass them on. Where a side is uncertain say so, never a side. "
    "Figures belong to their claimants: never add, average or choose between them. An event that is not in "
    "the table is not one that did not happen. The Durand Line is recognised by Pakistan, not by Afghanistan."
)


def make_server(folder: str | Path) -> MCPServer:
    """The server, its tools those of :class:`maps.assistant.answers.Desk`.

    Parameters
    ----------
    folder
        The only folder in which files are read and written.

    Raises
    ------
    ExtraMissingError
        If the extra ``[mcp]`` is not installed.
    """
    try:
        from mcp.server import MCPServer
    except ImportError as err:
        raise ExtraMissingError.of("durand mcp", "mcp", "mcp") from err
    desk = Desk(Path(folder))
    server = MCPServer("durand", instructions=INSTRUCTIONS, version=geo.__version__, log_level="ERROR")
    for tool in (
        desk.find_place,
        desk.locate,
        desk.events,
        desk.count,
        desk.claims,
        desk.crossing_status,
        desk.make_map,
        desk.check_table,
    ):
        server.tool()(tool)
    return server


def run_server(folder: str | Path) -> None:
    """Serve over standard input and output until the client ends."""
    make_server(folder).run("stdio")
