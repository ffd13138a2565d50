"""A border as a measured line: nearest point, signed distance, chainage, and how sure the side is."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from geo.boundaries.catalogue import find_layer
from geo.boundaries.layers import line_length_km, read_line, read_line_accuracy
from geo.boundaries.units import districts, provinces
from geo.engine.chords import Chords
from geo.engine.index_cache import Arrays, digest_of, stored
from geo.engine.query import PreparedLine, Sides, Wanted, answer, known_crossings, texts_at
from geo.engine.side_probability import side_probability
from geo.errors import BoundaryError, CrsError, SchemaError

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["Border", "side_probability"]

Floats = npt.NDArray[np.float64]

GEOD: Final = pyproj.Geod(ellps="WGS84")
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
ACCURACY_KIND: Final = "accuracy-1"


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
    prepared
        What the answers are found with.
    """

    def __init__(
        self,
        chords: Chords,
        *,
        left: str,
        right: str,
        accuracy_from_m: Floats,
        accuracy_m: Floats,
        sides: Sides | None,
    ) -> None:
        self.left = left
        self.right = right
        self.prepared = PreparedLine(chords, accuracy_from_m, accuracy_m, sides)
        self.length_km = chords.length_m / 1000

    @functools.cached_property
    def geometry(self) -> shapely.LineString:
        """The line, EPSG:4326."""
        return shapely.LineString(self.prepared.chords.vertices)

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
        vertices = shapely.get_coordinates(_one_line(line))
        areas = [(area, side) for area, side in ((left_area, 1), (right_area, -1)) if area is not None]
        return cls(
            Chords(lambda: vertices, digest_of([vertices.tobytes()])),
            left=left,
            right=right,
            accuracy_from_m=starts,
            accuracy_m=values,
            sides=Sides.of_areas(areas) if areas else None,
        )

    @property
    def reach_m(self) -> float:
        """Distance beyond which the line's error cannot matter: twice its largest accuracy, about 4 sigma."""
        return 2 * float(self.prepared.accuracy_m.max())

    def chainage_km(self) -> Floats:
        """Distance along the line of each vertex of ``geometry`` from the first, in km."""
        return np.asarray(self.prepared.chords.vertex_along_m / 1000)

    def length(self, *, ruler_m: float = 0.0) -> float:
        """Geodesic length in km measured with a ruler: the longer the ruler, the shorter the line.

        Parameters
        ----------
        ruler_m
            The line is first simplified by this many metres (:func:`geo.line_length_km`); 0 for every vertex.

        Raises
        ------
        BoundaryError
            If the ruler is negative or not a number.

        Examples
        --------
        >>> import geo
        >>> border = geo.Border.durand()
        >>> round(border.length()), round(border.length(ruler_m=1000))
        (2790, 2409)
        """
        return line_length_km(self.geometry, ruler_m=ruler_m)

    def point_at(self, line_km: npt.ArrayLike) -> gpd.GeoSeries:
        """Points of the line by their distance along it.

        Parameters
        ----------
        line_km
            One or more chainages, km from the start of the line.

        Returns
        -------
        GeoSeries
            Points in EPSG:4326, one for each chainage, with its index if it has one; missing where it is.

        Raises
        ------
        BoundaryError
            If a chainage lies beyond an end.

        Examples
        --------
        >>> import geo
        >>> point = geo.Border.durand().point_at(853.46)[0]
        >>> round(point.x, 3), round(point.y, 3)
        (71.085, 34.116)
        """
        import geopandas as gpd

        from geo.border.parts import points_at

        index = line_km.index if isinstance(line_km, pd.Series) else None
        km = np.atleast_1d(_numbers(line_km, "line_km"))
        beyond = (km < -0.001) | (km > self.length_km + 0.001)
        if beyond.any():
            raise BoundaryError(
                f"line_km must lie in 0 to {self.length_km:.3f}; got {km[beyond][0]!s}"
                f"{f' and {beyond.sum() - 1} more beyond' if beyond.sum() > 1 else ''}"
            )
        known = np.isfinite(km)
        points = np.full(len(km), None, dtype=object)
        points[known] = shapely.points(points_at(self, np.clip(km[known], 0, self.length_km)))
        return gpd.GeoSeries(points, index=index, crs="EPSG:4326", name="point")

    def between(self, start: str | float, end: str | float) -> gpd.GeoDataFrame:
        """The part of the line between two crossings or chainages.

        Parameters
        ----------
        start, end
            A crossing of :func:`geo.read_crossings` by id or by name in any of its languages ("Chaman" is
            enough for "Chaman-Spin Boldak"), or a chainage in km. In either order.

        Returns
        -------
        GeoDataFrame
            One row, EPSG:4326: ``from_km``, ``to_km``, ``length_km``, LineString in the line's direction.

        Raises
        ------
        BoundaryError
            If there is no such crossing, a chainage lies beyond an end, or both are one place.

        Examples
        --------
        >>> import geo
        >>> part = geo.Border.durand().between("Torkham", "Ghulam Khan")
        >>> part["length_km"].round(1).item()
        334.6
        """
        import geopandas as gpd

        from geo.border.parts import cut, place_km

        named = self is _durand()
        low, high = sorted(place_km(self, place, has_crossings=named) for place in (start, end))
        if high - low < 1e-6:
            raise BoundaryError(f"{start!r} and {end!r} are one place of the line, with nothing between")
        return gpd.GeoDataFrame(
            {"from_km": [low], "to_km": [high], "length_km": [high - low]},
            geometry=[cut(self, low, high)],
            crs="EPSG:4326",
        )

    def sectors(
        self, *, by: Literal["provinces", "km"] | None = None, km: float | None = None
    ) -> gpd.GeoDataFrame:
        """The line cut into sectors: by the provinces that meet, or every so many kilometres.

        Parameters
        ----------
        by
            ``provinces`` (the default without `km`; for the Durand Line only) or ``km``.
        km
            Length of a sector along the line; the last one is shorter.

        Returns
        -------
        GeoDataFrame
            EPSG:4326, in the line's order, without gaps: ``sector`` (a name), ``left_unit``, ``right_unit``
            (ISO 3166-2, missing in sectors by km), ``from_km``, ``to_km``, ``length_km``, LineString. Lengths
            are those of the line's full detail.

        Raises
        ------
        BoundaryError
            If provinces are asked of another line, or `by` and `km` contradict each other.

        Examples
        --------
        >>> import geo
        >>> border = geo.Border.durand()
        >>> border.sectors()["sector"].tolist()[:2]
        ['Badakhshan / Gilgit-Baltistan', 'Badakhshan / Khyber Pakhtunkhwa']
        >>> len(border.sectors(km=50))
        56
        """
        from geo.border.parts import sectors_by_km, sectors_by_province

        if (
            by not in (None, "provinces", "km")
            or (by == "provinces" and km is not None)
            or (by == "km" and km is None)
        ):
            raise BoundaryError(
                f"sectors are by='provinces' or km=LENGTH, one of the two; got by={by!r}, km={km!r}"
            )
        if km is not None:
            return sectors_by_km(self, km)
        if self is not _durand():
            raise BoundaryError("provinces are known along the Durand Line only; give km=LENGTH")
        return sectors_by_province(self)

    def bands(self, limits_km: Iterable[float]) -> gpd.GeoDataFrame:
        """Belts along the line on each of its sides, by geodesic distance.

        Parameters
        ----------
        limits_km
            Outer limits in km, rising, up to 500: 5, 10 gives 0-5 and 5-10 on each side.

        Returns
        -------
        GeoDataFrame
            EPSG:4326, the left side first, from the line outwards: ``side``, ``from_km``, ``to_km``,
            ``area_km2`` (geodesic). Bands of a side do not overlap. If the border knows the areas on
            its sides, what lies in neither is in no band; otherwise the line is run straight on to part the
            ground beyond its ends.

        Raises
        ------
        BoundaryError
            If the limits do not rise or are out of range.

        Notes
        -----
        Outlines are within 5 m plus 0.01 % of the limit of those of :meth:`locate` up to 50 km.

        Examples
        --------
        >>> import geo
        >>> border = geo.Border.from_line(geo.Border.durand().between(800, 900))
        >>> belt = border.bands([5, 10])
        >>> belt["side"].tolist(), belt["to_km"].tolist()
        (['left', 'left', 'right', 'right'], [5.0, 10.0, 5.0, 10.0])
        """
        from geo.border.parts import bands

        sides = self.prepared.sides
        return bands(self, limits_km, (None, None) if sides is None else sides.areas)

    def profile(
        self, events: gpd.GeoDataFrame, *, step_km: float = 10, within_km: float = 50
    ) -> pd.DataFrame:
        """How many events to expect along each step of the line.

        Parameters
        ----------
        events
            As for :func:`geo.loci`. An event without a locus is not counted.
        step_km
            Length of a step along the line; the last one is shorter.
        within_km
            What lies farther from the line than this is not counted to any step.

        Returns
        -------
        DataFrame
            ``from_km``, ``to_km``; ``expected`` (float64): the sum over events of the part of the locus that
            lies within `within_km` and nearest to this step; ``certain`` (int64): events whose whole locus
            does. Parts are found with 1,000 points (a disc) or 8,000 (any larger area) spread evenly over the
            locus. The sum of ``expected`` is the expected number of events within `within_km`.

        Raises
        ------
        SchemaError
            If a length is not more than 0; and as for :func:`geo.loci`, as is CrsError.

        Examples
        --------
        >>> import geo
        >>> events = geo.read_events().events
        >>> along = geo.Border.durand().profile(events.head(8), step_km=100)
        >>> len(along), bool(along["certain"].sum() <= along["expected"].sum() <= 8)
        (28, True)
        """
        from geo.border.parts import count_along

        return count_along(self, events, step_km, within_km)

    def __repr__(self) -> str:
        return f"<Border {self.left} | {self.right}, {self.length_km:.1f} km>"

    def locate(
        self,
        lon: Any,  # noqa: ANN401 - any array of numbers
        lat: Any = None,  # noqa: ANN401
        *,
        units: bool = False,
        crossings: bool = False,
        workers: int = 1,
    ) -> pd.DataFrame:
        """Where points lie with respect to the line.

        Parameters
        ----------
        lon, lat
            Degrees (EPSG:4326): numbers, NumPy or pyarrow arrays or Series of one length. Or one GeoSeries of
            points alone, whose CRS is honoured.
        units
            Also which province holds each point, and which district where districts have been added.
        crossings
            Also the nearest official crossing of the Durand Line.
        workers
            Threads that share the work.

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
              probability of 0.95 (:func:`side_probability`);
            - with `units`: ``adm1`` (str), ISO 3166-2, and where districts have been added ``adm2`` (str),
              their ``boundary_id``; of units that share an edge the one whose code comes first holds it;
            - with `crossings`: ``crossing`` (str) and ``crossing_m`` (float64), geodesic distance.

            A point with a coordinate that is missing, infinite or out of range (beyond 180 or 90 degrees) has
            all of them missing. If the border knows the areas on its sides, ``side`` is missing outside both.

        Raises
        ------
        CrsError
            If a GeoSeries has no CRS.
        SchemaError
            If the coordinates are no numbers, of two lengths, or not of points; or `workers` is less than 1.

        Notes
        -----
        Of several nearest points the first along the line is given. Beyond an end, the sign is that of the
        line run straight on, unless an area says otherwise. On segments of several kilometres the geodesic
        runs up to 3 m beside the straight edge of a polygon; between the two the polygon has the last word.

        What is prepared once for many points (some seconds, from 20,000 points on) is kept on disk: in the
        folder that DURAND_CACHE names, or in the user's folder for caches. With the extra ``[fast]`` the
        search is compiled; the answers are the same.

        Examples
        --------
        >>> import geo
        >>> border = geo.Border.durand()
        >>> at = border.locate([69.17, 71.58], [34.53, 34.01], units=True, crossings=True)
        >>> at["side"].tolist(), (at["signed_m"] / 1000).round(1).tolist()
        (['AF', 'PK'], [-86.7, 44.9])
        >>> at[["adm1", "crossing"]].to_numpy().tolist()
        [['AF-KAB', 'Kharlachi'], ['PK-KP', 'Torkham']]
        """
        x, y, index = _coordinates(lon, lat)
        gates = known_crossings() if crossings else None
        wanted = Wanted(foot=True, units=units, districts=districts() if units else None, gates=gates)
        found = answer(self.prepared, x, y, wanted, workers=workers)
        numbers = (
            found.foot_lon,
            found.foot_lat,
            found.distance_m,
            found.signed_m,
            found.along_m / 1000,
            found.along_m / self.prepared.chords.length_m,
            found.accuracy_m,
        )
        columns: dict[str, Any] = dict(zip(LOCATED, numbers, strict=True))
        columns["side"] = pd.Categorical.from_codes(found.side, categories=[self.right, self.left, UNCERTAIN])
        if found.unit is not None:
            columns["adm1"] = texts_at(provinces().texts("iso3166_2"), found.unit)
        if found.district is not None and wanted.districts is not None:
            columns["adm2"] = texts_at(wanted.districts.texts("boundary_id"), found.district)
        if gates is not None and found.gate is not None:
            columns["crossing"] = texts_at(gates.names, found.gate)
            columns["crossing_m"] = found.gate_m
        return pd.DataFrame(columns, index=index, copy=False)


@functools.cache
def _durand() -> Border:
    key = digest_of([find_layer("durand_line_accuracy").content_sha256.encode()])
    accuracy = stored(ACCURACY_KIND, key, _accuracy_of_durand)
    chords = Chords(
        lambda: shapely.get_coordinates(read_line().geometry.iloc[0]),
        digest_of([find_layer("durand_line").content_sha256.encode()]),
    )
    return Border(
        chords,
        left="PK",
        right="AF",
        accuracy_from_m=accuracy["from_m"],
        accuracy_m=accuracy["accuracy_m"],
        sides=Sides.of_countries(),
    )


def _accuracy_of_durand() -> Arrays:
    accuracy = read_line_accuracy().sort_values("from_km")
    return {
        "from_m": accuracy["from_km"].to_numpy(np.float64) * 1000,
        "accuracy_m": accuracy["accuracy_m"].to_numpy(np.float64),
    }


def _one_line(line: Any) -> shapely.LineString:  # noqa: ANN401 - a geometry or a frame
    """The argument of from_line as one LineString in EPSG:4326 without repeated points."""
    if not isinstance(line, shapely.Geometry):
        series = getattr(line, "geometry", line)
        if getattr(series, "crs", None) is None:
            raise CrsError("the line has no CRS; set it, for degrees with line.set_crs('EPSG:4326')")
        line = shapely.union_all(series.to_crs("EPSG:4326").to_numpy())
    if line.geom_type == "MultiLineString":
        line = shapely.line_merge(line)
    if line.geom_type != "LineString" or line.is_empty:
        parts = shapely.get_num_geometries(line)
        raise BoundaryError(
            f"a border is one LineString, not a {line.geom_type} of {parts} parts that do not join; "
            "choose one part or join them"
        )
    vertices = shapely.get_coordinates(line)
    if not (np.isfinite(vertices).all() and (np.abs(vertices) <= (180, 90)).all()):
        raise BoundaryError("the line has coordinates that are not degrees of longitude and latitude")
    # At a pole and at 180 degrees different numbers can be one place.
    lon, lat = vertices[:, 0], vertices[:, 1]
    moved = np.append(True, np.asarray(GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]) > 1e-6)
    if np.count_nonzero(moved) < 2:
        raise BoundaryError("a border needs at least two different points")
    return shapely.LineString(vertices[moved])


def _accuracy_table(accuracy_m: float | pd.DataFrame) -> tuple[Floats, Floats]:
    if isinstance(accuracy_m, pd.DataFrame):
        absent = {"from_km", "accuracy_m"} - set(accuracy_m.columns)
        if absent:
            raise SchemaError(
                f"accuracy_m as a frame needs from_km and accuracy_m; missing: {sorted(absent)}"
            )
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
        geometry = np.where(shapely.is_empty(geometry), None, geometry)
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
            return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
        if hasattr(values, "to_pandas"):
            return np.asarray(values.to_pandas(), dtype=np.float64)
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as err:
        raise SchemaError(f"{name} must be numbers in degrees: {err}") from err
