"""What stands over a list: its form and its tabs, as the list declares them."""

from __future__ import annotations

from django import template

from portal.pages.listforms import FilterForm, Tab

register = template.Library()


@register.inclusion_tag("ui/filters.html")
def filter_form(form: FilterForm, button: str = "btn line") -> dict:
    return {"form": form, "button": button}


@register.inclusion_tag("ui/views.html")
def list_tabs(tabs: list[Tab], label: str = "视图") -> dict:
    return {"tabs": tabs, "label": label}
