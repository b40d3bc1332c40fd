"""Fields of any model that are sealed in the database: plain in Python, ciphertext in every dump."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.db import models

from portal.privacy import crypto


class PrivateField(models.TextField):
    """A contact or a name of a person. `searchable` allows the question for a whole value, by a keyed digest."""

    form_class = forms.CharField

    def __init__(self, *args, searchable: bool = False, **kwargs):
        self.searchable = searchable
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        """For migrations it is a column of text: they name only modules that stay."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    @property
    def place(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value):
        if not value or hasattr(value, "resolve_expression"):
            return value
        return crypto.seal(str(value), place=self.place, searchable=self.searchable)

    def from_db_value(self, value, expression, connection):
        return crypto.unseal(value, place=self.place) if value else value

    def formfield(self, **kwargs):
        return super(models.TextField, self).formfield(
            **{"form_class": self.form_class, "max_length": self.max_length, **kwargs}
        )

    def get_lookup(self, lookup_name: str):
        """Ciphertext is not compared, ordered or looked into: whatever else is asked is an error."""
        return super().get_lookup(lookup_name) if lookup_name in ("exact", "iexact", "isnull") else None


class PrivateEmailField(PrivateField):
    form_class = forms.EmailField
    default_validators = [validate_email]


class PrivateJSONField(PrivateField):
    """Words of which some are somebody's contacts: sealed as a whole, asked for by nothing."""

    _pyi_private_set_type: Any  # for the type checker: it holds what JSON does, though the column is text
    _pyi_private_get_type: Any

    def get_prep_value(self, value):
        return super().get_prep_value(None if value is None else json.dumps(value, ensure_ascii=False))

    def from_db_value(self, value, expression, connection):
        return json.loads(super().from_db_value(value, expression, connection)) if value else value

    def formfield(self, **kwargs):
        return None

    def get_lookup(self, lookup_name: str):
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


@PrivateField.register_lookup
class Same(models.Lookup):
    lookup_name = "exact"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        left, params = self.process_lhs(compiler, connection)
        if self.rhs == "":
            return f"{left} = ''", params
        if not self.lhs.output_field.searchable:
            raise ValueError(f"{self.lhs.output_field.place} is not searchable")
        digests = crypto.digests_of(self.rhs)
        marks = ", ".join(["%s"] * len(digests))
        return f"split_part({left}, '$', 3) IN ({marks})", [*params, *digests]


@PrivateField.register_lookup
class SameWhateverCase(Same):
    lookup_name = "iexact"


def private_fields() -> list[PrivateField]:
    from django.apps import apps  # complete only once the apps are loaded

    return [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, PrivateField)
    ]
