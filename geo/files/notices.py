"""Lines for stderr about the state of this machine: what is broken, and what is done instead."""

from __future__ import annotations

import logging
from typing import Final

from geo.files.characters import visible

__all__ = ["tell_once"]

_LOGGER: Final = logging.getLogger("durand")
_TOLD: Final[set[str]] = set()


def tell_once(message: str) -> None:
    """Log a warning, which goes to stderr where nobody has set logging up; the same one only once."""
    if message not in _TOLD:
        _TOLD.add(message)
        _LOGGER.warning("%s", visible(message))
