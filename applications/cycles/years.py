"""Years side by side: which take filings, which run, and which one a page of work is about.

There is no current year. Filing asks `filing_cycles`; work asks the year of its object, or the year switch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from applications.cycles.models import kept_edition
from applications.editions import DEFAULT, Edition, get_edition
from applications.models import Application, Cycle
from applications.states import LIVE, ApplicationState, CycleState
from platforms.models import Designation
from portal.kernel import clock
from portal.shared.together import ask, keep_statement
from portal.shared.workingdays import date_cn

ALIVE = tuple(state for state in LIVE if state != ApplicationState.DRAFT)


def filing_cycles() -> QuerySet[Cycle]:
    """The ministry's years that take filings today or are the next to do so, the nearest first."""
    rows = Cycle.objects.national().filter(state=CycleState.PUBLISHED, filing_until__gte=clock.today())
    return rows.order_by("filing_from")


def cycle_to_file() -> Cycle | None:
    """Where a new draft belongs: the year that is open or opens next; after a deadline the year it was missed in."""
    return first_of(ask(*cycles_to_file()))


def cycles_to_file() -> tuple[QuerySet[Cycle], QuerySet[Cycle]]:
    """The two places where it is looked for, for who asks for other things besides."""
    published = Cycle.objects.national().filter(state=CycleState.PUBLISHED)
    return filing_cycles()[:1], published.order_by("-filing_until")[:1]


def first_of(found: tuple[QuerySet[Cycle], ...]) -> Cycle | None:
    return next(chain(*found), None)


def cycle_of_rules() -> Cycle | None:
    """Whose rules the public guide shows: who reads it wants to file."""
    return (
        cycle_to_file() or Cycle.objects.national().exclude(state=CycleState.DRAFT).order_by("-year").first()
    )


def rules_in_force() -> Edition:
    """The edition that the public guide shows, and that a record of no year is treated by."""
    cycle = cycle_of_rules()
    return cycle.edition if cycle else get_edition(DEFAULT)


def edition_of_title(title: Designation) -> Edition:
    """By what a title was granted; one from before the portal is held to the rules in force."""
    return kept_edition(title.edition_digest) if title.edition_digest else rules_in_force()


def running_cycles() -> QuerySet[Cycle]:
    """Begun and not yet brought to its end; several at once whenever years overlap.

    A closed year without anything alive only waits for the clock to end it.
    """

    def build() -> QuerySet[Cycle]:
        alive = Exists(Application.objects.filter(cycle=OuterRef("pk"), state__in=ALIVE))
        rows = Cycle.objects.national().filter(
            Q(state=CycleState.PUBLISHED) | Q(alive, state=CycleState.CLOSED), filing_from__lte=clock.today()
        )
        return rows.order_by("year")

    return keep_statement(("running", clock.today()), build)


def alive_in(cycle: Cycle) -> QuerySet[Application]:
    """What keeps a year open: everything filed that has not come to its end."""
    return Application.objects.filter(cycle=cycle, state__in=ALIVE)


def alive_by_state(cycle: Cycle) -> list[tuple[str, int, str]]:
    """(words, how many, state) of everything that keeps a year open, along the road."""
    counts = dict(alive_in(cycle).order_by().values_list("state").annotate(n=Count("*")))
    return [(state.label, counts[state], state.value) for state in ApplicationState if state in counts]


def why_it_goes_on(application: Application) -> str:
    """The sentence on a dossier that outlives its year's filing; empty for any other."""
    cycle = application.cycle
    if cycle.state != CycleState.CLOSED or application.state not in ALIVE:
        return ""
    return f"{cycle}申报已于 {date_cn(cycle.closes_on)}结束。此件在结束前已报送，按{cycle}的规则继续办理，不因跨年终止。"


def stage_words(cycle: Cycle) -> str:
    """Where a year stands by its own dates, in a few words for the bar."""
    today = clock.today()
    if cycle.state == CycleState.ENDED:
        return "已办结"
    if today < cycle.filing_from:
        return f"{date_cn(cycle.filing_from)}开始填报"
    if today <= cycle.filing_until:
        return f"填报至 {date_cn(cycle.filing_until)}"
    if today <= cycle.handling_until:
        return f"集中办理至 {date_cn(cycle.handling_until)}"
    if cycle.state == CycleState.CLOSED:
        return "申报已结束，未办结的继续办理"
    return "评审和公示"


@dataclass(frozen=True)
class YearChoice:
    """The year that a page is about, and the years that it could be about instead."""

    cycle: Cycle | None
    choices: Sequence[Cycle]

    @property
    def is_choice(self) -> bool:
        return len(self.choices) > 1


def choose_year(request, work: QuerySet[Application], *, first: Q | None = None) -> YearChoice:
    """The year in the address, else the oldest with work of this page's own kind (`first`), else with any.

    `work` are the dossiers that give this person something to do or to look after here.
    """
    choices = list(
        Cycle.objects.national()
        .exclude(state=CycleState.DRAFT)
        .filter(pk__in=work.order_by().values("cycle"))
        .order_by("year")
    )
    wanted = request.POST.get("year") or request.GET.get("year", "")
    if wanted.isdecimal():
        asked = Cycle.objects.national().exclude(state=CycleState.DRAFT).filter(year=int(wanted)).first()
        if asked:
            choices = sorted({*choices, asked}, key=lambda row: row.year)
            return YearChoice(asked, choices)
    own = ()
    if first and len(choices) > 1:
        own = set(work.filter(first).order_by().values_list("cycle", flat=True).distinct())
    cycle = next((row for row in choices if row.pk in own), choices[0] if choices else None)
    if cycle is None:
        cycle = running_cycles().last() or cycle_of_rules()
    return YearChoice(cycle, choices)
