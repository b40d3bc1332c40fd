"""Mutants of the rules, permissions, requirements, editions and services: where each stands, and a seeded sample.

The changes are those of cosmic-ray, without the ones that nobody could notice, and one of
our own: a call or a guard left out.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

from bench.mutation.strata import ROOT, STRATA, modules_of

OPERATORS = (
    "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_IsNot_Is",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceBinaryOperator_BitAnd_BitOr",
    "ReplaceBinaryOperator_BitOr_BitAnd",
    "ReplaceBinaryOperator_Mul_Div",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_Invert",
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "NumberReplacer",
    "ZeroIterationForLoop",
    "RemoveDecorator",
)
LEAVE_OUT = "LeaveOutStatement"


@dataclass(frozen=True)
class Mutant:
    stratum: str
    module: str
    line: int
    operator: str
    occurrence: int

    @property
    def name(self) -> str:
        return f"{self.module}:{self.line}:{self.operator}:{self.occurrence}"

    def planted(self) -> str | None:
        """The module's text with this change; None when nothing that runs is another."""
        before = source(self.module)
        if self.operator == LEAVE_OUT:
            return without_statement(before, self.occurrence)
        after = mutate_code(before, get_operator(f"core/{self.operator}")(), self.occurrence)
        return after if after and is_another(before, after) else None


@cache
def source(module: str) -> str:
    return (ROOT / module).read_text(encoding="utf-8")


def is_another(before: str, after: str) -> bool:
    """Something else runs; what doesn't parse (`not` before a walrus) runs nowhere.

    The star that makes arguments keyword-only is no product, and who calls by name never notices a slash instead.
    """
    try:
        return running(after) != running(before)
    except SyntaxError:
        return False


def running(text: str) -> str:
    """What is left of it when annotations, which nobody reads at run time, are gone."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
            for argument in chain(node.args.args, node.args.kwonlyargs, node.args.posonlyargs):
                argument.annotation = None
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            node.args.posonlyargs, node.args.args, node.args.kwonlyargs = [], arguments, []
            node.args.defaults = [*node.args.defaults, *(one for one in node.args.kw_defaults if one)]
            node.args.kw_defaults = []
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(value=None)
    return ast.dump(tree)


def statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements of functions that do something by themselves: calls and guards that raise or return early."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for inner in ast.walk(node):
                call = isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Call)
                guard = isinstance(inner, ast.Raise) or (
                    isinstance(inner, ast.Return) and inner.value is None
                )
                if call or guard:
                    yield inner


def without_statement(text: str, occurrence: int) -> str:
    node = list(statements(ast.parse(text)))[occurrence]
    lines = text.splitlines(keepends=True)
    lines[node.lineno - 1 : node.end_lineno] = [f"{' ' * node.col_offset}pass\n"]
    return "".join(lines)


def mutants_of(stratum: str, module: str) -> list[Mutant]:
    found, tree = [], get_ast(source(module))
    nodes = list(ast_nodes(tree))
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        places = [place[0][0] for node in nodes for place in operator.mutation_positions(node)]
        found += [Mutant(stratum, module, line, name, number) for number, line in enumerate(places)]
    for number, node in enumerate(statements(ast.parse(source(module)))):
        found.append(Mutant(stratum, module, node.lineno, LEAVE_OUT, number))
    return found


def shuffled(mutants: list[Mutant], seed: int) -> list[Mutant]:
    """By a chance of each module's own, so that a change in one module draws no others elsewhere."""
    chance = random.Random(f"{seed} {mutants[0].module if mutants else ''}")
    return chance.sample(mutants, len(mutants))


def sample(count: int, seed: int, only: str = "") -> list[Mutant]:
    """As many from each stratum, and within it one module after the other, so that no large one hides a small."""
    chosen = []
    strata = [name for name in STRATA if only in ("", name)]
    for stratum in strata:
        modules = modules_of(stratum)
        random.Random(f"{seed} {stratum}").shuffle(modules)
        piles = [pile for module in modules if (pile := shuffled(mutants_of(stratum, module), seed))]
        rows = (pile[turn] for turn in range(max(map(len, piles))) for pile in piles if turn < len(pile))
        wanted, room = [], -(-count // len(strata))
        for mutant in rows:
            if len(wanted) == room:
                break
            if mutant.planted() is not None:
                wanted.append(mutant)
        chosen += wanted
    return chosen
