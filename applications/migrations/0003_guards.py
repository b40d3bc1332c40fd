# Written by `bin/manage makeguards` from the declared transitions; do not edit by hand.
from django.db import migrations

from portal.guards import guard_table, unguard_table, write_edges

EDGES = {
    "applications.cycle": [
        ("", "DRAFT", "publish", "PUBLISHED"),
        ("", "PUBLISHED", "close", "CLOSED"),
    ],
    "applications.application": [
        ("DESIGNATION", "ACCEPTED", "begin_review", "UNDER_REVIEW"),
        ("DESIGNATION", "DRAFT", "submit", "SUBMITTED"),
        ("DESIGNATION", "DRAFT", "withdraw", "WITHDRAWN"),
        ("DESIGNATION", "PROPOSED", "publicise", "PUBLICISED"),
        ("DESIGNATION", "PROPOSED", "take_off_list", "REVIEWED"),
        ("DESIGNATION", "PUBLICISED", "designate", "DESIGNATED"),
        ("DESIGNATION", "PUBLICISED", "uphold_objection", "REJECTED"),
        ("DESIGNATION", "PUBLICISED", "withdraw_notice", "PROPOSED"),
        ("DESIGNATION", "RECOMMENDED", "lapse", "LAPSED"),
        ("DESIGNATION", "RECOMMENDED", "recall", "UNDER_EVALUATION"),
        ("DESIGNATION", "REPORTED", "accept", "ACCEPTED"),
        ("DESIGNATION", "REPORTED", "refuse", "REFUSED"),
        ("DESIGNATION", "REPORTED", "request_supplement", "SUPPLEMENTING"),
        ("DESIGNATION", "RETURNED", "lapse", "LAPSED"),
        ("DESIGNATION", "RETURNED", "resubmit", "SUBMITTED"),
        ("DESIGNATION", "RETURNED", "withdraw", "WITHDRAWN"),
        ("DESIGNATION", "REVIEWED", "propose", "PROPOSED"),
        ("DESIGNATION", "REVIEWED", "reject", "REJECTED"),
        ("DESIGNATION", "SUBMITTED", "begin_evaluation", "UNDER_EVALUATION"),
        ("DESIGNATION", "SUBMITTED", "lapse", "LAPSED"),
        ("DESIGNATION", "SUBMITTED", "return_for_correction", "RETURNED"),
        ("DESIGNATION", "SUBMITTED", "withdraw", "WITHDRAWN"),
        ("DESIGNATION", "SUPPLEMENTING", "refuse", "REFUSED"),
        ("DESIGNATION", "SUPPLEMENTING", "supplement", "REPORTED"),
        ("DESIGNATION", "UNDER_EVALUATION", "decline", "NOT_RECOMMENDED"),
        ("DESIGNATION", "UNDER_EVALUATION", "lapse", "LAPSED"),
        ("DESIGNATION", "UNDER_EVALUATION", "recommend", "RECOMMENDED"),
        ("DESIGNATION", "UNDER_EVALUATION", "return_for_correction", "RETURNED"),
        ("DESIGNATION", "UNDER_EVALUATION", "withdraw", "WITHDRAWN"),
        ("DESIGNATION", "UNDER_REVIEW", "conclude_review", "REVIEWED"),
        ("REREVIEW", "ACCEPTED", "begin_review", "UNDER_REVIEW"),
        ("REREVIEW", "DRAFT", "submit", "SUBMITTED"),
        ("REREVIEW", "DRAFT", "withdraw", "WITHDRAWN"),
        ("REREVIEW", "PROPOSED", "publicise", "PUBLICISED"),
        ("REREVIEW", "PROPOSED", "take_off_list", "REVIEWED"),
        ("REREVIEW", "PUBLICISED", "confirm", "CONFIRMED"),
        ("REREVIEW", "PUBLICISED", "fail", "FAILED"),
        ("REREVIEW", "PUBLICISED", "uphold_objection", "REVIEWED"),
        ("REREVIEW", "PUBLICISED", "withdraw_notice", "PROPOSED"),
        ("REREVIEW", "RECOMMENDED", "lapse", "LAPSED"),
        ("REREVIEW", "RECOMMENDED", "recall", "UNDER_EVALUATION"),
        ("REREVIEW", "REPORTED", "accept", "ACCEPTED"),
        ("REREVIEW", "REPORTED", "request_supplement", "SUPPLEMENTING"),
        ("REREVIEW", "RETURNED", "lapse", "LAPSED"),
        ("REREVIEW", "RETURNED", "resubmit", "SUBMITTED"),
        ("REREVIEW", "RETURNED", "withdraw", "WITHDRAWN"),
        ("REREVIEW", "REVIEWED", "propose", "PROPOSED"),
        ("REREVIEW", "SUBMITTED", "begin_evaluation", "UNDER_EVALUATION"),
        ("REREVIEW", "SUBMITTED", "lapse", "LAPSED"),
        ("REREVIEW", "SUBMITTED", "return_for_correction", "RETURNED"),
        ("REREVIEW", "SUBMITTED", "withdraw", "WITHDRAWN"),
        ("REREVIEW", "SUPPLEMENTING", "go_on", "REVIEWED"),
        ("REREVIEW", "SUPPLEMENTING", "supplement", "REPORTED"),
        ("REREVIEW", "UNDER_EVALUATION", "lapse", "LAPSED"),
        ("REREVIEW", "UNDER_EVALUATION", "recommend", "RECOMMENDED"),
        ("REREVIEW", "UNDER_EVALUATION", "return_for_correction", "RETURNED"),
        ("REREVIEW", "UNDER_EVALUATION", "withdraw", "WITHDRAWN"),
        ("REREVIEW", "UNDER_REVIEW", "conclude_review", "REVIEWED"),
    ],
    "applications.correctionrequest": [
        ("", "OPEN", "answer", "ANSWERED"),
        ("", "OPEN", "cancel", "CANCELLED"),
    ],
}


class Migration(migrations.Migration):
    dependencies = [("applications", "0002_initial"), ("portal", "0002_guards")]
    operations = [
        migrations.RunSQL(
            guard_table("applications_cycle", "applications.cycle", "DRAFT", ""),
            unguard_table("applications_cycle"),
        ),
        migrations.RunPython(
            write_edges("applications.cycle", EDGES["applications.cycle"]), migrations.RunPython.noop
        ),
        migrations.RunSQL(
            guard_table("applications_application", "applications.application", "DRAFT", "procedure"),
            unguard_table("applications_application"),
        ),
        migrations.RunPython(
            write_edges("applications.application", EDGES["applications.application"]),
            migrations.RunPython.noop,
        ),
        migrations.RunSQL(
            guard_table("applications_correctionrequest", "applications.correctionrequest", "OPEN", ""),
            unguard_table("applications_correctionrequest"),
        ),
        migrations.RunPython(
            write_edges("applications.correctionrequest", EDGES["applications.correctionrequest"]),
            migrations.RunPython.noop,
        ),
    ]
