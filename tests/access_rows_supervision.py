"""Who reaches what of 动态管理: re-review, rectification, revocation, surrender, suspension, spot checks."""

from __future__ import annotations

import uuid

from review.models import CasePaper
from tests.access_rows import (
    CREATED_OR_TOLD,
    MOVED,
    NO_METHOD,
    OK,
    OWN_LEAD,
    Row,
    dossier_form,
    form,
    number_of_title,
    page,
    pk_in,
    public,
)
from tests.factories.kinds import (
    ADMINISTRATOR,
    ALL,
    APPLICANT_LEAD,
    APPLICANTS,
    ASSOCIATIONS,
    EXPERT,
    INSPECTOR,
    MINISTRY,
    MINISTRY_LEAD,
    MINISTRY_OFFICER,
    OFFICES,
    OUTSIDE_AUDITOR,
    RECOMMENDER_LEAD,
    RECOMMENDERS,
    Kind,
)

WATCHING = MINISTRY | INSPECTOR
RECTIFICATION = {
    "ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR,
    "guild": ASSOCIATIONS | MINISTRY | INSPECTOR,
    "theirs": MINISTRY | INSPECTOR,
}
# The unit and both offices learn of a revocation by its notice; `theirs` is still being prepared.
REVOCATION = {
    "ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR,
    "guild": OFFICES | MINISTRY | INSPECTOR,
    "theirs": MINISTRY | INSPECTOR,
}
FAILING = {"ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR}
SURRENDER = {"ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR, "theirs": MINISTRY | INSPECTOR}
LOOK = {
    "ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "theirs": MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
}
PLAN = {"ours": ALL, "draft": WATCHING}
# `theirs` is drawn and nobody has been told; the expert stands on every team.
CHECK = {
    "ours": APPLICANTS | RECOMMENDERS | MINISTRY | EXPERT | INSPECTOR,
    "guild": ASSOCIATIONS | MINISTRY | EXPERT | INSPECTOR,
    "theirs": WATCHING,
}
REACHED = ("ours", "guild", "theirs")


def every(people: Kind, keys=REACHED) -> dict[str, Kind]:
    return dict.fromkeys(keys, people)


SERVED = {key: REVOCATION[key] for key in ("ours", "guild")}


def served_paper(world, key):
    case = world.revocations[key]
    return {"pk": case, "paper": CasePaper.objects.get(revocation=case).pk, "kind": "docx"}


def record(sees, where: str, may=None, **more) -> Row:
    return Row(may=sees if may is None else may, sees=sees, args=pk_in(where), **{"post": OK, **more})


def act(sees, where: str, may) -> Row:
    return record(sees, where, may, post=CREATED_OR_TOLD)


SUPERVISION: dict[str, Row] = {
    "rereview": page(OFFICES | MINISTRY | INSPECTOR),
    "rereview_defer": page(
        MINISTRY, args=lambda world, key: {"pk": uuid.uuid4(), "year": 2024}, get=(404,), post=(404,)
    ),
    "rereview_tell": page(
        MINISTRY, args=lambda world, key: {"pk": uuid.uuid4(), "year": 2024}, get=(404,), post=(404,)
    ),
    "rereview_remind": page(
        OFFICES | MINISTRY, args=lambda world, key: {"year": 2026}, get=NO_METHOD, post=(302,)
    ),
    "failing_notices": page(APPLICANTS | OFFICES | MINISTRY | INSPECTOR),
    "failing_notice": record(FAILING, "failing"),
    "failing_bring_forward": record(
        FAILING,
        "failing",
        every(MINISTRY, FAILING),
        post=(302, 422),
        shut=APPLICANTS | OFFICES | EXPERT | INSPECTOR | OUTSIDE_AUDITOR | ADMINISTRATOR,
    ),
    "failing_paper": Row(
        may=FAILING,
        sees=FAILING,
        args=lambda world, key: {"pk": world.failing[key], "kind": "docx"},
        post=NO_METHOD,
        reads=True,
    ),
    "rereview_public": public(args=lambda world, key: {"year": 2026}, post=NO_METHOD),
    # --- rectification ---
    "rectifications": page(APPLICANTS | OFFICES | MINISTRY | INSPECTOR),
    "rectification": record(RECTIFICATION, "rectifications"),
    "rectification_report_done": act(RECTIFICATION, "rectifications", {"ours": APPLICANT_LEAD}),
    "rectification_send_back": act(
        RECTIFICATION, "rectifications", {"ours": RECOMMENDERS, "guild": ASSOCIATIONS}
    ),
    "rectification_check_again": act(
        RECTIFICATION, "rectifications", {"ours": RECOMMENDERS, "guild": ASSOCIATIONS}
    ),
    "rectification_accept": act(RECTIFICATION, "rectifications", every(MINISTRY)),
    "rectification_refer": act(RECTIFICATION, "rectifications", every(MINISTRY_LEAD)),
    # --- revocation ---
    "revocations": page(APPLICANTS | OFFICES | MINISTRY | INSPECTOR),
    "revocation_open": form(MINISTRY),
    "revocation": record(REVOCATION, "revocations", post=(200, 422)),
    "revocation_state_view": act(
        REVOCATION, "revocations", {"ours": RECOMMENDER_LEAD, "guild": RECOMMENDER_LEAD}
    ),
    "revocation_write_facts": record(REVOCATION, "revocations", every(MINISTRY), post=(200, 302, 422)),
    "revocation_paper": Row(may=SERVED, sees=SERVED, args=served_paper, post=NO_METHOD, reads=True),
    "revocation_notify": act(REVOCATION, "revocations", every(MINISTRY)),
    "revocation_state_case": act(REVOCATION, "revocations", {"ours": APPLICANT_LEAD}),
    "revocation_hold_hearing": act(REVOCATION, "revocations", every(MINISTRY)),
    "revocation_decide": act(REVOCATION, "revocations", every(MINISTRY)),
    "revocation_drop": act(REVOCATION, "revocations", every(MINISTRY_LEAD)),
    # --- second looks ---
    "service_times": public(post=NO_METHOD),
    "second_looks": page(APPLICANTS | OFFICES | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR, post=NO_METHOD),
    "second_look": form(LOOK, sees=LOOK, args=pk_in("looks"), post=(200, 302, 403, 422)),
    "ask_second_look": dossier_form(OWN_LEAD),
    "handler_appoint": dossier_form(
        {}
    ),  # of a province's own round alone: tests/review/test_outside_handlers.py
    # --- surrender, suspension ---
    "surrenders": page(APPLICANTS | OFFICES | MINISTRY | INSPECTOR),
    "surrender": record(SURRENDER, "surrenders"),
    "surrender_accept": act(SURRENDER, "surrenders", every(MINISTRY, SURRENDER)),
    "surrender_decline": act(SURRENDER, "surrenders", every(MINISTRY_LEAD, SURRENDER)),
    "surrender_recall": act(SURRENDER, "surrenders", {"ours": APPLICANT_LEAD}),
    "surrender_ask": form(APPLICANT_LEAD, args=number_of_title, get=MOVED),  # to the one already asked for
    "suspensions": page(OFFICES | MINISTRY | INSPECTOR),
    "suspension_lift": form(
        {"ours": MINISTRY}, sees={"ours": ALL}, args=lambda world, key: {"pk": world.suspension.pk}
    ),
    # --- spot checks ---
    "check_plans": page(sent_on=APPLICANTS | OFFICES | EXPERT | OUTSIDE_AUDITOR | ADMINISTRATOR),
    "check_plan_new": form(MINISTRY),
    "checks_mine": page(APPLICANTS | OFFICES | MINISTRY | EXPERT | INSPECTOR),
    "check_plan": Row(
        may=ALL,
        sees=every(ALL, PLAN),
        args=pk_in("plans"),
        sent_on=APPLICANTS | OFFICES | EXPERT | OUTSIDE_AUDITOR | ADMINISTRATOR,
    ),
    "check_plan_edit": record(PLAN, "plans", every(MINISTRY, PLAN), get=(200, 302), post=CREATED_OR_TOLD),
    "check_discard": act(PLAN, "plans", every(MINISTRY, PLAN)),
    "check_announce": act(PLAN, "plans", every(MINISTRY_LEAD, PLAN)),
    "check_draw_now": act(PLAN, "plans", every(MINISTRY, PLAN)),
    "check_publish_results": act(PLAN, "plans", every(MINISTRY_LEAD, PLAN)),
    "checks_public": public(post=NO_METHOD),
    "check_draw": public(args=lambda world, key: {"pk": world.plans["ours"]}, post=NO_METHOD),
    "check_inputs": public(args=lambda world, key: {"pk": world.plans["ours"]}, post=NO_METHOD),
    "spot_check": record(CHECK, "checks", post=(200, 422)),
    "spot_check_notify": act(CHECK, "checks", every(MINISTRY)),
    "spot_check_hand_over": act(
        CHECK,
        "checks",
        {"ours": MINISTRY_OFFICER | EXPERT, "guild": MINISTRY_OFFICER | EXPERT, "theirs": MINISTRY_OFFICER},
    ),
    "spot_check_answer_findings": act(CHECK, "checks", {"ours": APPLICANT_LEAD}),
    "spot_check_clear": act(CHECK, "checks", every(MINISTRY_LEAD)),
    "spot_check_clear_suspicion": act(CHECK, "checks", every(MINISTRY)),
    "spot_check_order_rectification": act(CHECK, "checks", every(MINISTRY_LEAD)),
    "spot_check_refer": act(CHECK, "checks", every(MINISTRY_LEAD)),
}
