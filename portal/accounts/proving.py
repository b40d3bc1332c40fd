"""Step-up on forms that sign: the second factor is asked again when the last proof is old."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest

from portal.accounts import factors, passkeys, signing_in
from portal.kernel.workflow import TransitionBlocked
from portal.pages.forms import PortalForm, dress


def ask(form: PortalForm, request: HttpRequest) -> PortalForm:
    """The same form with a field for the code, where a proof is due."""
    if signing_in.must_prove(request):
        form.fields["code"] = forms.CharField(
            label="动态口令或者恢复码",
            required=False,
            max_length=20,
            help_text="签发前再确认一次是您本人；也可以先用通行密钥确认",
            widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        )
        dress(form)
    return form


def prove(form: PortalForm, request: HttpRequest) -> bool:
    """Whether it is still the same person; a wrong code stands at its field, and nothing typed is lost."""
    if "code" not in form.fields:
        return True
    try:
        factors.check_code(request.user, form.cleaned_data.pop("code"))
    except TransitionBlocked as refusal:
        form.add_error("code", refusal.reasons)
        return False
    signing_in.note_proof(request)
    return True


def passkey_for(form: PortalForm, request: HttpRequest) -> dict:
    """What the template needs to offer a passkey beside the field."""
    offered = "code" in form.fields and factors.passkeys_of(request.user).exists()
    return {"passkey": offered, "passkey_site": passkeys.site()}
