"""Refilling: a rendered page whose form shows again what was typed, whatever made the form."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from lxml import html

BACK = "登录已到时限，您刚才填写的内容已放回下面的表单，还没有提交。请核对后再提交；附件需要重新选择。"
NOWHERE = "登录已到时限，此处现在不能再填写。您刚才填写的内容没有提交，列在下面，可以复制。"
CARRIED = ("version", "_base")  # hidden fields that say which state of the record was being edited
UNTYPED = ("submit", "button", "reset", "image", "file", "password")

Fields = Mapping[str, list[str]]


def refilled(page: str, action: str, path: str, fields: Fields) -> str:
    document = html.document_fromstring(page)
    form = _form_for(document, action, path, fields)
    if form is None:
        _list(document, fields)
    else:
        _fill(document, form, fields)
        form.addprevious(_note(BACK))
    return html.tostring(document, encoding="unicode", doctype="<!doctype html>")


def _form_for(document, action: str, path: str, fields: Fields):
    """Of the forms sent to that address the one with most of the names."""
    found = [
        (sum(one.name in fields for one in _controls(document, form)), -number, form)
        for number, form in enumerate(document.forms)
        if form.method == "POST" and urlsplit(urljoin(path, form.get("action") or path)).path == action
    ]
    known, _, form = max(found, default=(0, 0, None), key=lambda one: one[:2])
    return form if known > ("csrfmiddlewaretoken" in fields) else None


def _controls(document, form):
    name = form.get("id")
    inside = form.iter("input", "textarea", "select")
    elsewhere = document.xpath("//*[@form=$name][@name]", name=name) if name else ()
    return [one for one in (*inside, *elsewhere) if one.tag != "button" and one.get("name")]


def _fill(document, form, fields: Fields) -> None:
    used: dict[str, int] = {}
    for control in _controls(document, form):
        values = fields.get(control.name, [])
        kind = control.get("type", "text").lower() if control.tag == "input" else control.tag
        if kind in ("checkbox", "radio"):
            _mark(control, "checked", control.get("value", "on") in values)
        elif kind == "select":
            for option in control.iter("option"):
                _mark(option, "selected", option.get("value", option.text) in values)
        elif kind not in UNTYPED and control.name in fields:
            if kind == "hidden" and not control.name.endswith(CARRIED):
                continue
            at = used.get(control.name, 0)
            used[control.name] = at + 1
            text = values[at] if at < len(values) else ""
            if kind == "textarea":
                control.text = f"\n{text}"  # a reader drops the first line break
            else:
                control.set("value", text)


def _mark(control, attribute: str, on: bool) -> None:
    control.attrib.pop(attribute, None)
    if on:
        control.set(attribute, "")


def _note(sentence: str):
    note = html.Element("div", {"class": "note warn", "role": "status"})
    words = html.Element("div")
    words.text = sentence
    note.append(words)
    return note


def _list(document, fields: Fields) -> None:
    """What has no form any more can at least be read and copied."""
    main = document.get_element_by_id("main")
    texts = [
        text for name, values in fields.items() if name not in CARRIED for text in values if len(text) > 1
    ]
    for text in reversed(texts):
        block = html.Element("p", {"class": "pre"})
        block.text = text
        main.insert(0, block)
    main.insert(0, _note(NOWHERE))
