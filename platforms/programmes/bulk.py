"""Lines of a province's own register that come to their end, confirmed many at once (Art. 18)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from platforms.models import ProvincialTitle
from platforms.programmes.forms import BulkRenewalForm
from platforms.programmes.public import TITLES
from platforms.programmes.terms import prepare_renewals
from portal.bulk.registry import BulkList, BulkVerb, register_list

PARAMS = ("view", "q", "year")


def listed(user, params):
    """The register as its page shows it: the ending ones where the address says so."""
    rows = ProvincialTitle.objects.for_user(user, "prepare_renew")
    if params.get("view") == "ending":
        rows = rows.ending().order_by("valid_until", "number")
    return TITLES.narrow(rows, params)


def term_in_words(row: ProvincialTitle) -> str:
    return f"{row.number or row.document_number or row.year}；{row.term}"


register_list(
    BulkList(
        "provincial_titles",
        ProvincialTitle,
        rows=listed,
        back=lambda params: (
            f"{reverse('province_titles')}?{urlencode({name: params[name][:60] for name in PARAMS if params.get(name)})}"
        ),
        url=lambda row: reverse("province_title", args=[row.pk]),
        related=("programme__recommender", "platform"),
    ),
    BulkVerb(
        "renew", propose=prepare_renewals, form_class=BulkRenewalForm, fact=term_in_words, basis=((18, ""),)
    ),
)
