"""An applicant's hard cases in the demo: a faulty roster, a contradiction put in words, a claim and an invitation that wait."""

from __future__ import annotations

from datetime import date

from applications.materials import services as materials
from applications.models import Application, Cycle
from applications.report import services as report
from platforms.memberships.services import claim_organisation, invite
from platforms.models import Invitation
from training.demo.dossiers import Unit, file_dossier
from training.demo.files import faulty_staff_roster, paper, stream

CONTRADICTS = ("浙江", "REPORTED")  # the dossier of 2026 that was filed with a contradiction
EXPLANATION = (
    "申请报告比名单多 3 家：名单按 12 月 20 日的台账整理，其后又有 3 家企业补签了上年服务协议，协议原件备查；"
    "以名单数字为准亦不影响第五条（四）的条件。"
)


def contradict(application: Application, unit: Unit) -> str:
    """The report counts three companies more than the roster; answers the words that go with it."""
    section = {**application.annex.data["performance"]}
    section["smes_last"] = str(unit.smes + 3)
    report.save_section(
        application,
        "performance",
        data=section,
        finished=True,
        by=unit.user,
        version=application.annex.section_version("performance"),
    )
    return EXPLANATION


class HardCases:
    def __init__(self, story):
        self.story, self.people = story, story.people

    def tell(self, cycle: Cycle) -> None:
        with self.story.on(date(2026, 4, 10)):
            self.faulty_draft(cycle)
        with self.story.on(date(2026, 4, 13)):
            self.newcomers()

    def faulty_draft(self, cycle: Cycle) -> None:
        """All filled in but for a roster whose cells do not pass."""
        unit = self.story.unit("浙江", lead=self.people["qiming_lead"])
        application = file_dossier(unit, cycle, leave_out=("staff",))
        book = faulty_staff_roster(unit.staff, unit.qualified)
        materials.add_file(application, "staff", content=stream(book), name="人员名册.xlsx", by=unit.user)

    def newcomers(self) -> None:
        """A colleague who asks to be let in and one who is invited; both wait for an answer."""
        lead = self.people["yunfan_lead"]
        unit = next(one for one in self.story.units.values() if one.user == lead)
        claim_organisation(
            unit.organisation,
            recommender=unit.platform.jurisdiction,
            by=self.people["yunfan_new"],
            words="本人为单位服务部主管，今年起与林晓岚共同填报，请准予加入。",
            authorisation=paper("授权书.pdf"),
        )
        invite(unit.organisation, email="caiwu@demo.invalid", part=Invitation.Part.HANDLE, by=lead)
