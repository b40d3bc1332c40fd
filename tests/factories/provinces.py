"""A province's own programme: its round, dossiers on its short road, lines of its register."""

from __future__ import annotations

import random
from datetime import date

from applications.cycles.services import publish_cycle
from applications.models import Application, Cycle
from applications.provincial_rounds.services import create_round, proposed_terms, proposed_window
from applications.states import Procedure
from platforms.models import Programme, ProvincialTitle, Recommender
from platforms.programmes.services import list_title, open_programme
from portal.kernel.calendar import calendar
from portal.kernel.workflow import perform
from tests.factories import dossiers, people
from tests.factories.dossiers import on
from training.demo import officials
from training.demo.names import make_uscc

FILED_ON, EVALUATED_ON, PROPOSED_ON = date(2026, 6, 8), date(2026, 6, 15), date(2026, 6, 22)
SIGNED_ON, PUBLIC_FROM = date(2026, 6, 23), date(2026, 6, 24)
USCC = make_uscc(random.Random(47))


def programme(office: Recommender | None = None, *, by=None) -> Programme:
    office = office or people.recommender()
    known = Programme.objects.filter(recommender=office).first()
    by = by or people.staff_of(office)[1]
    with on(date(2026, 1, 5)):
        return known or open_programme(
            office,
            by=by,
            honour=f"{office.label}省中小企业公共服务示范平台",
            number_prefix=f"SJ{office.code}",
        )


def round_of(office: Recommender | None = None, *, year: int = 2026, publish: bool = True, **terms) -> Cycle:
    """The province's round, with seven days of publicity and lower numbers than the national one."""
    row = programme(office)
    officer, lead = people.staff_of(row.recommender)
    with on(date(year, 5, 11)):
        own = proposed_terms(row, year).to_json()
        own |= {"publicity_days": 7, "document_number": "〔2026〕1 号", **terms}
        own["thresholds"] = {
            **own["thresholds"],
            "smes": "60",
            "assets": "100",
            **terms.get("thresholds", {}),
        }
        made = create_round(
            row,
            by=officer,
            year=year,
            terms=type(proposed_terms(row, year)).from_json(own),
            window=proposed_window(year),
        )
        if publish:
            publish_cycle(made, by=lead)
    return Cycle.objects.get(pk=made.pk)


def draft(in_round: Cycle, *, of=None) -> tuple[Application, object]:
    of = of or dossiers.unit(in_round.programme.recommender)
    with on(FILED_ON):
        return dossiers.file_dossier(of, in_round, procedure=Procedure.PROVINCIAL), of


def bring(in_round: Cycle, upto: str, *, of=None) -> Application:
    """A dossier on the province's road: SUBMITTED, REVIEWED, PROPOSED, PUBLICISED, DESIGNATED."""
    application, of = draft(in_round, of=of)
    officer, lead = people.staff_of(in_round.programme.recommender)
    road = ("SUBMITTED", "REVIEWED", "PROPOSED", "PUBLICISED", "DESIGNATED")
    with on(FILED_ON, 11):
        dossiers.submit(application, of)
    if road.index(upto) >= 1:
        with on(EVALUATED_ON):
            officials.evaluate(application, officer, day=EVALUATED_ON, score=88)
            perform(application, "conclude_evaluation", by=officer)
    steps = (
        ("propose", PROPOSED_ON, {"outcome": "designate"}),
        ("publicise", SIGNED_ON, {"start": PUBLIC_FROM.isoformat()}),
        ("designate", calendar().add_workdays(PUBLIC_FROM, 8), {"document_number": "浙经信〔2026〕9 号"}),
    )
    for verb, day, facts in steps[: max(0, road.index(upto) - 1)]:
        with on(day):
            officials.two_persons([application], verb, proposer=officer, signer=lead, note="同意", **facts)
    application.refresh_from_db()
    assert application.state == upto
    return application


def line(office: Recommender | None = None, **fields) -> ProvincialTitle:
    """A line of an older list."""
    row = programme(office)
    fields = {
        "platform_name": "杭州老名单服务平台",
        "organisation_name": "杭州老名单服务有限公司",
        "uscc": USCC,
        "year": 2023,
        "document_number": "浙经信企服〔2023〕88号",
        "document_title": "",
        "number": "",
        "granted_on": None,
        "valid_until": None,
        **fields,
    }
    with on(date(2026, 1, 6)):
        return list_title(row, by=people.staff_of(row.recommender)[0], **fields)


def programme_of(users: dict) -> tuple[Cycle, ProvincialTitle]:
    """For the access tables: Zhejiang's programme in the hands of the tables' own two officers."""
    office = people.recommender()
    made = programme(office, by=users["recommender_lead"])
    with on(date(2026, 2, 2)):
        terms = proposed_terms(made, 2026)
        row = create_round(
            made, by=users["recommender_officer"], year=2026, terms=terms, window=proposed_window(2026)
        )
        publish_cycle(row, by=users["recommender_lead"])
    return Cycle.objects.get(pk=row.pk), line(office)
