"""Who reaches what of 动态管理: re-review, rectification, revocation, surrender, suspension, spot checks."""

from __future__ import annotations

import uuid

from review.models import CasePaper
from tests.access_rows import (
    ALL,
    CREATED_OR_TOLD,
    MINISTRY,
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

WATCHING = "mMi"
RECTIFICATION = {"ours": "aArRmMi", "guild": "gGmMi", "theirs": "mMi"}
# The unit and both offices learn of a revocation by its notice; `theirs` is still being prepared.
REVOCATION = {"ours": "aArRmMi", "guild": "rRgGmMi", "theirs": "mMi"}
FAILING = {"ours": "aArRmMi"}
SURRENDER = {"ours": "aArRmMi", "theirs": "mMi"}
LOOK = {"ours": "aArRmMio", "theirs": "mMio"}
PLAN = {"ours": ALL, "draft": WATCHING}
# `theirs` is drawn and nobody has been told; the expert stands on every team.
CHECK = {"ours": "aArRmMei", "guild": "gGmMei", "theirs": WATCHING}
REACHED = ("ours", "guild", "theirs")


def every(letters: str, keys=REACHED) -> dict[str, str]:
    return dict.fromkeys(keys, letters)


SERVED = {key: REVOCATION[key] for key in ("ours", "guild")}


def served_paper(world, key):
    case = world.revocations[key]
    return {"pk": case, "paper": CasePaper.objects.get(revocation=case).pk, "kind": "docx"}


def record(sees, where: str, may=None, **more) -> Row:
    return Row(may=sees if may is None else may, sees=sees, args=pk_in(where), **{"post": OK, **more})


def act(sees, where: str, may) -> Row:
    return record(sees, where, may, post=CREATED_OR_TOLD)


SUPERVISION: dict[str, Row] = {
    "rereview": page("rRgGmMi"),
    "rereview_defer": page(
        "mM", args=lambda world, key: {"pk": uuid.uuid4(), "year": 2024}, get=(404,), post=(404,)
    ),
    "rereview_tell": page(
        "mM", args=lambda world, key: {"pk": uuid.uuid4(), "year": 2024}, get=(404,), post=(404,)
    ),
    "rereview_remind": page("rRgGmM", args=lambda world, key: {"year": 2026}, get=NO_METHOD, post=(302,)),
    "failing_notices": page("aArRgGmMi"),
    "failing_notice": record(FAILING, "failing"),
    "failing_bring_forward": record(
        FAILING, "failing", every("mM", FAILING), post=(302, 422), shut="aArRgGeios"
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
    "rectifications": page("aArRgGmMi"),
    "rectification": record(RECTIFICATION, "rectifications"),
    "rectification_report_done": act(RECTIFICATION, "rectifications", {"ours": "A"}),
    "rectification_send_back": act(RECTIFICATION, "rectifications", {"ours": "rR", "guild": "gG"}),
    "rectification_check_again": act(RECTIFICATION, "rectifications", {"ours": "rR", "guild": "gG"}),
    "rectification_accept": act(RECTIFICATION, "rectifications", every("mM")),
    "rectification_refer": act(RECTIFICATION, "rectifications", every("M")),
    # --- revocation ---
    "revocations": page("aArRgGmMi"),
    "revocation_open": form(MINISTRY),
    "revocation": record(REVOCATION, "revocations", post=(200, 422)),
    "revocation_state_view": act(REVOCATION, "revocations", {"ours": "R", "guild": "R"}),
    "revocation_write_facts": record(REVOCATION, "revocations", every("mM"), post=(200, 302, 422)),
    "revocation_paper": Row(may=SERVED, sees=SERVED, args=served_paper, post=NO_METHOD, reads=True),
    "revocation_notify": act(REVOCATION, "revocations", every("mM")),
    "revocation_state_case": act(REVOCATION, "revocations", {"ours": "A"}),
    "revocation_hold_hearing": act(REVOCATION, "revocations", every("mM")),
    "revocation_decide": act(REVOCATION, "revocations", every("mM")),
    "revocation_drop": act(REVOCATION, "revocations", every("M")),
    # --- second looks ---
    "service_times": public(post=NO_METHOD),
    "second_looks": page("aArRgGmMio", post=NO_METHOD),
    "second_look": form(LOOK, sees=LOOK, args=pk_in("looks"), post=(200, 302, 403, 422)),
    "ask_second_look": dossier_form(OWN_LEAD),
    "handler_appoint": dossier_form(
        {}
    ),  # of a province's own round alone: tests/review/test_outside_handlers.py
    # --- surrender, suspension ---
    "surrenders": page("aArRgGmMi"),
    "surrender": record(SURRENDER, "surrenders"),
    "surrender_accept": act(SURRENDER, "surrenders", every("mM", SURRENDER)),
    "surrender_decline": act(SURRENDER, "surrenders", every("M", SURRENDER)),
    "surrender_recall": act(SURRENDER, "surrenders", {"ours": "A"}),
    "surrender_ask": form("A", args=number_of_title, get=MOVED),  # to the one already asked for
    "suspensions": page("rRgGmMi"),
    "suspension_lift": form(
        {"ours": MINISTRY}, sees={"ours": ALL}, args=lambda world, key: {"pk": world.suspension.pk}
    ),
    # --- spot checks ---
    "check_plans": page(sent_on="aArRgGeos"),
    "check_plan_new": form(MINISTRY),
    "checks_mine": page("aArRgGmMei"),
    "check_plan": Row(may=ALL, sees=every(ALL, PLAN), args=pk_in("plans"), sent_on="aArRgGeos"),
    "check_plan_edit": record(PLAN, "plans", every("mM", PLAN), get=(200, 302), post=CREATED_OR_TOLD),
    "check_discard": act(PLAN, "plans", every("mM", PLAN)),
    "check_announce": act(PLAN, "plans", every("M", PLAN)),
    "check_draw_now": act(PLAN, "plans", every("mM", PLAN)),
    "check_publish_results": act(PLAN, "plans", every("M", PLAN)),
    "checks_public": public(post=NO_METHOD),
    "check_draw": public(args=lambda world, key: {"pk": world.plans["ours"]}, post=NO_METHOD),
    "check_inputs": public(args=lambda world, key: {"pk": world.plans["ours"]}, post=NO_METHOD),
    "spot_check": record(CHECK, "checks", post=(200, 422)),
    "spot_check_notify": act(CHECK, "checks", every("mM")),
    "spot_check_hand_over": act(CHECK, "checks", {"ours": "me", "guild": "me", "theirs": "m"}),
    "spot_check_answer_findings": act(CHECK, "checks", {"ours": "A"}),
    "spot_check_clear": act(CHECK, "checks", every("M")),
    "spot_check_clear_suspicion": act(CHECK, "checks", every("mM")),
    "spot_check_order_rectification": act(CHECK, "checks", every("M")),
    "spot_check_refer": act(CHECK, "checks", every("M")),
}
