"""A border as a measured line: nearest point, signed distance, chainage, and how sure the side is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.arguments import checked_methods
from geo.border.arguments import accuracy_table, area_names, coordinates, numbers, one_line
from geo.border.located import located_columns
from geo.border.parts import bands, check_sectors, cut, known_points, sectors_by_km
from geo.border.shared_edge import check_sides, one_area, shared_edge
from geo.boundaries.layers import line_length_km
from geo.boundaries.units import UnitIndex
from geo.engine.chords import Chords
from geo.engine.index_cache import digest_of
from geo.engine.nearest_point import NamedPoints
from geo.engine.query import PointQuery, PreparedLine, run_query
from geo.engine.sides import Sides
from geo.errors import BoundaryError, SchemaError
from geo.types import Floats

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["UNCERTAIN", "Border"]


UNCERTAIN: Final = "uncertain"


@checked_methods
class Border:
    """One line with two sides, prepared for questions about points.

    Made by :meth:`from_line`, or as :class:`geo.DurandLine`; never changed afterwards. It can be copied,
    pickled and sent to another process.

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
        self.length_km = self.prepared.length_km

    @property
    def geometry(self) -> shapely.LineString:
        """The line, EPSG:4326."""
        return self.prepared.geometry

    def __reduce__(self) -> tuple[Any, ...]:
        line = self.prepared
        areas = None if line.sides is None else line.sides.areas
        vertices = np.array(line.chords.vertices)
        return _made, (vertices, self.left, self.right, line.accuracy_from_m, line.accuracy_m, areas)

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
            If it is not one line of two different points or more, its parts do not join, or an area lies on
            the other side, as is seen close beside the line.
        CrsError, SchemaError
            If a frame has no CRS; if ``accuracy_m`` is negative or has not the form described.

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
        starts, values = accuracy_table(accuracy_m)
        course = one_line(line)
        check_sides(course, left_area, right_area)
        vertices = shapely.get_coordinates(course)
        return _made(vertices, left, right, starts, values, (left_area, right_area))

    @classmethod
    def between_areas(
        cls,
        a: shapely.Geometry | gpd.GeoSeries | gpd.GeoDataFrame,
        b: shapely.Geometry | gpd.GeoSeries | gpd.GeoDataFrame,
        *,
        names: tuple[str, str] | None = None,
        accuracy_m: float | pd.DataFrame = 0.0,
    ) -> Border:
        """The border of two areas of one layer: the edge that they share, the first on its left.

        Parameters
        ----------
        a, b
            Polygons in EPSG:4326, or frames of them in any CRS.
        names
            What the sides are called; else as frames of one row name them, or ``left`` and ``right``.
        accuracy_m
            As for :meth:`from_line`.

        Raises
        ------
        BoundaryError, CrsError, SchemaError
            As for :meth:`from_line`; and if they share no edge, or several that do not join.

        Examples
        --------
        >>> import geo
        >>> land = geo.read_units(0).set_index("adm0")
        >>> border = geo.Border.between_areas(land.loc[["PK"]], land.loc[["IR"]])
        >>> border.locate([62.0, 63.5], [27.5, 27.0])["side"].tolist()
        ['IR', 'PK']
        """
        one, two = one_area(a), one_area(b)
        left, right = names or area_names(a, b)
        return cls.from_line(
            shared_edge(one, two),
            left=left,
            right=right,
            accuracy_m=accuracy_m,
            left_area=one,
            right_area=two,
        )

    @property
    def reach_m(self) -> float:
        """Distance beyond which the line's error cannot matter: twice its largest accuracy, about 4 sigma."""
        return 2 * float(self.prepared.accuracy_m.max())

    def chainage_km(self) -> Floats:
        """Distance along the line of each vertex of ``geometry`` from the first, in km."""
        return self.prepared.chainage_km

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
        >>> border = geo.DurandLine()
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
        >>> point = geo.DurandLine().point_at(853.46)[0]
        >>> round(point.x, 3), round(point.y, 3)
        (71.085, 34.116)
        """
        import geopandas as gpd

        index = line_km.index if isinstance(line_km, pd.Series) else None
        points = known_points(self.prepared, np.atleast_1d(numbers(line_km, "line_km")))
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
        >>> part = geo.DurandLine().between("Torkham", "Ghulam Khan")
        >>> part["length_km"].round(1).item()
        334.6
        """
        import geopandas as gpd

        low, high = sorted(self._km_of(place) for place in (start, end))
        if high - low < 1e-6:
            raise BoundaryError(f"{start!r} and {end!r} are one place of the line, with nothing between")
        return gpd.GeoDataFrame(
            {"from_km": [low], "to_km": [high], "length_km": [high - low]},
            geometry=[cut(self.prepared, low, high)],
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
            EPSG:4326, in the line's order, without gaps: ``unit`` (a code, as :func:`geo.count` has it),
            ``sector`` (a name), ``left_unit``, ``right_unit``
            (ISO 3166-2, missing in sectors by km), ``from_km``, ``to_km``, ``length_km``, LineString. Lengths
            are those of the line's full detail.

        Raises
        ------
        BoundaryError
            If provinces are asked of a border that has none, or `by` and `km` contradict each other.

        Examples
        --------
        >>> import geo
        >>> border = geo.DurandLine()
        >>> border.sectors()["sector"].tolist()[:2]
        ['Badakhshan / Gilgit-Baltistan', 'Badakhshan / Khyber Pakhtunkhwa']
        >>> len(border.sectors(km=50))
        56
        """
        check_sectors(by, km)
        return self._sectors_by_province() if km is None else sectors_by_km(self.prepared, km)

    def bands(self, limits_km: Iterable[float]) -> gpd.GeoDataFrame:
        """Belts along the line on each of its sides, by geodesic distance.

        Parameters
        ----------
        limits_km
            Outer limits in km, rising, up to 500: 5, 10 gives 0-5 and 5-10 on each side.

        Returns
        -------
        GeoDataFrame
            EPSG:4326, the left side first, from the line outwards: ``unit`` (a name), ``side``,
            ``from_km``, ``to_km``,
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
        >>> border = geo.Border.from_line(geo.DurandLine().between(800, 900))
        >>> belt = border.bands([5, 10])
        >>> belt["side"].tolist(), belt["to_km"].tolist()
        (['left', 'left', 'right', 'right'], [5.0, 10.0, 5.0, 10.0])
        """
        return bands(self.prepared, limits_km, (self.left, self.right))

    def _km_of(self, place: str | float) -> float:
        """Chainage that a number of km, or where crossings are known the name of one, means."""
        if isinstance(place, str):
            raise BoundaryError(f"this border has no crossings by name; give a chainage in km, not {place!r}")
        km = float(place)
        # Chainages that were printed to the metre may lie a little beyond the end.
        if not -0.001 <= km <= self.length_km + 0.001:
            raise BoundaryError(f"line_km must lie in 0 to {self.length_km:.3f}; got {place!r}")
        return min(max(km, 0.0), self.length_km)

    def _sectors_by_province(self) -> gpd.GeoDataFrame:
        raise BoundaryError("this border has no provinces; give km=LENGTH")

    def _units(self) -> UnitIndex:
        raise BoundaryError("this border has no provinces, so that units=True finds none")

    def _districts(self) -> UnitIndex | None:
        return None

    def _crossings(self) -> NamedPoints:
        raise BoundaryError("this border has no crossings, so that crossings=True finds none")

    def __repr__(self) -> str:
        return f"<Border {self.left} | {self.right}, {self.length_km:.1f} km>"

    def locate(
        self,
        lon: Any,
        lat: Any = None,
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
            Also which province holds each point, and which district where districts have been added; for a
            border whose provinces are known (:class:`geo.DurandLine`).
        crossings
            Also the nearest official crossing.
        workers
            Threads that share the work.

        Returns
        -------
        DataFrame
            One row per point, with the index of ``lon`` if it has one:

            - ``foot_lon``, ``foot_lat``: the nearest point of the line, degrees;
            - ``distance_m``: geodesic distance to it; ``signed_m``: the same, negative on the right side of
              the line (Afghan for :class:`geo.DurandLine`) and positive on the left (Pakistani);
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
        CrsError, SchemaError, BoundaryError
            If a GeoSeries has no CRS; if the coordinates are no numbers, of two lengths, or not of points, or
            `workers` is less than 1; if units or crossings are asked of a border that has none.

        Notes
        -----
        Of several nearest points the first along the line is given. Beyond an end, the sign is that of the
        line run straight on, unless an area says otherwise. On segments of several kilometres the geodesic
        runs up to 3 m beside the straight edge of a polygon; between the two the polygon has the last word.

        What is prepared once for many points (some seconds, as soon as those of one call or of many make it
        worth it) is kept on disk: in the folder that DURAND_CACHE names, or in the user's folder for caches.
        With the extra ``[fast]`` the search is compiled; the answers are the same.

        Examples
        --------
        >>> import geo
        >>> border = geo.DurandLine()
        >>> at = border.locate([69.17, 71.58], [34.53, 34.01], units=True, crossings=True)
        >>> at["side"].tolist(), (at["signed_m"] / 1000).round(1).tolist()
        (['AF', 'PK'], [-86.7, 44.9])
        >>> at[["adm1", "crossing"]].to_numpy().tolist()
        [['AF-KAB', 'Kharlachi'], ['PK-KP', 'Torkham']]
        """
        x, y, index = coordinates(lon, lat)
        query = PointQuery(
            foot=True,
            units=self._units() if units else None,
            districts=self._districts() if units else None,
            crossings=self._crossings() if crossings else None,
        )
        found = run_query(self.prepared, x, y, query, workers=workers)
        sides = [self.right, self.left, UNCERTAIN]
        return pd.DataFrame(located_columns(found, query, self.prepared, sides), index=index, copy=False)


def _made(
    vertices: Floats,
    left: str,
    right: str,
    accuracy_from_m: Floats,
    accuracy_m: Floats,
    areas: tuple[shapely.Geometry | None, shapely.Geometry | None] | None,
) -> Border:
    """A border out of its parts, as given or as pickled."""
    sides = [(area, side) for area, side in zip(areas or (), (1, -1), strict=False) if area is not None]
    return Border(
        Chords(lambda: vertices, digest_of([vertices.tobytes()])),
        left=left,
        right=right,
        accuracy_from_m=accuracy_from_m,
        accuracy_m=accuracy_m,
        sides=Sides.of_areas(sides) if sides else None,
    )
