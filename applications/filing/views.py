"""The applicant's home, opening a dossier, and its task list."""

from __future__ import annotations

from dataclasses import replace

from django.shortcuts import redirect, render
from django.urls import reverse

from applications.corrections.answering import asked_items, open_correction
from applications.corrections.reasons import CORRECTION, reason_words
from applications.crosschecks.evidence import findings_of
from applications.cycles.years import ALIVE, cycles_to_file, first_of, why_it_goes_on
from applications.dossiers.known import known_of
from applications.dossiers.near import unmet_lines
from applications.dossiers.promises import promise_of
from applications.dossiers.timeline import timeline_of
from applications.filing.again import DECIDED_AGAINST
from applications.filing.deadlines import admitted_until, filing_deadline, next_deadline
from applications.filing.next_step import next_card
from applications.filing.remedies import remedies_of
from applications.filing.screens import HomeScreen, TasksScreen
from applications.filing.services import editable_codes
from applications.filing.submission import verb_for
from applications.materials.status import COMPLETE, LABELS
from applications.models import Application
from applications.provincial_rounds import services as provincial
from applications.requirements import correction_is_in_time, filing_is_open
from applications.states import NATIONAL, ApplicationState, CorrectionState, road_of
from applications.todo import complete_of
from platforms.models import Designation, Platform, ProvincialTitle
from platforms.organisations.at_hand import choose_unit, units_at_hand, units_of
from platforms.querysets import in_force, people_of_organisation
from portal.desk.todo import Todo, todos_for
from portal.kernel import clock
from portal.kernel.permissions import allowed, demand_role, fetch, holds
from portal.kernel.request import last_act
from portal.kernel.workflow import Attempt, is_ready, missing
from portal.models import Notification
from portal.pages.verbs import NoteForm, VerbView
from portal.shared.together import ask
from portal.shared.workingdays import date_cn

REASONS = dict(CORRECTION)


def home(request):
    """What is next, this year's dossiers, what waits for others, the titles."""
    demand_role(Application, request.user, "list_own")
    organisations = units_of(request)
    if not organisations:
        return render(
            request, "applications/filing/welcome.html", {"waits": todos_for(request.user, last_act(request))}
        )
    choose_unit(request)
    at_hand = units_at_hand(request)
    ours = Platform.objects.for_user(request.user).filter(organisation__in=at_hand)
    platforms, dossiers, titles, own_titles, *found = ask(
        ours.select_related("organisation", "jurisdiction"),
        Application.objects.for_user(request.user)
        .filter(platform__organisation__in=at_hand)
        .select_related("platform", "cycle", "recommender")
        .order_by("-created_at")[:50],
        Designation.objects.filter(platform__in=ours).select_related("platform").order_by("-year"),
        ProvincialTitle.objects.filter(platform__in=ours).select_related("programme__recommender"),
        *cycles_to_file(),
    )
    open_cycle = first_of(found)
    rounds = provincial.open_rounds(platforms)
    current = {row.pk for row in (open_cycle, *rounds) if row}
    filed = {
        (row.platform_id, row.cycle_id)
        for row in dossiers
        if not row.has_ended or row.state in (*DECIDED_AGAINST, ApplicationState.FAILED)
    }
    titled = {row.platform_id: row for row in titles if row.state in ("ACTIVE", "RECTIFYING")}
    todos = _of_units(todos_for(request.user, last_act(request)), at_hand)
    mine = [entry for entry in todos if not entry.waiting_for]
    return render(
        request,
        "applications/filing/home.html",
        {
            "screen": HomeScreen(
                units=organisations if len(organisations) > 1 else (),
                unit=at_hand[0] if len(at_hand) == 1 else None,
                present=[
                    (row, *_place(row)) for row in dossiers if row.cycle_id in current or row.state in ALIVE
                ],
                earlier=[row for row in dossiers if row.cycle_id not in current and row.state not in ALIVE],
                can_file=[
                    (platform, titled.get(platform.pk))
                    for platform in platforms
                    if open_cycle
                    and (platform.pk, open_cycle.pk) not in filed
                    and (
                        platform.pk not in titled
                        or (titled[platform.pk].review_year or open_cycle.year) <= open_cycle.year
                    )
                ],
                can_file_provincial=[
                    (platform, row)
                    for row in rounds
                    for platform in platforms
                    if row.programme.recommender_id == platform.jurisdiction_id
                    and row.filing_is_open()
                    and (platform.pk, row.pk) not in filed
                    and not any(own.covers(row.year) for own in own_titles if own.platform_id == platform.pk)
                ],
                no_platform=not platforms,
                titles=titles,
                provincial_titles=own_titles,
                suspensions=in_force(open_cycle.year)
                .filter(recommender__in=[row.jurisdiction_id for row in platforms])
                .select_related("recommender")
                if open_cycle
                else (),
                filing_is_over=bool(open_cycle) and clock.today() > open_cycle.filing_until,
                admitted_until=admitted_until(dossiers, open_cycle),
                filing_deadline=next_deadline(dossiers, platforms, filed, open_cycle),
                todos=mine[1:],
                messages_in=Notification.objects.filter(recipient=request.user).order_by("-created_at")[:5],
                waits=[entry for entry in todos if entry.waiting_for],
            ),
            "organisations": at_hand,
            "open_cycle": open_cycle,
            "to_file": open_cycle,
            "next": mine[0] if mine else None,
        },
    )


def _of_units(todos: list[Todo], at_hand: list) -> list[Todo]:
    """What concerns the unit at hand, or no unit alone; of several at once each entry says whose it is."""
    names = {row.pk: row.name for row in at_hand}
    shown = [entry for entry in todos if entry.unit is None or entry.unit in names]
    if len(at_hand) < 2:
        return shown
    return [
        replace(entry, hint=f"{names[entry.unit]}　{entry.hint}".strip()) if entry.unit else entry
        for entry in shown
    ]


def _road(application: Application) -> tuple[tuple[str, ...], dict]:
    return road_of(application.procedure, association=application.recommender.is_direct)


def _place(application: Application) -> tuple[tuple[str, ...], int, str]:
    """Its steps, which of them a dossier stands on, and how many materials are complete."""
    return _road(application)[0], step_reached(application), " / ".join(map(str, complete_of(application)))


def step_reached(application: Application) -> int:
    """The step a dossier stands on or stopped on, counted from 0; all of them where it came through."""
    names, step_of = _road(application)
    if application.tone == "ok":
        return len(names)
    state = application.state
    ended = (ApplicationState.REJECTED, ApplicationState.WITHDRAWN)
    if state in ended and application.notice_items.exists():
        state = ApplicationState.PUBLICISED  # an objection was upheld, or the unit left a public list
    if state not in step_of:  # the unit left, or the year closed: as far as it had come
        state = (
            ApplicationState.REPORTED
            if application.reported_at
            else ApplicationState.SUBMITTED
            if application.submitted_at
            else ApplicationState.DRAFT
        )
    return step_of.get(state, 1)


def tasks(request, pk):
    """The twelve materials in statutory order, what is next, and the Article 5 panel."""
    application = fetch(
        Application.objects.select_related("platform__organisation", "cycle", "recommender"),
        request.user,
        pk=pk,
    )
    if not holds(Application, request.user, "edit"):
        return redirect("dossier", application.pk)
    request.session.pop("checking", None)
    unlocked = editable_codes(application)
    findings = findings_of(application)
    correction = open_correction(application)
    items = _correction_items(application, correction)
    groups = _groups(application, unlocked, findings, {item["spec"].code: item["asked"] for item in items})
    rows = [row for group in groups for row in group["rows"]]
    done = sum(group["done"] for group in groups)
    verb = verb_for(application)
    reasons = missing(application, verb, by=request.user) if application.is_editable else []
    signs = allowed(request.user, verb, application)
    return render(
        request,
        "applications/filing/tasks.html",
        {
            "screen": TasksScreen(
                goes_on=why_it_goes_on(application),
                promise=promise_of(application.cycle, application.state),
                groups=groups,
                done=done,
                total=sum(group["total"] for group in groups),
                optional=len(rows) - sum(group["total"] for group in groups),
                steps=steps_of(application),
                step=step_reached(application),
                next=_to_correct(items) or next_card(application, rows, reasons, correction, signs, findings),
                reasons=reasons,
                correction=correction,
                correction_items=items,
                changed=sum(item["asked"].is_changed for item in items),
                unchanged=sum(not item["asked"].is_changed for item in items),
                late=_late(application, correction),
                submissions=list(application.submissions.all()),
                timeline=timeline_of(application, request.user),
                may_withdraw=is_ready(application, "withdraw")
                and allowed(request.user, "withdraw", application),
                may_leave=is_ready(application, "leave_round")
                and allowed(request.user, "leave_round", application),
                unmet=unmet_lines(application.assessment),
                outcome_label=reason_words(application.outcome_code, application.procedure),
                saved=_last_saved(application, rows),
                people=people_of_organisation(application.platform.organisation).count(),
            ),
            "application": application,
            "findings": findings,
            "known": known_of(application, request.user),
            "unlocked": unlocked,
            "past_corrections": application.corrections.exclude(state=CorrectionState.OPEN),
            "signs": signs,
            "remedies": remedies_of(application),
            "deadline": correction.due_on if correction else filing_deadline(application),
        },
    )


def _last_saved(application: Application, rows) -> tuple | None:
    """When anything of the dossier was last written and by whom."""
    written = [row["material"] for row in rows] + (
        [application.annex] if hasattr(application, "annex") else []
    )
    known = [row for row in written if row.updated_at and row.updated_by_id]
    last = max(known, key=lambda row: row.updated_at, default=None)
    return last and (last.updated_at, last.updated_by)


def _late(application: Application, correction) -> str:
    """After the deadline: what happened, and what is possible now."""
    if correction and clock.now() >= clock.end_of(correction.due_on):
        return next(iter(correction_is_in_time(application, Attempt("resubmit", None))), "")
    if application.state != ApplicationState.DRAFT or clock.now() < clock.start_of(
        application.cycle.filing_from
    ):
        return ""
    return next(iter(filing_is_open(application, Attempt("submit", None))), "")


def steps_of(application: Application) -> list[tuple[str, str]]:
    cycle = application.cycle
    names = list(_road(application)[0])
    if application.procedure not in NATIONAL:
        days = f"{cycle.edition.publicity_days} 个工作日"
        label = application.recommender.label
        provincial = (f"截止 {date_cn(cycle.filing_until)[7:]}", label, "两人拟定", days, "列入本省名录")
        return list(zip(names, provincial, strict=True))
    small = (
        f"截止 {date_cn(cycle.filing_until)[7:]}",
        application.recommender.label,
        f"{cycle.handling_from.month} 月工作日",
        "专家评分",
        f"{cycle.edition.publicity_days} 个工作日",
        "公布名单",
    )
    return list(zip(names, small, strict=True))


def _groups(application: Application, unlocked: set[str], findings, asked: dict) -> list[dict]:
    """In a correction only what was asked for is owed, and done once it differs from what was filed."""
    groups: dict[str, dict] = {}
    for material in application.materials.all():
        spec = application.spec(material.code)
        group = groups.setdefault(spec.group, {"title": spec.group, "rows": [], "done": 0, "total": 0})
        is_open = material.code in unlocked
        group["rows"].append(
            {
                "material": material,
                "spec": spec,
                "label": LABELS[material.status],
                "is_open": is_open,
                "asked": asked.get(material.code),
                "conflicts": [one for one in findings.conflicts if material.code in one.check.materials],
                "url": _url(application, spec),
            }
        )
        if asked:
            group["total"] += material.code in asked
            group["done"] += material.code in asked and asked[material.code].is_changed
            continue
        signed = spec.is_declaration and application.submitted_at is not None
        left_free = material.status == "optional"  # nothing was brought, nothing is owed
        group["total"] += not left_free
        group["done"] += signed or (material.status in COMPLETE and not left_free)
    return list(groups.values())


def _url(application: Application, spec) -> str:
    if spec.is_declaration:
        return reverse("dossier_check", args=[application.pk])
    if spec.kind == "report":
        return reverse("report_sections", args=[application.pk])
    return reverse("material", args=[application.pk, spec.code])


def _correction_items(application: Application, correction) -> list[dict]:
    if correction is None:
        return []
    return [
        {"spec": (spec := application.spec(item.code)), "url": _url(application, spec), "asked": item}
        for item in asked_items(application, correction)
    ]


def _to_correct(items: list[dict]) -> dict | None:
    """What was asked for and has not been touched comes first, in the officer's words."""
    for item in items:
        if not item["asked"].is_changed:
            return {
                "tone": "bad",
                "title": f"下一步：补正{item['spec'].ordinal}{item['spec'].short_title}",
                "hint": f"{item['asked'].reason}：{item['asked'].words}",
                "url": item["url"],
                "action": "去补正",
            }
    return None


class Withdraw(VerbView):
    model = Application
    against = True
    verb = "withdraw"
    form_class = NoteForm

    def queryset(self):
        return Application.objects.select_related("platform", "cycle", "recommender")

    def get(self, request, pk):
        if is_ready(self.obj, "leave_round"):  # reported meanwhile: the round is left on another page
            return redirect("dossier_leave_round", pk)
        return super().get(request, pk)

    def shown(self):
        return [
            ("平台", self.obj.platform.name),
            ("年度", str(self.obj.cycle)),
            ("当前状态", self.obj.public_state),
        ]

    def back_url(self):
        return reverse("dossier_tasks", args=[self.obj.pk])
