"""Maps of events along the border: one specification, an interactive and (later) a static renderer."""

from __future__ import annotations
