"""One small country for the access tables: of everything one that is a kind's own and one that is not.

`ours` belongs to the two applicants, went through Zhejiang and is being scored by the expert; `theirs` is
another unit's in Gansu; `guild` lies in Zhejiang but was filed with an association (Art. 19); `draft` is our
own and not yet filed, `public` our own and publicised; `past` is another unit's of a year that the outside auditor was not appointed to.
"""

from __future__ import annotations

from types import SimpleNamespace

from django.utils import timezone
from guardian.shortcuts import assign_perm

from applications.corrections.services import mark_remaining
from applications.cycles.services import create_cycle, proposed_dates
from applications.dossiers.documents import store_receipt
from applications.models import Application, MaterialFile
from applications.states import ApplicationState as S
from platforms.organisations.services import register_platform, verify_organisation
from portal.bulk.registry import list_of, verb_of
from portal.bulk.services import choose
from portal.kernel import outbox, signoff
from portal.kernel.permissions import Role
from portal.kernel.workflow import perform
from portal.models import Notification
from review.experts import services as experts
from review.models import Assignment, Expert
from tests.factories import dossiers, people, provinces, records, world_life
from tests.factories.dossiers import on
from tests.factories.kinds import (
    ADMINISTRATOR,
    INSPECTOR,
    MINISTRY,
    OUTSIDE_AUDITOR,
    RECOMMENDER_OFFICER,
    RECOMMENDERS,
)
from training.demo.files import paper

OBJECTOR, COMPLAINANTS = "13811112222", {"ours": "13911112222", "theirs": "13911113333"}


def build() -> SimpleNamespace:
    world = SimpleNamespace(users=_cast())
    with on(dossiers.FILED_ON):
        world.year, world.last_year = dossiers.cycle(2026), dossiers.cycle(2025)
        world.next_year = _unpublished()
    world.audits = {"ours": people.appoint_auditor(world.users["outside_auditor"], world.year).pk}
    world.dossiers = _dossiers(world)
    _publicity(world)
    _review(world)
    _wait_for_signature(world)
    _choose_in_bulk(world)
    world.further, world.complainants = _further_platform, COMPLAINANTS
    world_life.add(world)
    watching = MINISTRY | INSPECTOR | OUTSIDE_AUDITOR
    world.secrets = {
        OBJECTOR: INSPECTOR | OUTSIDE_AUDITOR,
        COMPLAINANTS["ours"]: RECOMMENDER_OFFICER | INSPECTOR,
        COMPLAINANTS["theirs"]: INSPECTOR,
        "甄评": watching | ADMINISTRATOR,  # who else reviews; the administrator knows the accounts
        "部办": watching | ADMINISTRATOR,  # of the ministry others know the office
        world.asked["province"].platform.name: RECOMMENDERS | INSPECTOR | OUTSIDE_AUDITOR,
        world.asked["theirs"].platform.name: watching,
    }
    world.round, world.line = provinces.programme_of(world.users)
    world.notifications = {
        kind: Notification.objects.create(
            key=f"world:{kind}", recipient=user, title="消息", created_at=timezone.now()
        )
        for kind, user in world.users.items()
    }
    outbox.drain_outbox()
    return world


def _cast() -> dict:
    zhejiang, guild = people.recommender("浙江"), people.association()
    people.association("CMA")
    users = {
        "applicant_lead": people.user(Role.APPLICANT, "applicant_lead"),
        "applicant_clerk": people.user(Role.APPLICANT, "applicant_clerk"),
        "expert": people.user(Role.EXPERT, "expert"),
        "inspector": people.user(Role.INSPECTOR, "inspector"),
        "outside_auditor": people.user(Role.OUTSIDE_AUDITOR, "outside_auditor"),
        "administrator": people.user(Role.ADMINISTRATOR, "administrator"),
        "ministry_officer": people.ministry(),
        "ministry_lead": people.ministry(Role.MINISTRY_LEAD),
    }
    users["recommender_officer"], users["recommender_lead"] = people.staff_of(zhejiang)
    users["association_officer"], users["association_lead"] = people.staff_of(guild)
    people.expert(users["expert"])
    for name, user in (
        ("部办甲", users["ministry_officer"]),
        ("部办乙", users["ministry_lead"]),
        ("部办丙", people.ministry(number=9)),
    ):
        user.name = name
        user.save(update_fields=["name"])
    for letter in "甲乙丙丁戊":
        people.expert(people.user(Role.EXPERT, name=f"甄评{letter}"))
    return users


def _unpublished():
    """Next year's round as the ministry prepares it."""
    return create_cycle(by=people.ministry(), year=2027, **proposed_dates(2027))


def _dossiers(world) -> dict[str, SimpleNamespace]:
    lead = world.users["applicant_lead"]
    zhejiang, gansu = people.recommender("浙江"), people.recommender("甘肃")
    world.units = {
        "ours": dossiers.unit(zhejiang, lead=lead),
        "theirs": dossiers.unit(gansu),
        "guild": dossiers.unit(zhejiang),
        "past": dossiers.unit(gansu),
    }
    organisation = world.units["ours"].organisation
    assign_perm("platforms.handle_organisation", world.users["applicant_clerk"], organisation)
    verify_organisation(organisation, by=world.users["recommender_officer"])
    world.units["draft"] = _further_platform(world.units["ours"], "二部")
    world.units["public"] = _further_platform(world.units["ours"], "三部")
    made = {
        "ours": dossiers.draft(of=world.units["ours"]),
        "theirs": dossiers.draft(of=world.units["theirs"]),
        "guild": dossiers.draft(of=world.units["guild"], recommender=people.association()),
        "draft": dossiers.draft(of=world.units["draft"]),
        "public": dossiers.draft(of=world.units["public"]),
        "past": dossiers.draft(of=world.units["past"], in_cycle=world.last_year),
    }
    dossiers.bring_to(*made["public"], S.UNDER_EVALUATION)
    with on(dossiers.EVALUATED_ON):
        world.visit = records.visit(made["public"][0], by=world.users["recommender_officer"]).pk
    for key, goal in (("theirs", S.PUBLICISED), ("public", S.PUBLICISED), ("guild", S.SUBMITTED)):
        dossiers.bring_to(*made[key], goal)
    with on(dossiers.FILED_ON.replace(year=2025)):
        dossiers.submit(*made["past"])
    dossiers.bring_to(*made["ours"], S.REPORTED)
    return {key: _parts(application) for key, (application, _) in made.items()}


def _further_platform(unit, suffix: str):
    first = unit.platform
    copied = (
        "kind",
        "functions",
        "operating_since",
        "service_area",
        "address",
        "contact",
        "phone",
        "introduction",
    )
    fields = {name: getattr(first, name) for name in copied}
    platform = register_platform(
        unit.organisation,
        by=unit.user,
        jurisdiction=first.jurisdiction,
        name=f"{first.name}{suffix}",
        **fields,
    )
    return type(unit)(unit.organisation, platform, unit.user, unit.staff, unit.qualified, unit.smes)


def _parts(application: Application) -> SimpleNamespace:
    pdfs = MaterialFile.objects.filter(material__application=application, file__extension="pdf")
    submission = application.submissions.first()
    if submission:
        store_receipt(submission)
    return SimpleNamespace(
        pk=application.pk,
        application=application,
        organisation=application.platform.organisation_id,
        platform=application.platform_id,
        submission=submission.pk if submission else None,
        pdf=pdfs.values_list("file_id", flat=True).first(),
        entry=application.materials.get(code="licence").files.values_list("pk", flat=True).first(),
    )


def _publicity(world) -> None:
    """An objection against `public` was passed on; nothing yet of the one against `theirs`."""
    states = {"public": "VERIFYING", "theirs": "RECEIVED"}
    parts = world.dossiers
    world.objections = {
        key: dossiers.objection_in(
            state,
            about=parts[key].application,
            contact=OBJECTOR,
            evidence=[paper("举报信.pdf", f"举报信{key}")],
        ).pk
        for key, state in states.items()
    }
    world.item = parts["theirs"].application.notice_items.get()
    world.notice = world.item.notice


def _review(world) -> None:
    """`ours` goes on to the experts; the expert of the tables has declared and scores."""
    ours, officer = world.dossiers["ours"].application, people.ministry()
    with on(dossiers.CHECKED_ON):
        mark_remaining(ours, stage="ministry", by=officer)
        perform(ours, "accept", by=officer)
        ours.refresh_from_db()
        first = Expert.objects.get(user=world.users["expert"])
        others = list(Expert.objects.exclude(pk=first.pk)[: world.year.panel_size - 1])
        experts.assign_experts(ours, [first, *others], by=officer)
        ours.refresh_from_db()
        own = Assignment.objects.get(application=ours, expert=first)
        perform(own, "declare", by=first.user)
    world.assignments = {"ours": own.pk, "theirs": ours.assignments.exclude(pk=own.pk).first().pk}
    world.experts = {"ours": first.pk, "theirs": others[0].pk}
    world.reportings = {
        "ours": ours.reporting_id,
        "theirs": world.dossiers["theirs"].application.reporting_id,
    }


def _choose_in_bulk(world) -> None:
    """An act on many cases that one officer has chosen and not yet carried out."""
    keys, by = [str(world.dossiers["theirs"].pk)], world.users["ministry_officer"]
    world.bulk = choose(list_of("queue"), verb_of("queue", "accept"), keys, query="view=all", by=by)


def _wait_for_signature(world) -> None:
    """A refusal of another dossier that waits for the second person."""
    application = dossiers.application_in(S.REPORTED, of=dossiers.unit(people.recommender("甘肃")))
    with on(dossiers.CHECKED_ON):
        world.signoff = signoff.prepare(
            [application],
            "refuse",
            by=people.ministry(number=2),
            note="材料不符",
            reason_code="incomplete",
        )
