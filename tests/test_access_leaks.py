"""Data made to leak: what stood open once, each with somebody who would read it if it did again."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications.dossiers.documents import evaluation_part, report_pdf
from applications.dossiers.timeline import timeline_of
from applications.evaluation.services import grant_relaxation
from applications.states import ApplicationState as S
from applications.states import Procedure
from platforms.memberships import services as membership
from platforms.models import AnnualSummary, Complaint, ServicePosting, SupportRecord
from platforms.summaries.services import open_summaries
from portal.kernel import audit
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import AuditEvent, StoredFile
from review.models import SpotCheck
from review.revocations import services as revocation
from review.spot_checks import services as spot_check
from tests.factories import dossiers, people, records, supervision
from tests.factories.dossiers import on
from training.demo.files import paper

pytestmark = pytest.mark.django_db
LOOKED_AT = dossiers.PUBLIC_FROM


@pytest.fixture
def signed_in(client):
    """A function user → client, so that several people look at the same page."""

    def as_user(user):
        client.force_login(user, backend="portal.accounts.backends.PortalBackend")
        return client

    return as_user


def read(client, name: str, *args, status: int = 200) -> str:
    with on(LOOKED_AT):
        answer = client.get(reverse(name, args=args))
    assert answer.status_code == status, f"{name}: {answer.status_code}"
    content = b"".join(answer) if answer.streaming else answer.content
    return content.decode(errors="replace")


def test_an_outside_auditor_reads_of_later_life_what_lies_in_the_audited_years(signed_in):
    """And never who complained; another year's platforms are not there at all."""
    auditor = people.user(Role.OUTSIDE_AUDITOR)
    inside, outside = dossiers.unit(), dossiers.unit()
    application, _ = dossiers.draft(of=inside)
    dossiers.bring_to(application, inside, S.SUBMITTED)
    titles = [dossiers.title(unit) for unit in (inside, outside)]
    officer = people.staff_of(people.recommender())[0]
    with on(dossiers.FILED_ON):
        open_summaries(2025)
        rows = [records.complaint(title, evidence=[paper()]) for title in titles]
        for title, unit in zip(titles, (inside, outside), strict=True):
            records.posting(title.platform, by=unit.user)
            records.support(title.platform, by=officer)
            records.import_batch(title, by=officer)
    kinds = (Complaint, AnnualSummary, ServicePosting, SupportRecord)
    assert [model.objects.for_user(auditor).count() for model in kinds] == [0, 0, 0, 0]
    people.appoint_auditor(auditor, dossiers.cycle())
    assert [model.objects.for_user(auditor).count() for model in kinds] == [1, 1, 1, 1]
    client = signed_in(auditor)
    assert rows[0].receipt_number in read(client, "complaint_list")
    assert rows[1].receipt_number not in read(client, "complaint_list")
    read(client, "complaint_complainant", rows[0].pk, status=403)
    read(client, "complaint", rows[1].pk, status=404)
    file = StoredFile.objects.get(owner_model="platforms.complaint", owner_id=rows[0].pk)
    read(client, "file_download", file.pk, status=404)
    for closed in ("import_list", "organisation_claims", "recognition_register"):
        read(client, closed, status=403)


def test_an_expert_judges_without_the_offices_opinion_and_takes_no_copy(signed_in):
    """A re-review, which its province has marked and evaluated, while one expert scores it."""
    application = dossiers.application_in(S.UNDER_REVIEW, procedure=Procedure.REREVIEW)
    seat = application.assignments.filter(state="SCORING").select_related("expert__user").first()
    if seat is None:
        seat = application.assignments.select_related("expert__user").first()
        with on(dossiers.REVIEWED_ON):
            perform(seat, "declare", by=seat.expert.user)
    marks = {}
    for reader in (seat.expert.user, people.ministry()):
        with on(LOOKED_AT):
            answer = signed_in(reader).get(reverse("dossier", args=[application.pk]))
        copy = reverse("dossier_zip", args=[application.pk]) in answer.content.decode()
        marks[reader.role] = (sum(len(row["marks"]) for row in answer.context["rows"]) > 0, copy)
    assert marks == {Role.EXPERT: (False, False), Role.MINISTRY_OFFICER: (True, True)}
    client = signed_in(seat.expert.user)
    for closed in (
        "dossier_zip",
        "recommendation_pdf",
        "recommendation_xlsx",
        "dossier_visits",
        "dossier_changes",
    ):
        read(client, closed, application.pk, status=403)
    assert evaluation_part(application) is not None  # Part II of Annex 3 stands, and not in the expert's copy
    assert len(report_pdf(application, with_opinion=False)) < len(report_pdf(application))
    own = client.get(reverse("report_pdf", args=[application.pk])).content
    assert own == report_pdf(application, with_opinion=False)


def test_the_proof_of_a_relaxation_is_not_the_experts_to_read(signed_in):
    """It belongs to the relaxation, not to the dossier's own materials (Art. 5 (八))."""
    application, unit = dossiers.draft()
    dossiers.bring_to(application, unit, S.UNDER_EVALUATION)
    officer = people.staff_of(application.recommender)[0]
    rows = application.assessment["criteria"]
    application.assessment["criteria"] = [
        {**row, "verdict": "RELAXABLE"} if row["code"] == "staff" else row for row in rows
    ]
    with on(dossiers.EVALUATED_ON):
        relaxation = grant_relaxation(
            application,
            criterion="staff",
            area="革命老区",
            reason="示范带动作用明显",
            proof=paper(),
            by=officer,
        )
    dossiers.bring_to(application, unit, S.UNDER_REVIEW)
    expert = application.assignments.filter(state="SCORING").first().expert.user
    material = application.materials.get(code="licence").files.get().file_id
    for user, status in ((expert, 404), (unit.user, 200), (officer, 200), (people.ministry(), 200)):
        read(signed_in(user), "file_download", relaxation.proof_id, status=status)
        read(signed_in(user), "file_download", material)


def test_what_the_experts_find_is_told_when_they_hand_over(signed_in):
    unit = dossiers.unit()
    title = dossiers.title(unit)
    people.expert()
    plan = supervision.drawn_plan(announced_on=dossiers.FILED_ON, team_size=1)
    check = supervision.check_in("NOTIFIED", plan, title, day=dossiers.EVALUATED_ON)
    file = StoredFile.objects.get(owner_model="review.spotcheck", owner_id=check.pk)
    province = people.staff_of(title.recommender)[0]
    for reader in (unit.user, province):
        client = signed_in(reader)
        assert "台账缺页" not in read(client, "spot_check", check.pk)
        read(client, "file_download", file.pk, status=404)
    assert "台账缺页" not in read(signed_in(unit.user), "spot_check_answer_findings", check.pk)
    with on(dossiers.EVALUATED_ON, 16):
        perform(
            SpotCheck.objects.get(pk=check.pk),
            "hand_over",
            by=people.ministry(),
            due_on=dossiers.REPORTED_ON,
            for_team=True,
        )
    assert "台账缺页" in read(signed_in(unit.user), "spot_check_answer_findings", check.pk)
    read(signed_in(province), "file_download", file.pk)


def test_a_finding_that_went_over_to_a_revocation_opens_to_who_reads_either_and_to_nobody_else(signed_in):
    """The file keeps its owner, the check; the territory's own department only reads the revocation (Art. 15)."""
    unit, guild = dossiers.unit(), people.association()
    title = dossiers.title(unit, recommender=guild)
    member = people.expert().user
    plan = supervision.drawn_plan(announced_on=dossiers.FILED_ON)
    stranger = people.expert().user
    check = supervision.check_in("FOUND", plan, title, day=dossiers.EVALUATED_ON)
    file = StoredFile.objects.get(owner_model="review.spotcheck", owner_id=check.pk)
    territory = people.staff_of(title.jurisdiction)[0]
    read(signed_in(territory), "file_download", file.pk, status=404)
    with on(dossiers.PUBLIC_FROM):
        spot_check.refer(check, by=people.ministry(Role.MINISTRY_LEAD), note="台账不实，移送撤销程序。")
        case = check.revocations.get()
        revocation.write_facts(case, facts="现场核查，服务台账缺页。", by=people.ministry())
        read(signed_in(territory), "file_download", file.pk, status=404)
        revocation.notify(case, by=people.ministry())
    readers = (
        people.ministry(),
        people.ministry(Role.MINISTRY_LEAD),
        people.user(Role.INSPECTOR),
        unit.user,
        member,
        people.staff_of(guild)[0],
        territory,
    )
    others = (
        people.staff_of(people.recommender("甘肃"))[0],
        dossiers.unit().user,
        stranger,
        people.user(Role.OUTSIDE_AUDITOR),
        people.user(Role.ADMINISTRATOR),
    )
    for reader in readers:
        read(signed_in(reader), "file_download", file.pk)
    for other in others:
        read(signed_in(other), "file_download", file.pk, status=404)
        read(signed_in(other), "revocation", case.pk, status=404)
    for reader in (one for one in readers if one != member):
        assert file.name in read(signed_in(reader), "revocation", case.pk)


def test_a_province_does_not_read_the_experts_score(signed_in):
    application = dossiers.application_in(S.REVIEWED)
    lead = people.staff_of(application.recommender)[1]
    for page in ("recall", "begin_evaluation"):
        text = read(signed_in(lead), page, application.pk)
        assert ("省级测评得分" in text, "专家评审得分" in text) == (True, False)
    assert "专家评审得分" in read(signed_in(people.ministry()), "conclude_review", application.pk)


def test_who_looked_at_a_dossier_stands_in_the_trail_and_not_on_its_timeline():
    application = dossiers.application_in(S.SUBMITTED)
    inspector = people.user(Role.INSPECTOR)
    for what in ("reconstruct", "read_material", "open_file", "export") * 30:
        audit.record_read(application, by=inspector, what=what)
    for reader in (application.created_by, people.staff_of(application.recommender)[0], inspector):
        entries = timeline_of(application, reader)
        assert {entry.who for entry in entries} & {str(inspector), "纪检监督"} == set()
        assert any(entry.state for entry in entries)  # not crowded out by the reads either


def test_only_the_department_of_its_territory_decides_on_a_claim():
    unit, newcomer = dossiers.unit(), people.user()
    elsewhere = people.recommender("江苏")
    with on(dossiers.FILED_ON):
        with pytest.raises(TransitionBlocked, match="平台所在地区"):
            records.claim(unit.organisation, elsewhere, by=newcomer)
        claim = records.claim(unit.organisation, people.recommender(), by=newcomer)
    claim.recommender = elsewhere
    claim.save(update_fields=["recommender"])
    officer = people.staff_of(elsewhere)[0]
    assert not type(claim).objects.for_user(officer).exists()
    with pytest.raises(PermissionDenied):
        membership.admit_claim(claim, displace=True, by=officer)


def test_every_look_at_a_page_or_a_marked_workbook_is_on_record(signed_in):
    application = dossiers.application_in(S.SUBMITTED)
    officer = people.staff_of(application.recommender)[0]
    client = signed_in(officer)
    pdf = (
        StoredFile.objects.filter(owner_id=application.pk, extension="pdf", pages__gt=0)
        .order_by("-pages")
        .first()
    )
    looks = AuditEvent.objects.filter(actor=officer)
    for query, recorded in (("?w=120", 0), ("?w=700", 1), ("", 2)):
        with on(LOOKED_AT):
            client.get(reverse("file_page", args=[pdf.pk, pdf.pages]) + query)
        assert looks.filter(action="application.read_file").count() == recorded
    read(client, "material_marked", application.pk, "staff")
    assert looks.filter(action="application.open_file").count() == 1
