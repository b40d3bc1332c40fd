"""Who reaches what: one row per address, in the words of tests/factories/kinds.py. A new address needs a row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.factories.kinds import (
    ADMINISTRATOR,
    ALL,
    APPLICANT_LEAD,
    APPLICANTS,
    ASSOCIATION_LEAD,
    ASSOCIATIONS,
    EVERYBODY,
    EXPERT,
    INSPECTOR,
    MINISTRY,
    MINISTRY_LEAD,
    MINISTRY_OFFICER,
    NAMES,
    NOBODY,
    OFFICES,
    OUTSIDE_AUDITOR,
    RECOMMENDER_LEAD,
    RECOMMENDER_OFFICER,
    RECOMMENDERS,
    Kind,
)

OK, MOVED, CREATED_OR_TOLD = (200,), (302,), (200, 302, 409, 422)
NO_METHOD = (405,)
MISSING = (404,)  # what the operator has not switched on


@dataclass(frozen=True)
class Row:
    """`sees` names who reaches each object (others get 404), `may` who of them may use the page (others 403)."""

    may: Kind | Mapping[str, Kind] = EVERYBODY
    sees: Mapping[str, Kind] | None = None
    args: Callable[[object, str], dict] = lambda world, key: {}
    get: tuple[int, ...] = OK
    post: tuple[int, ...] = OK
    open: bool = False  # without signing in
    reads: bool | Kind = False  # a GET is a read on record; for these kinds, when others are shown less
    shut: Kind = NOBODY  # kinds that are refused (403) before the object is looked for
    sent_on: Kind = NOBODY  # kinds whose own page is another one (302)

    def allowed(self, key: str) -> Kind:
        return self.may if isinstance(self.may, Kind) else self.may.get(key, NOBODY)


def page(may=ALL, **more) -> Row:
    return Row(may=may, **more)


def public(**more) -> Row:
    return Row(open=True, **more)


def form(may=ALL, **more) -> Row:
    return Row(may=may, **{"post": CREATED_OR_TOLD, **more})


def action(may=ALL, **more) -> Row:
    return Row(may=may, **{"get": NO_METHOD, "post": CREATED_OR_TOLD, **more})


# --- dossiers: who sees each of them (the law of the table, written by hand) ---
DOSSIER = {
    "ours": APPLICANTS | RECOMMENDERS | MINISTRY | EXPERT | INSPECTOR | OUTSIDE_AUDITOR,
    "theirs": MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "guild": ASSOCIATIONS | INSPECTOR | OUTSIDE_AUDITOR,
    "draft": APPLICANTS,
    "public": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "past": INSPECTOR,
}
# Pages of one verb are asked on three of them: one's own, another's, and the association's.
WORKED_ON = {key: DOSSIER[key] for key in ("ours", "theirs", "guild")}
# What the offices write about a dossier is not for who is judged by it, nor for who judges without it.
OPINIONS = {key: seen & ~(APPLICANTS | EXPERT) for key, seen in DOSSIER.items()}
COPIES = {key: seen & ~EXPERT for key, seen in DOSSIER.items()}
# An attachment opens to whom its record opens, and who may read that part of it.
ATTACHMENTS = {
    "visit": RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "objection": INSPECTOR | OUTSIDE_AUDITOR,
    "complaint": RECOMMENDER_OFFICER | INSPECTOR,
    "complaint_theirs": INSPECTOR,
    "claim": APPLICANT_LEAD | RECOMMENDERS | INSPECTOR,
    "recognition": ASSOCIATIONS | MINISTRY | INSPECTOR,
    "import": RECOMMENDERS | INSPECTOR,
    "finding": MINISTRY | EXPERT | INSPECTOR,
    "finding_ours": APPLICANTS | RECOMMENDERS | MINISTRY | EXPERT | INSPECTOR,
    "evidence": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR,
    "evidence_theirs": MINISTRY | INSPECTOR,
    "proof": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR,
    "export": MINISTRY_OFFICER,
}
FILED = {key: seen & ~EXPERT for key, seen in DOSSIER.items() if key != "draft"}
OWN = {"ours": APPLICANTS, "draft": APPLICANTS, "public": APPLICANTS}
OWN_LEAD = dict.fromkeys(OWN, APPLICANT_LEAD)
WITH_US = {"ours": RECOMMENDERS, "public": RECOMMENDERS, "guild": ASSOCIATIONS}
WITH_US_LEAD = {"ours": RECOMMENDER_LEAD, "public": RECOMMENDER_LEAD, "guild": ASSOCIATION_LEAD}
REPORTED = dict.fromkeys(("ours", "theirs", "public"), MINISTRY)
REPORTED_LEAD = dict.fromkeys(REPORTED, MINISTRY_LEAD)
# Whose turn it can be: the office that was filed with, and the ministry once it has been reported.
WORKED_AT = {**WITH_US, **{key: WITH_US.get(key, NOBODY) | MINISTRY for key in REPORTED}}


def pk_of_dossier(world, key):
    return {"pk": world.dossiers[key].pk}


def of_material(code):
    return lambda world, key: {"pk": world.dossiers[key].pk, "code": code}


def dossier(may=None, **more) -> Row:
    return Row(may=DOSSIER if may is None else may, **{"sees": DOSSIER, "args": pk_of_dossier, **more})


def dossier_form(may, **more) -> Row:
    return dossier(may, **{"sees": WORKED_ON, "post": CREATED_OR_TOLD, **more})


def dossier_action(may, **more) -> Row:
    return dossier(may, **{"sees": WORKED_ON, "get": NO_METHOD, "post": CREATED_OR_TOLD, **more})


ORGANISATION = {
    "ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "theirs": MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "guild": OFFICES | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "past": MINISTRY | INSPECTOR,
}


def pk_of_organisation(world, key):
    return {"pk": world.dossiers[key].organisation}


def organisation(may, **more) -> Row:
    return Row(may=may, **{"sees": ORGANISATION, "args": pk_of_organisation, "post": CREATED_OR_TOLD, **more})


PLATFORM = {
    "ours": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "theirs": MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "guild": RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "past": MINISTRY | INSPECTOR,
}
OBJECTION = {
    "public": APPLICANTS | RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "theirs": MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
}
ASSIGNMENT = {
    "ours": MINISTRY | EXPERT | INSPECTOR | OUTSIDE_AUDITOR,
    "theirs": MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
}
EXPERT_RECORD = {"ours": MINISTRY | EXPERT | INSPECTOR, "theirs": MINISTRY | INSPECTOR}
REPORTING = {
    "ours": RECOMMENDERS | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
    "theirs": MINISTRY | INSPECTOR | OUTSIDE_AUDITOR,
}
READERS = MINISTRY | INSPECTOR | OUTSIDE_AUDITOR
CYCLE = {"ours": ALL, "draft": MINISTRY}


def pk_in(name):
    return lambda world, key: {"pk": getattr(world, name)[key]}


def number_of_title(world, key):
    return {"number": world.title.number}


def of_notice(world, key):
    return {"pk": world.notice.pk}


def of_cycle(world, key):
    return {"pk": (world.year if key == "ours" else world.next_year).pk}


def own_message(world, key):
    return {"pk": world.notifications[key].pk}


FILE = {**DOSSIER, **ATTACHMENTS}
# Download, page and picture ask the same question of a file, so the last two ask it of a few.
PAGED = {key: FILE[key] for key in ("ours", "theirs", "guild", "finding", "proof")}
OWN_MESSAGES = {name: kind for name, kind in NAMES.items() if kind in ALL}
ROWS: dict[str, Row] = {
    # --- the portal ---
    "home": public(),
    "desk": page(get=MOVED, post=MOVED),
    "favicon": public(get=MOVED, post=NO_METHOD),
    "session": public(post=NO_METHOD),
    "login": public(sent_on=ALL),
    "single_sign_on": public(get=MISSING, post=NO_METHOD),
    "single_sign_on_callback": public(get=MISSING, post=NO_METHOD),
    "second_step": public(get=MOVED, post=MOVED),
    "enrol": public(get=(200, 302), post=(200, 302, 422)),
    "own_account": page(),
    "prove": page(get=MOVED, post=MOVED),
    "recovery_codes": page(get=MOVED, post=MOVED),
    "session_end": action(args=lambda world, key: {"pk": 1}),
    "passkey_remove": action(args=lambda world, key: {"pk": 1}),
    "passkey_add_begin": public(get=NO_METHOD, post=(200, 403)),
    "passkey_add_complete": public(get=NO_METHOD, post=(403,)),
    "passkey_prove_begin": public(get=NO_METHOD, post=(403,)),
    "passkey_prove_complete": public(get=NO_METHOD, post=(403,)),
    "logout": action(),
    "password_change": form(),
    "password_forgotten": public(post=CREATED_OR_TOLD),
    "password_reset": public(args=lambda world, key: {"uidb64": "bm9ib2R5", "token": "none"}),
    "elder_toggle": public(get=MOVED, post=NO_METHOD),
    "site_map": public(),
    "search": public(),
    "regulation": public(post=NO_METHOD),
    "policies": public(post=NO_METHOD),
    "help": public(post=NO_METHOD),
    "contacts": public(),
    "notifications": page(),
    "notification_open": action(
        OWN_MESSAGES,
        sees=OWN_MESSAGES,
        args=own_message,
    ),
    "notifications_read_all": action(),
    "file_download": Row(may=FILE, sees=FILE, args=pk_in("files"), post=NO_METHOD, reads=True),
    "file_image": Row(may=PAGED, sees=PAGED, args=pk_in("files"), get=(404,), post=NO_METHOD),
    "file_page": Row(
        may=PAGED,
        sees=PAGED,
        args=lambda world, key: {"pk": world.files[key], "number": 1},
        post=NO_METHOD,
        reads=True,
    ),
    "training_clock": page(get=(404,), post=(404,)),
    "calendar_years": public(),
    "calendar_year": public(args=lambda world, key: {"year": 2026}),
    "calendar_enter": form(ADMINISTRATOR, args=lambda world, key: {"year": 2027}),
    "account_list": page(INSPECTOR | ADMINISTRATOR),
    "account_create": form(ADMINISTRATOR),
    "audit_appointments": page(INSPECTOR | OUTSIDE_AUDITOR | ADMINISTRATOR, post=NO_METHOD),
    "audit_appointment_new": form(ADMINISTRATOR),
    "audit_appointment_end": form(
        {"ours": ADMINISTRATOR},
        sees={"ours": INSPECTOR | OUTSIDE_AUDITOR | ADMINISTRATOR},
        args=pk_in("audits"),
    ),
    "account_request": form(
        {"ours": ADMINISTRATOR},
        sees={"ours": INSPECTOR | ADMINISTRATOR},
        args=lambda world, key: {"pk": world.staff_request},
    ),
    "account_edit": form(
        {"ours": ADMINISTRATOR},
        sees={"ours": INSPECTOR | ADMINISTRATOR},
        args=lambda world, key: {"pk": world.users["ministry_officer"].pk},
    ),
    "audit_desk": page(INSPECTOR | OUTSIDE_AUDITOR),
    "audit_events": page(INSPECTOR | OUTSIDE_AUDITOR, reads=True),
    "audit_verify": page(INSPECTOR | OUTSIDE_AUDITOR, post=MOVED),
    "audit_access": Row(may=INSPECTOR, reads=True),
    "public_log": public(post=NO_METHOD),
    "log_keys": public(post=NO_METHOD),
    "log_records": public(post=NO_METHOD),
    "log_tool": public(args=lambda world, key: {"name": "verify.py"}, post=NO_METHOD),
    "log_file": public(args=lambda world, key: {"name": "tile/0/999"}, get=(404,), post=NO_METHOD),
    "interpretation_issue": form(MINISTRY_LEAD),
    "signoff_list": page(OFFICES | MINISTRY | INSPECTOR | ADMINISTRATOR),
    "signoff_book": page(
        {"ours": MINISTRY | INSPECTOR},
        sees={"ours": MINISTRY | INSPECTOR},
        args=lambda world, key: {"pk": world.signoff.pk},
        post=NO_METHOD,
    ),
    "signoff": form(
        {"ours": MINISTRY | INSPECTOR},
        sees={"ours": MINISTRY | INSPECTOR},
        args=lambda world, key: {"pk": world.signoff.pk},
        post=(200, 403, 409, 422),
    ),
    # --- platforms ---
    "register": public(post=CREATED_OR_TOLD, sent_on=ALL),
    "organisation_new": form(APPLICANTS),
    "account_merge": form(APPLICANTS),
    "organisation": organisation(ORGANISATION, post=OK),
    "organisation_edit": organisation({"ours": APPLICANTS}),
    "organisation_verify": organisation({"ours": RECOMMENDERS, "guild": OFFICES}, get=NO_METHOD),
    "person_add": organisation({"ours": APPLICANT_LEAD}, get=NO_METHOD),
    "person_remove": organisation(
        {"ours": APPLICANT_LEAD},
        args=lambda world, key: {
            "pk": world.dossiers[key].organisation,
            "user": world.users["applicant_clerk"].pk,
        },
        get=NO_METHOD,
    ),
    "platform_new": organisation({"ours": APPLICANTS}),
    "platform_edit": form(
        {"ours": APPLICANTS}, sees=PLATFORM, args=lambda world, key: {"pk": world.dossiers[key].platform}
    ),
    "directory": public(post=NO_METHOD),
    "directory_download": public(args=lambda world, key: {"kind": "json"}, post=NO_METHOD),
    "platform_page": public(args=number_of_title, post=NO_METHOD),
    "verify_certificate": public(post=NO_METHOD),
    "verify_number": public(args=number_of_title, post=NO_METHOD),
    "certificate": public(args=number_of_title, post=NO_METHOD),
    "certificate_proof": public(args=number_of_title, post=NO_METHOD),
    # --- applications: guidance, filing ---
    "guide": public(post=NO_METHOD),
    "sample": public(args=lambda world, key: {"code": "staff"}, post=NO_METHOD),
    "criteria": public(post=NO_METHOD),
    "selfcheck": public(post=NO_METHOD),
    "selfcheck_take": form(APPLICANTS, post=(302, 404)),
    "own_changes": dossier(
        sent_on=OFFICES | MINISTRY | EXPERT | INSPECTOR | OUTSIDE_AUDITOR | ADMINISTRATOR,
        get=(200, 404),
        post=NO_METHOD,
    ),
    "applicant_home": page(APPLICANTS),
    "dossier_open": form(
        {"ours": APPLICANTS}, sees=PLATFORM, args=lambda world, key: {"pk": world.dossiers[key].platform}
    ),
    "dossier_tasks": dossier(
        sent_on=OFFICES | MINISTRY | EXPERT | INSPECTOR | OUTSIDE_AUDITOR | ADMINISTRATOR
    ),
    "dossier_withdraw": dossier_form(OWN_LEAD, get=(200, 302)),
    "dossier_leave_round": dossier_form(OWN_LEAD),
    "dossier_hand_over": dossier_action(OWN),
    "dossier_take_over": dossier_form(OWN, get=MOVED),
    "dossier_check": dossier_form(OWN, get=(200, 302)),
    "three_years_draft": dossier_form(OWN, get=(404,), post=NO_METHOD),
    "upload_together": dossier_action(OWN),
    "report_offline_docx": dossier_form(OWN, post=NO_METHOD),
    "report_offline": dossier_form(OWN, get=(200, 302)),
    "report_sections": dossier(
        sent_on=OFFICES | MINISTRY | EXPERT | INSPECTOR | OUTSIDE_AUDITOR | ADMINISTRATOR
    ),
    "report_section": dossier_form(OWN, args=of_material("overview")),
    "material": dossier_form(OWN, args=of_material("licence")),
    "material_fields": dossier_action(OWN, args=of_material("licence")),
    "material_none": dossier_action(OWN, args=of_material("quality")),
    "material_marked": dossier(args=of_material("staff"), post=NO_METHOD, reads=True),
    "material_remove": dossier_action(
        OWN,
        args=lambda world, key: {
            "pk": world.dossiers[key].pk,
            "code": "licence",
            "entry": world.dossiers[key].entry,
        },
    ),
    "report_pdf": dossier(post=NO_METHOD, reads=True),
    "report_read": dossier(post=NO_METHOD, reads=True),
    "dossier_zip": dossier(COPIES, post=NO_METHOD, reads=True),
    "receipt": Row(
        may=FILED,
        sees=FILED,
        args=lambda world, key: {"pk": world.dossiers[key].submission},
        post=NO_METHOD,
    ),
    "receipt_check": public(
        args=lambda world, key: {"pk": world.dossiers["ours"].submission}, post=NO_METHOD
    ),
    "receipt_pdf": Row(
        may=FILED,
        sees=FILED,
        args=lambda world, key: {"pk": world.dossiers[key].submission},
        post=NO_METHOD,
        reads=True,
    ),
    "receipt_proof": Row(
        may=FILED, sees=FILED, args=lambda world, key: {"pk": world.dossiers[key].submission}, post=NO_METHOD
    ),
    "roster_template": page(args=lambda world, key: {"code": "staff"}, post=NO_METHOD),
    # --- applications: the recommender ---
    "recommender_home": page(OFFICES),
    "recommender_queue": page(OFFICES),
    "recommender_contact": form(OFFICES),
    "reporting": form(OFFICES, post=(200, 302, 403, 409, 422)),
    "reporting_order": action(RECOMMENDER_LEAD | ASSOCIATION_LEAD),
    "reporting_receipt": Row(may=REPORTING, sees=REPORTING, args=pk_in("reportings")),
    "reporting_xlsx": Row(
        may=REPORTING, sees=REPORTING, args=pk_in("reportings"), post=NO_METHOD, reads=True
    ),
    "dossier": dossier(sent_on=APPLICANTS, reads=True),
    "material_mark": dossier_action(
        WORKED_AT,
        args=of_material("licence"),
        post=(302, 403),  # whose turn it is not
    ),
    "dossier_correction": dossier_form(WORKED_AT),
    "dossier_note": dossier_form(WORKED_AT),
    "dossier_evaluation": dossier_form(WITH_US, reads=True),
    "dossier_relaxation": dossier_form(WITH_US),
    "dossier_recommendation": dossier_form(WITH_US),
    "recommendation_xlsx": dossier({**COPIES, "draft": NOBODY}, post=NO_METHOD, reads=True),
    "recommendation_pdf": dossier({**COPIES, "draft": NOBODY}, post=NO_METHOD, reads=True),
    "begin_evaluation": dossier_form(WITH_US),
    "recommend": dossier_form(WITH_US_LEAD),
    "decline": dossier_form(WITH_US),
    "recall": dossier_form(WITH_US_LEAD),
    # --- applications: the year ---
    "cycle_list": page(MINISTRY),
    "cycle_create": form(MINISTRY),
    "cycle": Row(may=CYCLE, sees=CYCLE, args=of_cycle),
    "cycle_edit": form({"ours": MINISTRY, "draft": MINISTRY}, sees=CYCLE, args=of_cycle),
    "cycle_publish": form({"ours": MINISTRY_LEAD, "draft": MINISTRY_LEAD}, sees=CYCLE, args=of_cycle),
    "cycle_take_back": form({"ours": MINISTRY, "draft": MINISTRY}, sees=CYCLE, args=of_cycle),
    "cycle_extend": form({"ours": MINISTRY_LEAD, "draft": MINISTRY_LEAD}, sees=CYCLE, args=of_cycle),
    "cycle_late": form({"ours": MINISTRY_LEAD, "draft": MINISTRY_LEAD}, sees=CYCLE, args=of_cycle),
    # --- review: the ministry ---
    "ministry_home": page(MINISTRY),
    "ministry_queue": page(READERS),
    "assign_handler": action(MINISTRY),
    "queue_export": page(READERS, post=(302,), reads=True),
    "queue_next": page(MINISTRY, get=MOVED, post=NO_METHOD),
    "review_progress": page(MINISTRY | INSPECTOR),
    "decision": form(MINISTRY),
    "expert_pool": page(MINISTRY | INSPECTOR),
    "expert_create": form(MINISTRY),
    "expert_edit": form(
        {"ours": MINISTRY | EXPERT, "theirs": MINISTRY}, sees=EXPERT_RECORD, args=pk_in("experts")
    ),
    "accept": dossier_form(REPORTED),
    "refuse": dossier_form(REPORTED),
    "go_on": dossier_form(REPORTED_LEAD),
    "begin_review": dossier_form(REPORTED),
    "conclude_review": dossier_form(REPORTED),
    "reject": dossier_form(REPORTED),
    "take_off_list": dossier_form(REPORTED_LEAD),
    "panel": dossier_form(REPORTED),
    **{
        name: action(dict.fromkeys(ASSIGNMENT, MINISTRY), sees=ASSIGNMENT, args=pk_in("assignments"))
        for name in ("assignment_release", "assignment_reopen")
    },
    "expert_home": page(EXPERT),
    "declare": form({"ours": EXPERT}, sees=ASSIGNMENT, args=pk_in("assignments"), get=(200, 302)),
    "score": form({"ours": EXPERT}, sees=ASSIGNMENT, args=pk_in("assignments"), reads=True),
    # --- review: the public ---
    "publicity_prepare": form(MINISTRY),
    "publicised": form(MINISTRY | INSPECTOR, post=(200, 302, 403, 409, 422)),
    **{
        name: form({"ours": MINISTRY}, sees={"ours": ALL}, args=of_notice)
        for name in ("notice_withdraw", "notice_correct")
    },
    "objection_inbox": page(APPLICANTS | OFFICES | MINISTRY | INSPECTOR | OUTSIDE_AUDITOR),
    "objection": form(OBJECTION, sees=OBJECTION, args=pk_in("objections"), reads=INSPECTOR | OUTSIDE_AUDITOR),
    **{name: public(post=NO_METHOD) for name in ("notices", "notice_feed", "publicity_list")},
    "notice": public(args=of_notice, get=MOVED, post=NO_METHOD),
    "notice_file": public(args=lambda world, key: {"pk": world.notice.pk, "kind": "json"}, post=NO_METHOD),
    "publicity": public(args=of_notice, post=NO_METHOD),
    "object_to": public(
        args=lambda world, key: {**of_notice(world, key), "item": world.item.pk}, post=CREATED_OR_TOLD
    ),
    "objection_received": public(
        args=lambda world, key: {"number": "YY2026-9999"}, get=MOVED, post=NO_METHOD
    ),
    "objection_query": public(),
}
