"""Doubts about a line of support: units mistaken, listed twice, far above the usual. Asked back, never refused."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from statistics import median

from platforms.models import Designation, Platform, ProvincialTitle, Recommender, SupportRecord

# Operating rules. In 万元: more than most programmes of a year give to all.
IS_LARGE = Decimal(3000)
IS_OUTLIER = 10  # times what the office usually gives
IS_USUAL = 5  # records from which one may speak of what is usual


def doubts_about(
    platform: Platform,
    giver: Recommender | None,
    *,
    year: int,
    kind: str,
    name: str,
    amount: Decimal | None,
) -> Iterator[str]:
    """One sentence each; whoever knows better says so and goes on."""
    yield from doubts_about_amount(amount, usual_amount(giver, kind))
    same = _listed(giver).filter(platform=platform, year=year, kind=kind)
    if same.filter(name=name, amount=amount).exists():
        yield "本单位已经登记过相同的一条：同一平台、年度、方式、内容和金额。"
    elif amount is not None and (other := same.filter(amount=amount).first()):
        yield f"本单位已给同一平台在同一年度登记过相同金额的“{other.name}”，请核对是不是同一笔。"
    yield from doubts_about_year(year, first_year_of(platform))


def doubts_about_amount(amount: Decimal | None, usual: Decimal | None) -> Iterator[str]:
    if amount is not None and amount >= IS_LARGE:
        yield f"{words_of(amount)}，请核对单位：是不是把元填成了万元？"
    elif amount and usual and amount > usual * IS_OUTLIER:
        yield f"{words_of(amount)}，是本单位同类扶持通常金额（{words_of(usual)}）的 {IS_OUTLIER} 倍以上，请核对。"


def doubts_about_year(year: int, first: int | None) -> Iterator[str]:
    if first and year < first:
        yield f"此平台 {first} 年才获得称号，扶持年度 {year} 在此之前。"


def words_of(amount: Decimal) -> str:
    """500000 → 500,000 万元（50 亿元）"""
    text = f"{amount:,.2f}".rstrip("0").rstrip(".")
    if amount < 10000:
        return f"{text} 万元"
    hundreds = f"{amount / 10000:,.4f}".rstrip("0").rstrip(".")
    return f"{text} 万元（{hundreds} 亿元）"


def first_year_of(platform: Platform) -> int | None:
    """The year of the first title, the nation's or a province's."""
    national = Designation.objects.filter(platform=platform).values_list("year", flat=True)
    provincial = ProvincialTitle.objects.filter(platform=platform).values_list("year", flat=True)
    return min([*national, *provincial], default=None)


def _listed(giver: Recommender | None):
    return SupportRecord.objects.filter(giver=giver, voided_at=None)


def usual_amount(giver: Recommender | None, kind: str) -> Decimal | None:
    """The median of what the office has given in this way, once there is enough to speak of it."""
    given = list(_listed(giver).filter(kind=kind, amount__gt=0).values_list("amount", flat=True)[:500])
    return median(given) if len(given) >= IS_USUAL else None
