"""Years, platforms, titles, and a dossier in any state: filled, filed and decided through the services."""

from __future__ import annotations

import random
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import count

from django.utils import timezone

from applications.corrections.models import Stage
from applications.corrections.services import request_correction
from applications.cycles.services import create_cycle, publish_cycle
from applications.filing.services import open_dossier
from applications.filing.submission import submit as submit_service
from applications.models import Application, Cycle, Material
from applications.recommendation.services import report_list
from applications.states import ApplicationState as S
from applications.states import Procedure
from platforms.models import Designation
from platforms.organisations.services import verify_organisation
from platforms.querysets import people_of_organisation
from platforms.register.services import grant_title
from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.kernel.permissions import SYSTEM, Role
from portal.kernel.workflow import perform
from review.models import Expert
from review.objections.services import answer, pass_on, receive_objection, take_on
from review.rereview import failing
from review.rereview.daily import end_failed_titles
from review.secondlooks.terms import term_of
from tests.factories import evidence, people
from training.demo import officials
from training.demo.dossiers import Unit, file_dossier, make_unit

_serial = count(200)
STAFF, QUALIFIED, SMES = 28, 23, 129  # the same for all, so that the generated rosters are made once
FILED_ON, EVALUATED_ON, REPORTED_ON = date(2026, 3, 2), date(2026, 3, 18), date(2026, 4, 1)
CHECKED_ON, REVIEWED_ON, PROPOSED_ON = date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 8)
SIGNED_ON, PUBLIC_FROM = date(2026, 4, 9), date(2026, 4, 10)
DECIDED_ON, CLOSED_ON = date(2026, 5, 6), date(2027, 1, 1)


@contextmanager
def on(day: date, hour: int = 10, minute: int = 0):
    """The domain clock stands on that day."""
    with clock.standing_at(timezone.make_aware(datetime.combine(day, time(hour, minute)))):
        yield


def cycle(year: int = 2026, **fields) -> Cycle:
    """The year's round, published; the same one when it was made before."""
    known = Cycle.objects.national().filter(year=year).first()
    if known:
        return known
    dates = {
        "filing_from": calendar().next_workday(date(year, 2, 2)),
        "filing_until": date(year, 3, 27),
        "handling_from": date(year, 4, 1),
        "handling_until": date(year, 4, 30),
        "review_until": date(year, 6, 30),
        "closes_on": date(year, 12, 31),
    }
    with on(date(year, 1, 12)):
        row = create_cycle(by=people.ministry(), year=year, **{**dates, **fields})
        publish_cycle(row, by=people.ministry(Role.MINISTRY_LEAD))
    return Cycle.objects.get(pk=row.pk)


def unit(office=None, *, lead=None) -> Unit:
    """An organisation with its platform and the person who fills in and signs for it."""
    lead = lead or people.user(Role.APPLICANT)
    made = make_unit(random.Random(next(_serial)), office or people.recommender(), next(_serial), user=lead)
    made.staff, made.qualified, made.smes = STAFF, QUALIFIED, SMES
    verify_organisation(made.organisation, by=people.staff_of(made.platform.jurisdiction)[0])
    made.organisation.refresh_from_db()
    return made


def title(of: Unit, *, year: int = 2023, recommender=None) -> Designation:
    """A living title of that year; on the Art. 19 route the association recommended it."""
    return grant_title(
        of.platform,
        recommender=recommender or of.platform.jurisdiction,
        year=year,
        edition="暂行办法",
        prefix="SFPT",
        rereview_years=3,
        announcement_title=f"{year} 年度公告",
        announcement_number="",
        granted_on=date(year, 6, 1),
        smes_served=120,
        by=people.ministry(Role.MINISTRY_LEAD),
    )


def enough_experts(wanted: int = 5) -> None:
    for _ in range(wanted - Expert.objects.count()):
        people.expert()


def draft(
    *, procedure=Procedure.DESIGNATION, of: Unit | None = None, in_cycle=None, recommender=None, leave_out=()
):
    of = of or unit()
    row = in_cycle or cycle()
    if procedure == Procedure.REREVIEW and not of.platform.designations.exists():
        title(of, year=row.year - 3)
    with on(FILED_ON):
        like = filled_before(procedure, row) if not leave_out else None
        if like is None:
            application = file_dossier(
                of, row, procedure=procedure, recommender=recommender, leave_out=leave_out
            )
        else:
            application = open_dossier(
                of.platform, cycle=row, by=of.user, procedure=procedure, recommender=recommender
            )
            evidence.fill_like(like, application, of=of)
    return application, of


def filled_before(procedure: str, row: Cycle) -> Application | None:
    """Any dossier whose evidence can be copied: filling twelve materials anew takes seconds."""
    unfinished = Material.objects.exclude(code="declaration").exclude(status__in=("done", "optional"))
    rows = Application.objects.filter(procedure=procedure, cycle=row)
    return rows.exclude(pk__in=unfinished.values("application_id")).first()


def submit(application: Application, of: Unit, *, declared: bool = True, reply: str = "") -> Application:
    submit_service(
        application,
        by=of.user,
        declarant_name=of.user.name,
        declarant_title="主任",
        declared=declared,
        reply=reply,
    )
    application.refresh_from_db()
    return application


# Where each state lies: the states before it on the road, and how it is left for a side road.
ROAD = (
    S.DRAFT,
    S.SUBMITTED,
    S.UNDER_EVALUATION,
    S.RECOMMENDED,
    S.REPORTED,
    S.ACCEPTED,
    S.UNDER_REVIEW,
    S.REVIEWED,
    S.PROPOSED,
    S.PUBLICISED,
    S.DESIGNATED,
)
BRANCHES = {
    S.RETURNED: S.SUBMITTED,
    S.WITHDRAWN: S.SUBMITTED,
    S.LAPSED: S.SUBMITTED,
    S.NOT_RECOMMENDED: S.UNDER_EVALUATION,
    S.SUPPLEMENTING: S.REPORTED,
    S.REFUSED: S.REPORTED,
    S.REJECTED: S.REVIEWED,
    S.CONFIRMED: S.PUBLICISED,
    S.FAILED: S.PUBLICISED,
}
ONLY_DESIGNATION = {S.NOT_RECOMMENDED, S.REFUSED, S.REJECTED, S.DESIGNATED}
ONLY_REREVIEW = {S.CONFIRMED, S.FAILED}


def states_of(procedure: str) -> list[str]:
    other = ONLY_REREVIEW if procedure == Procedure.DESIGNATION else ONLY_DESIGNATION
    return [state for state in S if state not in other]


def application_in(state: str, *, procedure=Procedure.DESIGNATION, **fields) -> Application:
    """A dossier in that state, every step by the right person on a day when it is possible."""
    application, of = draft(procedure=procedure, **fields)
    return bring_to(application, of, state)


def bring_to(application: Application, of: Unit, state: str) -> Application:
    trunk = BRANCHES.get(state, state)
    for step in ROAD[ROAD.index(application.state) + 1 : ROAD.index(trunk) + 1]:
        STEPS[step](application, of, state)
        application.refresh_from_db()
    if trunk != state:
        SIDE_STEPS[state](application)
        application.refresh_from_db()
    assert application.state == state
    return application


def _submit(application, of, goal):
    with on(FILED_ON, 11):
        submit(application, of)


def _begin_evaluation(application, of, goal):
    with on(EVALUATED_ON):
        perform(application, "begin_evaluation", by=people.staff_of(application.recommender)[0])


def _recommend(application, of, goal):
    officer, lead = people.staff_of(application.recommender)
    with on(EVALUATED_ON, 15):
        officials.fill_evaluation(application, officer, day=EVALUATED_ON)
        officials.recommend(application, lead)


def _report(application, of, goal):
    with on(REPORTED_ON):
        report_list(
            application.recommender,
            application.cycle,
            procedure=application.procedure,
            document_number="〔2026〕1 号",
            document_date=REPORTED_ON,
            by=people.staff_of(application.recommender)[1],
        )


def _accept(application, of, goal):
    with on(CHECKED_ON):
        officials.accept(application, people.ministry())


def _begin_review(application, of, goal):
    enough_experts()
    with on(REVIEWED_ON):
        officials.review(application, people.ministry(), base=82, upto="UNDER_REVIEW")


def _conclude_review(application, of, goal):
    with on(REVIEWED_ON, 15):
        for row in application.assignments.exclude(state__in=("HANDED_IN", "RECUSED", "RELEASED")):
            officials.fill_sheet(row, level=85)
        officials.conclude(application, people.ministry())


def _two_persons(application, verb, note="合议意见", **facts):
    officials.two_persons(
        [application],
        verb,
        proposer=people.ministry(),
        signer=people.ministry(Role.MINISTRY_LEAD),
        note=note,
        **facts,
    )


def _propose(application, of, goal):
    outcome = "designate" if application.procedure == Procedure.DESIGNATION else "confirm"
    with on(PROPOSED_ON):
        _two_persons(application, "propose", outcome="fail" if goal == S.FAILED else outcome)


def _publicise(application, of, goal):
    with on(SIGNED_ON):
        for notice in application.failing_notices.all():
            failing.answer(notice, words="请予考虑。", by=of.user)
        _two_persons(application, "publicise", start=PUBLIC_FROM.isoformat())


def _decide(verb):
    def step(application, *_):
        with on(DECIDED_ON):
            _two_persons(application, verb, document_number="工信部〔2026〕1 号")

    return step


STEPS = {
    S.SUBMITTED: _submit,
    S.UNDER_EVALUATION: _begin_evaluation,
    S.RECOMMENDED: _recommend,
    S.REPORTED: _report,
    S.ACCEPTED: _accept,
    S.UNDER_REVIEW: _begin_review,
    S.REVIEWED: _conclude_review,
    S.PROPOSED: _propose,
    S.PUBLICISED: _publicise,
    S.DESIGNATED: _decide("designate"),
}


def ask(application, stage, *, by):
    """A correction of the audit report, which both procedures know."""
    code = "audit" if application.procedure == Procedure.DESIGNATION else "audit3"
    items = [{"code": code, "reason": "no_signature", "words": "缺少签字页，请补充。"}]
    return request_correction(application, stage=stage, items=items, words="请一次性补齐。", by=by)


def _return(application):
    with on(EVALUATED_ON):
        ask(application, Stage.RECOMMENDER, by=people.staff_of(application.recommender)[0])


def _withdraw(application):
    with on(EVALUATED_ON):
        perform(application, "withdraw", by=application.created_by, note="明年再报")


def _decline(application):
    with on(EVALUATED_ON, 16):
        officer, lead = people.staff_of(application.recommender)
        officials.two_persons([application], "decline", proposer=officer, signer=lead, note="示范性不足")


def _supplement(application):
    with on(CHECKED_ON):
        ask(application, Stage.MINISTRY, by=people.ministry())


def _refuse(application):
    with on(CHECKED_ON):
        _two_persons(application, "refuse", note="材料不符", reason_code="incomplete")


def _reject(application):
    with on(PROPOSED_ON):
        _two_persons(application, "reject", note="得分低", reason_code="score")


def _lapse(application):
    with on(CLOSED_ON, 0, 5):
        perform(application, "lapse", by=SYSTEM)


SIDE_STEPS = {
    S.RETURNED: _return,
    S.WITHDRAWN: _withdraw,
    S.LAPSED: _lapse,
    S.NOT_RECOMMENDED: _decline,
    S.SUPPLEMENTING: _supplement,
    S.REFUSED: _refuse,
    S.REJECTED: _reject,
    S.CONFIRMED: _decide("confirm"),
    S.FAILED: _decide("fail"),
}


def ended_title() -> Designation:
    """A title that a failing ended, the days for a second look being over."""
    row = application_in(S.FAILED, procedure=Procedure.REREVIEW)
    day = term_of(row)[1] + timedelta(days=1)
    with on(day):
        end_failed_titles(day)
    return Designation.objects.get(pk=row.designation_id)


def objection_in(state: str, *, about: Application, contact: str = "13800000000", evidence=()):
    """An objection against a publicised dossier, handled by somebody who had no part in it."""
    free, officer = people.ministry(number=9), people.staff_of(about.recommender)[0]
    with on(PUBLIC_FROM + timedelta(days=3)):
        row = receive_objection(
            about.notice_items.get(),
            facts="服务企业名单不实。",
            name="李先生",
            contact=contact,
            evidence=evidence,
        )
        if state != "RECEIVED":
            take_on(row, by=free)
            row = pass_on(type(row).objects.get(pk=row.pk), summary="有人反映名单不实", by=free)
        if state in ("UPHELD", "DISMISSED"):
            answer(row, as_recommender=True, words="已核查", by=officer)
            unit = people_of_organisation(about.platform.organisation, "sign_organisation").first()
            answer(row, as_recommender=False, words="已说明", by=unit)
            officials.conclude_objection(
                row,
                upheld=state == "UPHELD",
                note="核查结论",
                proposer=free,
                signer=people.ministry(Role.MINISTRY_LEAD, number=9),
            )
    return type(row).objects.get(pk=row.pk)
