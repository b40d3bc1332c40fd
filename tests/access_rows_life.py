"""Who reaches what of a title's later life and of the ministry's supervision (letters as in access_rows).

`absent` stands for pages of a record that the tables' country has none of: nobody finds anything there.
"""

from __future__ import annotations

import uuid

from tests.access_rows import (
    ALL,
    CREATED_OR_TOLD,
    CYCLE,
    DOSSIER,
    EXPERT,
    MINISTRY,
    NO_METHOD,
    OK,
    PLATFORM,
    REPORTED,
    REPORTING,
    WITH_US,
    WORKED_ON,
    Row,
    action,
    dossier_form,
    form,
    number_of_title,
    of_cycle,
    organisation,
    page,
    pk_in,
    public,
)

READERS = "rRgGmMio"
WATCHING = "mMi"


SUMMARY = {"ours": "aArRmMio", "theirs": "mMio"}
COMPLAINT = {"ours": "aArRmMio", "theirs": "mMio"}
TITLE = {"ours": ALL, "theirs": ALL}


def nothing(*, token: bool = False):
    """Arguments of an address that leads to no record."""

    def args(world, key):
        return {"token": "nothing"} if token else {"pk": uuid.uuid4()}

    return args


def absent(shut: str = "", **more) -> Row:
    return Row(**{"may": "", "sees": {"absent": ""}, "args": nothing(), "shut": shut, **more})


def absent_action(shut: str = "", **more) -> Row:
    return absent(shut, get=NO_METHOD, **more)


def absent_read(shut: str = "", **more) -> Row:
    return absent(shut, post=NO_METHOD, **more)


def others(*letters: str) -> str:
    return "".join(letter for letter in ALL if letter not in "".join(letters))


def of_licence(world, key):
    return {"pk": world.dossiers[key].pk, "code": "licence"}


def of_upload(world, key):
    return {**of_licence(world, key), "upload": uuid.uuid4()}


def of_entry(world, key):
    return {**of_licence(world, key), "entry": world.dossiers[key].entry}


def platform(may, **more) -> Row:
    return Row(
        may=may, sees=PLATFORM, **{"args": lambda world, key: {"pk": world.dossiers[key].platform}, **more}
    )


LIFE: dict[str, Row] = {
    # --- people of a unit ---
    "person_part": organisation(
        {"ours": "A"},
        args=lambda world, key: {
            "pk": world.dossiers[key].organisation,
            "user": world.users["applicant_clerk"].pk,
        },
        get=NO_METHOD,
    ),
    "organisation_leave": organisation({"ours": "aA"}, get=NO_METHOD),
    "invitation_send": organisation({"ours": "A"}, get=NO_METHOD),
    "invitation_revoke": organisation(
        {"ours": "A"},
        args=lambda world, key: {"pk": world.dossiers[key].organisation, "invitation": uuid.uuid4()},
        get=NO_METHOD,
        post=(404,),
    ),
    "invitation": public(args=nothing(token=True), get=(404,), post=(404,)),
    "organisation_claims": page("rRgGi", post=NO_METHOD),
    "organisation_claim_new": form("aA"),
    "organisation_claim": absent(),
    "organisation_claim_cancel": absent_action(),
    # --- certificates, yearly summaries, services, complaints ---
    "verify_file": public(),
    "certificate_desk": page("mMio", post=NO_METHOD),
    "certificate_sheets": page(
        "mM", args=lambda world, key: {"year": 2023, "kind": "plaques"}, get=(404,), post=NO_METHOD
    ),
    "certificate_reissue": form(
        dict.fromkeys(TITLE, "mM"), sees=TITLE, args=lambda world, key: {"pk": world.titles[key].pk}
    ),
    "summary_edit": form({"ours": "aA"}, sees=SUMMARY, args=pk_in("summaries")),
    "summary_list": page(READERS, post=NO_METHOD),
    "summary_figures": page(READERS, post=NO_METHOD),
    "summary_download": page(READERS, post=NO_METHOD, reads=True),
    "summary": page(SUMMARY, sees=SUMMARY, args=pk_in("summaries"), post=NO_METHOD, get=(200, 302)),
    "summary_acknowledge": form({"ours": "rR"}, sees=SUMMARY, args=pk_in("summaries")),
    "summary_send_back": form({"ours": "rR"}, sees=SUMMARY, args=pk_in("summaries")),
    "postings_ours": platform(PLATFORM),
    "posting_new": platform({"ours": "aA"}, post=CREATED_OR_TOLD),
    "posting_list": page(READERS, post=NO_METHOD),
    "posting_edit": absent(),
    "posting_confirm": absent_action(),
    "posting_hide": absent(),
    "posting_restore": absent(),
    "posting_withdraw": absent(),
    "services": public(post=NO_METHOD),
    "service": public(args=nothing(), get=(404,), post=NO_METHOD),
    "complain": public(args=number_of_title, post=CREATED_OR_TOLD),
    "complaint_query": public(post=CREATED_OR_TOLD),
    "complaint_list": page(READERS, post=NO_METHOD),
    "complaint_download": page(READERS, post=NO_METHOD, reads=True),
    "complaint": page(COMPLAINT, sees=COMPLAINT, args=pk_in("complaints"), post=(200, 403, 422)),
    "complaint_complainant": page(
        {"ours": "rio", "theirs": "io"}, sees=COMPLAINT, args=pk_in("complaints"), post=NO_METHOD, reads=True
    ),
    "complaint_take_up": form({"ours": "rR"}, sees=COMPLAINT, args=pk_in("complaints")),
    "complaint_decline": form({"ours": "rR"}, sees=COMPLAINT, args=pk_in("complaints")),
    "complaint_conclude": form({"ours": "rR"}, sees=COMPLAINT, args=pk_in("complaints")),
    # --- rules and progress for anyone ---
    "editions": public(post=NO_METHOD),
    "progress_query": public(post=CREATED_OR_TOLD),
    # --- rosters, reception ---
    "material_mend": dossier_form(
        {"ours": "aA"},
        args=lambda world, key: {"pk": world.dossiers[key].pk, "code": "staff"},
        get=NO_METHOD,
    ),
    "material_template": Row(
        may=DOSSIER,
        sees=WORKED_ON,
        args=lambda world, key: {"pk": world.dossiers[key].pk, "code": "staff"},
        post=NO_METHOD,
    ),
    "reception": dossier_form({**WITH_US, **{key: WITH_US.get(key, "") + "mM" for key in REPORTED}}),
    "dossier_changes": Row(
        may=DOSSIER,
        sees=WORKED_ON,
        args=lambda world, key: {"pk": world.dossiers[key].pk},
        get=(200, 404),
        post=(200, 404),
    ),
    "correction_extend": absent(),
    "correction_pdf": absent_read(),
    # --- experts and panels ---
    "expert_join": public(args=nothing(token=True), get=(404,), post=(404,)),
    "expert_invite": action(dict.fromkeys(EXPERT, "mM"), sees=EXPERT, args=pk_in("experts")),
    "expert_profile": form("e"),
    "panel_matrix": page(WATCHING),
    "panel_draw": action(MINISTRY),
    "panel_draw_record": absent(),
    "assignment_board": form(MINISTRY),
    "view_save": action(MINISTRY),
    "view_remove": absent_action(),
    "overlap_list": page("rRgGmMio"),
    "overlap": absent(),
    "review_remind": action(MINISTRY),
    "expert_scores": page(WATCHING),
    "moderation": dossier_form(REPORTED),
    # --- re-review, rectification, revocation, surrender, suspension ---
    "rereview": page("rRgGmMi"),
    "rereview_defer": page(
        "M", args=lambda world, key: {"pk": uuid.uuid4(), "year": 2024}, get=(404,), post=(404,)
    ),
    "rereview_public": public(args=lambda world, key: {"year": 2026}, post=NO_METHOD),
    "rectifications": page("rRgGmMi"),
    "rectification": absent(),
    **{
        f"rectification_{verb}": absent()
        for verb in ("report_done", "send_back", "check_again", "accept", "refer")
    },
    "revocations": page("mMi"),
    "revocation_open": form(MINISTRY),
    "revocation": absent(),
    **{f"revocation_{verb}": absent() for verb in ("notify", "state_case", "hold_hearing", "decide", "drop")},
    "surrenders": page("mMi"),
    "surrender": absent(),
    **{f"surrender_{verb}": absent() for verb in ("accept", "decline", "recall")},
    "surrender_ask": form("A", args=number_of_title),
    "suspensions": page("rRgGmMi"),
    "suspension_lift": absent(),
    # --- spot checks ---
    "check_plans": page(WATCHING),
    "check_plan_new": form(MINISTRY),
    "checks_mine": page("aArRgGe"),
    "check_plan": absent(others(WATCHING)),
    "check_announce": absent(),
    "check_draw_now": absent(),
    "check_publish_results": absent(),
    "checks_public": public(post=NO_METHOD),
    "check_draw": public(args=nothing(), get=(404,), post=NO_METHOD),
    "check_inputs": public(args=nothing(), get=(404,), post=NO_METHOD),
    "spot_check": absent(),
    **{
        f"spot_check_{verb}": absent()
        for verb in ("notify", "hand_over", "answer_findings", "clear", "order_rectification", "refer")
    },
    # --- support, imports, exports ---
    "export_list": page(post=NO_METHOD),
    "support_list": page(READERS, post=NO_METHOD),
    "support_new": form("rRgGmM"),
    "support_download": page(READERS, post=NO_METHOD, reads=True),
    "support_void": absent(),
    "support_ours": platform(PLATFORM, post=NO_METHOD),
    "import_list": form(READERS, post=(200, 302, 403, 409, 422)),
    "import_template": page(
        "", args=lambda world, key: {"kind": "nothing"}, sees={"": ""}, get=(404,), post=NO_METHOD
    ),
    "import_batch": absent(),
    "import_marked": absent_read(),
    **{f"import_{verb}": absent() for verb in ("apply", "undo", "discard")},
    # --- a recommender's own people and register ---
    "staff": form("rRgG", post=(200, 302, 403, 409, 422)),
    "staff_change": absent_action(others("RG")),
    "substitution_add": form("RG"),
    "substitution_end": absent_action(others("RG")),
    "staff_invitation_withdraw": absent_action(others("RG")),
    "staff_invitation_accept": public(args=nothing(token=True), get=(404,), post=(404,)),
    "recognition_register": page("gGmMi"),
    "recognition_add": page("gG", get=(200,), post=CREATED_OR_TOLD),
    "recognition_end": absent(),
    # --- uploads in pieces, reuse ---
    "upload_begin": dossier_form({"ours": "aA"}, args=of_licence, get=NO_METHOD),
    **{
        f"upload_{verb}": dossier_form({"ours": "aA"}, args=of_upload, get=NO_METHOD, post=(404,))
        for verb in ("finish", "give_up")
    },
    "upload_piece": dossier_form({"ours": "aA"}, args=of_upload, get=NO_METHOD, post=NO_METHOD),
    "material_preview": dossier_form({"ours": "aA"}, args=of_entry, post=OK),
    "material_reuse": dossier_form({"ours": "aA"}, args=of_entry, get=NO_METHOD),
    # --- the recommender's evaluation and reporting ---
    "compare": page("rRgG"),
    "reporting_pdf": page(REPORTING, sees=REPORTING, args=pk_in("reportings"), post=NO_METHOD, reads=True),
    "reporting_zip": page(REPORTING, sees=REPORTING, args=pk_in("reportings"), post=NO_METHOD, reads=True),
    "recommendation_preview": dossier_form(WITH_US, get=NO_METHOD),
    "dossier_visits": dossier_form(DOSSIER, post=OK),
    "visit_add": dossier_form(WITH_US),
    "evaluation_items": form("rRgG", post=(200, 302, 403, 409, 422)),
    "evaluation_item_retire": absent_action(),
    # --- texts of the year ---
    "cycle_letters": form({"ours": "mM", "draft": "mM"}, sees=CYCLE, args=of_cycle, post=OK),
    "cycle_letter": form(
        {"ours": "mM", "draft": "mM"},
        sees=CYCLE,
        args=lambda world, key: {**of_cycle(world, key), "verb": "decline"},
    ),
    "cycle_rubric": form({"ours": "mM", "draft": "mM"}, sees=CYCLE, args=of_cycle),
    # --- watching ---
    "audit_dossiers": page("io"),
    "audit_reconstruct": dossier_form(dict.fromkeys(WORKED_ON, "io"), shut=others("io"), post=OK, reads=True),
    "audit_evidence": dossier_form(dict.fromkeys(WORKED_ON, "io"), get=NO_METHOD),
    "statistics": page("mMio"),
    "statistics_export": action("mMio"),
}
