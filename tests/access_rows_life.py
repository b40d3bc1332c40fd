"""Who reaches what of a title's later life, of units and offices, of experts."""

from __future__ import annotations

import uuid

from tests.access_rows import (
    COPIES,
    CREATED_OR_TOLD,
    CYCLE,
    DOSSIER,
    EXPERT_RECORD,
    FILED,
    MISSING,
    NO_METHOD,
    OK,
    OPINIONS,
    PLATFORM,
    REPORTED,
    REPORTING,
    WITH_US,
    WORKED_AT,
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
from tests.factories.kinds import (
    ADMINISTRATOR,
    ALL,
    APPLICANT_CLERK,
    APPLICANT_LEAD,
    APPLICANTS,
    ASSOCIATION_LEAD,
    ASSOCIATIONS,
    EXPERT,
    INSPECTOR,
    MINISTRY,
    MINISTRY_LEAD,
    MINISTRY_OFFICER,
    NOBODY,
    OFFICES,
    OUTSIDE_AUDITOR,
    RECOMMENDER_LEAD,
    RECOMMENDER_OFFICER,
    RECOMMENDERS,
    Kind,
)

READERS = OFFICES | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR
WATCHING = MINISTRY | INSPECTOR


SUMMARY = {
    "ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "theirs": MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
}
COMPLAINT = {
    "ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "theirs": MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
}
POSTING = {
    "ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "theirs": MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
}
SUPPORT = {
    "ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "theirs": MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
}
BATCH = {"ours": RECOMMENDERS | INSPECTOR, "ministry": MINISTRY | INSPECTOR}
IMPORTED = {"ours": RECOMMENDERS, "ministry": MINISTRY}
# Who opened a dossier is for its unit and 纪检; a doubt about it is asked by the unit alone.
OPENINGS = {key: seen & (APPLICANTS | INSPECTOR) for key, seen in FILED.items()}
DOUBTED = {"ours": APPLICANTS, "theirs": NOBODY, "guild": NOBODY}
# `theirs` is a claim of our own clerk on another unit.
TITLE_CLAIM = {"ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR}
UNIT_CHANGE = {"ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR}
CLAIM = {"ours": APPLICANT_LEAD | RECOMMENDERS | INSPECTOR, "theirs": APPLICANT_CLERK | INSPECTOR}
RECOGNITION = {"ours": ASSOCIATIONS | MINISTRY | INSPECTOR, "theirs": MINISTRY | INSPECTOR}
# Asked by the ministry of us, by the province of one of its units, by the ministry of another's.
CORRECTION = {
    "ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "province": RECOMMENDERS | INSPECTOR | OUTSIDE_AUDITOR,
    "theirs": MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
}
OVERLAP = {
    "ours": RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "theirs": MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
}
VIEW = {"shared": MINISTRY, "own": MINISTRY_LEAD}
ITEM = {"ours": RECOMMENDERS, "guild": ASSOCIATIONS}
TITLE = {"ours": ALL, "theirs": ALL}


def token(of: str):
    return lambda world, key: {"token": world.tokens[of]}


def others(people: Kind) -> Kind:
    return ALL & ~people


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
        {"ours": APPLICANT_LEAD},
        args=lambda world, key: {
            "pk": world.dossiers[key].organisation,
            "user": world.users["applicant_clerk"].pk,
        },
        get=NO_METHOD,
    ),
    "organisation_leave": organisation({"ours": APPLICANTS}, get=NO_METHOD),
    "invitation_send": organisation({"ours": APPLICANT_LEAD}, get=NO_METHOD),
    "invitation_revoke": organisation(
        {"ours": APPLICANT_LEAD},
        args=lambda world, key: {"pk": world.dossiers[key].organisation, "invitation": world.invitation},
        get=NO_METHOD,
    ),
    "invitation": public(args=token("organisation"), post=CREATED_OR_TOLD),
    "dossier_letters": dossier(COPIES, post=NO_METHOD),
    "bounce_hook": public(get=NO_METHOD, post=(404,)),
    "dossier_openings": dossier(OPENINGS, post=NO_METHOD),
    "opening_doubt": dossier_form(DOUBTED),
    "reading_doubts": page(INSPECTOR, post=NO_METHOD),
    "misconduct": public(post=CREATED_OR_TOLD),
    "misconduct_query": public(post=CREATED_OR_TOLD),
    "misconduct_received": public(
        args=lambda world, key: {"number": "JB2026-9999"}, get=(302,), post=NO_METHOD
    ),
    "misconduct_list": page(INSPECTOR, post=NO_METHOD),
    "misconduct_report": page(
        {"one": INSPECTOR}, sees={"one": INSPECTOR}, args=pk_in("reports"), post=(200, 422)
    ),
    "misconduct_report_answer": form({"one": INSPECTOR}, sees={"one": INSPECTOR}, args=pk_in("reports")),
    "misconduct_report_close": form({"one": INSPECTOR}, sees={"one": INSPECTOR}, args=pk_in("reports")),
    "reading_doubt_answer": form(
        {"ours": INSPECTOR},
        sees={"ours": APPLICANTS | INSPECTOR},
        args=pk_in("doubts"),
    ),
    "reading_doubt_close": form(
        {"ours": INSPECTOR},
        sees={"ours": APPLICANTS | INSPECTOR},
        args=pk_in("doubts"),
    ),
    "organisation_claims": page(OFFICES | INSPECTOR, post=NO_METHOD),
    "organisation_claim_new": form(APPLICANTS),
    "title_claim": form(APPLICANTS, args=number_of_title),
    "title_claims": page(APPLICANTS | OFFICES | MINISTRY | INSPECTOR, post=NO_METHOD),
    "title_claim_admit": form({"ours": RECOMMENDERS}, sees=TITLE_CLAIM, args=pk_in("title_claims")),
    "title_claim_refuse": form({"ours": RECOMMENDERS}, sees=TITLE_CLAIM, args=pk_in("title_claims")),
    "title_claim_cancel": form({"ours": APPLICANTS}, sees=TITLE_CLAIM, args=pk_in("title_claims")),
    "unit_change_new": platform({"ours": APPLICANTS}, post=CREATED_OR_TOLD),
    "unit_changes": page(APPLICANTS | OFFICES | MINISTRY | INSPECTOR, post=NO_METHOD),
    "unit_change": page(UNIT_CHANGE, sees=UNIT_CHANGE, args=pk_in("unit_changes"), post=NO_METHOD),
    "unit_change_verify": form({"ours": RECOMMENDERS}, sees=UNIT_CHANGE, args=pk_in("unit_changes")),
    "unit_change_receive": action({}, sees=UNIT_CHANGE, args=pk_in("unit_changes")),
    "unit_change_ask": form({"ours": RECOMMENDERS}, sees=UNIT_CHANGE, args=pk_in("unit_changes")),
    "unit_change_explain": form({"ours": APPLICANTS}, sees=UNIT_CHANGE, args=pk_in("unit_changes")),
    "unit_change_agree": form({}, sees=UNIT_CHANGE, args=pk_in("unit_changes")),
    "unit_change_approve": form({"ours": MINISTRY}, sees=UNIT_CHANGE, args=pk_in("unit_changes")),
    "unit_change_withdraw": form({"ours": APPLICANT_LEAD}, sees=UNIT_CHANGE, args=pk_in("unit_changes")),
    "unit_change_notices": public(post=NO_METHOD),
    "unit_change_notice": public(args=lambda world, key: {"pk": world.unit_notices["ours"]}, post=NO_METHOD),
    "organisation_claim": form(CLAIM, sees=CLAIM, args=pk_in("claims"), post=(200, 302, 403, 422)),
    "organisation_claim_cancel": action({"theirs": APPLICANT_CLERK}, sees=CLAIM, args=pk_in("claims")),
    # --- certificates, yearly summaries, services, complaints ---
    "verify_file": public(),
    "certificate_desk": page(MINISTRY | INSPECTOR | OUTSIDE_AUDITOR, post=NO_METHOD),
    "certificate_sheets": action(MINISTRY, args=lambda world, key: {"year": 2023, "kind": "plaques"}),
    "summary_edit": form({"ours": APPLICANTS}, sees=SUMMARY, args=pk_in("summaries")),
    "summary_list": page(READERS, post=NO_METHOD),
    "summary_figures": page(READERS, post=NO_METHOD),
    "summary_download": page(READERS, post=NO_METHOD, reads=True),
    "summary": page(SUMMARY, sees=SUMMARY, args=pk_in("summaries"), post=NO_METHOD, get=(200, 302)),
    "summary_acknowledge": form({"ours": RECOMMENDERS}, sees=SUMMARY, args=pk_in("summaries")),
    "summary_send_back": form({"ours": RECOMMENDERS}, sees=SUMMARY, args=pk_in("summaries")),
    "postings_ours": platform(PLATFORM),
    "posting_new": platform({"ours": APPLICANTS}, post=CREATED_OR_TOLD),
    "posting_list": page(READERS, post=NO_METHOD),
    "posting_edit": form({"ours": APPLICANTS}, sees=POSTING, args=pk_in("postings")),
    "posting_confirm": action({"ours": APPLICANTS}, sees=POSTING, args=pk_in("postings")),
    "posting_hide": form({"ours": RECOMMENDERS}, sees=POSTING, args=pk_in("postings")),
    "posting_restore": form({"ours": RECOMMENDERS}, sees=POSTING, args=pk_in("postings")),
    "posting_withdraw": form({"ours": APPLICANTS}, sees=POSTING, args=pk_in("postings")),
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
        {"ours": RECOMMENDER_OFFICER | INSPECTOR, "theirs": INSPECTOR},
        sees=COMPLAINT,
        args=pk_in("complaints"),
        post=(200, 403, 422),
        reads=True,
    ),
    "complaint_take_up": form({"ours": RECOMMENDERS}, sees=COMPLAINT, args=pk_in("complaints")),
    "complaint_decline": form({"ours": RECOMMENDERS}, sees=COMPLAINT, args=pk_in("complaints")),
    "complaint_decline_fraud": form({"ours": RECOMMENDERS}, sees=COMPLAINT, args=pk_in("complaints")),
    "complaint_conclude_fraud": form({"ours": RECOMMENDERS}, sees=COMPLAINT, args=pk_in("complaints")),
    "complaint_conclude": form({"ours": RECOMMENDERS}, sees=COMPLAINT, args=pk_in("complaints")),
    # --- rules and progress for anyone ---
    "editions": public(post=NO_METHOD),
    "progress_query": public(post=CREATED_OR_TOLD),
    # --- rosters, reception ---
    "material_mend": dossier_form(
        {"ours": APPLICANTS},
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
        WORKED_AT,
        get=(200, 403),  # whose turn it is not
        post=(200, 302, 403, 422),
    ),
    "dossier_changes": Row(
        may={key: seen & ~EXPERT for key, seen in DOSSIER.items()},
        sent_on=APPLICANTS,
        sees=WORKED_ON,
        args=lambda world, key: {"pk": world.dossiers[key].pk},
        get=(200, 404),
        post=(200, 404),
    ),
    "correction_extend": form(
        {"ours": MINISTRY, "province": RECOMMENDERS, "theirs": MINISTRY},
        sees=CORRECTION,
        args=pk_in("corrections"),
    ),
    "correction_pdf": page(
        CORRECTION, sees=CORRECTION, args=pk_in("corrections"), post=NO_METHOD, reads=True
    ),
    # --- experts and panels ---
    "expert_join": public(args=token("expert"), post=CREATED_OR_TOLD),
    "expert_invite": action(
        dict.fromkeys(EXPERT_RECORD, MINISTRY), sees=EXPERT_RECORD, args=pk_in("experts")
    ),
    "expert_profile": form(EXPERT),
    "expert_candidates": form(EXPERT),
    "panel_ask": action(MINISTRY),
    "panel_matrix": page(WATCHING),
    "panel_draw": action(MINISTRY),
    "panel_draw_record": page(
        {"ours": WATCHING}, sees={"ours": WATCHING}, args=lambda world, key: {"pk": world.draw}
    ),
    "assignment_board": form(MINISTRY),
    "view_save": action(MINISTRY),
    "view_remove": action({"shared": MINISTRY_OFFICER, "own": MINISTRY_LEAD}, sees=VIEW, args=pk_in("views")),
    "overlap_list": page(OFFICES | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR),
    "overlap": form(OVERLAP, sees=OVERLAP, args=pk_in("overlaps"), post=(200, 302, 403, 422)),
    "review_remind": action(MINISTRY),
    "expert_scores": page(WATCHING),
    "moderation": dossier_form(REPORTED),
    # --- support, imports, exports ---
    "export_list": page(post=NO_METHOD),
    "bulk_start": action(post=(404,)),
    "bulk_run": form(
        {"own": MINISTRY_OFFICER},
        sees={"own": MINISTRY_OFFICER},
        args=lambda world, key: {"pk": world.bulk.pk},
    ),
    "support_list": page(READERS, post=NO_METHOD),
    "support_new": form(OFFICES | MINISTRY),
    "support_plans": page(READERS, post=NO_METHOD),
    "support_plan_new": form(OFFICES | MINISTRY),
    "support_plan": page(
        {"ours": RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR},
        sees={"ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR},
        args=pk_in("support_plans"),
        post=NO_METHOD,
    ),
    "support_plan_close": form(
        {"ours": RECOMMENDERS},
        sees={"ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR},
        args=pk_in("support_plans"),
    ),
    "support_download": page(READERS, post=NO_METHOD, reads=True),
    "support_void": form({"ours": RECOMMENDERS, "theirs": MINISTRY}, sees=SUPPORT, args=pk_in("supports")),
    "support_ours": platform(PLATFORM, post=NO_METHOD),
    "import_list": form(OFFICES | MINISTRY | INSPECTOR, post=(200, 302, 403, 409, 422)),
    "import_template": page(
        {"support": OFFICES | MINISTRY, "historic": MINISTRY},
        sees={"support": OFFICES | MINISTRY, "historic": MINISTRY},
        args=lambda world, key: {"kind": key},
        post=NO_METHOD,
    ),
    "notice_start": form(MINISTRY),
    "import_correct": action(
        {}, sees=dict.fromkeys(BATCH, NOBODY), args=pk_in("imports")
    ),  # a notice's lines alone
    "import_batch": form(BATCH, sees=BATCH, args=pk_in("imports"), post=(200, 302, 403)),
    "import_marked": page(BATCH, sees=BATCH, args=pk_in("imports"), post=NO_METHOD, reads=True),
    **{
        f"import_{verb}": form(IMPORTED, sees=BATCH, args=pk_in("imports"))
        for verb in ("apply", "undo", "discard")
    },
    # --- a recommender's own people and register ---
    "staff": form(OFFICES, post=(200, 302, 403, 409, 422)),
    "staff_change": action(
        {"ours": RECOMMENDER_LEAD},
        sees={"ours": RECOMMENDER_LEAD},
        args=lambda world, key: {"pk": world.users["recommender_officer"].pk},
        shut=others(RECOMMENDER_LEAD | ASSOCIATION_LEAD),
    ),
    "substitution_add": form(RECOMMENDER_LEAD | ASSOCIATION_LEAD),
    "substitution_end": action(
        {"ours": RECOMMENDER_LEAD},
        sees={"ours": RECOMMENDER_LEAD},
        args=lambda world, key: {"pk": world.substitution},
        shut=others(RECOMMENDER_LEAD | ASSOCIATION_LEAD),
    ),
    "staff_request_withdraw": action(
        {"ours": RECOMMENDER_LEAD | ADMINISTRATOR},
        sees={"ours": RECOMMENDER_LEAD | INSPECTOR | ADMINISTRATOR},
        args=lambda world, key: {"pk": world.staff_request},
    ),
    "recognition_register": page(ASSOCIATIONS | MINISTRY | INSPECTOR),
    "recognition_add": page(ASSOCIATIONS, get=(200,), post=CREATED_OR_TOLD),
    "recognition_end": form({"ours": ASSOCIATIONS}, sees=RECOGNITION, args=pk_in("recognitions")),
    # --- uploads in pieces, reuse ---
    "upload_begin": dossier_form({"ours": APPLICANTS}, args=of_licence, get=NO_METHOD),
    **{
        f"upload_{verb}": dossier_form({"ours": APPLICANTS}, args=of_upload, get=NO_METHOD, post=(404,))
        for verb in ("finish", "give_up")
    },
    "upload_piece": dossier_form({"ours": APPLICANTS}, args=of_upload, get=NO_METHOD, post=NO_METHOD),
    "material_preview": dossier_form({"ours": APPLICANTS}, args=of_entry, post=NO_METHOD),
    "material_reuse": dossier_form({"ours": APPLICANTS}, args=of_entry, get=NO_METHOD, post=(404,)),
    # --- the recommender's evaluation and reporting ---
    "compare": page(OFFICES),
    "reporting_pdf": page(REPORTING, sees=REPORTING, args=pk_in("reportings"), post=NO_METHOD, reads=True),
    "reporting_zip": action(REPORTING, sees=REPORTING, args=pk_in("reportings")),
    "recommendation_preview": dossier_form(WITH_US, get=NO_METHOD),
    "dossier_visits": dossier_form(OPINIONS, sees=DOSSIER, post=OK),
    "visit_add": dossier_form(WITH_US),
    "evaluation_items": form(OFFICES, post=(200, 302, 403, 409, 422)),
    "evaluation_item_retire": action(ITEM, sees=ITEM, args=pk_in("items")),
    # --- texts of the year ---
    "cycle_letters": form({"ours": MINISTRY, "draft": MINISTRY}, sees=CYCLE, args=of_cycle, post=OK),
    "cycle_letter": form(
        {"ours": MINISTRY, "draft": MINISTRY},
        sees=CYCLE,
        args=lambda world, key: {**of_cycle(world, key), "code": "decline"},
    ),
    "cycle_rubric": form({"ours": MINISTRY, "draft": MINISTRY}, sees=CYCLE, args=of_cycle),
    "cycle_attachments": form({"ours": MINISTRY, "draft": MINISTRY}, sees=CYCLE, args=of_cycle),
    "cycle_attachment": public(get=MISSING, post=NO_METHOD, args=lambda world, key: {"pk": world.year.pk}),
    "cycle_experts_rubric": form({"ours": MINISTRY, "draft": MINISTRY}, sees=CYCLE, args=of_cycle),
    # --- watching ---
    "audit_dossiers": page(INSPECTOR | OUTSIDE_AUDITOR),
    "audit_reconstruct": dossier_form(
        dict.fromkeys(WORKED_ON, INSPECTOR | OUTSIDE_AUDITOR),
        shut=others(INSPECTOR | OUTSIDE_AUDITOR),
        post=OK,
        reads=True,
    ),
    "audit_evidence": dossier_form(dict.fromkeys(WORKED_ON, INSPECTOR | OUTSIDE_AUDITOR), get=NO_METHOD),
    "statistics": page(MINISTRY | INSPECTOR | OUTSIDE_AUDITOR),
    "statistics_export": action(MINISTRY | INSPECTOR | OUTSIDE_AUDITOR),
}
