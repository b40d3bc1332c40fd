"""Who reaches what programs read (see access_rows for the letters): everybody, and nobody may post."""

from __future__ import annotations

from tests.access_rows import NO_METHOD, number_of_title, of_notice, page, public

OPENDATA = {
    **{
        name: public(post=NO_METHOD)
        for name in (
            "robots", "sitemap", "security_txt", "open_data", "openapi", "public_calendar", "api_titles", "api_notices",
            "api_statistics",
        )
    },
    "api_title": public(post=NO_METHOD, args=number_of_title),
    "api_notice": public(post=NO_METHOD, args=of_notice),
    "own_calendar": page(post=NO_METHOD),
}  # fmt: skip
