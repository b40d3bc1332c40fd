"""Who reaches what of a province's own programme: the ministry finds nothing there."""

from __future__ import annotations

from tests.access_rows import NO_METHOD, OK, Row, action, dossier_form, form, page, public
from tests.factories.kinds import ALL, RECOMMENDER_LEAD, RECOMMENDERS

OTHERS = ALL & ~RECOMMENDERS
OWN = {"ours": RECOMMENDERS}


def own(may=RECOMMENDERS, **more) -> Row:
    return Row(
        **{
            "may": {"ours": may},
            "sees": OWN,
            "args": lambda world, key: {"pk": world.round.pk},
            "shut": OTHERS,
            **more,
        }
    )


def of_province(world, key):
    return {"code": world.round.programme.recommender.code}


def of_line(world, key):
    return {"pk": world.line.pk}


def of_round(world, key):
    return {**of_province(world, key), "year": world.round.year}


FORM = (200, 302, 409, 422)
PROVINCE: dict[str, Row] = {
    "provinces": public(post=NO_METHOD),
    "province_register": public(args=of_province, post=NO_METHOD),
    "province_download": public(args=of_province, post=NO_METHOD),
    "province_notices": public(args=of_province, post=NO_METHOD),
    "province_round": public(args=of_round, post=NO_METHOD),
    "province_home": page(RECOMMENDERS),
    "province_programme": form(RECOMMENDER_LEAD),
    "province_titles": page(RECOMMENDERS),
    "province_title_add": form(RECOMMENDERS),
    "province_title": page({"ours": RECOMMENDERS}, sees={"ours": ALL}, args=of_line, post=OK),
    "province_title_renew": form({"ours": RECOMMENDERS}, sees={"ours": ALL}, args=of_line),
    "province_title_end": form({"ours": RECOMMENDERS}, sees={"ours": ALL}, args=of_line),
    "province_title_revoke": form({"ours": RECOMMENDERS}, sees={"ours": ALL}, args=of_line),
    # The line of these tables stands on an older list: no certificate was issued for it.
    "province_certificate": public(
        args=lambda world, key: {**of_province(world, key), "number": "SJ33-2026-0001"},
        get=(404,),
        post=NO_METHOD,
    ),
    "province_sheets": action(
        RECOMMENDERS, args=lambda world, key: {"year": 2026, "kind": "certificates"}, post=(404,)
    ),
    "round_create": form(RECOMMENDERS),
    "round": own(),
    "round_edit": own(post=FORM),
    "round_publish": own(RECOMMENDER_LEAD, post=FORM),
    "round_late": own(RECOMMENDER_LEAD, post=FORM),
    "round_decision": own(post=FORM),
    "round_publicity": own(post=FORM),
    "round_publicised": own(post=FORM),
    # Of the national dossiers of the tables nobody concludes an evaluation this way.
    "conclude_evaluation": dossier_form({}),
}
