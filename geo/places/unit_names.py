"""Which country, province or district a name means."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from geo.boundaries.layers import read_crosswalk
from geo.boundaries.units import provinces

__all__ = ["COUNTRY_NAMES", "SPELLINGS", "country_code", "name_key", "province_code"]

if TYPE_CHECKING:
    pass

COUNTRY_NAMES: Final = {
    "AF": ("AF", "AFG", "Afghanistan", "Islamic Emirate of Afghanistan", "افغانستان"),
    "PK": ("PK", "PAK", "Pakistan", "Islamic Republic of Pakistan", "پاکستان"),
}


SPELLINGS: Final = {
    "AF-BDG": ("Badghes",),
    "AF-DAY": ("Daikondi", "Daikundi", "Dai Kundi"),
    "AF-GHO": ("Ghowr",),
    "AF-HEL": ("Helmund",),
    "AF-JOW": ("Jowzjan", "Jozjan"),
    "AF-KAN": ("Qandahar",),
    "AF-KDZ": ("Kondoz",),
    "AF-KHO": ("Khowst",),
    "AF-KNR": ("Konar", "Kunarha"),
    "AF-NAN": ("Ningarhar", "Nangrahar"),
    "AF-NIM": ("Nimruz", "Nimrooz"),
    "AF-NUR": ("Nooristan", "Nuristan"),
    "AF-PAN": ("Panjsher", "Panjsheer"),
    "AF-PIA": ("Paktiya",),
    "AF-SAR": ("Sar-i-Pul", "Saripul", "Sar-e Pul"),
    "AF-URU": ("Oruzgan",),
    "AF-WAR": ("Vardak", "Maidan Wardag", "Maydan Wardak"),
    "PK-GB": ("Gilgit Baltistan",),
    "PK-IS": ("Islamabad Capital Territory", "ICT"),
    "PK-JK": ("Azad Jammu & Kashmir", "AJK"),
    "PK-KP": ("Khyber Pukhtunkhwa", "KPK", "FATA", "NWFP", "Pakhtunkhwa"),
}
"""Spellings that event sources use and neither the layer nor the crosswalk has."""


def province_code(text: object) -> str | None:
    """ISO 3166-2 code of the province that a source's text names, or None.

    Understands the code itself, the present names in four languages, former names of the crosswalk that name
    one present unit, and common spellings; case, accents, and the word "province" do not matter.

    Examples
    --------
    >>> from geo.places.unit_names import province_code
    >>> [province_code(text) for text in ("AF-PKA", "Paktya province", "F.A.T.A.", "Bavaria")]
    ['AF-PKA', 'AF-PIA', 'PK-KP', None]
    """
    return _province_names().get(name_key(text)) if isinstance(text, str) else None


def country_code(text: object) -> str | None:
    """AF or PK where a text names one of the two, else None.

    Examples
    --------
    >>> from geo.places.unit_names import country_code
    >>> country_code("Pakistan"), country_code("Iran")
    ('PK', None)
    """
    return _country_names().get(name_key(text)) if isinstance(text, str) else None


@functools.cache
def _province_names() -> dict[str, str]:
    """Every name of a province, in the form that comparison uses, and the code that it means."""
    frame = provinces().frame
    names: dict[str, str] = {}
    crosswalk = read_crosswalk()
    # Districts that became provinces of their own ("split off") do not rename their former province.
    renamed = crosswalk[crosswalk["change"] != "split off"]
    for column in ("old_name", "old_name_source"):
        names |= {
            name_key(name): code for name, code in zip(renamed[column], renamed["new_code"], strict=True)
        }
    for code, spellings in SPELLINGS.items():
        names |= {name_key(spelling): code for spelling in spellings}
    for column in ("name_ur", "name_fa", "name_ps", "name", "iso3166_2"):
        present = frame[column].notna()
        names |= {
            name_key(name): code
            for name, code in zip(frame.loc[present, column], frame.loc[present, "iso3166_2"], strict=True)
        }
    return names


@functools.cache
def _country_names() -> dict[str, str]:
    return {name_key(name): code for code, names in COUNTRY_NAMES.items() for name in names}


def name_key(text: str) -> str:
    """A name for comparison: letters and digits in lower case, without accents and the words for province."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    plain = re.sub(r"\b(province|wilayat|velayat|ولایت)\b", " ", plain)
    return re.sub(r"[\W_]+", "", plain)
