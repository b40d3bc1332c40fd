"""What needs applicants and recommenders."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from applications.cycles.years import cycles_to_file, first_of
from applications.desk.views import stage_of
from applications.filing.deadlines import filing_deadline
from applications.models import Application, Cycle, HandOver
from applications.rereviews.cohort import unfiled, without
from applications.states import EDITABLE, LIVE, CycleState, Procedure, facts_of
from applications.states import ApplicationState as S
from platforms.models import Platform
from platforms.querysets import recommenders_of
from portal.desk.todo import MOST, Todo, provides_todos_of, the_rest
from portal.kernel import clock
from portal.kernel.workflow import verb_on
from portal.shared import law
from portal.shared.together import Asking

# Where a recommender has something to do, or waits for a unit; the ministry's part of a year is not read.
AT_PROVINCE = (S.SUBMITTED, S.UNDER_EVALUATION, S.RECOMMENDED, S.RETURNED, S.SUPPLEMENTING)
# What an entry says of a dossier: a home reads hundreds, whole ones cost four times as much.
SHOWN_OF_DOSSIER = (
    "number",
    "procedure",
    "state",
    "due_on",
    "cycle",
    "recommender__kind",
    "platform__name",
    "evaluation__completed_at",
    "evaluation__evaluated_by",
)


def complete_of(application: Application) -> tuple[int, int]:
    """How many materials are complete, and of how many: what may be left out and is, is neither done nor owed."""
    pips = application.pips_now
    return sum(pip in "of" for pip in pips), sum(pip != "n" for pip in pips)


def _handed_over(user) -> QuerySet[HandOver]:
    """The open request to submit of each dossier of this person's units, the last one counting."""
    return (
        HandOver.objects.filter(application__in=Application.objects.for_user(user, "edit"))
        .filter(application__state__in=EDITABLE)
        .annotate(filed=Count("application__submissions"))
        .filter(sequence=F("filed") + 1)
        .select_related("asked_by")
    )


def _to_submit(row: Application, asked: HandOver, due, *, signs: bool) -> Todo:
    unit = row.platform.organisation_id
    if not signs:
        url = reverse("dossier_tasks", args=[row.pk])
        return Todo(
            row.platform.name, url, "已提请负责人提交", due, waiting_for="本单位负责人提交", unit=unit
        )
    words = f"：{asked.words}" if asked.words else ""
    url = reverse("dossier_check", args=[row.pk])
    return Todo(
        f"提请您提交：{row.platform.name}",
        url,
        f"{asked.asked_by.name}{words}",
        due,
        action="核对并提交",
        urgent=True,
        unit=unit,
    )


def _draft(row: Application, url: str) -> Todo:
    """To be gone on with while it can be filed; afterwards it is kept and waits, and nothing about it is urgent."""
    unit, due = row.platform.organisation_id, filing_deadline(row)
    if due < clock.today():
        hint = f"填报已于 {due:%Y-%m-%d} 截止，草稿为您保留到下一年度；确有正当理由的，请联系推荐单位。"
        return Todo(
            f"没有提交：{row.platform.name}", url, hint, waiting_for="下一年度填报或者准予补办", unit=unit
        )
    done, total = complete_of(row)
    if done == total - 1:  # all but the declaration
        url, hint = reverse("dossier_check", args=[row.pk]), "材料已齐，尚未提交"
        return Todo(f"核对并提交：{row.platform.name}", url, hint, due, action="核对并提交", unit=unit)
    hint = f"草稿，尚未提交；材料 {done} / {total}"
    return Todo(f"继续填报：{row.platform.name}", url, hint, due, action="继续", unit=unit)


@provides_todos_of(Application, "submit")
def for_applicant(user) -> Iterator[Todo]:
    rows, handed, *found = yield Asking(
        lambda: (
            Application.objects.for_user(user).filter(state__in=LIVE).select_related("platform", "cycle"),
            _handed_over(user),
            *cycles_to_file(),
        )
    )
    asked = {row.application_id: row for row in handed}
    ours = Application.objects.for_user(user, "submit").filter(pk__in=asked)
    signed = set((yield ours.values_list("pk", flat=True)) if asked else ())
    for row in rows:
        url, unit = reverse("dossier_tasks", args=[row.pk]), row.platform.organisation_id
        if row.state == S.DRAFT and row.cycle.state != CycleState.PUBLISHED:
            continue  # kept for a later year, never to be filed in its own
        if row.pk in asked:
            due = filing_deadline(row) if row.state == S.DRAFT else row.due_on
            yield _to_submit(row, asked[row.pk], due, signs=row.pk in signed)
            continue
        if row.state in (S.RETURNED, S.SUPPLEMENTING):
            yield Todo(
                f"补正：{row.platform.name}",
                url,
                "请按通知补正",
                row.due_on,
                action="去补正",
                urgent=True,
                unit=unit,
            )
        elif row.state == S.DRAFT:
            yield _draft(row, url)
        else:
            waiting = facts_of(row.state).awaits
            if row.procedure == Procedure.PROVINCIAL:  # nobody recommends it (Art. 18)
                waiting = waiting.replace("推荐单位", "办理单位")
            yield Todo(row.platform.name, url, row.public_state, waiting_for=waiting, unit=unit)
    yield from _rereviews_to_open(user, first_of(found))


def _rereviews_to_open(user, cycle: Cycle | None) -> Iterator[Todo]:
    """Art. 14: a title that is due and has no dossier yet; past the deadline it stays until the year's filing ends."""
    is_late = cycle is not None and clock.today() > cycle.filing_until
    if cycle is None or not (cycle.filing_is_open() or is_late):
        return
    begun = Application.objects.filter(cycle=cycle, procedure=Procedure.REREVIEW, state__in=LIVE)
    ours = Platform.objects.for_user(user, "open_dossier").values("pk")
    rows = unfiled(cycle).filter(without(begun), platform__in=ours)
    rows = yield rows.select_related("platform")
    for title in rows if is_late else ():
        yield Todo(
            f"没有提交三年复核：{title.platform_name}",
            reverse("contacts"),
            f"填报已于 {cycle.filing_until:%Y-%m-%d} 截止；有正当理由的请即联系推荐单位补办，不补办的按未提交办理（{law.REREVIEW}）",
            action="联系方式",
            urgent=True,
            unit=title.platform.organisation_id,
        )
    for title in () if is_late else rows:
        yield Todo(
            f"办理三年复核：{title.platform_name}",
            reverse("dossier_open", args=[title.platform_id]),
            f"称号 {title.number} 到复核年度",
            cycle.filing_until,
            action="开始复核",
            unit=title.platform.organisation_id,
        )


def _own_round(row: Application, name: str) -> Iterator[Todo]:
    """Art. 18: in its own round the province itself does what comes after the evaluation."""
    if row.state == S.UNDER_EVALUATION:
        url = reverse("dossier", args=[row.pk])
        yield Todo(f"结束测评：{name}", url, "测评已完成", row.cycle.review_until, action="转合议")
    elif row.state == S.RETURNED:
        yield Todo(name, reverse("dossier", args=[row.pk]), "补正中", row.due_on, waiting_for="申报单位补正")
    elif row.state == S.REVIEWED:
        url = reverse("round_decision", args=[row.cycle_id])
        yield Todo(f"合议：{name}", url, str(row.cycle), row.cycle.review_until, action="合议")
    elif row.state == S.PROPOSED:
        yield Todo(
            f"公示：{name}", reverse("round_publicity", args=[row.cycle_id]), str(row.cycle), action="公示"
        )
    elif row.state == S.PUBLICISED:
        url = reverse("round_publicised", args=[row.cycle_id])
        is_over = row.due_on and row.due_on < clock.today()
        yield Todo(
            f"授予省级称号：{name}",
            url,
            "公示期满，可以办理" if is_over else str(row.cycle),
            None if is_over else row.due_on,
            action="办理",
            waiting_for="" if is_over else "公示期满",
        )


def _few_of_each(rows: QuerySet[Application], user) -> QuerySet:
    """Keys of the first of each kind of work, as many as a home names, with their places and how many there are of the kind.

    A kind is what differs in whose turn it is and where it is done. Off an index: no dossier is read whole for it.
    """
    evaluated = Case(
        When(evaluation__completed_at=None, then=Value(0)),
        When(evaluation__evaluated_by=user, then=Value(1)),
        default=Value(2),
    )
    kind = [F("state"), F("procedure"), F("cycle"), evaluated]
    order = [F("due_on").asc(nulls_last=True), F("submitted_at").asc()]
    place = Window(RowNumber(), partition_by=kind, order_by=order)
    numbered = rows.order_by().annotate(place=place, of_kind=Window(Count("*"), partition_by=kind))
    return numbered.filter(place__lte=MOST).values_list("pk", "place", "of_kind")


def _of_province(user) -> tuple:
    ours = Application.objects.for_user(user).filter(
        Q(state__in=AT_PROVINCE) | Q(state__in=LIVE, procedure=Procedure.PROVINCIAL)
    )
    return (
        recommenders_of(user, "sign_recommender")[:1],
        Cycle.objects.filter(pk__in=ours.values("cycle")).select_related("programme__recommender"),
        _few_of_each(ours, user),
    )


@provides_todos_of(Application, "evaluate")
def for_recommender(user) -> Iterator[Todo]:
    signs, cycles, few = yield Asking(lambda: _of_province(user))
    places = {pk: (place, of_kind) for pk, place, of_kind in few}
    if not places:
        return
    rows = Application.objects.filter(pk__in=places).select_related("platform", "evaluation", "recommender")
    of_key = {cycle.pk: cycle for cycle in cycles}
    for row in (yield rows.only(*SHOWN_OF_DOSSIER)):
        row.cycle = of_key[row.cycle_id]
        for entry in _at_province(row, user, signs=bool(signs)):
            yield entry
            place, of_kind = places[row.pk]
            if place == MOST:
                yield from the_rest(_kind_in_words(row, entry), of_kind, _list_of(row, entry), entry)


def _kind_in_words(row: Application, entry: Todo) -> str:
    """What an entry begins with, and of which round; one that only waits says for what."""
    act = entry.title.removesuffix(row.platform.name).rstrip("：") or entry.hint
    return (
        f"{act}（{row.cycle}{'' if row.procedure == Procedure.PROVINCIAL else row.get_procedure_display()}）"
    )


def _list_of(row: Application, entry: Todo) -> str:
    """Where every dossier of the entry's kind stands: the page that the entry leads to, unless it is the dossier's own."""
    if entry.url != reverse("dossier", args=[row.pk]):
        return entry.url
    stage = stage_of(row, is_evaluated=_is_evaluated(row))
    return f"{reverse('recommender_queue')}?stage={stage}&year={row.cycle.year}&procedure={row.procedure}"


def _is_evaluated(row: Application) -> bool:
    return bool(getattr(row, "evaluation", None) and row.evaluation.completed_at)


def _at_province(row: Application, user, *, signs: bool) -> Iterator[Todo]:
    """Whose turn it is with a dossier that is at the recommender's."""
    url, name = reverse("dossier", args=[row.pk]), row.platform.name
    evaluated = _is_evaluated(row)
    if row.state == S.SUBMITTED:
        yield Todo(f"受理：{name}", url, f"{row.number} 已提交", action="受理")
    elif row.state == S.UNDER_EVALUATION and not evaluated:
        yield Todo(f"测评：{name}", url, row.number or "", row.cycle.handling_until, action="测评")
    elif row.procedure == Procedure.PROVINCIAL:
        yield from _own_round(row, name)
    elif row.state == S.UNDER_EVALUATION:
        ours = signs and row.evaluation.evaluated_by_id != user.pk
        act = verb_on(row, "recommend").label
        yield Todo(
            f"{act}：{name}",
            url,
            "测评已完成",
            row.cycle.handling_until,
            action=act,
            waiting_for="" if ours else f"负责人{act}",
        )
    elif row.state == S.RECOMMENDED:
        yield Todo(
            f"报送：{name}",
            f"{reverse('reporting')}?procedure={row.procedure}&year={row.cycle.year}",
            f"{row.cycle}　{row.public_state}",
            row.cycle.handling_until,
            action="报送",
            waiting_for="" if signs else "负责人报送",
        )
    elif row.state in (S.RETURNED, S.SUPPLEMENTING):
        yield Todo(name, url, "补正中", row.due_on, waiting_for="申报单位补正")
