"""Who reads which letters a dossier has caused: whoever handles or oversees it, and its unit; no expert."""

from __future__ import annotations

from applications.models import Application
from applications.permissions import APPLICANT, OVERSIGHT, RECOMMENDER, REPORTED
from portal.kernel.permissions import grant

grant(Application, {"read_letters": {**APPLICANT, **RECOMMENDER, **REPORTED, **OVERSIGHT}})
