"""What the proxy answers by itself: its pages for what is too large, too much or away, and the public pages meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.topology.site import Topology

PUBLIC = ("/", "/directory/", "/notices/", "/publicity/", "/api/v1/titles")
OWN = "/my/"  # nobody else's, so never from a copy
LARGE = b"x" * 100_000  # the sign-in form takes 64 KB


def try_proxy(site: Topology) -> int:
    """1 when something is not as it should be."""
    failed = 0
    for what, found, right in look(site):
        print(f"{what}: {found}{'' if right else '  <-- WRONG'}", flush=True)
        failed += not right
    return int(failed > 0)


def look(site: Topology) -> Iterator[tuple[str, object, bool]]:
    known = [path for path in PUBLIC if site.ask(path)[0] == 200]
    yield "public pages that answer", known, len(known) >= 4
    status, _, page = site.ask("/login/", "POST", LARGE)
    yield from own_page("a form that is too large", status, page, {413})
    answers = [site.ask("/robots.txt") for _ in range(120)]
    refused = [page for status, _, page in answers if status == 429]
    yield f"{len(answers)} requests of one person at once, refused", len(refused), bool(refused)
    yield from own_page("one of them", 429, refused[0] if refused else b"", {429})
    time.sleep(8)
    for name in ("web-a", "web-b"):
        site.parts[name].kill()
    yield from away(site, known, "both web processes killed", {502})
    for name in ("web-a", "web-b"):
        site.parts[name].start()
    began = time.monotonic()
    for name in ("web-a", "web-b"):
        site.parts[name].wait()
    yield "seconds until both are back", round(time.monotonic() - began, 1), site.ask(OWN)[0] in (302, 502)
    time.sleep(6)  # the proxy looks at them again
    for name in ("web-a", "web-b"):
        site.parts[name].freeze()
    time.sleep(70)  # the copies are older than the portal lets them be
    yield from away(site, known, "both web processes frozen", {502, 504})
    for name in ("web-a", "web-b"):
        site.parts[name].thaw()


def away(site: Topology, known: list[str], what: str, codes: set[int]) -> Iterator[tuple[str, object, bool]]:
    for path in known:
        began = time.monotonic()
        status, headers, _ = site.ask(path)
        seconds = time.monotonic() - began
        told = f"{status} {headers.get('X-Cache')} in {seconds:.1f} s"
        yield f"{what}, {path}", told, status == 200
    status, _, page = site.ask(OWN, patience=300)
    yield from own_page(f"{what}, {OWN}", status, page, codes)


def own_page(what: str, status: int, page: bytes, codes: set[int]) -> Iterator[tuple[str, object, bool]]:
    chinese = f"错误代码 {status}" in page.decode(errors="replace")
    yield what, f"{status}, {'our page' if chinese else 'another page'}", status in codes and chinese
