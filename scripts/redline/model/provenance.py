"""Digests of everything that a model's scores depend on: its records, the code and schema that decide, versions of libraries.

Code is every module of Redline that fitting, predicting or scoring imports. Comments, docstrings, layout and the words of
errors are left out, since they decide nothing.
"""

import ast
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec

from redline.core.document import Record, group
from redline.core.files import sha256
from redline.core.layer import Layer
from redline.core.task import Task
from redline.core.taxonomy import Taxonomy
from redline.core.tokenizer import RULES
from redline.formats import jsonl
from redline.learn.artefact import Origin
from redline.learn.baseline import annotated, kind_of
from redline.model.training import Data

PACKAGE = Path(__file__).resolve().parents[1]
DECIDING = ("core", "learn", "measure", "model")
ROOTS = ("redline.model.training", "redline.model.participants")


def origin(kind: str, task: Task, taxonomy: Taxonomy, learned: Sequence[Sequence[Record]], test: Sequence[Record]) -> Origin:
    """The digests of a model of `kind` for a task that learns from the parts `learned` (train, validation) and is scored on `test`."""
    versions = {name: _version(name) for name in kind_of(kind).libraries}
    return Origin(records_digest(task, *learned), records_digest(task, test), code_digest(kind, task, taxonomy), versions)


def of_data(kind: str, task: Task, taxonomy: Taxonomy, data: Data) -> Origin:
    """The digests of a model that learns from train and validation of `data` and is scored on its test splits."""
    found = origin(kind, task, taxonomy, [data.train, data.validation], [record for _, records in data.tests for record in records])
    return msgspec.structs.replace(found, texts=texts_digest(data.texts)) if kind_of(kind).texts else found


def texts_digest(texts: Sequence[str]) -> str:
    """A digest of texts in their order."""
    return sha256(msgspec.json.encode(list(texts)))


def records_digest(task: Task, *parts: Sequence[Record]) -> str:
    """A digest of the canonical bytes of the records in each part that have the layer of the task annotated."""
    return sha256(b"".join(sha256(jsonl.dump(group(annotated(part, task)))).encode() for part in parts))


def code_digest(kind: str, task: Task, taxonomy: Taxonomy) -> str:
    """A digest of the modules that decide the numbers of a kind of model, of the task, and of what models see of the layers."""
    total = hashlib.sha256(msgspec.json.encode([task, [_seen(layer) for layer in taxonomy.layers.values()]]))
    total.update(sha256(RULES.read_bytes()).encode())
    for name in deciding_modules(kind):
        total.update(f"{name}\0{_source_digest(name)}\0".encode())
    return total.hexdigest()


@cache
def deciding_modules(kind: str) -> tuple[str, ...]:
    """The modules that training, predicting and scoring of a kind of model import, at any depth, sorted by name."""
    found: set[str] = set()
    todo = [*ROOTS, kind_of(kind).module]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [other for other in _imported(name) if other.split(".")[1] in DECIDING]
    return tuple(sorted(found))


def _imported(name: str) -> Iterator[str]:
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith("redline."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("redline."):
            inside = [f"{node.module}.{one.name}" for one in node.names]
            modules = [one for one in inside if _path(one).exists()]
            yield from modules or [str(node.module)]


def _path(name: str) -> Path:
    return PACKAGE.joinpath(*name.split(".")[1:]).with_suffix(".py")


def _tree(name: str) -> ast.Module:
    return ast.parse(_path(name).read_bytes())


@cache
def _source_digest(name: str) -> str:
    return digest_of(_tree(name))


def digest_of(tree: ast.Module) -> str:
    """A digest of what a module does: its syntax without docstrings, and errors without their words."""
    return sha256(ast.unparse(_Bare().visit(tree)).encode())


class _Bare(ast.NodeTransformer):
    """Takes docstrings away, and the arguments of what is raised."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) else self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return ast.copy_location(ast.Raise(exc=called, cause=None), node)


def _seen(layer: Layer) -> list[Any]:
    """What models see of a layer: names, cues and relations, not their explanations."""
    relations = [[relation.name, relation.heads, relation.children] for relation in layer.relations]
    return [layer.layer, list(layer.by_label), [cue.pattern for cue in layer.cues], relations]


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "missing"
