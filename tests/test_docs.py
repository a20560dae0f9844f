"""The pages say what is so: commands of the README are run, figures are counted, everything is documented."""

import re
import shlex
import subprocess
import sys

import pytest

from conftest import ROOT
from redline import project as projects
from redline import rules
from redline.cli import parser, reference, summaries
from redline.core.taxonomy import Taxonomy
from redline.formats import FORMATS
from redline.report import docs

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}


def console() -> list[tuple[str, str]]:
    """The commands of the pages' console blocks with what they print."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", "\n".join([README, *PAGES.values()]), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command.removeprefix(".venv/bin/"), output))
    return found


@pytest.mark.parametrize(("command", "output"), console(), ids=lambda value: value.split("\n")[0][:50])
def test_a_command_of_a_page_prints_what_the_page_shows(command: str, output: str) -> None:
    done = subprocess.run([sys.executable, "-m", *shlex.split(command)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == output


def test_generated_pages_hold_what_the_schemas_and_rules_say() -> None:
    here = projects.find(ROOT)
    assert [
        path.name for path, data in {**docs.pages(here), **reference.pages(here, summaries(parser()))}.items() if path.read_bytes() != data
    ] == []


def test_every_command_is_in_the_readme_or_a_page() -> None:
    commands = next(action for action in parser()._actions if action.dest == "command").choices
    assert commands
    text = README + "".join(PAGES.values()) + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [name for name in commands if f"redline {name}" not in text and f"make {name}" not in text] == []


def test_every_command_has_help_that_names_its_options() -> None:
    commands = next(action for action in parser()._actions if action.dest == "command").choices
    assert commands
    for sub in commands.values():
        assert all(action.help or action.required for action in sub._actions), sub.prog


def test_every_rule_and_label_has_a_page(taxonomy: Taxonomy) -> None:
    assert [rule.code for rule in rules.all_rules() if f"### {rule.code} " not in PAGES["rules.md"]] == []
    labels = [label.name for layer in taxonomy.layers.values() for label in layer.labels]
    assert [name for name in labels if f"#### {name}:" not in PAGES["guidelines.md"]] == []


def test_every_format_is_named_in_the_architecture() -> None:
    page = PAGES["architecture.md"].lower()
    assert [form.about for form in FORMATS.values() if " ".join(form.about.split()[:2]).rstrip(",").lower() not in page] == []


def test_every_label_has_examples_of_both_kinds(taxonomy: Taxonomy) -> None:
    for layer in taxonomy.layers.values():
        for label in layer.labels:
            assert label.examples, label.name
            assert label.counterexamples, label.name
            assert all("[" in example.text for example in label.examples), label.name


def test_links_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page.name}: {target}"
