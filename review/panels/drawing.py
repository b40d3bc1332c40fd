"""Drawing panels: by function, evenly, reproducible from a recorded seed. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence


class PanelImpossible(Exception):
    """Too few experts without conflict; the message is a sentence."""


def draw(
    dossiers: Sequence[str],
    experts: Sequence[str],
    *,
    size: int | Mapping[str, int],
    seed: str,
    blocked: Collection[tuple[str, str]],
    skills: Mapping[str, Collection[str]],
    wanted: Mapping[str, Collection[str]],
    load: Mapping[str, int],
    preferred: Mapping[str, Collection[str]] | None = None,
) -> dict[str, list[str]]:
    """Dossier → experts: one seat by function as far as the loads stay even, the others by load.

    Ties fall by the functions, then by what an expert would rather read, then by the seed's lot. Nobody is ever given a seat while another
    free expert carries two fewer. The same arguments give the same panels, whoever recomputes them; a blocked pair never meets.
    """
    carried = dict.fromkeys(experts, 0) | {key: load.get(key, 0) for key in experts}
    panels: dict[str, list[str]] = {}
    for dossier in dossiers:
        seats = size if isinstance(size, int) else size[dossier]
        free = [expert for expert in experts if (expert, dossier) not in blocked]
        if len(free) < seats:
            raise PanelImpossible(f"可选专家 {len(free)} 位，不足 {seats} 位，请增补专家。")
        asked = set(wanted.get(dossier, ()))
        match = {
            expert: (
                len(asked & set(skills.get(expert, ()))),
                len(asked & set((preferred or {}).get(expert, ()))),
            )
            for expert in free
        }
        panel: list[str] = []
        while len(panel) < seats:
            panel.append(_seat(dossier, free, panel, carried, match, seed))
        panels[dossier] = panel
        for expert in panel:
            carried[expert] += 1
    return panels


def _seat(dossier, free, panel, carried, match, seed) -> str:
    """The next seat; the first one goes to somebody of the field if the lightest loads allow it."""
    left = [expert for expert in free if expert not in panel]
    lightest = min(carried[expert] for expert in left)
    if not panel:
        of_the_field = [expert for expert in left if match[expert][0] and carried[expert] <= lightest + 1]
        left = of_the_field or left

    def order(expert):
        by_field, by_wish = match[expert]
        return carried[expert], -by_field, -by_wish, _lot(seed, dossier, expert)

    return min(left, key=order)


def _lot(seed: str, dossier: str, expert: str) -> str:
    return hashlib.sha256(f"{seed}|{dossier}|{expert}".encode()).hexdigest()


# --- 双随机 of spot checks (Art. 15) ---


def seed_of(secret: str, public_number: str) -> str:
    """SHA-256 of "secret|number": neither half alone, nor the office that holds one, decides the draw."""
    return hashlib.sha256(f"{secret}|{public_number}".encode()).hexdigest()


def commitment_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def quotas(sizes: Mapping[str, int], *, percent: int, each: bool = False) -> dict[str, int]:
    """Stratum → how many of it are drawn: percent of all, rounded up, spread by the largest remainder.

    Remainders that are equal go by the names of the strata. With `each`, a stratum that would be left out gives one.
    """
    total = -(-sum(sizes.values()) * percent // 100)
    found = {name: size * percent // 100 for name, size in sizes.items()}
    remainder = sorted(sizes, key=lambda name: (-(sizes[name] * percent % 100), name))
    for name in remainder[: total - sum(found.values())]:
        found[name] += 1
    return {name: max(found[name], 1) if each and sizes[name] else found[name] for name in sorted(sizes)}


def sizes_of(frame: Mapping[str, str]) -> dict[str, int]:
    return dict(Counter(frame.values()))


def sample(frame: Mapping[str, str], *, percent: int, seed: str, each: bool = False) -> list[str]:
    """Title number → stratum in, the drawn numbers out.

    In each stratum the lots SHA-256("seed|number") are put in order and as many as its quota are drawn.
    The list is ordered by stratum, then by lot.
    """
    wanted = quotas(sizes_of(frame), percent=percent, each=each)
    strata: dict[str, list[str]] = {}
    for number, stratum in frame.items():
        strata.setdefault(stratum, []).append(number)
    drawn: list[str] = []
    for stratum in sorted(strata):
        rows = sorted(strata[stratum], key=lambda number: lot(seed, number))
        drawn += rows[: wanted[stratum]]
    return drawn


def teams(
    drawn: Sequence[str],
    experts: Sequence[str],
    *,
    size: int,
    seed: str,
    conflicts: Collection[tuple[str, str]],
) -> dict[str, list[str]]:
    """Drawn number → expert codes: those without conflict, the least drawn so far first, then by lot."""
    load = dict.fromkeys(experts, 0)
    found: dict[str, list[str]] = {}
    for number in drawn:
        free = [expert for expert in experts if (expert, number) not in conflicts]
        if len(free) < size:
            raise PanelImpossible(f"{number}可选专家 {len(free)} 位，不足 {size} 位，请增补专家。")
        free.sort(key=lambda expert: (load[expert], lot(seed, f"{number}|{expert}")))
        found[number] = free[:size]
        for expert in found[number]:
            load[expert] += 1
    return found


def lot(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed}|{name}".encode()).hexdigest()
