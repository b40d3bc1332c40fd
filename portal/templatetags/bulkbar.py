from __future__ import annotations

from django import template

from portal.bulk.registry import verbs_on

register = template.Library()


@register.inclusion_tag("portal/bulk/_bar.html", takes_context=True)
def bulk_bar(context, key: str, total: int):
    """Within a list's form: the verbs that this person may do to many of its rows, ticked or all."""
    return {"key": key, "total": total, "verbs": verbs_on(key, context["request"].user)}
