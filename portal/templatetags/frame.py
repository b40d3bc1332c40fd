"""What the frame of a desk draws in two places is made once."""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def side_menu(context) -> SafeString:
    """The navigation: at the side, and folded on a phone."""
    request = context["request"]
    if not hasattr(request, "side_menu"):
        request.side_menu = render_to_string("ui/side.html", {"side": context["side"]})
    return request.side_menu
