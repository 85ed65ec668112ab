"""What is changed in the code to see whether a test notices: a condition, a limit, a check, SQL."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cosmic_ray import plugins
from cosmic_ray.operators.operator import Operator
from parso.python.tree import Name

# Of the operators that come with cosmic-ray; others make the same change in many ways.
OF_THE_TOOL = (
    "NumberReplacer",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceBreakWithContinue",
    "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_IsNot_Is",
    "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceContinueWithBreak",
    "ReplaceFalseWithTrue",
    "ReplaceTrueWithFalse",
    "ReplaceUnaryOperator_Delete_Not",
    "ZeroIterationForLoop",
)

# Each gives back a text that is safe to show, or short enough.
WRAPPERS = {
    *("barred", "cut", "flat", "min", "prose", "repeated", "safe", "shortened", "unmarked"),
    *("tidied", "visible", "without_marks"),
}

BRANCHES = {"if", "elif", "while"}

_VALUE = r"(?:[:?\w.]+|'\w*')"
_TEST = rf"[\w.]+ (?:=|!=|<=?|>=?) {_VALUE}"
_SQL = re.compile(r"\b(?:SELECT|UPDATE|DELETE|INSERT|WHERE|ORDER BY|AND)\b")
# What stands there, and what is put in its place; parameters stay, or SQLite would refuse it.
SQL_CHANGES = [
    (rf"(?<=\bWHERE )(NOT )?({_TEST})", r"\1(\2 OR 1)"),
    (rf"(?<=\bAND )(NOT )?({_TEST})", r"\1(\2 OR 1)"),
    (rf"(?<=\bON )({_TEST})", r"(\1 OR 1)"),
    (r"(?<=\bAND )((?:NOT )?\w+(?:\.\w+)?)(?=\s*(?:\)|$|\"|AND|ORDER))", r"(\1 OR 1)"),
    (rf"(?:(?<=\bAND )|(?<=\bWHERE ))([\w.]+) = ({_VALUE})", r"\1 != \2"),
    (r" (<|>) ", r" \1= "),
    (r" (<|>)= ", r" \1 "),
    (r" != ", " = "),
    (r" IS NULL", " IS NOT NULL"),
    (r" IS NOT NULL", " IS NULL"),
    (r"\bNOT (?!EXISTS|NULL|IN\b)", ""),
    (r"\bNOT (?=IN\b)", ""),
    (r"(?<!DO) AND\b", " OR"),
    (r" DESC\b", ""),
    (r"(?<=ORDER BY )([\w.]+)(?! DESC)\b", r"\1 DESC"),
    (r"\bLIMIT ([:?\w]+)", r"LIMIT \1 + 1"),
    (r"\bOFFSET ([:?\w]+)", r"OFFSET \1 + 1"),
    (r" = (\d)\b", r" = 1 - \1"),
]
REGEX_CHANGES = [(r"\(\?!", "(?="), (r"\(\?=", "(?!"), (r"(?<=[\])])\+", "?"), (r"\\b", "")]


class Replacing(Operator):
    """Puts other code in the place of a node, one change at a time."""

    def changes(self, node: Any) -> Iterable[str]:
        raise NotImplementedError

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        for _ in self.changes(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        return Name(list(self.changes(node))[index], node.start_pos, _prefix(node))

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class ChangeSql(Replacing):
    """Lets a condition of a statement always hold, turns an order, widens a limit."""

    def changes(self, node: Any) -> Iterator[str]:
        if node.type in ("string", "fstring_string") and _SQL.search(node.value):
            yield from _changed(node.value, SQL_CHANGES)


class ChangeRegex(Replacing):
    """Takes one character or alternative out of a regular expression, or turns a condition."""

    def changes(self, node: Any) -> Iterator[str]:
        if node.type != "string" or not _is_pattern(node):
            return
        for found in re.finditer(r"(?<!\\)\[\^?((?:\\.|[^\]\\])+)\]", node.value):
            for one in re.finditer(r"\\?.(?:-\\?.)?", found[1]):
                start = found.start(1)
                if one[0] != found[1]:
                    yield _without(node.value, start + one.start(), start + one.end())
        yield from _changed(node.value, REGEX_CHANGES)


class DropStatement(Replacing):
    """Leaves out a call that nothing is made of, such as a check, or what it raises."""

    def changes(self, node: Any) -> Iterator[str]:
        code = _code(node)
        if node.parent is None or node.parent.type != "simple_stmt" or code.startswith("log."):
            return
        is_call = node.type == "atom_expr" and code.endswith(")")
        if is_call or node.type == "yield_expr" or code.split(" ")[0] == "raise":
            yield "pass"


class Negate(Replacing):
    """Turns a condition round."""

    def changes(self, node: Any) -> Iterator[str]:
        before = node.get_previous_sibling() if node.parent else None
        if before is not None and before.type == "keyword" and before.value in BRANCHES:
            yield f"(not ({_code(node)}))"


class CatchNothing(Replacing):
    """Lets through what is caught."""

    def changes(self, node: Any) -> Iterator[str]:
        if node.type == "except_clause":
            yield _code(node).replace(_code(node.children[1]), "()", 1)


class DropOperand(Replacing):
    """Leaves out one of several conditions."""

    def changes(self, node: Any) -> Iterator[str]:
        if node.type in ("and_test", "or_test"):
            for at in range(0, len(node.children), 2):
                kept = node.children[:at] + node.children[at + 2 :] if at else node.children[2:]
                kept = kept[:-1] if at and at == len(node.children) - 1 else kept
                yield f"({''.join(part.get_code() for part in kept).strip()})"


class Unwrap(Replacing):
    """Takes a text, or number, as it is where a call makes it safe or short."""

    def changes(self, node: Any) -> Iterator[str]:
        if node.type != "atom_expr" or len(node.children) != 2:
            return
        name, call = node.children
        if _code(name) in WRAPPERS and call.children[0].value == "(" and len(call.children) == 3:
            inside = call.children[1]
            yield f"({_code(inside.children[0] if inside.type == 'arglist' else inside)})"


OURS = {
    one.__name__: one
    for one in (CatchNothing, ChangeRegex, ChangeSql, DropOperand, DropStatement, Negate, Unwrap)
}


class Provider:
    """The operators that are used, under their names."""

    def __init__(self, find: Callable[[str], Any]) -> None:
        self._all = {**{name: find(f"core/{name}") for name in OF_THE_TOOL}, **OURS}

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __getitem__(self, name: str) -> Any:
        return self._all[name]


def install() -> None:
    """Let cosmic-ray use these operators and no others."""
    provider = Provider(plugins.get_operator)
    plugins.OPERATOR_PROVIDERS.clear()
    plugins.OPERATOR_PROVIDERS["ours"] = provider


def _changed(text: str, changes: list[tuple[str, str]]) -> Iterator[str]:
    for pattern, instead in changes:
        for found in re.finditer(pattern, text):
            yield text[: found.start()] + found.expand(instead) + text[found.end() :]


def _without(text: str, start: int, end: int) -> str:
    return text[:start] + text[end:]


def _is_pattern(node: Any) -> bool:
    """Tell whether a string is, alone or as one of several, what `re.compile` is given."""
    around = node.parent
    while around is not None and around.type in ("strings", "arglist"):
        around = around.parent
    call = around.parent if around is not None and around.type == "trailer" else None
    return call is not None and _code(call).startswith("re.compile(")


def _code(node: Any) -> str:
    return str(node.get_code(include_prefix=False))


def _prefix(node: Any) -> str:
    return str(node.get_first_leaf().prefix)
