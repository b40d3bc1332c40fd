"""What the frame of a desk draws in two places is made once."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.desk.navigation import Group

register = template.Library()


@register.simple_tag(takes_context=True)
def side_menu(context) -> SafeString:
    """The navigation: at the side, and folded on a phone."""
    return _drawn(tuple(context["side"]))


@lru_cache(maxsize=512)  # a menu with these numbers, open at this place
def _drawn(side: tuple[Group, ...]) -> SafeString:
    return render_to_string("ui/side.html", {"side": side})
