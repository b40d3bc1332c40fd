from __future__ import annotations

from django import forms

from platforms.models import ServicePosting
from platforms.postings.services import FIELDS
from portal.kernel import clock
from portal.pages.forms import PortalModelForm


class PostingForm(PortalModelForm):
    asked_later = ("price",)  # of what costs something
    goes_public = ("name", "audience", "when", "place", "price", "contact", "phone", "description")

    class Meta:
        model = ServicePosting
        fields = FIELDS
        widgets = {"description": forms.Textarea(attrs={"rows": 5}), "fee": forms.RadioSelect}

    def __init__(self, *args, functions=(), **kwargs):
        super().__init__(*args, **kwargs)
        labels = dict(ServicePosting._meta.get_field("function").choices)
        codes = list(functions) or list(labels)
        self.fields["function"].choices = [("", "请选择"), *((code, labels[code]) for code in codes)]
        self.fields["fee"].choices = ServicePosting.Fee.choices
        self.fields["price"].help_text = "收费的写明标准，例如“每次 200 元”"

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day and day < clock.today():
            raise forms.ValidationError("截止日期已过，请改为今天或者以后的日期。")
        return day

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("fee") == ServicePosting.Fee.CHARGED and not cleaned.get("price"):
            self.add_error("price", "收费的服务请写明收费标准。")
        return cleaned

    def _post_clean(self):
        """The service writes the row."""
