"""Who reaches what of a title's later life, of units and offices, of experts (letters as in access_rows)."""

from __future__ import annotations

import uuid

from tests.access_rows import (
    ALL,
    COPIES,
    CREATED_OR_TOLD,
    CYCLE,
    DOSSIER,
    EXPERT,
    FILED,
    MINISTRY,
    MISSING,
    NO_METHOD,
    OK,
    OPINIONS,
    PLATFORM,
    REPORTED,
    REPORTING,
    WITH_US,
    WORKED_ON,
    Row,
    action,
    dossier,
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
POSTING = {"ours": "aArRmMio", "theirs": "mMio"}
SUPPORT = {"ours": "aArRmMio", "theirs": "mMio"}
BATCH = {"ours": "rRi", "ministry": "mMi"}
IMPORTED = {"ours": "rR", "ministry": "mM"}
# Who opened a dossier is for its unit and 纪检; a doubt about it is asked by the unit alone.
OPENINGS = {key: "".join(one for one in seen if one in "aAi") for key, seen in FILED.items()}
DOUBTED = {"ours": "aA", "theirs": "", "guild": ""}
# `theirs` is a claim of our own clerk on another unit.
TITLE_CLAIM = {"ours": "aArRmMi"}
UNIT_CHANGE = {"ours": "aArRmMi"}
CLAIM = {"ours": "ArRi", "theirs": "ai"}
RECOGNITION = {"ours": "gGmMi", "theirs": "mMi"}
# Asked by the ministry of us, by the province of one of its units, by the ministry of another's.
CORRECTION = {"ours": "aArRmMio", "province": "rRio", "theirs": "mMio"}
OVERLAP = {"ours": "rRmMio", "theirs": "mMio"}
VIEW = {"shared": "mM", "own": "M"}
ITEM = {"ours": "rR", "guild": "gG"}
TITLE = {"ours": ALL, "theirs": ALL}


def token(of: str):
    return lambda world, key: {"token": world.tokens[of]}


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
        args=lambda world, key: {"pk": world.dossiers[key].organisation, "invitation": world.invitation},
        get=NO_METHOD,
    ),
    "invitation": public(args=token("organisation"), post=CREATED_OR_TOLD),
    "dossier_letters": dossier(COPIES, post=NO_METHOD),
    "bounce_hook": public(get=NO_METHOD, post=(404,)),
    "dossier_openings": dossier(OPENINGS, post=NO_METHOD),
    "opening_doubt": dossier_form(DOUBTED),
    "reading_doubts": page("i", post=NO_METHOD),
    "misconduct": public(post=CREATED_OR_TOLD),
    "misconduct_query": public(post=CREATED_OR_TOLD),
    "misconduct_received": public(
        args=lambda world, key: {"number": "JB2026-9999"}, get=(302,), post=NO_METHOD
    ),
    "misconduct_list": page("i", post=NO_METHOD),
    "misconduct_report": page({"one": "i"}, sees={"one": "i"}, args=pk_in("reports"), post=(200, 422)),
    "misconduct_report_answer": form({"one": "i"}, sees={"one": "i"}, args=pk_in("reports")),
    "misconduct_report_close": form({"one": "i"}, sees={"one": "i"}, args=pk_in("reports")),
    "reading_doubt_answer": form(
        {"ours": "i"}, sees={"ours": "aAi"}, args=pk_in("doubts"), post=(200, 302, 409, 422)
    ),
    "reading_doubt_close": form(
        {"ours": "i"}, sees={"ours": "aAi"}, args=pk_in("doubts"), post=(200, 302, 409, 422)
    ),
    "organisation_claims": page("rRgGi", post=NO_METHOD),
    "organisation_claim_new": form("aA"),
    "title_claim": form("aA", args=number_of_title),
    "title_claims": page("aArRgGmMi", post=NO_METHOD),
    "title_claim_admit": form(
        {"ours": "rR"}, sees=TITLE_CLAIM, args=pk_in("title_claims"), post=(200, 302, 409, 422)
    ),
    "title_claim_refuse": form(
        {"ours": "rR"}, sees=TITLE_CLAIM, args=pk_in("title_claims"), post=(200, 302, 409, 422)
    ),
    "title_claim_cancel": form(
        {"ours": "aA"}, sees=TITLE_CLAIM, args=pk_in("title_claims"), post=(200, 302, 409, 422)
    ),
    "unit_change_new": platform({"ours": "aA"}, post=CREATED_OR_TOLD),
    "unit_changes": page("aArRgGmMi", post=NO_METHOD),
    "unit_change": page(UNIT_CHANGE, sees=UNIT_CHANGE, args=pk_in("unit_changes"), post=NO_METHOD),
    "unit_change_verify": form(
        {"ours": "rR"}, sees=UNIT_CHANGE, args=pk_in("unit_changes"), post=(200, 302, 409, 422)
    ),
    "unit_change_ask": form(
        {"ours": "rR"}, sees=UNIT_CHANGE, args=pk_in("unit_changes"), post=(200, 302, 409, 422)
    ),
    "unit_change_explain": form(
        {"ours": "aA"}, sees=UNIT_CHANGE, args=pk_in("unit_changes"), post=(200, 302, 409, 422)
    ),
    "unit_change_agree": form({}, sees=UNIT_CHANGE, args=pk_in("unit_changes")),
    "unit_change_approve": form(
        {"ours": "mM"}, sees=UNIT_CHANGE, args=pk_in("unit_changes"), post=(200, 302, 409, 422)
    ),
    "unit_change_withdraw": form(
        {"ours": "A"}, sees=UNIT_CHANGE, args=pk_in("unit_changes"), post=(200, 302, 409, 422)
    ),
    "unit_change_notices": public(post=NO_METHOD),
    "unit_change_notice": public(args=lambda world, key: {"pk": world.unit_notices["ours"]}, post=NO_METHOD),
    "organisation_claim": form(CLAIM, sees=CLAIM, args=pk_in("claims"), post=(200, 302, 403, 422)),
    "organisation_claim_cancel": action({"theirs": "a"}, sees=CLAIM, args=pk_in("claims")),
    # --- certificates, yearly summaries, services, complaints ---
    "verify_file": public(),
    "certificate_desk": page("mMio", post=NO_METHOD),
    "certificate_sheets": action("mM", args=lambda world, key: {"year": 2023, "kind": "plaques"}),
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
    "posting_edit": form({"ours": "aA"}, sees=POSTING, args=pk_in("postings")),
    "posting_confirm": action({"ours": "aA"}, sees=POSTING, args=pk_in("postings")),
    "posting_hide": form({"ours": "rR"}, sees=POSTING, args=pk_in("postings")),
    "posting_restore": form({"ours": "rR"}, sees=POSTING, args=pk_in("postings")),
    "posting_withdraw": form({"ours": "aA"}, sees=POSTING, args=pk_in("postings")),
    "services": public(post=NO_METHOD),
    "service": public(args=lambda world, key: {"pk": world.postings["ours"]}, post=NO_METHOD),
    "complain": public(args=number_of_title, post=CREATED_OR_TOLD),
    "complaint_received": public(
        args=lambda world, key: {"number": "TS2026-9999"}, get=(302,), post=NO_METHOD
    ),
    "complaint_query": public(post=CREATED_OR_TOLD),
    "complaint_list": page(READERS, post=NO_METHOD),
    "complaint_download": page(READERS, post=NO_METHOD, reads=True),
    "complaint": page(COMPLAINT, sees=COMPLAINT, args=pk_in("complaints"), post=(200, 403, 422)),
    "complaint_complainant": page(
        {"ours": "ri", "theirs": "i"},
        sees=COMPLAINT,
        args=pk_in("complaints"),
        post=(200, 403, 422),
        reads=True,
    ),
    "complaint_take_up": form({"ours": "rR"}, sees=COMPLAINT, args=pk_in("complaints")),
    "complaint_decline": form({"ours": "rR"}, sees=COMPLAINT, args=pk_in("complaints")),
    "complaint_decline_fraud": form({"ours": "rR"}, sees=COMPLAINT, args=pk_in("complaints")),
    "complaint_conclude_fraud": form({"ours": "rR"}, sees=COMPLAINT, args=pk_in("complaints")),
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
    "reception": dossier_form(
        {**WITH_US, **{key: WITH_US.get(key, "") + "mM" for key in REPORTED}},
        get=(200, 403),  # whose turn it is not
        post=(200, 302, 403, 422),
    ),
    "dossier_changes": Row(
        may={key: seen.replace("e", "") for key, seen in DOSSIER.items()},
        sent_on="aA",
        sees=WORKED_ON,
        args=lambda world, key: {"pk": world.dossiers[key].pk},
        get=(200, 404),
        post=(200, 404),
    ),
    "correction_extend": form(
        {"ours": "mM", "province": "rR", "theirs": "mM"}, sees=CORRECTION, args=pk_in("corrections")
    ),
    "correction_pdf": page(
        CORRECTION, sees=CORRECTION, args=pk_in("corrections"), post=NO_METHOD, reads=True
    ),
    # --- experts and panels ---
    "expert_join": public(args=token("expert"), post=CREATED_OR_TOLD),
    "expert_invite": action(dict.fromkeys(EXPERT, "mM"), sees=EXPERT, args=pk_in("experts")),
    "expert_profile": form("e"),
    "expert_candidates": form("e"),
    "panel_ask": action(MINISTRY),
    "panel_matrix": page(WATCHING),
    "panel_draw": action(MINISTRY),
    "panel_draw_record": page(
        {"ours": WATCHING}, sees={"ours": WATCHING}, args=lambda world, key: {"pk": world.draw}
    ),
    "assignment_board": form(MINISTRY),
    "view_save": action(MINISTRY),
    "view_remove": action({"shared": "m", "own": "M"}, sees=VIEW, args=pk_in("views")),
    "overlap_list": page("rRgGmMio"),
    "overlap": form(OVERLAP, sees=OVERLAP, args=pk_in("overlaps"), post=(200, 302, 403, 422)),
    "review_remind": action(MINISTRY),
    "expert_scores": page(WATCHING),
    "moderation": dossier_form(REPORTED),
    # --- support, imports, exports ---
    "export_list": page(post=NO_METHOD),
    "bulk_start": action(post=(404,)),
    "bulk_run": form({"own": "m"}, sees={"own": "m"}, args=lambda world, key: {"pk": world.bulk.pk}),
    "support_list": page(READERS, post=NO_METHOD),
    "support_new": form("rRgGmM"),
    "support_plans": page(READERS, post=NO_METHOD),
    "support_plan_new": form("rRgGmM"),
    "support_plan": page(
        {"ours": "rRmMio"}, sees={"ours": "aArRmMio"}, args=pk_in("support_plans"), post=NO_METHOD
    ),
    "support_plan_close": form({"ours": "rR"}, sees={"ours": "aArRmMio"}, args=pk_in("support_plans")),
    "support_download": page(READERS, post=NO_METHOD, reads=True),
    "support_void": form({"ours": "rR", "theirs": "mM"}, sees=SUPPORT, args=pk_in("supports")),
    "support_ours": platform(PLATFORM, post=NO_METHOD),
    "import_list": form("rRgGmMi", post=(200, 302, 403, 409, 422)),
    "import_template": page(
        {"support": "rRgGmM", "historic": "mM"},
        sees={"support": "rRgGmM", "historic": "mM"},
        args=lambda world, key: {"kind": key},
        post=NO_METHOD,
    ),
    "notice_start": form("mM"),
    "import_correct": action(
        {}, sees=dict.fromkeys(BATCH, ""), args=pk_in("imports")
    ),  # a notice's lines alone
    "import_batch": form(BATCH, sees=BATCH, args=pk_in("imports"), post=(200, 302, 403)),
    "import_marked": page(BATCH, sees=BATCH, args=pk_in("imports"), post=NO_METHOD, reads=True),
    **{
        f"import_{verb}": form(IMPORTED, sees=BATCH, args=pk_in("imports"))
        for verb in ("apply", "undo", "discard")
    },
    # --- a recommender's own people and register ---
    "staff": form("rRgG", post=(200, 302, 403, 409, 422)),
    "staff_change": action(
        {"ours": "R"},
        sees={"ours": "R"},
        args=lambda world, key: {"pk": world.users["recommender_officer"].pk},
        shut=others("RG"),
    ),
    "substitution_add": form("RG"),
    "substitution_end": action(
        {"ours": "R"},
        sees={"ours": "R"},
        args=lambda world, key: {"pk": world.substitution},
        shut=others("RG"),
    ),
    "staff_request_withdraw": action(
        {"ours": "Rs"},
        sees={"ours": "Ris"},
        args=lambda world, key: {"pk": world.staff_request},
    ),
    "recognition_register": page("gGmMi"),
    "recognition_add": page("gG", get=(200,), post=CREATED_OR_TOLD),
    "recognition_end": form({"ours": "gG"}, sees=RECOGNITION, args=pk_in("recognitions")),
    # --- uploads in pieces, reuse ---
    "upload_begin": dossier_form({"ours": "aA"}, args=of_licence, get=NO_METHOD),
    **{
        f"upload_{verb}": dossier_form({"ours": "aA"}, args=of_upload, get=NO_METHOD, post=(404,))
        for verb in ("finish", "give_up")
    },
    "upload_piece": dossier_form({"ours": "aA"}, args=of_upload, get=NO_METHOD, post=NO_METHOD),
    "material_preview": dossier_form({"ours": "aA"}, args=of_entry, post=NO_METHOD),
    "material_reuse": dossier_form({"ours": "aA"}, args=of_entry, get=NO_METHOD, post=(404,)),
    # --- the recommender's evaluation and reporting ---
    "compare": page("rRgG"),
    "reporting_pdf": page(REPORTING, sees=REPORTING, args=pk_in("reportings"), post=NO_METHOD, reads=True),
    "reporting_zip": action(REPORTING, sees=REPORTING, args=pk_in("reportings")),
    "recommendation_preview": dossier_form(WITH_US, get=NO_METHOD),
    "dossier_visits": dossier_form(OPINIONS, sees=DOSSIER, post=OK),
    "visit_add": dossier_form(WITH_US),
    "evaluation_items": form("rRgG", post=(200, 302, 403, 409, 422)),
    "evaluation_item_retire": action(ITEM, sees=ITEM, args=pk_in("items")),
    # --- texts of the year ---
    "cycle_letters": form({"ours": "mM", "draft": "mM"}, sees=CYCLE, args=of_cycle, post=OK),
    "cycle_letter": form(
        {"ours": "mM", "draft": "mM"},
        sees=CYCLE,
        args=lambda world, key: {**of_cycle(world, key), "code": "decline"},
    ),
    "cycle_rubric": form({"ours": "mM", "draft": "mM"}, sees=CYCLE, args=of_cycle),
    "cycle_attachments": form({"ours": "mM", "draft": "mM"}, sees=CYCLE, args=of_cycle),
    "cycle_attachment": public(get=MISSING, post=NO_METHOD, args=lambda world, key: {"pk": world.year.pk}),
    "cycle_experts_rubric": form({"ours": "mM", "draft": "mM"}, sees=CYCLE, args=of_cycle),
    # --- watching ---
    "audit_dossiers": page("io"),
    "audit_reconstruct": dossier_form(dict.fromkeys(WORKED_ON, "io"), shut=others("io"), post=OK, reads=True),
    "audit_evidence": dossier_form(dict.fromkeys(WORKED_ON, "io"), get=NO_METHOD),
    "statistics": page("mMio"),
    "statistics_export": action("mMio"),
}
