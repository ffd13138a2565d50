"""Words of dates: months in other languages, what marks a calendar, what says nothing."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["FILLERS", "LUNAR_MARK", "MONTHS_ELSEWHERE", "MONTHS_OF_EUROPE", "SOLAR_MARK"]

MONTHS_ELSEWHERE: Final = {
    name: english
    for english, names in {
        "jan": "جنوری جنوري ژانویه", "feb": "فروری فبروري فبروری فوریه", "mar": "مارچ مارس",
        "apr": "اپریل اپرېل آوریل", "may": "مئی مې می مه", "jun": "جون جون ژوئن",
        "jul": "جولائی جولای جولاي ژوئیه", "aug": "اگست اګست اوت", "sep": "ستمبر سپتمبر سپتامبر",
        "oct": "اکتوبر اکتبر", "nov": "نومبر نوامبر", "dec": "دسمبر ډسمبر دسامبر",
    }.items()
    for name in names.split()
}  # fmt: skip
MONTHS_OF_EUROPE: Final = {
    name: english
    for english, names in {
        "jan": "janvier januar enero января январь", "feb": "fevrier février februar febrero февраля февраль",
        "mar": "mars märz maerz marzo марта март", "apr": "avril abril апреля апрель",
        "may": "mai mayo мая май", "jun": "juin juni junio июня июнь", "jul": "juillet juli julio июля июль",
        "aug": "août aout agosto августа август", "sep": "septembre septiembre setiembre сентября сентябрь",
        "oct": "octobre oktober octubre октября октябрь", "nov": "novembre noviembre ноября ноябрь",
        "dec": "décembre decembre dezember diciembre декабря декабрь",
    }.items()
    for name in names.split()
}  # fmt: skip
"""Months in French, German, Spanish and Russian, as agencies and ministries write them."""
FILLERS: Final = re.compile(
    r"(?<!\w)(?:د|کال|سال|میاشتې|میاشت|ماه|په|پر|نېټه|نیټه|تاریخ|مورخ|کو|کی|عیسوی|میلادی|زېږدیز|ء)(?!\w)|(?<=\d)(?:مه|مې|م|ء)(?!\w)"
)
SOLAR_MARK: Final = re.compile(
    r"(?<!\w)(?:a\.?p\.?|s\.?h\.?|h\.?s\.?|a\.?h\.?s\.?|solar(?: hijri)?|shamsi|هـ?\s?ش|ه\.ش|هجر[یي] شمس[یي]|"
    r"شمس[یي]|لمریز|هجري لمریز)\.?(?!\w)"
)
LUNAR_MARK: Final = re.compile(
    r"(?<!\w)(?:a\.?h\.?|hijri|qamari|هـ?\s?ق|هجر[یي] قمر[یي]|قمر[یي]|ہجری|ھ)\.?(?!\w)"
)
