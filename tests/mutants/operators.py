"""The faults: what can be dropped or turned round in a module, each as one changed syntax tree."""

from __future__ import annotations

import ast
import builtins
import copy
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

SWAPPED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
#: Calls whose keywords say what is meant; those of them whose plain arguments do, too.
CONDITIONAL = {"filter", "exclude", "get", "Q", "update", "get_or_create", "first", "Exists"}
#: Keywords that decide nothing, or without which nothing runs, and fields that no reader sees.
PLAIN = {"flat", "named", "strict", "frozen", "slots", "repr", "compare", "robust", "daemon"}
UNSEEN = {"annotation", "returns", "decorator_list", "bases", "ops", "ctx", "slice"}
#: What can be turned round in SQL.
TURNED = [
    (r"\bNOT EXISTS", "EXISTS"), (r"\bNOT (?!EXISTS|NULL)", ""), (r"\bOR\b", "AND"),
    ("IS NOT NULL", "IS NULL"), ("IS NULL", "IS NOT NULL"), (r"(?<=\s)<=(?=\s)", "<"),
    (r"(?<=\s)>(?=\s)", ">="),
]  # fmt: skip
#: Functions that PostgreSQL alone runs. The tests are tried on SQLite.
ELSEWHERE = {"_postgres", "_execute_statement"}
SQL = re.compile(r"\b(SELECT|WHERE|AND|OR|NOT|EXISTS|WHEN)\b")


@dataclass(frozen=True)
class Mutant:
    """The fault with this number in a file, in a statement of these lines.

    ``function`` is where: its qualified name and its line.
    """

    path: str
    number: int
    lines: tuple[int, int]
    function: tuple[str, int] | None
    change: str

    @property
    def title(self) -> str:
        """What names it from one version of the file to the next."""
        return f"{self.path} | {self.function[0] if self.function else ''} | {self.change}"

    def compiled(self) -> CodeType:
        """The module with the fault in it."""
        tree = ast.parse(Path(self.path).read_text("utf-8"))
        for number, (parent, field, index, new, _function, _lines) in enumerate(_faults(tree)):
            if number == self.number:
                if index is None:
                    setattr(parent, field, new)
                else:
                    getattr(parent, field)[index] = new
                break
        with warnings.catch_warnings():
            # What is put in may be foolish, as None[0] is.
            warnings.simplefilter("ignore", SyntaxWarning)
            return compile(ast.fix_missing_locations(tree), str(Path(self.path).resolve()), "exec")


def mutants(path: Path) -> list[Mutant]:
    """All faults of a file."""
    found = []
    tree = ast.parse(path.read_text("utf-8"))
    for number, (parent, field, index, new, function, lines) in enumerate(_faults(tree)):
        value = getattr(parent, field)
        old = value if index is None else value[index]
        found.append(Mutant(str(path), number, lines, function, _difference(old, new)))
    return found


def _difference(old: ast.AST, new: ast.AST) -> str:
    one, other = (
        f"if {ast.unparse(node.test)}" if isinstance(node, ast.If)
        else " ".join(ast.unparse(node).replace("\\n", " ").split())
        for node in (old, new)
    )  # fmt: skip
    begin = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    begin = max(0, one.rfind(" ", 0, begin - 25)) if len(one) > 90 and begin > 30 else 0
    return f"{one[begin : begin + 110]} → {other[begin : begin + 80]}"


def _faults(tree: ast.AST) -> Iterator[tuple]:
    for parent, field, index, node, function, lines in _places(tree, "", None, (1, 1)):
        for new in _variants(node):
            yield parent, field, index, ast.copy_location(new, node), function, lines


def _places(
    node: ast.AST, inside: str, function: tuple | None, lines: tuple[int, int]
) -> Iterator[tuple]:
    for field, value in ast.iter_fields(node):
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or field in UNSEEN or _is_silent(child):
                continue
            if getattr(child, "name", "") in ELSEWHERE or getattr(child, "arg", "") in PLAIN:
                continue
            if isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant):
                continue
            if isinstance(child, ast.stmt):
                body = getattr(child, "body", None)
                end = max(child.lineno, body[0].lineno - 1) if body else child.end_lineno
                lines = child.lineno, end
            name, within = getattr(child, "name", ""), function
            is_function = isinstance(child, ast.FunctionDef)
            if is_function and function is None:
                begin = min(one.lineno for one in [child, *child.decorator_list])
                within = inside + name, begin
            yield node, field, index if isinstance(value, list) else None, child, function, lines
            named = is_function or isinstance(child, ast.ClassDef)
            yield from _places(child, f"{inside}{name}." if named else inside, within, lines)


def _is_silent(node: ast.AST) -> bool:
    """What nobody sees: docstrings, imports, types, logs, messages of errors."""
    if isinstance(node, ast.Expr):
        if isinstance(node.value, ast.Constant):
            return True
        return ast.unparse(node).startswith(("logger.", "super().__init__"))
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    return isinstance(node, (ast.Import, ast.ImportFrom, ast.AnnAssign, ast.Raise)) and not (
        isinstance(node, ast.AnnAssign) and node.value
    )


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BoolOp(op=op, values=values):
            for one in values:
                rest = [other for other in values if other is not one]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.Compare(left=left, ops=[op], comparators=others):
            yield ast.Compare(left, [SWAPPED[type(op)]()], others)
        case ast.If(test=test):
            yield _with(node, test=ast.Constant(False))
            if not isinstance(test, (ast.Compare, ast.UnaryOp)):
                yield _with(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.comprehension(ifs=[_, *_]):
            for one in node.ifs:
                yield _with(node, ifs=[other for other in node.ifs if other is not one])
        case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd(), right=right):
            yield from (left, right)
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield ast.Pass()
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts) if len(elts) > 1:
            if all(isinstance(one, ast.Constant) for one in elts):
                for one in elts:
                    yield _with(node, elts=[other for other in elts if other is not one])
        case ast.Call():
            yield from _of_call(node)
        case ast.JoinedStr() | ast.Constant(value=str()):
            yield from _of_text(node)


def _of_call(node: ast.Call) -> Iterator[ast.AST]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name in CONDITIONAL:
        for one in node.keywords:
            yield _with(node, keywords=[other for other in node.keywords if other is not one])
        for one in node.args if name in ("filter", "exclude") else ():
            yield _with(node, args=[other for other in node.args if other is not one])
    elif (
        isinstance(node.func, ast.Name)
        and len(node.args) == 1
        and not node.keywords
        and name[0].islower()
        and not hasattr(builtins, name)
    ):
        yield node.args[0]  # public_pages(x) → x, escape(x) → x


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _of_text(node: ast.JoinedStr | ast.Constant) -> Iterator[ast.AST]:
    """SQL without one of its conditions. What is put into the text stands as one character."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = "".join(
        one.value if isinstance(one, ast.Constant) else chr(0xE000 + place)
        for place, one in enumerate(parts)
    )
    for new in _conditions(text) if SQL.search(text) else ():
        pieces = re.split("([\ue000-\uf8ff])", new)
        yield ast.JoinedStr(
            [parts[ord(one) - 0xE000] if "\ue000" <= one <= "\uf8ff" else ast.Constant(one)
             for one in pieces if one]
        )  # fmt: skip


def _conditions(text: str) -> Iterator[str]:
    for found in re.finditer(r"\bAND\b|\bWHERE\b", text):
        depth, end = 0, len(text)
        stop = re.compile(r"[()]|\b(AND|OR|ORDER|LIMIT|GROUP)\b")
        for mark in stop.finditer(text, found.end()):
            depth += {"(": 1, ")": -1}.get(mark[0], 0)
            if depth < 0 or (depth == 0 and mark[0] not in "()"):
                end = mark.start()
                break
        if found[0] == "AND":
            yield text[: found.start()] + text[end:]
        elif text[end:].startswith("AND"):
            yield text[: found.end()] + text[end + 3 :]
    for old, new in TURNED:
        for found in re.finditer(old, text):
            yield text[: found.start()] + new + text[found.end() :]
