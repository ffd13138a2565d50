"""The events of a map as rows: columns of numbers that draw and filter them, and their cards."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.vocab import EVENT_TYPES, VERIFICATIONS
from maps.content.cards import NOWHERE, card, claim_lines, dates, headline, source_lines
from maps.content.certainty import FILLED
from maps.content.event_places import Places, reason_words

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Ints = npt.NDArray[np.int64]

__all__ = ["VERIFICATION_ORDER", "Cards", "Columns", "EventRows", "day_numbers"]

VERIFICATION_ORDER: Final = (*VERIFICATIONS, None)
"""What the numbers in the column stand for; nothing where the table says nothing."""

DATES: Final = ("date_start", "date_end", "date_precision")


@dataclass(frozen=True, eq=False)
class EventRows:
    """The events of a map in the order of their days, and what each of their places is.

    Attributes
    ----------
    table
        The rows of the event table.
    place
        The number of each event's place in ``places``.
    places
        What is known of each place and the words for it.
    claims, sources
        Rows of the other tables by event_id.
    lang
        Language of the words.
    """

    table: gpd.GeoDataFrame
    place: Ints
    places: Places
    claims: dict[str, list[dict[str, Any]]]
    sources: dict[str, list[dict[str, Any]]]
    lang: str

    def __len__(self) -> int:
        return len(self.table)

    @functools.cached_property
    def type(self) -> Ints:
        """Numbers in ``EVENT_TYPES``."""
        return _codes_in(self.table["event_type"], EVENT_TYPES)

    @functools.cached_property
    def verification(self) -> Ints:
        """Numbers in ``VERIFICATION_ORDER``."""
        import numpy as np

        if "verification" not in self.table:
            return np.full(len(self), VERIFICATION_ORDER.index(None), dtype=np.int64)
        return _codes_in(self.table["verification"], VERIFICATIONS) % len(VERIFICATION_ORDER)

    @functools.cached_property
    def date_precision(self) -> Ints:
        """1 to 4 as the event table has it; 1 where it says nothing."""
        import numpy as np

        if "date_precision" not in self.table:
            return np.ones(len(self), dtype=np.int64)
        return np.asarray(self.table["date_precision"].to_numpy(dtype=np.int64, na_value=1))

    @functools.cached_property
    def start(self) -> Ints:
        """First day as the table has it, in days since 1970."""
        return day_numbers(self.table["date_start"])

    @functools.cached_property
    def end(self) -> Ints:
        """Last day as the table has it."""
        import numpy as np

        last = self.table["date_end"].fillna(self.table["date_start"]) if "date_end" in self.table else None
        return self.start if last is None else np.maximum(day_numbers(last), self.start)

    @functools.cached_property
    def span(self) -> tuple[Ints, Ints]:
        """First and last day on which each event may have been, by the precision of its date."""
        from geo.events.days import possible_days

        return possible_days(self.start, self.end, self.date_precision)

    @functools.cached_property
    def shown(self) -> list[int]:
        """Numbers of the rows that have a place on the map."""
        import numpy as np

        grain = np.asarray(self.places.grain, dtype=np.int64)
        found: list[int] = np.flatnonzero(grain[self.place] != NOWHERE).tolist() if len(self) else []
        return found

    def of_places(self, values: Sequence[Any]) -> list[Any]:
        """What holds of a place, for each event."""
        return [values[number] for number in self.place.tolist()]


class Columns(Mapping[str, list[Any]]):
    """Lists with an entry for each event, each made when first asked for.

    Examples
    --------
    >>> import maps
    >>> columns = maps.map_content(maps.MapSpec(types=("shelling",))).events["cols"]
    >>> columns["date"][:2], columns["date"][-1]
    (['14 October 2025', '26 to 27 February 2026'], 'about 27 April 2026')
    """

    NAMES: Final = (
        *("id", "type", "day", "from", "until", "lon", "lat", "grain", "area", "sure"),
        *("verification", "side", "precision", "provinces", "head", "date", "why"),
    )

    def __init__(self, rows: EventRows) -> None:
        self._rows = rows
        self._made: dict[str, list[Any]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self.NAMES)

    def __len__(self) -> int:
        return len(self.NAMES)

    def __getitem__(self, name: str) -> list[Any]:
        if name not in self.NAMES:
            raise KeyError(name)
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> list[Any]:
        rows, places = self._rows, self._rows.places
        lang = rows.lang
        if name in ("lon", "lat", "grain", "area", "side", "precision"):
            return rows.of_places(getattr(places, name))
        if name == "provinces":
            return rows.of_places(places.within)
        if name == "why":
            return rows.of_places([reason_words(why, 1, lang) if why else "" for why in places.reason])
        if name == "id":
            return [str(one) for one in rows.table["event_id"]]
        if name == "sure":
            sure = [int(FILLED[one] != "hollow") for one in VERIFICATION_ORDER]
            return [sure[one] for one in rows.verification.tolist()]
        if name == "date":
            return [dates(row, lang) for row in rows.table[_present(rows, DATES)].to_dict("records")]
        if name == "head":
            return [
                headline(EVENT_TYPES[kind], line, date, lang)
                for kind, line, date in zip(
                    rows.type.tolist(), rows.of_places(places.line), self["date"], strict=True
                )
            ]
        found: list[Any] = {
            "type": rows.type, "day": rows.start, "from": rows.span[0], "until": rows.span[1],
            "verification": rows.verification,
        }[name].tolist()  # fmt: skip
        return found


class Cards(Sequence[dict[str, Any]]):
    """What the card of each event says, worded when asked for."""

    def __init__(self, rows: EventRows) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, n: Any) -> Any:
        if isinstance(n, slice):
            return [self[k] for k in range(*n.indices(len(self)))]
        rows = self._rows
        if not -len(self) <= n < len(self):
            raise IndexError(n)
        row = rows.table.iloc[[n]].to_dict("records")[0]
        event_id = str(row["event_id"])
        words = {key: texts[rows.place[n]] for key, texts in rows.places.words.items()}
        return card(row, words, rows.lang) | {
            "claims": claim_lines(rows.claims.get(event_id, []), rows.lang),
            "sources": source_lines(rows.sources.get(event_id, []), row, rows.lang),
        }


def day_numbers(days: pd.Series) -> Ints:
    """Days since 1970."""
    import numpy as np

    return np.asarray(days.to_numpy(dtype="datetime64[D]").astype(np.int64))


def _codes_in(values: pd.Series, order: Sequence[str]) -> Ints:
    """Numbers of texts in a vocabulary, -1 where missing."""
    import numpy as np
    import pandas as pd

    return np.asarray(pd.Index(list(order), dtype="object").get_indexer(values.astype("object")), np.int64)


def _present(rows: EventRows, names: Sequence[str]) -> list[str]:
    return [name for name in names if name in rows.table]
