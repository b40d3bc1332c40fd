"""One decision page for every verb: 依据 → 事实 → 意见 → 后果, what is missing, one form, one button.

An app subclasses `VerbView` per verb; the address ends in the verb, so that permission, address and
audit action are one name. A refusal comes back to the same page with everything typed still there.
"""

from __future__ import annotations

from types import ModuleType
from typing import cast

from django import forms
from django.contrib import messages
from django.db import models
from django.db.models import QuerySet
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.views import View

from portal.accounts import proving
from portal.kernel.permissions import fetch
from portal.kernel.signoff import nobody_to_sign, prepare, seconds_for, waiting_for
from portal.kernel.workflow import (
    TransitionBlocked,
    asks_for_words,
    is_ready,
    missing,
    perform,
    verb_on,
    verbs_of,
)
from portal.models import SignOff
from portal.pages.forms import PortalForm, ShownField, sentences
from portal.shared.together import ask
from portal.shared.uploads import UploadRefused


def case_name(obj) -> str:
    """What people call a record: its number and the platform it is about, as far as it has them."""
    bearer = (
        obj if hasattr(obj, "platform") else getattr(obj, "application", None) or getattr(obj, "title", None)
    )
    platform = getattr(bearer, "platform", None)
    parts = [getattr(obj, "number", ""), getattr(platform, "name", "") or getattr(obj, "name", "")]
    return " ".join(str(part) for part in parts if part)


class NoteForm(PortalForm):
    """The opinion or reason that goes into the trail; `note_label` is what an act calls it."""

    note_label = ""
    note = forms.CharField(
        label="意见", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, obj=None, user=None, note_required=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.obj, self.user = obj, user
        note = self.fields["note"]
        note.required = note.required or note_required
        note.label = self.note_label or ("理由" if note_required else note.label)
        note.error_messages |= sentences(note)

    def ask_for_words(self) -> None:
        """Of this object the act demands a reason: the refusal says why, the label does not call it optional."""
        note = cast(ShownField, self.fields["note"])
        note.asked_later = True
        note.label = "理由" if note.label == "意见" else note.label


class PublicNoteForm(NoteForm):
    """The reason stands word for word where the public reads it."""

    goes_public: tuple[str, ...] = ("note",)


class VerbView(View):
    """GET shows the decision, POST carries it out through `act` (by default `perform`)."""

    model: type[models.Model]
    verb = ""
    form_class: type[PortalForm] = NoteForm
    template_name = "portal/verb.html"
    basis: tuple[tuple[int, str], ...] = ()  # (article, item) pairs; empty for an operating rule
    done_message = ""
    against = False  # ends somebody's case: the button is not the blue one that invites
    signature = False  # signed by one person alone: the second factor is asked again
    waiting: SignOff | None = None  # what was proposed of the same record and is not signed yet

    def queryset(self):
        return self.model.objects.all()

    def permission_verb(self) -> str:
        return f"prepare_{self.verb}" if verbs_of(self.model)[self.verb].two_person else self.verb

    @property
    def declared(self):
        return verb_on(self.obj, self.verb)

    def dispatch(self, request, *args, **kwargs):
        self.obj = fetch(self.queryset(), request.user, self.permission_verb(), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        return self.page(self.make_form())

    def post(self, request, pk):
        form = self.make_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form, status=422)
        if self.signature and not proving.prove(form, request):
            return self.page(form, status=422)
        try:
            result = self.act(form)
        except TransitionBlocked as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
            return self.page(form, status=409)
        except UploadRefused as refusal:
            place = next(
                (name for name, field in form.fields.items() if isinstance(field, forms.FileField)), None
            )
            form.add_error(place, refusal.sentence)
            return self.page(form, status=422)
        messages.success(request, self.said(result))
        return redirect(self.success_url(result))

    def said(self, result) -> str:
        """What was done, naming the case and leading to it: the next page may show another one."""
        waits = f"已拟办{self.declared.label}，等待另一人审签"
        default = waits if isinstance(result, SignOff) else f"已办理：{self.declared.label}"
        words = (self.done_message or default).rstrip("。")
        name = case_name(self.obj)
        if not name:
            return f"{words}。"
        return format_html('{}：<a href="{}">{}</a>。', words, self.case_url(), name)

    def case_url(self) -> str:
        return self.back_url()

    def make_form(self, *data):
        form = self.form_class(
            *data, obj=self.obj, user=self.request.user, note_required=self.declared.note_required
        )
        if isinstance(form, NoteForm) and "note" in form.fields and asks_for_words(self.obj, self.verb):
            form.ask_for_words()
        return proving.ask(form, self.request) if self.signature else form

    def act(self, form):
        """Carry the verb out, or propose it where a second person must sign."""
        facts = dict(form.cleaned_data)
        note = facts.pop("note", "")
        if self.declared.two_person:
            return prepare([self.obj], self.verb, by=self.request.user, note=note, **self.facts(facts))
        return perform(self.obj, self.verb, by=self.request.user, note=note, **self.facts(facts))

    def facts(self, cleaned: dict) -> dict:
        return cleaned

    def shown(self) -> list[tuple[str, str]]:
        """The facts beside the form: (label, value) pairs."""
        return []

    def back_url(self) -> str:
        return "/"

    def success_url(self, result) -> str:
        return self.back_url()

    def page(self, form, status=200):
        reasons = missing(self.obj, self.verb, by=self.request.user)
        if self.declared.two_person:
            reasons += nobody_to_sign([self.obj], self.verb, by=self.request.user)
            self.waiting = waiting_for(self.obj).first()
            reasons += ["已有一项拟办事项等待审签，请先办结或退回。"] if self.waiting else []
        context = {
            "object": self.obj,
            "verb": self.declared,
            "form": form,
            "missing": reasons,
            "can_act": not reasons and is_ready(self.obj, self.verb),
            "view": self,
            "seconds": seconds_for([self.obj], self.verb, by=self.request.user)
            if self.declared.two_person
            else None,
            **proving.passkey_for(form, self.request),
            **self.extra_context(),
        }
        return render(self.request, self.template_name, context, status=status)

    def extra_context(self) -> dict:
        return {}


def verbs_for(obj, user, candidates) -> list:
    """The verbs among the candidates that are this user's and possible in the present state."""
    ready = verbs_ready(obj, candidates)
    return among(ready, ask(*scopes_of(obj, user, ready)))


def verbs_ready(obj, candidates) -> list:
    return [verb_on(obj, verb) for verb in candidates if is_ready(obj, verb)]


def among(ready: list, scopes) -> list:
    """The verbs whose scope has the object, once the scopes have been read."""
    return [verb for verb, found in zip(ready, scopes, strict=True) if found]


def scopes_of(obj, user, ready) -> tuple[QuerySet, ...]:
    """For each verb the object itself, if it is in the user's scope for it."""
    names = [f"prepare_{verb.name}" if verb.two_person else verb.name for verb in ready]
    return tuple(type(obj).objects.for_user(user, name).filter(pk=obj.pk).values("pk")[:1] for name in names)


def verb_paths(prefix: str, module: ModuleType) -> list[URLPattern]:
    """The addresses of every verb page that the module declares: an address ends in its verb, and is named by it."""
    declared = [
        one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__
    ]
    pages = [page for page in declared if issubclass(page, VerbView) and page.verb]
    return [path(f"{prefix}{page.verb}/", page.as_view(), name=page.verb) for page in pages]
