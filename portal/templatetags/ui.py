"""The components that every page is made of."""

from __future__ import annotations

from datetime import date, timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.desk.todo import Todo
from portal.desk.views import desk_panels as panels_for
from portal.kernel import clock
from portal.kernel.calendar import calendar, estimate_mark
from portal.pages.drawn import draw_kept
from portal.pages.forms import NOT_PUBLIC, PUBLIC
from portal.privacy.masking import mask
from portal.shared import law as measures
from portal.shared import sentences, workingdays
from portal.shared.law import ORDINALS, cite
from portal.shared.titles import break_title, words_of

register = template.Library()
SAMPLE = "00000000-0000-0000-0000-000000000000"
NOTHING = format_html('<span class="muted">{}</span>', "—")
PIP_WORDS = {"m": "缺", "f": "存疑", "b": "有问题"}
OWN_PIP_WORDS = {"m": "未办", "f": "有提醒", "b": "须更正"}  # to the unit: 缺 and 疑 are an officer's marks
MARKS = {
    "PASS": ("check", "ok", "符合"),
    "FAIL": ("x", "bad", "不符合"),
    "RELAXABLE": ("scale", "info", "可申请放宽"),
    "GRANTED": ("scale", "info", "已放宽"),
    "UNKNOWN": ("clock", "warn", "待填"),
    "WARN": ("alert-circle", "warn", "请注意"),
}


@register.simple_tag
@lru_cache(maxsize=1024)  # as many as there are drawings and tones
def icon(name: str, tone: str = "") -> SafeString:
    return format_html(
        '<svg class="i {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"ic-{tone}" if tone else "",
        static("icons.svg"),
        name,
    )


@register.simple_tag
@lru_cache(maxsize=1024)
def tag(label: str, tone: str = "") -> SafeString:
    return format_html('<span class="tag {}">{}</span>', tone, label)


@register.simple_tag
def row_url(name: str, pk: UUID) -> str:
    """`url` for the rows of a list: the address of the page is looked up once, the row's key put in its place."""
    return _url_of(name).replace(SAMPLE, str(pk))


@lru_cache
def _url_of(name: str) -> str:
    return reverse(name, args=[SAMPLE])


@register.simple_tag
def reach(words: str = "") -> SafeString:
    """Beside the label of a field that a page writes by hand: who will read what is typed there."""
    return format_html('<span class="opt">（{}）</span>', PUBLIC if words == "public" else NOT_PUBLIC)


@register.simple_tag
def date_cn(day) -> str:
    """2026 年 3 月 27 日（周五）"""
    return workingdays.date_cn_weekday(_day(day)) if day else ""


@register.filter
def masked(value) -> str:
    """A contact as pages show it until somebody reveals it with a reason."""
    return mask(value)


@register.filter
def day(value) -> str:
    return f"{_day(value):%Y-%m-%d}" if value else ""


@register.filter
def moment(value) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


@register.filter
def title_lines(text: str) -> SafeString:
    """A title as its sheet breaks it; a narrow screen may break a line again."""
    lines = break_title(text or "")
    return format_html_join("", '<span class="titleline">{}</span>', ((line,) for line in lines))


@register.filter
def ended(words: str) -> str:
    """What a person typed, its full stop once, before a sentence of ours."""
    return sentences.ended(words)


@register.filter
def one_sentence(parts) -> str:
    """Reasons beside each other, without a full stop in the middle."""
    return sentences.one_sentence(parts or ())


@register.filter
def unbroken_words(text: str) -> SafeString:
    """A line of running text that turns between words only."""
    pieces = ((word,) if word.strip() else (" ",) for word in words_of(text or ""))
    return format_html_join("", '<span class="nowrap">{}</span>', pieces)


@register.simple_tag
def due(deadline: date | None, with_date: bool = True, over: str = "") -> SafeString | str:
    """How many working days are left, in words, always with the date; `over` for a term that nobody can miss."""
    if not deadline:
        return ""
    days, today = calendar(), clock.today()
    left = days.days_left(today, deadline)
    text = over if over and left < 0 else days.words_until(today, deadline)
    tone = "hot" if left <= 2 and text != over else "warm" if 0 <= left <= 5 else ""
    if not with_date:
        return _due_in_words(tone, text)
    return _due_in_words(tone, text, workingdays.date_cn(deadline), estimate_mark(today, deadline))


@lru_cache(maxsize=1024)
def _due_in_words(tone: str, text: str, date_words: str = "", estimated: str = "") -> SafeString:
    when = format_html('&nbsp;· <span class="nowrap">{}</span>', date_words) if date_words else ""
    return format_html('<span class="left num nowrap {}">{}</span>{}{}', tone, text, when, estimated)


@register.simple_tag
def todo_line(entry: Todo) -> SafeString:
    """One thing to do."""
    told = due(entry.due)
    return draw_kept("ui/todo_line.html", (entry, told), lambda: {"entry": entry, "due": told})


@register.simple_tag
def estimate(deadline: date | None) -> str:
    """The mark of an estimated date, where the date itself is written otherwise than by `due`."""
    return estimate_mark(deadline) if deadline else ""


@register.simple_tag
def due_brief(deadline: date | None, over: str = "") -> SafeString | str:
    """The same words for a narrow column, the date to whom points or reads aloud."""
    if not deadline:
        return NOTHING
    days, today = calendar(), clock.today()
    return _due_in_brief(
        workingdays.date_cn_weekday(deadline),
        days.days_left(today, deadline),
        days.parts_until(today, deadline),
        over,
    )


@lru_cache(maxsize=1024)  # a list names few days
def _due_in_brief(day: str, left: int, parts: tuple[str, str, str], over: str) -> SafeString:
    before, telling, after = parts
    tone = "hot" if left <= 2 else "warm" if left <= 5 else ""
    if left < 0 and over:
        before, telling, after, tone = "", over, "", ""
    return format_html(
        '<span title="{}"><span class="small muted">{}</span> <b class="left num {}">{}</b> <span class="small muted">{}</span></span>',
        day,
        before,
        tone,
        telling,
        after,
    )


@register.simple_tag
def article5(assessment: dict) -> SafeString | str:
    """How many conditions of Article 5 are met, with the mark of the worst verdict."""
    rows = (assessment or {}).get("criteria", [])
    mark = assessment.get("mark", "") if rows else ""
    return article5_of(frozenset(row["verdict"] for row in rows), mark)


@lru_cache(maxsize=1024)
def article5_of(verdicts: frozenset[str], mark: str) -> SafeString | str:
    if not verdicts:
        return NOTHING
    worst = next((one for one in ("FAIL", "RELAXABLE", "GRANTED", "UNKNOWN") if one in verdicts), "PASS")
    name, tone, word = MARKS[worst]
    words = {"RELAXABLE": "拟放宽", "GRANTED": "已放宽"}.get(worst, "")
    return format_html(
        '{} <span class="num">{}</span><span class="sr">，{}</span> <span class="small muted">{}</span>',
        icon(name, tone),
        mark,
        word,
        words,
    )


@register.simple_tag
def days_left(deadline: date | None) -> int:
    return calendar().days_left(clock.today(), deadline) if deadline else 0


@register.simple_tag
def words_until(deadline: date) -> str:
    return calendar().words_until(clock.today(), deadline)


@register.simple_tag
def mini_calendar(end: date, start: date | None = None) -> SafeString:
    """The weeks from today (or `start`) to the deadline; working days are tinted, days off struck through."""
    days, today = calendar(), start or clock.today()
    first = today - timedelta(days=today.weekday())
    last = min(end, today + timedelta(days=41))
    cells = [format_html('<span class="h">{}</span>', name) for name in "一二三四五六日"]
    cursor = first
    while cursor <= last or cursor.weekday():
        kind = (
            "today"
            if cursor == today
            else "end"
            if cursor == end
            else ("p" if cursor < today or cursor > end else "w")
            if days.is_workday(cursor)
            else "x"
        )
        cells.append(format_html('<span class="{}">{}</span>', kind, cursor.day))
        cursor += timedelta(days=1)
    return format_html(
        '<div class="cal" aria-hidden="true">{}</div>',
        format_html_join("", "{}", ((cell,) for cell in cells)),
    )


@register.simple_tag
@lru_cache(maxsize=4096)
def pips(text: str, own: bool = False) -> SafeString:
    """One bar per material: o complete, n left out as it may be, m missing, f doubtful, b wrong."""
    counts = {kind: text.count(kind) for kind in "mfb"}
    said = OWN_PIP_WORDS if own else PIP_WORDS
    words = "，".join(f"{said[kind]} {number}" for kind, number in counts.items() if number) or "齐全"
    bars = format_html_join("", '<i class="{}"></i>', (("" if kind == "o" else kind,) for kind in text))
    return format_html(
        '<span class="pips" role="img" aria-label="材料：{}">{}</span> <span class="small muted">{}</span>',
        words,
        bars,
        words,
    )


@register.simple_tag
def crit(assessment: dict, bars: bool = False) -> SafeString:
    """The Article 5 rows: mark, name, own figure; `bars` draws each against its threshold, which is the line."""
    rows = []
    for row in (assessment or {}).get("criteria", []):
        name, tone, word = MARKS[row["verdict"]]
        bar = _bullet(row["reached"], tone) if bars and row.get("reached") is not None else ""
        near = near_words(assessment, row)
        rows.append(
            (
                icon(name, tone),
                word,
                row["item"],
                row["label"],
                row["threshold"],
                row["figure"] or "待填",
                bar,
                format_html('<span class="near">{}</span>', near) if near else "",
            )
        )
    return format_html(
        '<ul class="crit">{}</ul>',
        format_html_join(
            "",
            '<li>{}<span><span class="sr">{}：</span>（{}）{}{}</span><span class="v">{}</span>{}{}</li>',
            rows,
        ),
    )


def near_words(assessment: dict, row: dict) -> str:
    """差一点: the smallest change that would meet a condition with its place, or how barely it is met."""
    place = assessment.get("places", {}).get(row["code"], "")
    near = row.get("near", "")
    return f"{near}（{place}）" if near and place else near or place


def _bullet(reached: int, tone: str) -> SafeString:
    """A bar whose middle is the threshold and whose end is twice of it."""
    return format_html(
        '<svg class="bullet {}" viewBox="0 0 200 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="all" width="200" height="6"/><rect class="own" width="{}" height="6"/>'
        '<rect class="line" x="99" width="2" height="6"/></svg>',
        tone,
        min(max(reached, 0), 200),
    )


@register.simple_tag
def article(subject: str | int, item: str = "") -> SafeString:
    """A link to the place in the regulation: 第五条（三）. A template says the subject, data say their number."""
    named = law(subject) if isinstance(subject, str) else cite(subject)
    number, items = measures.number_of(named), named.partition("条")[2].strip("（）") or item
    anchor = f"art-{number}" + (f"-{ORDINALS.index(items)}" if items in ORDINALS and items else "")
    return format_html(
        '<a class="art" href="{}#{}">{}</a>', reverse("regulation"), anchor, cite(number, items)
    )


@register.simple_tag
def law(subject: str) -> str:
    """The article of a subject, as the shared list of articles numbers it: CONDITIONS → 第五条."""
    return getattr(measures, subject)


@register.simple_tag
def law_address(subject: str) -> str:
    """Its place in the regulation."""
    return f"{reverse('regulation')}#art-{measures.number_of(law(subject))}"


@register.filter
def filesize(number: int) -> str:
    if number < 1024 * 1024:
        return f"{max(1, round(number / 1024))} KB"
    return f"{number / 1024 / 1024:.1f} MB"


@register.inclusion_tag("ui/steps.html")
def steps(items, current: int, label: str = "", ended: bool = False):
    """`items` are (title, small print); `current` counts from 0, len(items) when all is done.

    What `ended` on the way stopped on `current`: nothing of it goes on, and nothing follows.
    """
    rows = [
        {
            "n": n + 1,
            "title": title,
            "small": small,
            "kind": "done" if n < current else "now" if n == current and not ended else "todo",
        }
        for n, (title, small) in enumerate(items)
    ]
    now = rows[current] if current < len(rows) else None
    following = rows[current + 1] if current + 1 < len(rows) and not ended else None
    return {"rows": rows, "now": now, "following": following, "total": len(rows), "ended": ended}


@register.inclusion_tag("ui/timeline.html")
def timeline(events):
    return {"events": events}


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form):
    return {"form": form}


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context, page):
    query = context["request"].GET.copy()
    query.pop("page", None)
    return {"page": page, "query": query.urlencode()}


def _day(value) -> date:
    return timezone.localtime(value).date() if hasattr(value, "hour") else value


@register.simple_tag(takes_context=True)
def desk_panels(context) -> SafeString:
    """What the apps put on this role's home."""
    request = context["request"]
    parts = [render_to_string(template, panel, request) for template, panel in panels_for(request)]
    return format_html_join("", "{}", ((part,) for part in parts))


@register.simple_tag(takes_context=True)
def here(context, *names: str) -> str:
    """Marks a link of a menu as the current one on the pages of these names (with * for a kind)."""
    match = getattr(context.get("request"), "resolver_match", None)
    name = (match and match.url_name) or ""
    is_here = any(fnmatchcase(name, one) for one in names)
    return format_html(' aria-current="{}"', "page") if is_here else ""
