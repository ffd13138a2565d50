"""Leaflet itself, checked, for a file that asks for nothing."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from pathlib import Path
from typing import Final

from geo.errors import DataNotFoundError

__all__ = ["LEAFLET", "leaflet_text"]

LEAFLET: Final = {
    "leaflet.js": "WBkoXOwTeyKclOHuWtc+i2uENFpDZ9YPdf5Hf+D7ewM=",
    "leaflet.css": "kLaT2GOSpHechhsozzB+flnD+zUyjE2LlfWPgU04xyI=",
}
"""Files of Leaflet 1.9.3 (BSD-2-Clause) and the base64 sha256 that each must have."""


@functools.cache
def leaflet_text(name: str) -> str:
    """A file of Leaflet, checked, without the links that a page in one file can't follow.

    Raises
    ------
    DataNotFoundError
        If XStatic-Leaflet is not there or its file is not the one expected.
    """
    try:
        from xstatic.pkg import leaflet
    except ImportError as err:
        raise DataNotFoundError("Leaflet is not installed: pip install XStatic-Leaflet==1.9.3.0") from err
    path = Path(leaflet.BASE_DIR, name)
    content = path.read_bytes()
    found = base64.b64encode(hashlib.sha256(content).digest()).decode()
    if found != LEAFLET[name]:
        raise DataNotFoundError(
            f"{path} is not the Leaflet 1.9.3 expected (sha256 {found}, not {LEAFLET[name]}): "
            "pip install --force-reinstall XStatic-Leaflet==1.9.3.0"
        )
    # A parser of HTML turns CR LF into LF before it hashes.
    text = content.decode("utf-8").replace("\r\n", "\n")
    text = re.sub(r"//# sourceMappingURL=\S+\s*$", "", text)
    return re.sub(r"url\(images/[^)]*\)", "none", text)
