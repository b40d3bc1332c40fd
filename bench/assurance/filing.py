"""A served portal with drafts that only wait to be submitted, each with its person signed in."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import tempfile
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.site import Site
from portal.embedded.postgres import Postgres
from portal.embedded.testing import copy_cluster, prepared_cluster, shelf_of_clusters

PATIENCE = 60  # seconds that a client waits for an answer
SEED = """
import json
from datetime import timedelta
from django.conf import settings
from django.test import Client
from django.utils import timezone
from portal.kernel import clock
from portal.models import TrainingClock
from tests.factories import dossiers, people
offices = [people.recommender(label) for label in ("浙江", "江苏", "甘肃", "广东")]
cycle, made = dossiers.cycle(2026), []
for number in range({count}):
    unit = dossiers.unit(offices[number % len(offices)])
    application, _ = dossiers.draft(of=unit, in_cycle=cycle)
    client = Client()
    client.force_login(unit.user, backend="portal.accounts.backends.PortalBackend")
    made.append([str(application.pk), client.cookies[settings.SESSION_COOKIE_NAME].value])
stands = timezone.make_aware(timezone.datetime(2026, 3, 10, 10))
TrainingClock.objects.update_or_create(id=1, defaults={{"offset": stands - timezone.now()}})
print(json.dumps([settings.SESSION_COOKIE_NAME, made]))
"""
CHECK = """
import json
from collections import Counter
from applications.models import Application, Submission
from portal.models import AuditEvent, OutboxMessage, StoredFile
from portal.kernel import permissions
from portal.shared.digests import sha256_hex
wrong = []
for row in Application.objects.all():
    filed = list(row.submissions.all())
    events = AuditEvent.objects.filter(stream=f"applications.application:{row.pk}", action="application.submit").count()
    sent = OutboxMessage.objects.filter(key__in=[f"receipt_pdf:{one.pk}" for one in filed]).count()
    if (row.state != "DRAFT", len(filed), events, sent) not in ((False, 0, 0, 0), (True, 1, 1, 1)):
        wrong.append(f"{row.pk}: {row.state}, {len(filed)} submissions, {events} events, {sent} messages")
numbers = Counter(Application.objects.exclude(number="").values_list("number", flat=True))
wrong += [f"{number} allotted {times} times" for number, times in numbers.items() if times > 1]
print(json.dumps({"wrong": wrong, "receipts": [str(pk) for pk in Submission.objects.values_list("pk", flat=True)]}))
"""


@dataclass
class Applicant:
    """One browser with its dossier."""

    site: Site
    dossier: str
    cookies: dict[str, str]

    def ask(self, method: str, path: str, body: bytes = b"", **headers) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=PATIENCE)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, answer.headers.get("Location", ""), content

    @property
    def page(self) -> str:
        return f"/my/dossiers/{self.dossier}/check/"

    def open_page(self) -> None:
        """The page stands open, with everything checked, long before the last minute."""
        status, _, content = self.ask("GET", self.page)
        text = content.decode()
        if status != 200:
            raise SystemExit(f"{self.page} answers {status}")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
        sequence = re.search(r'name="sequence" value="(\d+)"', text)[1]
        self.form = urllib.parse.urlencode(
            {
                "csrfmiddlewaretoken": token,
                "sequence": sequence,
                "declarant_name": "沈国栋",
                "declarant_title": "主任",
                "declared": "on",
            }
        ).encode()

    def submit(self) -> tuple[int, str]:
        """Status and, when it was filed, the receipt's key."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Referer": self.site.address + self.page}
        status, place, _ = self.ask("POST", self.page, self.form, **kind)
        found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", place)
        return status, found[0] if status == 302 and found and "receipt" in place else ""


def migrated_cluster(folder: Path) -> Postgres:
    """A cluster that writes to the disk, from the prepared copy that bin/test keeps."""
    folder.chmod(0o755)
    copy_cluster(prepared_cluster(shelf_of_clusters()), folder / "pg")
    return Postgres(folder / "pg").start()


@contextmanager
def filing_site(count: int) -> Iterator[tuple[Site, Postgres, list[Applicant]]]:
    folder = Path(tempfile.mkdtemp(prefix="portal-filing-"))
    cluster = migrated_cluster(folder)
    site = Site(cluster, folder, "filing", template="portal")
    try:
        site.begin("--people", migrated=True)
        name, made = json.loads(site.manage("shell", "-v0", "-c", SEED.format(count=count)).splitlines()[-1])
        from bench.crowd import serve  # it loads the settings, which are this site's by then

        serve(site)
        applicants = [Applicant(site, pk, {name: session}) for pk, session in made]
        yield site, cluster, applicants
    finally:
        if hasattr(site, "web"):
            site.stop()
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def reconcile(site: Site, receipts: list[str]) -> list[str]:
    """What is half done, allotted twice, or was acknowledged and is not there."""
    found = json.loads(site.manage("shell", "-v0", "-c", CHECK).splitlines()[-1])
    lost = set(receipts) - set(found["receipts"])
    return [*found["wrong"], *(f"receipt {one} was given and is lost" for one in lost)]
