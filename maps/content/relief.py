"""The shipped hillshade: a grey picture, white where the ground is flat, in the web's Mercator projection."""

from __future__ import annotations

import base64
import functools
import io
from typing import TYPE_CHECKING

from geo.boundaries.catalogue import data_path, find_layer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["relief_at", "relief_bounds", "relief_url"]


def relief_bounds() -> tuple[float, float, float, float]:
    """(west, south, east, north) of the picture in degrees."""
    west, south, east, north = find_layer("relief").bounds or (0.0, 0.0, 0.0, 0.0)
    return (west, south, east, north)


@functools.cache
def relief_url() -> str:
    """The picture as an address that holds it."""
    data = data_path("boundaries", "relief.webp").read_bytes()
    return f"data:image/webp;base64,{base64.b64encode(data).decode('ascii')}"


@functools.cache
def _darkness() -> npt.NDArray[np.float64]:
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(data_path("boundaries", "relief.webp").read_bytes())) as image:
        return 1 - np.asarray(image.convert("L"), dtype=np.float64) / 255


def relief_at(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How dark the relief is at points in degrees, 0 to 1, between the cells of the picture; 0 beyond it.

    Examples
    --------
    >>> import numpy as np
    >>> plain, mountain = relief_at(np.array([71.5, 71.2]), np.array([30.2, 35.9]))
    >>> bool(plain < 0.05 < mountain)
    True
    """
    import numpy as np

    dark = _darkness()
    west, south, east, north = relief_bounds()
    top, bottom = (np.log(np.tan(np.pi / 4 + np.radians(one) / 2)) for one in (north, south))
    x = (lon - west) / (east - west) * dark.shape[1] - 0.5
    y = (top - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2))) / (top - bottom) * dark.shape[0] - 0.5
    inside = (x > 0) & (x < dark.shape[1] - 1) & (y > 0) & (y < dark.shape[0] - 1)
    left, over = (np.floor(np.where(inside, one, 0)).astype(int) for one in (x, y))
    a, b = np.where(inside, x, 0) - left, np.where(inside, y, 0) - over
    found = (
        dark[over, left] * (1 - a) * (1 - b)
        + dark[over, left + 1] * a * (1 - b)
        + dark[over + 1, left] * (1 - a) * b
        + dark[over + 1, left + 1] * a * b
    )
    return np.where(inside, found, 0.0)
