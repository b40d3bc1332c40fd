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
