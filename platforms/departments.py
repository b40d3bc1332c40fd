"""The 37 departments by whatever people write in a list: 河北省, 大连市, 新疆生产建设兵团, 浙　江, 辽宁（大连）."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import unicodedata2

from platforms.models import Recommender
from platforms.recommenders.reference import DEPARTMENTS
from portal.shared.names import tidy_text

ENDINGS = re.compile(r"(维吾尔自治区|壮族自治区|回族自治区|自治区|特别行政区|生产建设兵团|省|市)$")
LABELS = {label: label for _, _, label, _ in DEPARTMENTS}
SHORT = {mark: label for code, _, label, mark in DEPARTMENTS if len(code) == 2} | {
    "内蒙": "内蒙古",
    "广西区": "广西",
}  # 冀, 粤
CORPS = ("兵团", "新疆兵团", "建设兵团", "生产建设兵团", "新疆建设兵团", "新疆生产建设兵团", "新疆生产建设")
OFFICES = re.compile(
    r"(经济和信息化|工业和信息化|经济信息化|经济贸易|经贸|经信|工信|中小企业|非公有制经济|民营经济|乡镇企业|科技和工业信息化|发展和改革).{0,12}(厅|局|署|委|委员会|办公室|管理局|服务局)$"
)
CITIES = {
    "大连": "辽宁",
    "青岛": "山东",
    "宁波": "浙江",
    "厦门": "福建",
    "深圳": "广东",
}  # with plans of their own

LONGEST = 60  # characters of an office's name
STARTS = {words[:2] for words in (*LABELS, *CORPS)}


@lru_cache(maxsize=20_000)
def place_label(text: str) -> str:
    """The short label of one of the 37, or nothing: a prefecture or a county is none of them."""
    if len(text) > LONGEST:
        return ""
    plain = re.sub(r"[\s:：、,，/·—–-]", "", unicodedata2.normalize("NFKC", tidy_text(text)))
    if plain[:2] not in STARTS and plain not in SHORT and "(" not in plain:
        return ""
    inner = re.search(r"\((.+?)\)$", plain)
    if inner and place_label(inner[1]):
        return place_label(inner[1])
    plain = OFFICES.sub("", re.sub(r"\(.*?\)", "", plain))  # 浙江省经济和信息化厅 speaks for 浙江
    if plain in CORPS:
        return "兵团"
    if plain in SHORT:
        return SHORT[plain]
    short = ENDINGS.sub("", plain)
    if short in LABELS:
        return short
    city = next((one for one in CITIES if short.endswith(one) and len(short) > len(one)), "")
    return city if city and ENDINGS.sub("", short.removesuffix(city)) == CITIES[city] else ""


def place_at_start(text: str) -> str:
    """Of an address its department: 河北省石家庄市, 辽宁省大连市中山区, 新疆生产建设兵团第八师."""
    plain = tidy_text(text)[:LONGEST]
    ends = [found.end() for found in re.finditer(r"省|市|自治区|兵团", plain)]
    return next((label for end in reversed(ends) if (label := place_label(plain[:end]))), "")


class Departments:
    """Departments and associations by name, label or the way people write them; read once for a list."""

    def __init__(self, rows: Iterable[Recommender] | None = None):
        found = list(Recommender.objects.all() if rows is None else rows)
        self.by_words = {tidy_text(words): row for row in found for words in (row.label, row.name)}

    def find(self, text: str) -> Recommender | None:
        plain = tidy_text(text)
        return self.by_words.get(plain) or self.by_words.get(place_label(text))
