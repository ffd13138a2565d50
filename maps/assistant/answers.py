"""What an assistant is answered: the functions that everybody has, with doubt, sources and refusals in words.

Every answer is a dict with ``answer``, ``how_sure``, ``sources`` and ``refused``. A refusal says what to ask
instead. A side is never named where it is uncertain, and no figure is ever added to another.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import geo
from geo.border.crossings import crossing_id
from geo.errors import GeoError
from geo.types import CERTAIN, CERTAIN_SHARE
from geo.vocab import EVENT_TYPES

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["Answer", "Desk"]

Answer = dict[str, Any]

MOST_ROWS: Final = 50
"""Rows of an answer; more are counted and left out, said."""

ROUNDED_DEGREES: Final = 2
"""Decimals to which coordinates of events are handed out: about a kilometre."""

NO_TOTALS: Final = (
    "Figures of different claimants are never added, averaged or chosen between: they count different "
    "people in different areas. Give each with its claimant, its bound and its day."
)
SHIPPED: Final = "durand 2026.11: events compiled from published reports (CC BY 4.0); not complete"
STATEMENTS: Final = "durand 2026.11: statements of dated pages on crossings (CC BY 4.0); none speaks of this"
BOUNDARIES: Final = "Boundaries: OpenStreetMap contributors (ODbL), Natural Earth"


def answered(answer: Any, how_sure: str, sources: list[str], refused: list[str] | None = None) -> Answer:
    """An answer in its four parts."""
    return {"answer": answer, "how_sure": how_sure, "sources": sources, "refused": refused or []}


def refusal(why: str, instead: str) -> Answer:
    """A refusal in the same form: nothing is answered."""
    return answered(None, "not answered", [], [f"{why} {instead}".strip()])


class Desk:
    """Answers over one table of events, with one folder to read from and write to.

    Parameters
    ----------
    folder
        Where files may be read and written; none outside it is touched.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def find_place(self, name: str, country: str | None = None) -> Answer:
        """What a place name can mean, best first; ambiguous names stay ambiguous."""
        try:
            found = geo.find_place(name, country=country)
        except GeoError as err:
            return refusal(str(err), "Ask with a spelling of a gazetteer, or with the province.")
        rows = [_place(row) for row in found.head(10).to_dict("records")]
        if not rows:
            return refusal(f"No place {name!r} is known.", "Ask with the province or another spelling.")
        named_by = sorted({str(row["source"]) for row in rows})
        try:
            geo.resolve_place(name, country=country)
        except GeoError as err:
            return answered(rows, "ambiguous: none of them is taken", named_by, [str(err)])
        return answered(rows, f"the first is meant; score {rows[0]['score']} of 100", named_by)

    def locate(self, lon: float, lat: float, known_to: str = "site") -> Answer:
        """Province, side of the line and distance of a point, with how sure the side is."""
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            return refusal(f"{lon}, {lat} is no longitude and latitude.", "Give degrees, longitude first.")
        frame = _one_point(lon, lat, known_to)
        try:
            row = geo.locate(frame).iloc[0].to_dict()
        except GeoError as err:
            return refusal(str(err), "")
        side = row.get("side")
        known = side in ("AF", "PK")
        answer = {
            "province": _text(row.get("adm1_name")),
            "province_code": _text(row.get("adm1")),
            "side": side if known else "uncertain",
            "distance_to_line_km": _number(row.get("border_km"), 1),
            "nearest_crossing": _text(row.get("crossing")),
        }
        refused = []
        if not known:
            refused.append(
                "The side is not named: the place as far as it is known, with the line's own error, lies on "
                "either side, or the point lies in neither country."
            )
        sure = f"the side has at least {CERTAIN}" if known else f"no side has {CERTAIN}"
        return answered(answer, f"{sure}; place known to: {known_to}", [BOUNDARIES], refused)

    def events(self, since: str | None = None, until: str | None = None, kind: str | None = None) -> Answer:
        """Events of the shipped table in a period, with how exactly their places are known."""
        table = geo.read_events().events
        try:
            chosen = _between(table, since, until, kind)
        except GeoError as err:
            return refusal(str(err), "")
        rows = [_event(row) for row in chosen.head(MOST_ROWS).to_dict("records")]
        left = len(chosen) - len(rows)
        sure = f"{len(chosen)} events in the table; one that is not there is not one that did not happen"
        refused = [f"{left} more are left out; narrow the period."] if left > 0 else []
        return answered(rows, sure, [SHIPPED], refused)

    def count(
        self,
        by: Literal["adm1", "side", "sector"] = "adm1",
        since: str | None = None,
        until: str | None = None,
        kind: str | None = None,
    ) -> Answer:
        """Expected numbers of events by province, side or sector, with interval and certain part."""
        try:
            chosen = _between(geo.read_events().events, since, until, kind)
        except GeoError as err:
            return refusal(str(err), "")
        if chosen.empty:
            return refusal("No event matches.", "Ask for a longer period or another type.")
        counts = geo.count(chosen, by=by)
        rows = [
            {name: _plain(value) for name, value in row.items() if name != "geometry"}
            for row in counts.head(MOST_ROWS).to_dict("records")
        ]
        sure = f"expected numbers with a 95 % interval; certain: events there with at least {CERTAIN_SHARE}"
        return answered(rows, sure, [SHIPPED, BOUNDARIES])

    def claims(self, event_id: str, total: bool = False, as_of: str | None = None) -> Answer:
        """What each claimant says of the dead and injured of an event, as of a day if one is given."""
        try:
            found = geo.claims(as_of=as_of)
        except GeoError as err:
            return refusal(str(err), "")
        covered = found["covers"].fillna("").str.split(";").map(lambda ids: event_id in ids)
        mine = found[(found["event_id"] == event_id) | covered.astype(bool)]
        if mine.empty:
            return refusal(f"No claim about {event_id!r} is in the table.", _where_else(event_id, as_of))
        rows = [_claim(row) for row in mine.to_dict("records")]
        pages = sorted({str(row["page"]) for row in rows if row["page"]})
        refused = [NO_TOTALS] if total else []
        return answered(rows, "claims by the named parties, none checked by us", pages, refused)

    def crossing_status(self, day: str, traffic: str | None = None, crossing: str | None = None) -> Answer:
        """What dated pages say of each crossing, or of one, on a day; not known is an answer."""
        try:
            found = geo.crossing_status(day, traffic)
            if crossing is not None:
                found = found[found["crossing_id"] == crossing_id(crossing)]
        except GeoError as err:
            return refusal(str(err), "")
        rows = [
            {
                "crossing": row["crossing"],
                "traffic": row["traffic"],
                "state": row["state"],
                "note": row["note"],
                "pages": [page for page in str(row["sources"]).split(";") if page],
            }
            for row in found.to_dict("records")
        ]
        pages = sorted({page for row in rows for page in row["pages"]}) or [STATEMENTS]
        unknown = sum(row["state"] == "not known" for row in rows)
        return answered(
            rows, f"{unknown} of {len(rows)} are not known; nothing is extended past a report", pages
        )

    def make_map(
        self,
        file: str,
        since: str | None = None,
        until: str | None = None,
        types: list[str] | None = None,
        title: str | None = None,
        events: str | None = None,
    ) -> Answer:
        """A map as a file in the folder: .html, .png, .svg or .pdf."""
        import maps

        target, why = self._inside(file)
        source, why_not = self._inside(events) if events else (None, "")
        if target is None or why_not:
            return refusal(why or why_not, "Name a file inside the folder given at start.")
        if target.suffix.lower() not in (".html", ".png", ".svg", ".pdf"):
            return refusal(f"{file}: not a format of a map.", "Use .html, .png, .svg or .pdf.")
        if target.exists():
            return refusal(f"{file} is there already.", "Choose another name.")
        try:
            spec = maps.MapSpec(
                events=source, since=since, until=until, types=tuple(types or ()), title=title
            )
            if target.suffix.lower() == ".html":
                maps.save(spec, target)
            else:
                maps.draw_map(spec).save(target)
        except (GeoError, OSError) as err:
            return refusal(self._said(err), "")
        words = maps.caption(spec)
        return answered(
            {"file": target.name, "caption": words.caption, "alt": words.alt}, words.method, [words.credit]
        )

    def check_table(self, file: str) -> Answer:
        """The account of a table's rows: accepted, rejected with reasons, and what is odd."""
        source, why = self._inside(file)
        if source is None:
            return refusal(why, "Name a file inside the folder given at start.")
        try:
            tables = geo.read_events(source)
        except (GeoError, OSError) as err:
            return refusal(self._said(err), "")
        lines = [_line(row) for row in tables.rejected.head(MOST_ROWS).to_dict("records")]
        odd = [_line(row) for row in tables.warnings.head(MOST_ROWS).to_dict("records")]
        answer = {"counts": tables.counts, "rejected": lines, "warnings": odd}
        return answered(answer, "every row is accepted, rejected or superseded", [source.name])

    def _inside(self, file: str) -> tuple[Path | None, str]:
        """The path of a file in the folder, links resolved, or why it is not one."""
        try:
            path = (self.folder / file).resolve()
        except (ValueError, OSError):
            return None, f"{file!r} is no name of a file."
        if not path.is_relative_to(self.folder) or path == self.folder:
            return None, f"{file!r} does not lie in the folder."
        return path, ""

    def _said(self, err: Exception) -> str:
        """The words of an error, files by their names within the folder."""
        return str(err).replace(f"{self.folder}/", "").replace(str(self.folder), "the folder")


def _one_point(lon: float, lat: float, known_to: str) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import shapely

    return gpd.GeoDataFrame(
        {"where_precision": [known_to]}, geometry=[shapely.Point(lon, lat)], crs="EPSG:4326"
    )


def _between(
    table: gpd.GeoDataFrame, since: str | None, until: str | None, kind: str | None
) -> gpd.GeoDataFrame:
    import pandas as pd

    from geo.errors import SchemaError

    if kind is not None and kind not in EVENT_TYPES:
        raise SchemaError(f"no event type {kind!r}; there are: {', '.join(EVENT_TYPES)}")
    if since and until and since > until:
        raise SchemaError(f"until ({until}) lies before since ({since})")
    keep = pd.Series(True, index=table.index)
    last = table["date_end"].fillna(table["date_start"])
    for text, side in ((since, "since"), (until, "until")):
        if text is None:
            continue
        try:
            day = pd.Timestamp(dt.date.fromisoformat(text))
        except ValueError as err:
            raise SchemaError(f"{side} is a day as 2025-10-09; got {text!r}") from err
        keep &= (last >= day) if side == "since" else (table["date_start"] <= day)
    if kind is not None:
        keep &= table["event_type"] == kind
    return table[keep]


def _where_else(event_id: str, as_of: str | None) -> str:
    """Where figures stand that are not with an event itself: its whole, a later day, or nowhere."""
    events = geo.read_events().events.set_index("event_id")
    if event_id not in events.index:
        return "Ask events for the ids."
    whole = _text(events.loc[event_id, "part_of"])
    if whole:
        return f"It is a part of {whole}; figures for the whole are claims about that."
    return "Later figures may be there; ask without as_of." if as_of else "None was read; that is not none."


def _place(row: dict[str, Any]) -> dict[str, Any]:
    names = ("name", "kind", "adm0", "adm1", "precision_m", "score", "source")
    return {name: _plain(row.get(name)) for name in names}


def _event(row: dict[str, Any]) -> dict[str, Any]:
    point = row["geometry"]
    plain = row["where_precision"] in ("site", "town")
    return {
        "event_id": row["event_id"],
        "date": f"{row['date_start']:%Y-%m-%d}",
        "type": str(row["event_type"]),
        "place": _text(row["place"]),
        "place_known_to": str(row["where_precision"]),
        "lon_lat": [round(point.x, ROUNDED_DEGREES), round(point.y, ROUNDED_DEGREES)] if plain else None,
        "verification": _text(row["verification"]) or "not stated",
        "summary": _text(row["summary"]),
    }


def _claim(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "claimant": _text(row["claimant"]) or "not stated",
        "metric": str(row["metric"]),
        "who": _text(row["who"]),
        "low": _number(row["low"], 0),
        "high": _number(row["high"], 0),
        "bound": _text(row["bound"]) or "not stated",
        "covers": _text(row["covers"]) or "this event",
        "stated_on": _text(row["stated_on"])[:10] or None,
        "page": _text(row["source_url"]),
    }


def _line(row: dict[str, Any]) -> str:
    where = f" {row['column']}" if _text(row.get("column")) else ""
    value = f" {row['value']!r}" if _text(row.get("value")) else ""
    return f"row {row['row']}{where}{value}: {row['reason']}"


def _text(value: Any) -> str:
    import pandas as pd

    return "" if value is None or value is pd.NaT or pd.isna(value) else str(value)


def _number(value: Any, digits: int) -> float | int | None:
    if not _text(value):
        return None
    return int(value) if digits == 0 else round(float(value), digits)


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if not _text(value):
        return None
    if hasattr(value, "item"):
        value = value.item()
    return (
        round(value, 3)
        if isinstance(value, float)
        else value
        if isinstance(value, (int, bool))
        else str(value)
    )
