"""Packages import downwards only, nothing runs in circles, and no label is spelled in code."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from redline.core.taxonomy import Taxonomy

PACKAGE = ROOT / "scripts" / "redline"
FUNCTIONS = ("rules", "formats", "measure", "adjudicate", "edit", "learn", "drawing")
PROCESSES = ("project", "curate", "model", "report", "publish", "library", "app", "cli")
"""Each may import those before it, all functions and the values of `core`."""

BELOW = {
    "core": {"core"},
    **{name: {"core", name} for name in FUNCTIONS},
    **{name: {"core", *FUNCTIONS, *PROCESSES[: place + 1]} for place, name in enumerate(PROCESSES)},
}
DATA = ("schemas", "weights", "models", "__pycache__")
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = {"redline." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__") for path in MODULES}


def imported(path: Path) -> set[str]:
    """The modules of redline that a file imports anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            full = {f"{node.module}.{name.name}" for name in node.names}
            found |= (full & NAMES) or {node.module}
    return {name for name in found if name.startswith("redline.")}


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent != PACKAGE], ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_package_imports_only_packages_below_it(path: Path) -> None:
    packages = {name.split(".")[1] for name in imported(path)}
    assert packages <= BELOW[path.relative_to(PACKAGE).parts[0]]


def test_every_package_has_its_level() -> None:
    assert {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name not in DATA} == set(BELOW)


def test_no_import_runs_in_a_circle() -> None:
    names = {"redline." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
    edges = {name: {other for other in imported(path) if other in names and other != name} for name, path in names.items()}
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above[above.index(name) :], name))
        if name not in done:
            for other in sorted(edges[name]):
                visit(other, (*above, name))
            done.add(name)

    for name in names:
        visit(name, ())


def test_no_label_is_spelled_in_code(taxonomy: Taxonomy) -> None:
    layers = taxonomy.layers.values()
    words = {label.name for layer in layers for label in layer.labels} | {relation.name for layer in layers for relation in layer.relations}
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
        }
        spelled = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)} - docstrings
        assert not spelled & words, path


def test_the_command_line_starts_without_heavy_libraries() -> None:
    heavy = ["spacy", "sklearn", "numpy", "scipy", "msgspec", "jsonschema_rs", "pycrfsuite", "sentencex"]
    code = f"import sys, redline.cli; redline.cli.parser(); print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("code", "most"), [("import redline", 35), ("from redline.cli import parser; parser().format_help()", 75)])
def test_the_start_imports_few_modules(code: str, most: int) -> None:
    counted = f"import sys; before = set(sys.modules); {code}; print(len(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", counted], capture_output=True, text=True, check=True)
    assert int(done.stdout) <= most


def test_core_imports_no_trainer() -> None:
    heavy = ["spacy", "sklearn", "numpy", "scipy", "pycrfsuite"]
    modules = [f"redline.core.{path.stem}" for path in sorted((PACKAGE / "core").glob("*.py")) if path.stem != "__init__"]
    code = f"import sys, {', '.join(modules)}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
