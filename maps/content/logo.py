"""A logo: a small picture of the user's that stands on a map."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.errors import DataNotFoundError, SchemaError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Logo", "read_logo"]

MOST_BYTES: Final = 100_000
"""A logo goes into every page whole."""

MOST_PX: Final = 2_000
FORMATS: Final = {"PNG": "image/png", "JPEG": "image/jpeg"}


@dataclass(frozen=True)
class Logo:
    """A picture as its file holds it.

    Attributes
    ----------
    data
        The bytes of the file.
    mime
        Its media type.
    width, height
        In pixels.
    """

    data: bytes
    mime: str
    width: int
    height: int

    @property
    def url(self) -> str:
        """It as an address that holds the picture itself."""
        return f"data:{self.mime};base64,{base64.b64encode(self.data).decode('ascii')}"


def read_logo(path: Path) -> Logo:
    """Read a logo.

    Parameters
    ----------
    path
        A PNG or JPEG of at most 100,000 bytes and 2,000 pixels to each side.

    Raises
    ------
    DataNotFoundError
        If there is no such file.
    SchemaError
        If it is no PNG or JPEG, or too large.
    """
    from PIL import Image, UnidentifiedImageError

    if not path.is_file():
        raise DataNotFoundError(f"no picture {str(path)!r}; give the path of a PNG or JPEG")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SchemaError(
            f"{path.name} has {size:,} bytes; a logo has at most {MOST_BYTES:,}, since every page carries it"
        )
    data = path.read_bytes()
    try:
        with Image.open(io.BytesIO(data), formats=tuple(FORMATS)) as image:
            kind, (width, height) = str(image.format), image.size
            if max(width, height) > MOST_PX:
                raise SchemaError(f"{path.name} is {width} x {height} pixels; a logo at most {MOST_PX}")
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as err:
        raise SchemaError(f"{path.name} is no PNG or JPEG that can be read; save it as one of these") from err
    return Logo(data, FORMATS[kind], width, height)
