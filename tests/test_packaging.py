"""Locks, versions and the workflow say the same as pyproject.toml."""

import datetime
import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement

from conftest import ROOT
from redline import __version__
from redline.core.licence import is_spdx
from redline.publish.documents.project_names import bibtex

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
LOCKS = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "locks").glob("*.lock")}
PARTS = {
    "base": (),
    "annotate": ("annotate",),
    "train": ("train",),
    "report": ("train", "report"),
    "test": tuple(set(EXTRAS) - {"encoder"}),
}
"""Lock -> the extras that it has beside the base; no lock has the encoders, which are large."""


def pins(lock: str) -> dict[str, set[str]]:
    """Library -> its versions in a lock; a library may have one version for each range of Pythons."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==(\S+)", LOCKS[lock], re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("lock", PARTS)
def test_a_lock_has_what_pyproject_requires_in_a_version_that_it_allows(lock: str) -> None:
    listed = [*PYPROJECT["project"]["dependencies"], *(each for extra in PARTS[lock] for each in EXTRAS[extra])]
    if lock == "test":
        listed += [each for each in PYPROJECT["dependency-groups"]["dev"] if isinstance(each, str)]
    required = [each for each in map(Requirement, listed) if each.name != "redline"]
    assert required
    assert [str(each) for each in required if not any(map(each.specifier.contains, pins(lock).get(each.name, ())))] == []


@pytest.mark.parametrize("lock", sorted(LOCKS))
def test_every_line_of_a_lock_is_bound_by_a_hash_and_has_no_address(lock: str) -> None:
    entries = re.findall(r"^[a-z][^\n]*\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", LOCKS[lock], re.MULTILINE)
    assert "".join(entries) == re.sub(r"^#.*\n", "", LOCKS[lock], flags=re.MULTILINE)
    assert "://" not in LOCKS[lock]


def test_all_locks_agree_in_the_versions() -> None:
    for lock in LOCKS:
        assert {name: versions for name, versions in pins(lock).items() if versions - pins("test").get(name, set())} == {}


def test_training_installs_no_tool_of_the_tests_and_the_base_nothing_large() -> None:
    assert not {"pytest", "datasets", "pyarrow", "matplotlib", "playwright", "starlette"} & set(pins("train"))
    assert not {"spacy", "scikit-learn", "scipy", "pydantic"} & set(pins("base"))


CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_one_version_is_in_the_code_the_citation_and_the_readme() -> None:
    assert CITATION["version"] == __version__
    assert bibtex(__version__, str(CITATION["date-released"])[:4]) in (ROOT / "README.md").read_text(encoding="utf-8")
    assert PYPROJECT["project"]["dynamic"] == ["version"]


def test_the_bibtex_of_the_readme_says_what_the_citation_says() -> None:
    """The BibTeX of a release's card is the same block, which test_publish checks."""
    (entry,) = re.findall(r"```bibtex\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry, re.MULTILINE))
    (author,) = CITATION["authors"]
    assert fields == {
        "title": CITATION["title"].replace("Redline", "{Redline}"),
        "author": f"{{{author['name']}}}",
        "year": str(CITATION["date-released"].year),
        "note": f"Version {CITATION['version']}",
    }


def test_the_citation_has_the_keys_of_the_citation_file_format() -> None:
    """Those that version 1.2.0 requires, values of the kinds that it knows, and licences that SPDX lists."""
    assert {"cff-version", "message", "title", "authors"} <= CITATION.keys()
    assert (CITATION["cff-version"], CITATION["type"]) == ("1.2.0", "dataset")
    assert isinstance(CITATION["date-released"], datetime.date)
    assert all(is_spdx(licence) for licence in CITATION["license"])
    assert len(CITATION["keywords"]) == len(set(CITATION["keywords"]))


def test_the_workflow_runs_the_oldest_and_the_newest_python_that_are_supported() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    supported = re.findall(r"Python :: (3\.\d+)", "\n".join(PYPROJECT["project"]["classifiers"]))
    assert workflow["jobs"]["ci"]["strategy"]["matrix"]["python"] == [supported[0], supported[-1]]
    assert PYPROJECT["project"]["requires-python"] == f">={supported[0]}"


def test_the_workflow_compares_with_the_tools_whose_files_are_read_and_written() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    commands = {step.get("run") for job in workflow["jobs"].values() for step in job["steps"]}
    assert {".ci/run", "make test-oldest", "make test-peers"} <= commands
    rule = re.search(r"^test-peers:(.*?)##", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert rule
    assert set(re.findall(r"peers/(\w+)/ready", rule[1])) == {path.stem for path in ROOT.glob("tests/peers/*.txt")}
