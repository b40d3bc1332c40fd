"""The State Council's notice of holidays in its own sentences: days off, and the Saturdays and Sundays worked for them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import unicodedata2

HOLIDAY = re.compile(r"(元旦|春节|清明节?|劳动节|端午节?|中秋节?|国庆节?(?:、?中秋节?)?)")
SPAN = re.compile(
    r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?:\s*(?:至|到|[-—~～]+)\s*(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日)?"
)


def is_notice(text: str) -> bool:
    return "放假" in text and bool(HOLIDAY.search(text))


def read_sentences(year: int, text: str) -> dict[date, tuple[bool, str]]:
    """Every day of the year that the sentences name: whether it is worked, and for which holiday. Raises ValueError."""
    plain = re.sub(r"\([^()]*\)", "", unicodedata2.normalize("NFKC", text))
    days: dict[date, tuple[bool, str]] = {}
    name = ""
    for sentence in re.split(r"[。;\n]", plain):
        found = HOLIDAY.search(sentence)
        name = found[1] if found else name
        works = "上班" in sentence
        if not name or not (works or "放假" in sentence or "休息" in sentence or "公休" in sentence):
            continue
        for begin, end in _spans(year, sentence):
            for offset in range((end - begin).days + 1):
                day = begin + timedelta(days=offset)
                if day.year == year:
                    days[day] = (works, f"{name}调休" if works else name)
    return days


def _spans(year: int, sentence: str):
    for found in SPAN.finditer(sentence):
        first_year, month, day, last_year, last_month, last_day = found.groups()
        try:
            begin = date(int(first_year or year), int(month), int(day))
            end = date(int(last_year or first_year or year), int(last_month or month), int(last_day or day))
        except ValueError as error:
            raise ValueError(f"“{found[0]}”不是有效日期。") from error
        if end < begin or (end - begin).days > 15:
            raise ValueError(f"“{found[0]}”的起止日期不对，请核对。")
        yield begin, end
