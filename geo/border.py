"""A border as a measured line: nearest point, signed distance, chainage, and how sure the side is.

The search works on straight chords through the earth and ends on the ellipsoid:

1. The line, every segment a geodesic, is densified to chords of at most 250 m in earth-centred coordinates;
   such a chord runs at most 1.3 mm under the surface.
2. A tree of bounding spheres over consecutive chords gives every point the chords that can hold the nearest
   point of the line. The bound is proven, not tuned: by Schur's comparison theorem two points of the ellipsoid
   with a chord ``c`` lie between ``2 R asin(c / 2R)`` for the largest and for the smallest radius of curvature
   apart, so a chord longer than the one bound allows for the other cannot be nearer along the ground.
3. Each of these chords gets its foot, and the distance to it by the arc of the normal section's curvature at
   the middle, which is within ``3e-32 s**5`` m of the geodesic (0.1 mm at 300 km). Beyond 100 km the foot is
   moved to where the geodesic meets the line at a right angle, and the distance is Karney's.

The result lies within 1 cm and, where it is one point, the foot within 1 m of what a search over all segments
with geodesics finds (C. F. F. Karney, Algorithms for geodesics, J. Geod. 87, 2013); the tests hold it to that.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from geo.boundaries import read_line, read_line_accuracy, read_units
from geo.errors import BoundaryError, CrsError, SchemaError

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["Border", "side_probability"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

GEOD: Final = pyproj.Geod(ellps="WGS84")
RADIUS_MIN: Final = GEOD.a * (1 - GEOD.es)
"""Smallest radius of curvature of the ellipsoid: along the meridian at the equator."""
RADIUS_MAX: Final = GEOD.a**2 / GEOD.b
"""Largest radius of curvature: at the poles."""

LONGEST_CHORD_M: Final = 250.0
CHORD_SLACK_M: Final = 0.005
"""Covers how far chords run under the surface, and rounding."""
ARC_ERROR: Final = 3e-32
"""Arc of the mid-section's curvature less geodesic, in m per m**5; the largest found was 2.9e-32."""
KARNEY_BEYOND_M: Final = 100_000.0
"""From here on the normal section and the geodesic part by more than a centimetre at the foot."""

BRANCHES: Final = 8
POINTS_AT_ONCE: Final = 8192
FAR_POINTS_AT_ONCE: Final = 64
FAR_CHORD_M: Final = 1_500_000.0

CERTAIN: Final = 0.95
"""A side is certain from this probability on."""
Z95: Final = 1.959963984540054
"""accuracy_m is the half-width that holds 95 % of a normal error: sigma = accuracy_m / Z95."""
UNCERTAIN: Final = "uncertain"

LOCATED: Final = (
    "foot_lon",
    "foot_lat",
    "distance_m",
    "signed_m",
    "line_km",
    "line_fraction",
    "accuracy_m",
)


class Border:
    """One line with two sides, prepared for questions about points.

    Made by :meth:`durand` or :meth:`from_line`, never changed afterwards.

    Attributes
    ----------
    left, right
        What lies on the left and on the right as the line runs.
    length_km
        Geodesic length at the given detail.
    geometry
        The line, EPSG:4326.
    """

    def __init__(
        self,
        geometry: shapely.LineString,
        *,
        left: str,
        right: str,
        accuracy_from_m: Floats,
        accuracy_m: Floats,
        left_area: shapely.Geometry | None,
        right_area: shapely.Geometry | None,
    ) -> None:
        self.geometry = geometry
        self.left = left
        self.right = right
        self._accuracy_from_m = accuracy_from_m
        self._accuracy_m = accuracy_m
        self._areas = (left_area, right_area)
        self._chords = _Chords(shapely.get_coordinates(geometry))
        self.length_km = self._chords.length_m / 1000

    @classmethod
    def durand(cls) -> Border:
        """The Durand Line at full detail, from the China tripoint: left is PK, right is AF.

        The line's accuracy varies along it (:func:`geo.read_line_accuracy`), and which side a point is on is
        taken from the outlines of the two countries where the point lies in one of them.

        Examples
        --------
        >>> import geo
        >>> border = geo.Border.durand()
        >>> round(border.length_km, 1)
        2790.2
        """
        return _durand()

    @classmethod
    def from_line(
        cls,
        line: shapely.Geometry | gpd.GeoSeries | gpd.GeoDataFrame,
        *,
        left: str = "left",
        right: str = "right",
        accuracy_m: float | pd.DataFrame = 0.0,
        left_area: shapely.Geometry | None = None,
        right_area: shapely.Geometry | None = None,
    ) -> Border:
        """Any other border.

        Parameters
        ----------
        line
            A LineString, or a MultiLineString whose parts join to one, in degrees (EPSG:4326); or a GeoSeries
            or GeoDataFrame of one such line in any CRS.
        left, right
            Names of the sides as the line runs.
        accuracy_m
            How far the true line may lie from the given one: the half-width that holds 95 %. One number, or a
            frame with ``from_km`` (rising from 0) and ``accuracy_m`` by stretch.
        left_area, right_area
            Outlines of what lies on each side, EPSG:4326. A point in one of them is on that side whatever the
            line's own course says; that matters only near and beyond the ends.

        Raises
        ------
        BoundaryError
            If it is not one line with at least two different points, or its parts do not join.
        CrsError
            If a frame has no CRS.
        SchemaError
            If ``accuracy_m`` is negative or has not the form described.

        Examples
        --------
        >>> import geo, shapely
        >>> border = geo.Border.from_line(shapely.LineString([(0, 0), (0, 1)]), left="west", right="east")
        >>> border.locate([-0.1, 0.1], [0.5, 0.5])["side"].tolist()
        ['west', 'east']
        """
        if left == right or UNCERTAIN in (left, right):
            raise SchemaError(
                f"the sides need two different names, neither {UNCERTAIN!r}; got {left!r}, {right!r}"
            )
        starts, values = _accuracy_table(accuracy_m)
        return cls(
            _one_line(line),
            left=left,
            right=right,
            accuracy_from_m=starts,
            accuracy_m=values,
            left_area=left_area,
            right_area=right_area,
        )

    @property
    def reach_m(self) -> float:
        """Distance beyond which the line's error cannot matter: twice its largest accuracy, about 4 sigma."""
        return 2 * float(self._accuracy_m.max())

    def chainage_km(self) -> Floats:
        """Distance along the line of each vertex of ``geometry`` from the first, in km."""
        return np.asarray(self._chords.vertex_along_m / 1000)

    def __repr__(self) -> str:
        return f"<Border {self.left} | {self.right}, {self.length_km:.1f} km>"

    def locate(self, lon: Any, lat: Any = None) -> pd.DataFrame:  # noqa: ANN401 - any array of numbers
        """Where points lie with respect to the line.

        Parameters
        ----------
        lon, lat
            Degrees (EPSG:4326): numbers, NumPy or pyarrow arrays or Series of one length. Or one GeoSeries of
            points alone, whose CRS is honoured.

        Returns
        -------
        DataFrame
            One row per point, with the index of ``lon`` if it has one:

            - ``foot_lon``, ``foot_lat``: the nearest point of the line, degrees;
            - ``distance_m``: geodesic distance to it; ``signed_m``: the same, negative on the right side of
              the line (Afghan for :meth:`durand`) and positive on the left (Pakistani);
            - ``line_km``, ``line_fraction``: how far along the line the foot is, from its start;
            - ``accuracy_m``: of the line at the foot;
            - ``side``: category of ``left``, ``right`` and ``uncertain``, the last where neither has a
              probability of 0.95 (:func:`side_probability`).

            A point with a coordinate that is missing, infinite or out of range (beyond 180 or 90 degrees) has
            all of them missing. If the border knows the areas on its sides, ``side`` is missing outside both.

        Notes
        -----
        Of several nearest points the first along the line is given. Beyond an end, the sign is that of the
        line run straight on, unless an area says otherwise. On segments of several kilometres the geodesic
        runs up to 3 m beside the straight edge of a polygon; between the two the polygon has the last word.

        Examples
        --------
        >>> import geo
        >>> at = geo.Border.durand().locate([69.17, 71.58], [34.53, 34.01])
        >>> at["side"].tolist(), (at["signed_m"] / 1000).round(1).tolist()
        (['AF', 'PK'], [-81.3, 36.6])
        """
        x, y, index = _coordinates(lon, lat)
        known = np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 180) & (np.abs(y) <= 90)
        columns = {name: np.full(len(x), np.nan) for name in LOCATED}
        codes = np.full(len(x), -1, dtype=np.int8)
        if known.any():
            found = self._locate_known(x[known], y[known])
            for name in LOCATED:
                columns[name][known] = found[name]
            codes[known] = found["side"]
        side = pd.Categorical.from_codes(codes, categories=[self.right, self.left, UNCERTAIN])
        return pd.DataFrame({**columns, "side": side}, index=index)

    def _locate_known(self, lon: Floats, lat: Floats) -> dict[str, npt.NDArray[Any]]:
        foot = self._chords.nearest(lon, lat)
        sign = foot.sign
        inside = [_covers(area, lon, lat) for area in self._areas]
        if any(area is not None for area in self._areas):
            on_left, on_right = inside
            # A point in both lies on their common edge, which is the line: its own sign is as good as any.
            sign = np.where(on_left & ~on_right, 1.0, np.where(on_right & ~on_left, -1.0, sign))
        signed = sign * foot.distance_m
        stretch = np.searchsorted(self._accuracy_from_m, foot.along_m, side="right") - 1
        accuracy = self._accuracy_m[np.maximum(stretch, 0)]
        left = side_probability(signed, accuracy)
        codes = np.where(left >= CERTAIN, 1, np.where(1 - left >= CERTAIN, 0, 2))
        if all(area is not None for area in self._areas):
            codes = np.where(inside[0] | inside[1], codes, -1)
        return {
            "foot_lon": foot.lon,
            "foot_lat": foot.lat,
            "distance_m": foot.distance_m,
            "signed_m": signed,
            "line_km": foot.along_m / 1000,
            "line_fraction": foot.along_m / self._chords.length_m,
            "accuracy_m": accuracy,
            "side": codes.astype(np.int8),
        }


def side_probability(
    signed_m: npt.ArrayLike, accuracy_m: npt.ArrayLike, *, radius_m: npt.ArrayLike = 0.0
) -> Floats:
    """Probability that something lies on the left (for the Durand Line: Pakistani) side of a line.

    The true line is taken to run parallel to the given one, displaced by a normal error with
    ``sigma = accuracy_m / 1.96``, so that 95 % of it lies within ``accuracy_m``. For a point at the signed
    distance ``d``, ``P(left) = Phi(d / sigma)``: a point is certain (0.95) from 0.84 times the accuracy on. For
    a disc it is the mean of that over the disc, the line taken as straight across it:
    ``P(left) = 2 / (pi r**2) * integral of sqrt(r**2 - x**2) Phi((d + x) / sigma) dx from -r to r``, by
    Gauss-Chebyshev quadrature of the second kind with 32 nodes.

    Parameters
    ----------
    signed_m
        Signed distance of the point or the disc's centre in metres, positive on the left.
    accuracy_m
        Half-width that holds 95 % of the line's error, metres; 0 for a line without error.
    radius_m
        Radius of the disc within which the thing lies, metres; 0 for a point.

    Returns
    -------
    ndarray
        Probabilities, of the common shape of the arguments; missing where one of them is.

    Examples
    --------
    >>> import geo
    >>> geo.side_probability([-250, 0, 100, 250], 250).round(3).tolist()
    [0.025, 0.5, 0.783, 0.975]
    """
    signed, accuracy, radius = np.broadcast_arrays(
        *(np.asarray(value, dtype=np.float64) for value in (signed_m, accuracy_m, radius_m))
    )
    # A line without error is one with an error that no distance here can tell from none.
    sigma = np.maximum(accuracy / Z95, 1e-6)
    probability = np.asarray(_normal_cdf(signed / sigma))
    spread = np.isfinite(signed) & (radius > 0) & (np.abs(signed) < radius + 6 * sigma)
    if spread.any():
        angle = np.arange(1, 33) * math.pi / 33
        weight = np.sin(angle) ** 2 * 2 / 33
        x = signed[spread, None] + radius[spread, None] * np.cos(angle)
        probability[spread] = _normal_cdf(x / sigma[spread, None]) @ weight
    return probability


def _normal_cdf(z: Floats) -> Floats:
    """Normal distribution function, to 1e-15 by the error function of the standard library.

    NumPy has no erf; only few points lie so near a line that their value is neither 0 nor 1.
    """
    flat = np.ravel(z)
    out = np.where(np.isnan(flat), np.nan, (flat > 0).astype(np.float64))
    between = np.abs(flat) < 9
    out[between] = [0.5 * math.erfc(-value * math.sqrt(0.5)) for value in flat[between]]
    return np.asarray(out.reshape(np.shape(z)))


class _Feet:
    """Nearest points of a line, one for each point asked for."""

    def __init__(self, count: int) -> None:
        self.lon = np.empty(count)
        self.lat = np.empty(count)
        self.distance_m = np.empty(count)
        self.along_m = np.empty(count)
        self.sign = np.empty(count)


class _Chords:
    """A line as chords of at most 250 m in earth-centred coordinates, under a tree of bounding spheres."""

    def __init__(self, vertices: Floats) -> None:
        lon, lat = vertices[:, 0], vertices[:, 1]
        azimuth, _, length = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
        self.vertex_along_m = np.append(0.0, np.cumsum(length))
        lon, lat, along = _densify(lon, lat, np.asarray(azimuth), np.asarray(length))
        self.length_m = float(along[-1])
        self.along_m = along
        xyz = _earth_centred(lon, lat)
        self.start, self.step = xyz[:-1], np.diff(xyz, axis=0)
        self.step_squared = _dot(self.step, self.step)
        self.azimuth = np.asarray(GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[0])
        # Unit vectors to the left of each chord, and at each vertex their sum: the pseudo-normal, whose side
        # is right for every point whose nearest one is that vertex (Baerentzen and Aanaes 2005).
        up = _up(xyz[:-1] + self.step / 2)
        self.leftward = _unit(np.cross(up, self.step))
        at_vertex = np.zeros_like(xyz)
        at_vertex[:-1] += self.leftward
        at_vertex[1:] += self.leftward
        back_on_itself = _dot(at_vertex, at_vertex) < 1e-12
        at_vertex[:-1][back_on_itself[:-1]] = self.leftward[back_on_itself[:-1]]
        self.vertex_leftward = at_vertex
        self.tree = _sphere_tree(xyz)

    def nearest(self, lon: Floats, lat: Floats) -> _Feet:
        """The nearest point of the line for each point, all of them finite and in range."""
        points = _earth_centred(lon, lat)
        middle, radius = self.tree[-1]
        reach = np.sqrt(np.min([_dot(points - m, points - m) for m in middle], axis=0)) - radius.max()
        far = reach > FAR_CHORD_M
        feet = _Feet(len(lon))
        for some, size in ((~far, POINTS_AT_ONCE), (far, FAR_POINTS_AT_ONCE)):
            rows = np.flatnonzero(some)
            for first in range(0, len(rows), size):
                self._nearest(points, lon, lat, rows[first : first + size], feet)
        return feet

    def _nearest(self, points: Floats, lon: Floats, lat: Floats, rows: Indices, feet: _Feet) -> None:
        """Fill in the feet of some rows."""
        here = points[rows]
        who, chord, t = self._candidates(here)
        foot = self.start[chord] + t[:, None] * self.step[chord]
        distance = _arc(here[who], foot)
        # Of each point keep what may be nearest within the error of the arc.
        best = np.minimum.reduceat(distance, _starts(who))[who]
        keep = distance <= best + CHORD_SLACK_M + 2 * ARC_ERROR * best**5
        who, chord, t, distance = who[keep], chord[keep], t[keep], distance[keep]
        far = distance > KARNEY_BEYOND_M
        if far.any():
            t[far], distance[far] = self._refine(lon[rows][who[far]], lat[rows][who[far]], chord[far], t[far])
        # Of equally near chords the first along the line: a stable order by distance, then by chord. Two
        # chords that share the nearest vertex differ by rounding only, which must not decide.
        order = np.lexsort((chord, np.round(distance, 6), who))
        pick = order[_starts(who[order])]
        chord, t, distance = chord[pick], t[pick], distance[pick]
        foot = self.start[chord] + t[:, None] * self.step[chord]
        foot_lon, foot_lat = _degrees(foot)
        feet.lon[rows], feet.lat[rows] = foot_lon, foot_lat
        feet.distance_m[rows] = distance
        feet.along_m[rows] = self.along_m[chord] + t * (self.along_m[chord + 1] - self.along_m[chord])
        leftward = self.leftward[chord]
        at_start, at_end = t <= 0, t >= 1
        leftward[at_start] = self.vertex_leftward[chord[at_start]]
        leftward[at_end] = self.vertex_leftward[chord[at_end] + 1]
        feet.sign[rows] = np.where(_dot(leftward, here - foot) >= 0, 1.0, -1.0)

    def _candidates(self, points: Floats) -> tuple[Indices, Indices, Floats]:
        """Pairs of a point and a chord that may hold its nearest one, sorted by point, and the foot on it."""
        middle, radius = self.tree[-1]
        who = np.repeat(np.arange(len(points)), len(middle))
        node = np.tile(np.arange(len(middle)), len(points))
        best = np.full(len(points), np.inf)
        for level in range(len(self.tree) - 1, -1, -1):
            middle, radius = self.tree[level]
            gap = points[who] - middle[node]
            away = np.sqrt(_dot(gap, gap))
            best = np.minimum(best, np.minimum.reduceat(away + radius[node], _starts(who)))
            keep = away - radius[node] <= _reach(best)[who]
            who, node = who[keep], node[keep]
            if level:
                who = np.repeat(who, BRANCHES)
                node = (node[:, None] * BRANCHES + np.arange(BRANCHES)).ravel()
                real = node < len(self.tree[level - 1][0])
                who, node = who[real], node[real]
        gap = points[who] - self.start[node]
        t = np.clip(_dot(gap, self.step[node]) / self.step_squared[node], 0.0, 1.0)
        gap -= t[:, None] * self.step[node]
        away = np.sqrt(_dot(gap, gap))
        keep = away <= _reach(np.minimum.reduceat(away, _starts(who)))[who]
        return who[keep], node[keep], t[keep]

    def _refine(self, lon: Floats, lat: Floats, chord: Indices, t: Floats) -> tuple[Floats, Floats]:
        """Foot and distance by geodesics: Newton's steps to where the line is met at a right angle."""
        length = np.diff(self.along_m)[chord]
        distance = np.empty(len(t))
        for last in (False, False, True):
            foot_lon, foot_lat = _degrees(self.start[chord] + t[:, None] * self.step[chord])
            azimuth, _, distance = GEOD.inv(foot_lon, foot_lat, lon, lat)
            if not last:
                angle = np.radians(np.asarray(azimuth) - self.azimuth[chord])
                # Along the line the distance falls by cos(angle) and bends by sin(angle)**2 / (R tan(s / R)).
                bend = np.sin(angle) ** 2 / (GEOD.a * np.tan(np.minimum(distance / GEOD.a, 1.5)))
                t = np.clip(t + np.cos(angle) / np.maximum(bend, 1e-9) / length, 0.0, 1.0)
        return t, np.asarray(distance)


@functools.cache
def _durand() -> Border:
    line = read_line().geometry.iloc[0]
    accuracy = read_line_accuracy().sort_values("from_km")
    countries = read_units(0).set_index("adm0").geometry
    return Border(
        line,
        left="PK",
        right="AF",
        accuracy_from_m=accuracy["from_km"].to_numpy(np.float64) * 1000,
        accuracy_m=accuracy["accuracy_m"].to_numpy(np.float64),
        left_area=countries["PK"],
        right_area=countries["AF"],
    )


def _one_line(line: Any) -> shapely.LineString:  # noqa: ANN401 - a geometry or a frame
    """The argument of from_line as one LineString in EPSG:4326 without repeated points."""
    if not isinstance(line, shapely.Geometry):
        series = getattr(line, "geometry", line)
        if getattr(series, "crs", None) is None:
            raise CrsError("the line has no CRS; set it, for degrees with line.set_crs('EPSG:4326')")
        line = shapely.union_all(series.to_crs("EPSG:4326").to_numpy())
    if line.geom_type == "MultiLineString":
        line = shapely.line_merge(line)
    if line.geom_type != "LineString":
        parts = shapely.get_num_geometries(line)
        raise BoundaryError(
            f"a border is one LineString, not a {line.geom_type} of {parts} parts that do not join; "
            "choose one part or join them"
        )
    vertices = shapely.get_coordinates(line)
    if not (np.isfinite(vertices).all() and (np.abs(vertices) <= (180, 90)).all()):
        raise BoundaryError("the line has coordinates that are not degrees of longitude and latitude")
    moved = np.append(True, (np.diff(vertices, axis=0) != 0).any(axis=1)) if len(vertices) else []
    if np.count_nonzero(moved) < 2:
        raise BoundaryError("a border needs at least two different points")
    return shapely.LineString(vertices[moved])


def _accuracy_table(accuracy_m: float | pd.DataFrame) -> tuple[Floats, Floats]:
    if isinstance(accuracy_m, pd.DataFrame):
        absent = {"from_km", "accuracy_m"} - set(accuracy_m.columns)
        if absent:
            raise SchemaError(f"accuracy_m as a frame needs from_km and accuracy_m; missing: {sorted(absent)}")
        starts = accuracy_m["from_km"].to_numpy(np.float64) * 1000
        values = accuracy_m["accuracy_m"].to_numpy(np.float64)
        if not len(starts) or starts[0] != 0 or (np.diff(starts) <= 0).any():
            raise SchemaError("from_km of accuracy_m must start at 0 and rise")
    else:
        starts, values = np.zeros(1), np.array([accuracy_m], dtype=np.float64)
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise SchemaError("accuracy_m must be metres of 0 or more")
    return starts, values


def _coordinates(lon: Any, lat: Any) -> tuple[Floats, Floats, pd.Index]:  # noqa: ANN401 - any array
    """Two arrays of equal length, and the index of the first."""
    if lat is None:
        if not hasattr(lon, "geom_type"):
            raise SchemaError("locate takes lon and lat, or one GeoSeries of points")
        if lon.crs is None:
            raise CrsError("the points have no CRS; set it, for degrees with points.set_crs('EPSG:4326')")
        points = lon if lon.crs.to_epsg() == 4326 else lon.to_crs("EPSG:4326")
        geometry = points.to_numpy()
        strange = ~(shapely.is_missing(geometry) | (shapely.get_type_id(geometry) == 0))
        if strange.any():
            raise SchemaError(
                f"locate takes points; {strange.sum()} of {len(strange)} geometries are of another type, "
                f"such as {geometry[strange][0].geom_type}"
            )
        return shapely.get_x(geometry), shapely.get_y(geometry), lon.index
    index = lon.index if isinstance(lon, pd.Series) else None
    x, y = (np.atleast_1d(_numbers(value, name)) for value, name in ((lon, "lon"), (lat, "lat")))
    if x.ndim != 1 or x.shape != y.shape:
        raise SchemaError(
            f"lon and lat must be of one length in one dimension; got shapes {x.shape}, {y.shape}"
        )
    return x, y, pd.RangeIndex(len(x)) if index is None else index


def _numbers(values: Any, name: str) -> Floats:  # noqa: ANN401 - any array
    try:
        if isinstance(values, pd.Series):
            return values.to_numpy(dtype=np.float64, na_value=np.nan)
        if hasattr(values, "to_pandas"):
            return np.asarray(values.to_pandas(), dtype=np.float64)
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as err:
        raise SchemaError(f"{name} must be numbers in degrees: {err}") from err


def _covers(area: shapely.Geometry | None, lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    if area is None:
        return np.zeros(len(lon), dtype=bool)
    shapely.prepare(area)
    return np.asarray(shapely.intersects_xy(area, lon, lat))


def _densify(lon: Floats, lat: Floats, azimuth: Floats, length: Floats) -> tuple[Floats, Floats, Floats]:
    """Vertices of the line with more set on long segments along their geodesics, and their chainage."""
    along = np.append(0.0, np.cumsum(length))
    pieces = np.maximum(np.ceil(length / LONGEST_CHORD_M), 1).astype(np.intp)
    segment = np.repeat(np.arange(len(length)), pieces)
    step = np.arange(len(segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    offset = length[segment] * step / pieces[segment]
    new_lon, new_lat, _ = GEOD.fwd(lon[segment], lat[segment], azimuth[segment], offset)
    # A vertex of the line itself stays as it was given, not as the geodesic problem gives it back.
    given = step == 0
    new_lon, new_lat = np.asarray(new_lon), np.asarray(new_lat)
    new_lon[given], new_lat[given] = lon[:-1], lat[:-1]
    return (
        np.append(new_lon, lon[-1]),
        np.append(new_lat, lat[-1]),
        np.append(along[segment] + offset, along[-1]),
    )


def _sphere_tree(xyz: Floats) -> list[tuple[Floats, Floats]]:
    """Centres and radii of spheres round single chords, then round every 8, 64, ... of them."""
    middle = (xyz[:-1] + xyz[1:]) / 2
    gap = xyz[:-1] - middle
    tree = [(middle, np.sqrt(_dot(gap, gap)))]
    size = 1
    while len(tree[-1][0]) > BRANCHES:
        size *= BRANCHES
        first = np.arange(0, len(xyz) - 1, size)
        # Each sphere holds the end of its last chord as well: the first vertex of the next group.
        low = np.minimum(np.minimum.reduceat(xyz[:-1], first), xyz[np.minimum(first + size, len(xyz) - 1)])
        high = np.maximum(np.maximum.reduceat(xyz[:-1], first), xyz[np.minimum(first + size, len(xyz) - 1)])
        middle = (low + high) / 2
        group = np.arange(len(xyz) - 1) // size
        gaps = [_dot(end - middle[group], end - middle[group]) for end in (xyz[:-1], xyz[1:])]
        tree.append((middle, np.sqrt(np.maximum.reduceat(np.maximum(*gaps), first))))
    return tree


def _reach(chord: Floats) -> Floats:
    """The longest chord to a point that may, along the ground, be as near as one at the given chord."""
    ratio = (chord + CHORD_SLACK_M) / (2 * RADIUS_MIN)
    ground = 2 * RADIUS_MIN * np.arcsin(np.minimum(ratio, 1.0))
    reach = 2 * RADIUS_MAX * np.sin(np.minimum(ground / (2 * RADIUS_MAX), math.pi / 2)) + CHORD_SLACK_M
    # Near the antipode the bound is no longer sharp: everything may be nearest.
    return np.where(ratio < 0.95, reach, np.inf)


def _arc(point: Floats, foot: Floats) -> Floats:
    """Length of the normal section between points of the ellipsoid, from its curvature at the middle."""
    gap = foot - point
    squared = _dot(gap, gap)
    chord = np.sqrt(squared)
    middle = (foot + point) / 2
    stretch = np.array([1.0, 1.0, 1 / (1 - GEOD.es)])
    # With A = diag(1, 1, a**2 / b**2) / a**2 the curvature in the direction d at m is d'Ad / |Am|.
    scale = np.sqrt(_dot(middle, middle * stretch)) / GEOD.a
    slope = middle * stretch
    steepness = np.sqrt(_dot(slope, slope)) / scale
    curvature = _dot(gap, gap * stretch) / np.maximum(squared, 1e-300) / np.maximum(steepness, 1.0)
    half = np.minimum(chord * curvature / 2, 1.0)
    return np.where(chord < 1e-6, chord, 2 / np.maximum(curvature, 1e-9) * np.arcsin(half))


def _earth_centred(lon: Floats, lat: Floats) -> Floats:
    """Earth-centred coordinates of points of the WGS 84 ellipsoid, in metres."""
    lam, phi = np.radians(lon), np.radians(lat)
    normal = GEOD.a / np.sqrt(1 - GEOD.es * np.sin(phi) ** 2)
    return np.column_stack(
        (
            normal * np.cos(phi) * np.cos(lam),
            normal * np.cos(phi) * np.sin(lam),
            normal * (1 - GEOD.es) * np.sin(phi),
        )
    )


def _degrees(xyz: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude of points on (or a few millimetres under) the ellipsoid."""
    lon = np.degrees(np.arctan2(xyz[:, 1], xyz[:, 0]))
    lat = np.degrees(np.arctan2(xyz[:, 2], (1 - GEOD.es) * np.hypot(xyz[:, 0], xyz[:, 1])))
    return lon, lat


def _up(xyz: Floats) -> Floats:
    """Normals of the ellipsoid."""
    return _unit(xyz * np.array([1.0, 1.0, 1 / (1 - GEOD.es)]))


def _unit(vectors: Floats) -> Floats:
    return vectors / np.sqrt(_dot(vectors, vectors))[:, None]


def _dot(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", a, b))


def _starts(sorted_ids: Indices) -> Indices:
    """Where each run of equal numbers begins."""
    return np.flatnonzero(np.append(True, np.diff(sorted_ids) != 0))
