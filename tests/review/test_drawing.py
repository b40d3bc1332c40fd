"""Conflicts and drawing as pure rules: no conflicted pair ever, even loads, the same seed the same panels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.experts.conflicts import DossierFacts, ExpertFacts, conflicts
from review.panels.drawing import PanelImpossible, draw

FUNCTIONS = ("information", "technology", "training", "startup", "finance")
names = st.text("abcd", min_size=1, max_size=2)
facts = st.builds(
    ExpertFacts, names, names, st.frozensets(names), names, st.frozensets(names), st.frozensets(names)
)
dossier_facts = st.builds(
    DossierFacts, names, names, names, st.frozensets(names), st.frozensets(names), st.booleans()
)


@given(expert=facts, dossier=dossier_facts, same=st.booleans())
def test_a_pair_is_free_exactly_when_no_rule_meets(expert, dossier, same):
    own = {dossier.uscc, dossier.organisation}
    related = (
        expert.employer_uscc == dossier.uscc
        or expert.employer == dossier.organisation
        or dossier.uscc in expert.past_usccs
        or dossier.organisation in expert.past_employers
        or bool(own & set(expert.declared_units))
        or expert.employer_uscc in dossier.served_usccs
        or expert.employer in dossier.served_names
        or (same and expert.jurisdiction == dossier.jurisdiction)
        or dossier.recused_before
    )
    assert bool(conflicts(expert, dossier, same_province=same)) == related


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"employer_uscc": "U"}, "与申报单位为同一单位"),
        ({"employer": "单位"}, "与申报单位为同一单位"),
        ({"past_usccs": {"U"}}, "曾在申报单位任职"),
        ({"past_employers": {"单位"}}, "曾在申报单位任职"),
        ({"declared_units": {"单位"}}, "本人已申报与申报单位有利益关系"),
        ({"employer_uscc": "C"}, "工作单位是申报单位的签约服务企业"),
        ({"jurisdiction": "33"}, "与申报平台同属一个地区"),
    ],
)
def test_each_rule_says_why(change, reason):
    plain = {"employer_uscc": "", "employer": "别处", "past_usccs": (), "jurisdiction": ""}
    dossier = DossierFacts("U", "单位", "33", {"C"})
    assert conflicts(ExpertFacts(**{**plain, **change}), dossier, same_province=True) == [reason]
    assert conflicts(ExpertFacts(**plain), dossier, same_province=True) == []


@st.composite
def rounds(draw_value, blocked: bool = True):
    experts = [f"e{n}" for n in range(draw_value(st.integers(3, 12)))]
    dossiers = [f"d{n}" for n in range(draw_value(st.integers(1, 15)))]
    pairs = st.tuples(st.sampled_from(experts), st.sampled_from(dossiers))
    fields = st.frozensets(st.sampled_from(FUNCTIONS), max_size=3)
    return {
        "dossiers": dossiers,
        "experts": experts,
        "size": draw_value(st.integers(1, 3)),
        "seed": draw_value(st.text("0123456789abcdef", min_size=4, max_size=16)),
        "blocked": draw_value(st.frozensets(pairs, max_size=40)) if blocked else frozenset(),
        "skills": {expert: draw_value(fields) for expert in experts},
        "wanted": {dossier: draw_value(fields) for dossier in dossiers},
        "load": {},
    }


def or_none(arguments):
    try:
        return draw(**arguments)
    except PanelImpossible:
        return None


@given(arguments=rounds())
def test_no_conflicted_pair_ever_and_full_panels_of_different_people(arguments):
    panels = or_none(arguments)
    free = {
        dossier: [e for e in arguments["experts"] if (e, dossier) not in arguments["blocked"]]
        for dossier in arguments["dossiers"]
    }
    assert (panels is None) == any(len(free[d]) < arguments["size"] for d in arguments["dossiers"])
    for dossier, panel in (panels or {}).items():
        assert len(panel) == len(set(panel)) == arguments["size"]
        assert set(panel) <= set(free[dossier])


@given(arguments=rounds())
def test_the_same_seed_draws_the_same_panels_whatever_the_order_of_the_sets(arguments):
    again = {**arguments, "blocked": dict.fromkeys(sorted(arguments["blocked"], reverse=True))}
    assert or_none(arguments) == or_none(again)


@given(arguments=rounds(blocked=False))
def test_without_conflicts_no_two_loads_lie_further_apart_than_two(arguments):
    panels = draw(**arguments)
    loads = [sum(expert in panel for panel in panels.values()) for expert in arguments["experts"]]
    assert max(loads) - min(loads) <= 2
    assert sum(loads) == arguments["size"] * len(arguments["dossiers"])


@given(arguments=rounds(blocked=False))
def test_the_first_seat_goes_to_the_field_when_the_balance_allows_it(arguments):
    panels = draw(**{**arguments, "dossiers": arguments["dossiers"][:1]})
    dossier, panel = next(iter(panels.items()))
    of_the_field = [e for e in arguments["experts"] if arguments["skills"][e] & arguments["wanted"][dossier]]
    assert not of_the_field or arguments["skills"][panel[0]] & arguments["wanted"][dossier]


def test_another_seed_can_draw_other_panels():
    plain = {
        "dossiers": ["d"],
        "experts": list("abcdefgh"),
        "size": 3,
        "blocked": set(),
        "skills": {},
        "wanted": {},
        "load": {},
    }
    assert len({tuple(draw(seed=str(n), **plain)["d"]) for n in range(20)}) > 10


def test_every_dossier_is_drawn_for_and_the_lighter_ones_are_taken():
    plain = {"size": 2, "seed": "s", "blocked": set(), "skills": {}, "wanted": {}}
    assert draw(["d1", "d2"], ["a", "b"], load={}, **plain).keys() == {"d1", "d2"}
    panels = draw(["d1", "d2"], list("abcd"), load={"a": 1, "b": 1, "c": 0}, **plain)
    assert sorted(panels["d1"]) == ["c", "d"]
    assert all(len(panel) == 2 for panel in panels.values())
