"""Refusals in a form: what a service says no to stands above the fields, a file that is refused at its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms

from portal.kernel.workflow import TransitionBlocked
from portal.shared.refusal import UploadRefused


@contextmanager
def refusals_at(form: forms.BaseForm, file_field: str | None = None) -> Iterator[None]:
    """All reasons at once, and nothing typed is lost: the view goes on to show the page again."""
    try:
        yield
    except TransitionBlocked as refusal:
        form.add_error(None, refusal.reasons)
    except UploadRefused as refusal:
        if file_field is None:
            raise
        form.add_error(file_field, refusal.sentence)
