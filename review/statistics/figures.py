"""Figures over the years from dossiers: by province, function, outcome, duration. One filter for page and export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from statistics import median

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import localtime

from applications.models import Application
from applications.states import ApplicationState, Procedure
from platforms.functions import Function
from platforms.models import Recommender
from portal.kernel.calendar import calendar
from portal.shared.together import ask
from review.models import NoticeItem

SUCCESSES = ("DESIGNATED", "CONFIRMED")
ENDED = (*SUCCESSES, "FAILED", "REJECTED", "REFUSED")
LEFT = ("WITHDRAWN", "LAPSED", "NOT_RECOMMENDED")  # over without a decision of the ministry's
DOTS = 100


def asked_for(user, params: Mapping) -> QuerySet[Application]:
    """The dossiers that the address asks for, within what the user may see."""
    rows = Application.objects.for_user(user).filter(reported_at__isnull=False)
    if str(params.get("year", "")).isdecimal():
        rows = rows.filter(cycle__year=params["year"])
    if params.get("procedure") in Procedure.values:
        rows = rows.filter(procedure=params["procedure"])
    if params.get("recommender"):
        rows = rows.filter(recommender__code=params["recommender"])
    if params.get("function") in Function.values:
        rows = rows.filter(platform__functions__contains=[params["function"]])
    return rows


def filtered(user, params: Mapping) -> QuerySet[Application]:
    """The same with the day on which each was announced, in the order of the export."""
    ended = Max("notice_items__notice__published_on", filter=Q(notice_items__notice__kind="announcement"))
    return (
        asked_for(user, params)
        .select_related("platform__organisation", "recommender", "cycle")
        .annotate(ended_on=ended)
        .order_by("-cycle__year", "recommender__order", "number")
    )


def days_taken(reported_at, ended_on) -> int | None:
    """Working days from the report to the announcement, both days included."""
    if reported_at is None or ended_on is None:
        return None
    return len(calendar().workdays_between(localtime(reported_at).date(), ended_on))


def summary(queryset) -> dict:
    """What the page shows. Postgres counts what is alike, so that the page costs what there is to tell apart."""
    rows, terms, marks, offices = ask(*_questions(queryset.order_by()), Recommender.objects.all())
    named = {one.pk: {"code": one.code, "office": one.label, "kind": one.kind} for one in offices}
    rows = [row | named[row["recommender_id"]] for row in rows]
    names = dict(Function.choices)
    by_year = _shares(rows, lambda row: [(row["year"], f"{row['year']} 年度")])
    by_recommender = _most_first(_shares(rows, lambda row: [_office(row)]))
    by_function = _most_first(_shares(rows, lambda row: [(code, names[code]) for code in row["functions"]]))
    return {
        "total": _many(rows),
        "by_year": by_year,
        "by_recommender": by_recommender,
        "by_function": by_function,
        "said": {
            "year": _latest_in_words(by_year),
            "recommender": _most_in_words(by_recommender, "家推荐单位"),
            "function": _most_in_words(by_function, "项服务功能"),
            "score": _spread_in_words(marks),
        },
        "outcomes": _outcomes(rows),
        "tiles": _tiles(rows),
        "durations": _durations(terms),
        "stages": _funnel(rows),
        "scores": _scores(marks),
    }


def _questions(dossiers: QuerySet[Application]) -> tuple[QuerySet, QuerySet, QuerySet]:
    """By keys: names come from the two small tables that they lead to."""
    year, many = F("cycle__year"), Count("*")
    return (
        dossiers.values(
            "state",
            "recommender_id",
            year=year,
            functions=F("platform__functions"),
            scored=Q(review_score__isnull=False),
        ).annotate(many=many),
        last_announcements()
        .filter(application__in=dossiers)
        .values(
            ended_on=F("notice__published_on"),
            day=TruncDate("application__reported_at"),
            year=F("application__cycle__year"),
        )
        .annotate(many=many),
        dossiers.exclude(review_score=None).values("review_score", year=year).annotate(many=many),
    )


def last_announcements() -> QuerySet[NoticeItem]:
    """Of each dossier the entry in its last announcement."""
    announced = NoticeItem.objects.filter(notice__kind="announcement")
    mine, own = OuterRef("notice__published_on"), OuterRef("application")
    later = Q(notice__published_on__gt=mine) | Q(notice__published_on=mine, pk__gt=OuterRef("pk"))
    return announced.exclude(Exists(announced.filter(later, application=own))).order_by()


def _many(rows) -> int:
    return sum(row["many"] for row in rows)


def _tiles(rows) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in rows:
        found[_office(row)[1]] += row["many"]
    return dict(found)


def _office(row) -> tuple[str, str]:
    if row["kind"] == Recommender.Kind.DEPARTMENT:
        return row["code"], row["office"]
    return "", "行业协会" if row["kind"] == Recommender.Kind.ASSOCIATION else "部属单位"


def _share(row) -> str:
    if row["state"] in SUCCESSES:
        return "won"
    if row["state"] in ENDED:
        return "lost"
    return "left" if row["state"] in LEFT else "open"


def _shares(rows, keys) -> list[dict]:
    """Per key how many were reported, and what became of them; a row with several keys counts for each."""
    found: dict = {}
    for row in rows:
        for key, label in keys(row):
            line = found.setdefault(
                key,
                {"key": str(key), "label": label, "reported": 0, "won": 0, "lost": 0, "open": 0, "left": 0},
            )
            line["reported"] += row["many"]
            line[_share(row)] += row["many"]
    return [found[key] for key in sorted(found)]


def _most_first(lines: list[dict]) -> list[dict]:
    return sorted(lines, key=lambda line: -line["reported"])


def _latest_in_words(lines: list[dict]) -> str:
    """What a figure says, before anybody looks at its bars."""
    if not lines:
        return ""
    last = lines[-1]
    left = f"，撤回或终止 {last['left']} 件" if last["left"] else ""
    return (
        f"{last['label']}报送 {last['reported']} 件：授予或合格 {last['won']} 件，"
        f"办理中 {last['open']} 件，未通过 {last['lost']} 件{left}。"
    )


def _most_in_words(lines: list[dict], what: str) -> str:
    if not lines:
        return ""
    most = [line["label"] for line in lines if line["reported"] == lines[0]["reported"]]
    named = f"{'、'.join(most[:3])}{'等' if len(most) > 3 else ''}"
    return f"{len(lines)} {what}有报送，最多的是{named}（{lines[0]['reported']} 件）。"


def _spread_in_words(rows) -> str:
    known = [row for row in rows if row["review_score"] is not None]
    if not known:
        return ""
    year = max(row["year"] for row in known)
    latest = [row for row in known if row["year"] == year]
    scores = [score for row in latest for score in [float(row["review_score"])] * row["many"]]
    return f"{year} 年度 {len(scores)} 件，中位 {median(scores):.1f} 分，最低 {min(scores):.1f}，最高 {max(scores):.1f}。"


def _outcomes(rows) -> list[tuple[str, int]]:
    states: Counter[str] = Counter()
    for row in rows:
        states[row["state"]] += row["many"]
    return [(label, states[code]) for code, label in ApplicationState.choices if states[code]]


def _by_year(rows, value) -> dict[int, list]:
    found: dict[int, list] = {}
    for row in sorted(rows, key=lambda row: row["year"]):
        if (known := value(row)) is not None:
            found.setdefault(row["year"], []).extend([known] * row["many"])
    return {year: _few(sorted(values)) for year, values in found.items()}


def _few(values: list) -> list:
    """A hundred dots at most, evenly over the order, the least and the greatest among them."""
    if len(values) <= DOTS:
        return values
    return [values[round(step * (len(values) - 1) / (DOTS - 1))] for step in range(DOTS)]


def _durations(rows) -> list[tuple[str, list[int]]]:
    taken = _by_year(rows, lambda row: len(calendar().workdays_between(row["day"], row["ended_on"])))
    return [(f"{year}（中位 {median(values):g}）", values) for year, values in taken.items()]


def _scores(rows) -> list[tuple[str, list[float]]]:
    scores = _by_year(rows, lambda row: float(row["review_score"]))
    return [(f"{year} 年度", values) for year, values in scores.items()]


def _funnel(rows) -> list[dict]:
    counts = (
        ("报送", _many(rows)),
        ("完成评审", _many(row for row in rows if row["scored"])),
        ("拟定及以上", _many(row for row in rows if row["state"] in (*SUCCESSES, "PUBLICISED", "PROPOSED"))),
        ("授予或确认", _many(row for row in rows if row["state"] in SUCCESSES)),
    )
    return [{"label": label, "count": count, "url": "", "current": False} for label, count in counts]
