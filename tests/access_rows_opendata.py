"""Who reaches what programs read: everybody, and nobody may post."""

from __future__ import annotations

from tests.access_rows import NO_METHOD, action, form, of_notice, page, public


def of_dossier(world, key):
    return {"pk": world.dossiers["ours"].pk}


OPENDATA = {
    **{
        name: public(post=NO_METHOD)
        for name in (
            "robots",
            "sitemap",
            "security_txt",
            "open_data",
            "openapi",
            "public_calendar",
            "api_titles",
            "api_notices",
            "api_bulk",
            "api_statistics",
        )
    },
    "api_title": public(post=NO_METHOD, args=lambda world, key: {"key": world.title.key}),
    "bulk_file": public(
        get=(404,), post=NO_METHOD, args=lambda world, key: {"name": "titles"}
    ),  # none made yet
    "api_notice": public(post=NO_METHOD, args=of_notice),
    "own_calendar": page(post=NO_METHOD),
    # Whoever brings a key; the tables bring none.
    "calendar_feed": public(get=(404,), post=NO_METHOD, args=lambda world, key: {"token": "nobodys"}),
    "province_openapi": public(post=NO_METHOD),
    "province_dossiers": public(get=(401,), post=NO_METHOD),
    "province_dossier": public(get=(401,), post=NO_METHOD, args=of_dossier),
    "province_evaluation": public(get=NO_METHOD, post=(401,), args=of_dossier),
    "province_recommendation": public(get=NO_METHOD, post=(401,), args=of_dossier),
    "token_issue": form(),
    "token_end": action(args=lambda world, key: {"pk": 1}),
}
