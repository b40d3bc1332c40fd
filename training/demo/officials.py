"""The officials' side of the demo year, each step by the right person through its service."""

from __future__ import annotations

from datetime import date

from applications.corrections.models import Stage
from applications.corrections.services import mark_material, mark_remaining, request_correction
from applications.evaluation import services as evaluation
from applications.models import Application
from applications.recommendation import services as recommendation
from platforms.querysets import people_of_organisation
from platforms.staff.recognitions import record_recognition, standing_recognition
from portal.kernel import clock, signoff
from portal.kernel.workflow import perform
from portal.models import User
from review.experts import services as experts
from review.models import Assignment, Expert, NoticeItem
from review.objections import services as objections
from review.panels import services as drawing
from review.scoring import services as scoring
from review.states import AssignmentState
from training.demo.actors import staff_of
from training.demo.files import paper


def by_name(username: str) -> User:
    return User.objects.get(username=username)


def evaluate(
    application: Application, officer: User, *, day: date, score: int = 88, opinion: str = "pass"
) -> None:
    perform(application, "begin_evaluation", by=officer)
    application.refresh_from_db()
    fill_evaluation(application, officer, day=day, score=score, opinion=opinion)


def fill_evaluation(
    application: Application, officer: User, *, day: date, score: int = 88, opinion: str = "pass"
) -> None:
    """Every material marked, the three parts of Art. 7, and Annex 1 for a designation."""
    for material in application.materials.all():
        mark_material(
            application, material.code, stage=Stage.RECOMMENDER, verdict="ok", reason="", words="", by=officer
        )
    for row in application.assessment.get("criteria", []):
        if row["verdict"] == "RELAXABLE":
            evaluation.grant_relaxation(
                application,
                criterion=row["code"],
                area="革命老区（原中央苏区范围）",
                reason="服务半径大、人才引进难，服务业绩突出、示范带动作用明显，建议适度放宽从业人数",
                proof=paper("革命老区县名录.pdf"),
                by=officer,
            )
            application.refresh_from_db()
    evaluation.record_visit(
        application,
        by=officer,
        photos=[],
        signed=None,
        visited_on=day,
        place=application.platform.address,
        inspectors=f"{officer.name}、孙立",
        received_by=f"{application.platform.contact}（平台负责人）",
        seen="查看服务场所、服务台账和人员社保记录，抽查服务合同，与申报一致。",
        conclusion="meets",
    )
    note = "材料齐全，现场核查与申报一致；制度健全、收支平衡，服务台账完整可核验。"
    parts, sheet = {}, {}
    for part, plus in (("operation", 0), ("performance", 2), ("demonstration", -1)):
        parts |= {f"{part}_grade": "meets", f"{part}_note": note}
        for n, item in enumerate(i for i in evaluation.rubric_for(application) if i.part == part):
            sheet[item.code] = {"score": min(100, score + plus + (n % 3 - 1)), "note": ""}
    evaluation.save_evaluation(
        application,
        by=officer,
        complete=True,
        sheet=sheet,
        methods=["materials", "site"],
        evaluated_on=day,
        evaluators=officer.name,
        opinion=opinion,
        problems="" if opinion == "pass" else "服务家数下降",
        **parts,
    )
    if application.procedure == "DESIGNATION":
        recommendation.save_recommendation(
            application,
            by=officer,
            recognised=True,
            commended=False,
            recognition_document="省级示范平台认定文件",
            demonstration="服务模式成熟，资源开放共享程度高，可在同类产业集群推广。",
            opinion="经测评，该平台符合《暂行办法》第五条规定，同意推荐。",
        )
    application.refresh_from_db()


def recognise(application: Application, officer: User) -> None:
    """An association has recognised the platform years before it recommends it (Art. 19)."""
    platform, association = application.platform, application.recommender
    if standing_recognition(association, platform):
        return
    record_recognition(
        association,
        proof=paper("协会认定文件.pdf"),
        by=officer,
        platform_name=platform.name,
        organisation_name=platform.organisation.name,
        uscc=platform.organisation.uscc,
        document=f"{association.label}〔2024〕8 号",
        recognised_on=date(2024, 5, 20),
        valid_until=None,
    )


def recommend(application: Application, lead: User) -> None:
    if application.recommender.is_association:
        recognise(application, lead)
    note = "同意测评意见" if application.procedure == "REREVIEW" else "同意推荐"
    recommendation.recommend(application, by=lead, note=note)
    application.refresh_from_db()


def send_back(application: Application, officer: User) -> None:
    items = [
        {
            "code": "audit",
            "reason": "no_signature",
            "words": "审计报告缺少注册会计师签字页，请补充完整扫描件。",
        },
        {"code": "honours", "reason": "illegible", "words": "证书第二页模糊，请重新扫描。"},
    ]
    request_correction(application, stage=Stage.RECOMMENDER, items=items, words="请一次性补齐。", by=officer)
    application.refresh_from_db()


def ask_supplement(application: Application, officer: User) -> None:
    items = [
        {
            "code": "smes",
            "reason": "figures_mismatch",
            "words": "名单家数与申请报告不一致，请核对后重新上传。",
        }
    ]
    request_correction(application, stage=Stage.MINISTRY, items=items, words="", by=officer)
    application.refresh_from_db()


def accept(application: Application, officer: User) -> None:
    application.handler = officer
    application.save(update_fields=["handler"])
    mark_remaining(application, stage=Stage.MINISTRY, by=officer)
    late = clock.today() > application.cycle.handling_until
    perform(application, "accept", by=officer, note="补正材料在集中办理期后收到" if late else "")
    application.refresh_from_db()


def review(application: Application, officer: User, *, idle: Expert | None = None, **how) -> None:
    """Draw the seats that `idle` leaves, then as `sit`."""
    if idle:
        experts.assign_experts(application, [idle], by=officer)
    drawing.draw_panels([application], by=officer, seed=f"demo-{application.number}")
    sit(application, officer, idle=idle, **how)


def sit(
    application: Application,
    officer: User,
    *,
    base: int,
    upto: str = "REVIEWED",
    step: int = 3,
    idle: Expert | None = None,
) -> None:
    """Declare and score, all but `idle`; `upto` UNDER_REVIEW leaves the last sheet open, ALL_IN the conclusion."""
    rows = list(
        Assignment.objects.filter(application=application, state=AssignmentState.ASSIGNED)
        .exclude(expert=idle)
        .select_related("expert__user")
    )
    for number, row in enumerate(rows):
        if upto == "UNDER_REVIEW" and number == len(rows) - 1:
            continue
        fill_sheet(row, level=base + number * step, hand_in=upto != "UNDER_REVIEW" or number == 0)
    if upto == "REVIEWED":
        conclude(application, officer)
    application.refresh_from_db()


def declare(row: Assignment) -> None:
    perform(row, "declare", by=row.expert.user, note="本人与申报单位无利益关系")


def fill_sheet(row: Assignment, *, level: int, hand_in: bool = True) -> None:
    """An expert declares where that is still to do, scores about `level`, and hands in."""
    expert = row.expert.user
    if row.state == AssignmentState.ASSIGNED:
        declare(row)
        row.refresh_from_db()
    sheet = {
        dimension.code: {"score": level - n, "reason": "服务台账完整，成效证据充分"}
        for n, dimension in enumerate(row.application.cycle.edition.rubric)
    }
    row = scoring.save_sheet(
        row, sheet=sheet, comment="材料真实完整，示范作用较强。", version=row.version, by=expert
    )
    if hand_in:
        scoring.hand_in(row, by=expert)


def conclude(application: Application, officer: User) -> None:
    application.refresh_from_db()
    scoring.conclude_review(application, by=officer)
    application.refresh_from_db()


def dismiss_objection(application: Application, *, handler: User, signer: User) -> None:
    """One objection from its receipt to the answer, handled by somebody who had no part in the proposal."""
    row = objections.receive_objection(
        NoticeItem.objects.filter(application=application).latest("notice__published_on"),
        facts="反映该平台近一年没有开展公益服务。",
        name="王先生",
        contact="13900000000",
    )
    objections.take_on(row, by=handler)
    objections.pass_on(row, summary="反映该平台近一年没有开展公益服务，请核查。", by=handler)
    words = "经查台账和现场，该平台近一年开展公益服务四十六次，记录完整。"
    objections.answer(row, as_recommender=True, words=words, by=staff_of(application.recommender)[0])
    unit = people_of_organisation(application.platform.organisation, "sign_organisation").first()
    objections.answer(row, as_recommender=False, words="公益服务记录见台账。", by=unit)
    conclude_objection(
        row, upheld=False, note="经核查，所反映情况与事实不符。", proposer=handler, signer=signer
    )
    objections.record_reply(row, how="电话答复", by=handler)


def conclude_objection(row, *, upheld: bool, note: str, proposer: User, signer: User) -> None:
    row.refresh_from_db()
    act = objections.propose_conclusion(row, upheld=upheld, note=note, by=proposer)
    signoff.sign(act, by=signer, answer="同意")
    row.refresh_from_db()


def two_persons(
    applications: list[Application], verb: str, *, proposer: User, signer: User, note: str = "", **facts
) -> None:
    act = signoff.prepare(applications, verb, by=proposer, note=note, **facts)
    signoff.sign(act, by=signer, answer="同意")
    for application in applications:
        application.refresh_from_db()
