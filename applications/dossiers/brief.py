"""Article 5 in brief for lists: a whole assessment is five thousand letters, and a line shows two words of it."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, JSONField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils.safestring import SafeString

from portal.templatetags.ui import article5_of


class Verdicts(Func):
    """Those of all conditions, in their order; NULL where nothing was assessed."""

    template = "jsonb_path_query_array(%(expressions)s, '$.criteria[*].verdict')"
    output_field = JSONField()


def with_brief(rows: QuerySet) -> QuerySet:
    """The rows with what `brief_of` needs; a list leaves their assessments out."""
    return rows.annotate(
        verdicts_found=Verdicts("assessment"), mark_found=KeyTextTransform("mark", "assessment")
    )


def brief_of(row: Any) -> SafeString | str:
    """As the tag `article5` says it of a whole assessment."""
    return article5_of(frozenset(row.verdicts_found or ()), row.mark_found or "")
