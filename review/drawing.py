"""Drawing panels: by function, evenly, reproducible from a recorded seed. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence


class PanelImpossible(Exception):
    """Too few experts without conflict; the message is a sentence."""


def draw(
    dossiers: Sequence[str],
    experts: Sequence[str],
    *,
    size: int,
    seed: str,
    blocked: Collection[tuple[str, str]],
    skills: Mapping[str, Collection[str]],
    wanted: Mapping[str, Collection[str]],
    load: Mapping[str, int],
) -> dict[str, list[str]]:
    """Dossier → experts. Lighter load first, then matching functions, then the seed's order.

    The same arguments give the same panels, whoever recomputes them; a blocked pair never meets.
    """
    carried = dict.fromkeys(experts, 0) | {key: load.get(key, 0) for key in experts}
    panels: dict[str, list[str]] = {}
    for dossier in dossiers:
        free = [expert for expert in experts if (expert, dossier) not in blocked]
        if len(free) < size:
            raise PanelImpossible(f"可选专家 {len(free)} 位，不足 {size} 位，请增补专家。")
        free.sort(
            key=lambda expert: (
                carried[expert],
                -len(set(skills.get(expert, ())) & set(wanted.get(dossier, ()))),
                _lot(seed, dossier, expert),
            )
        )
        panels[dossier] = free[:size]
        for expert in panels[dossier]:
            carried[expert] += 1
    return panels


def _lot(seed: str, dossier: str, expert: str) -> str:
    return hashlib.sha256(f"{seed}|{dossier}|{expert}".encode()).hexdigest()


# --- 双随机 of spot checks (Art. 15) ---


def seed_of(secret: str, public_number: str) -> str:
    """SHA-256 of "secret|number": neither half alone, nor the office that holds one, decides the draw."""
    return hashlib.sha256(f"{secret}|{public_number}".encode()).hexdigest()


def commitment_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def sample(frame: Mapping[str, str], *, percent: int, seed: str) -> list[str]:
    """Title number → stratum in, the drawn numbers out.

    In each stratum the lots SHA-256("seed|number") are put in order and the first percent of them,
    rounded up, is drawn: no stratum is spared. The list is ordered by stratum, then by lot.
    """
    strata: dict[str, list[str]] = {}
    for number, stratum in frame.items():
        strata.setdefault(stratum, []).append(number)
    drawn: list[str] = []
    for stratum in sorted(strata):
        rows = sorted(strata[stratum], key=lambda number: lot(seed, number))
        drawn += rows[: -(-len(rows) * percent // 100)]
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
