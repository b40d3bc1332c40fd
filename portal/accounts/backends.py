from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from portal.accounts.session_store import person_at_hand
from portal.kernel.permissions import allowed


class PortalBackend(ModelBackend):
    """Passwords as Django does them; `has_perm("app.verb_model", obj)` by the table, and no global permission."""

    def get_user(self, user_id):
        person = person_at_hand(user_id)
        if person is None:
            return super().get_user(user_id)
        return person if self.user_can_authenticate(person) else None

    def has_perm(self, user_obj, perm, obj=None):
        if obj is None or not user_obj.is_active:
            return False
        verb = perm.rpartition(".")[2].removesuffix(f"_{obj._meta.model_name}")
        return allowed(user_obj, verb, obj)

    def get_all_permissions(self, user_obj, obj=None):
        return set()

    def has_module_perms(self, user_obj, app_label):
        return False
