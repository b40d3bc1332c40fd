"""What the little country of the access tables has lived through: ours, another's, and the association's.

`kept` is a second title of our own unit, `gone` one of the Gansu unit that filed last year.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from django.utils import timezone

from applications.models import Application
from applications.overlaps.services import find_overlaps
from applications.states import ApplicationState as S
from platforms.certificates.documents import certificate_file
from platforms.complaints.services import take_up
from platforms.memberships import services as membership
from platforms.models import Certificate, Designation, Platform, TitleClaim
from platforms.summaries.services import open_summaries
from portal.exports.services import run_export
from portal.models import StoredFile
from review.experts import invitations
from review.formal_check.services import save_view
from review.panels.services import draw_panels
from tests.factories import dossiers, people, records, supervision
from tests.factories.dossiers import on
from training.demo.files import paper

SUPERVISED_ON = date(2026, 3, 16)  # a Monday, before the titles' records of April
DRAWN_AFTER = date(2026, 3, 19)
CHECKED_ON = date(2026, 3, 23)
LAST = date(2026, 4, 9)


def add(world: SimpleNamespace) -> None:
    with on(SUPERVISED_ON):
        _titles(world)
    _supervision(world)
    with on(LAST):
        _units_and_offices(world)
        _dossiers(world)
    _files(world)


def _titles(world) -> None:
    """Titles with a summary that is due, a complaint each, a posting and a record of support."""
    units, users = world.units, world.users
    guild = people.association()
    world.titles = {key: dossiers.title(units[key]) for key in ("ours", "theirs")}
    world.titles["guild"] = dossiers.title(units["guild"], recommender=guild)
    world.titles["kept"], world.titles["gone"] = (dossiers.title(units[key]) for key in ("public", "past"))
    world.title = world.titles["ours"]
    certificate_file(Certificate.objects.get(title=world.title))
    open_summaries(2025)
    both = {key: world.titles[key] for key in ("ours", "theirs")}
    complaints = {
        key: records.complaint(
            title, contact=world.complainants[key], evidence=[paper("发票.pdf", f"发票{key}")]
        )
        for key, title in both.items()
    }
    take_up(complaints["ours"], summary="反映收费过高", by=users["recommender_officer"])
    world.complaints = {key: row.pk for key, row in complaints.items()}
    world.summaries = {key: title.summaries.get().pk for key, title in both.items()}
    world.postings = {
        key: records.posting(title.platform, by=units[key].user).pk for key, title in both.items()
    }
    givers = {"ours": users["recommender_officer"], "theirs": users["ministry_officer"]}
    world.support_plans = {"ours": records.support_plan(by=givers["ours"]).pk}
    world.supports = {key: records.support(both[key].platform, by=by).pk for key, by in givers.items()}
    batches = {"ours": users["recommender_officer"], "ministry": users["ministry_officer"]}
    world.imports = {key: records.import_batch(world.title, by=by).pk for key, by in batches.items()}


def _supervision(world) -> None:
    titles, units, day = world.titles, world.units, SUPERVISED_ON
    world.rectifications = {
        "ours": supervision.rectification_in("REPORTED", titles["kept"], units["public"], on_day=day).pk,
        "guild": supervision.rectification_in("ORDERED", titles["guild"], units["guild"], on_day=day).pk,
        "theirs": supervision.rectification_in("ORDERED", titles["gone"], units["past"], on_day=day).pk,
    }
    world.revocations = {
        "ours": supervision.revocation_in("NOTIFIED", titles["kept"], units["public"], opened_on=day).pk,
        "guild": supervision.revocation_in("NOTIFIED", titles["guild"], units["guild"], opened_on=day).pk,
        "theirs": supervision.revocation_in(
            "OPENED", titles["gone"], units["past"], opened_on=day, with_evidence=True
        ).pk,
    }
    with on(day):
        world.failing = {"ours": supervision.failing_notice(titles["ours"]).pk}
    plan = supervision.drawn_plan(announced_on=DRAWN_AFTER)
    with on(CHECKED_ON):
        world.plans = {"ours": plan.pk, "draft": supervision.check_plan("2026 年专项抽查").pk}
    world.checks = {
        "ours": supervision.check_in("FOUND", plan, titles["ours"], day=CHECKED_ON).pk,
        "guild": supervision.check_in("NOTIFIED", plan, titles["guild"], day=CHECKED_ON).pk,
        "theirs": plan.checks.get(title=titles["theirs"]).pk,  # drawn, and nobody told yet
    }
    with on(CHECKED_ON):
        world.surrenders = {
            key: supervision.surrender(titles[key], units[key]).pk for key in ("ours", "theirs")
        }
        world.looks = {
            key: supervision.second_look(world.dossiers[key].application, day=CHECKED_ON).pk
            for key in ("ours", "theirs")
        }
        world.suspension = supervision.suspension(people.recommender("甘肃"), year=2027)


def _units_and_offices(world) -> None:
    users, units = world.users, world.units
    zhejiang, gansu, guild = people.recommender("浙江"), people.recommender("甘肃"), people.association()
    world.claims = {
        "ours": records.claim(units["ours"].organisation, zhejiang, by=people.user()).pk,
        "theirs": records.claim(units["theirs"].organisation, gansu, by=users["applicant_clerk"]).pk,
    }
    title = Designation.objects.filter(platform__organisation=units["ours"].organisation).first()
    world.title_claims = {
        "ours": TitleClaim.objects.create(
            title=title,
            platform=title.platform,
            claimant=units["ours"].user,
            words="是本单位",
            made_at=timezone.now(),
        ).pk
    }
    world.unit_notices = {"ours": records.unit_change_done(title.platform, by=units["ours"].user).pk}
    world.unit_changes = {"ours": records.unit_change(title.platform, by=units["ours"].user).pk}
    ours = Application.objects.get(pk=world.dossiers["ours"].pk)
    world.reports = {"one": records.misconduct_report().pk}
    world.doubts = {"ours": records.reading_doubt(ours, by=units["ours"].user).pk}
    invited = membership.invite(
        units["ours"].organisation, email="wang@test.invalid", part="handle", by=units["ours"].user
    )
    world.staff_request = records.staff_request(zhejiang, by=users["recommender_lead"]).pk
    expert = invitations.invite(people.expert(), by=users["ministry_officer"], at=timezone.now())
    world.invitation = invited.pk
    world.tokens = {"organisation": membership.token_of(invited), "expert": invitations.token_of(expert)}
    world.substitution = records.substitution(
        zhejiang, absent=users["recommender_lead"], deputy=users["recommender_officer"]
    ).pk
    other = people.association("CMA")
    platform = Platform.objects.select_related("organisation").get(pk=units["guild"].platform.pk)
    world.recognitions = {
        "ours": records.recognition(guild, platform, by=users["association_lead"]).pk,
        "theirs": records.recognition(other, platform, by=people.staff_of(other)[0]).pk,
    }
    world.items = {
        "ours": records.evaluation_item(zhejiang, world.year, by=users["recommender_officer"]).pk,
        "guild": records.evaluation_item(guild, world.year, by=users["association_officer"]).pk,
    }
    world.views = {
        "shared": save_view(
            name="我的", params={"view": "mine"}, is_shared=True, by=users["ministry_officer"]
        ).pk,
        "own": save_view(name="逾期", params={"view": "late"}, is_shared=False, by=users["ministry_lead"]).pk,
    }
    world.export = records.export_job(by=users["ministry_officer"])
    run_export(str(world.export.pk))


def _dossiers(world) -> None:
    """Asked for a correction by either desk, a panel by lot, and what two dossiers share."""
    zhejiang, gansu = people.recommender("浙江"), people.recommender("甘肃")
    world.asked = asked = {
        "ours": dossiers.application_in(S.SUPPLEMENTING, of=world.further(world.units["ours"], "四部")),
        "province": dossiers.application_in(S.RETURNED, of=dossiers.unit(zhejiang)),
        "theirs": dossiers.application_in(S.SUPPLEMENTING, of=dossiers.unit(gansu)),
    }
    world.corrections = {key: row.corrections.get().pk for key, row in asked.items()}
    drawn = dossiers.application_in(S.ACCEPTED, of=dossiers.unit(zhejiang))
    with on(dossiers.CHECKED_ON):
        world.draw = draw_panels([drawn], by=people.ministry()).pk
    ours, theirs = (world.dossiers[key].application for key in ("ours", "theirs"))
    found = {frozenset((row.application_id, row.other_id)): row.pk for row in find_overlaps(ours)}
    found |= {frozenset((row.application_id, row.other_id)): row.pk for row in find_overlaps(theirs)}
    world.overlaps = {
        "ours": found[frozenset((ours.pk, drawn.pk))],
        "theirs": found[frozenset((ours.pk, theirs.pk))],
    }


def _files(world) -> None:
    """An attachment of every kind of record, named after it."""

    def of(label: str, key) -> str:
        return StoredFile.objects.filter(owner_model=label, owner_id=key).latest("uploaded_at").pk

    world.files = {
        **{key: part.pdf for key, part in world.dossiers.items()},
        "visit": of("applications.sitevisit", world.visit),
        "objection": of("review.objection", world.objections["public"]),
        "complaint": of("platforms.complaint", world.complaints["ours"]),
        "complaint_theirs": of("platforms.complaint", world.complaints["theirs"]),
        "claim": of("platforms.organisationclaim", world.claims["ours"]),
        "recognition": of("platforms.recognition", world.recognitions["ours"]),
        "import": of("platforms.importbatch", world.imports["ours"]),
        "finding": of("review.spotcheck", world.checks["guild"]),
        "finding_ours": of("review.spotcheck", world.checks["ours"]),
        "evidence": of("review.revocation", world.revocations["ours"]),
        "evidence_theirs": of("review.revocation", world.revocations["theirs"]),
        "proof": of("review.rectification", world.rectifications["ours"]),
        "export": world.export.file_id or StoredFile.objects.get(owner_id=world.export.pk).pk,
    }
