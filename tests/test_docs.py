"""The pages say what is so: commands of the README are run, figures are counted, everything is documented."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import redline
from conftest import ROOT
from redline import project as projects
from redline import rules
from redline.cli import parser, reference, sentences
from redline.core.taxonomy import Taxonomy
from redline.curate.agree import rows
from redline.formats import FORMATS
from redline.measure.score import Bootstrap
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
    assert done.stdout == output
    assert done.stderr == ""


def test_generated_pages_hold_what_the_schemas_and_rules_say() -> None:
    here = projects.find(ROOT)
    assert [
        path.name for path, data in {**docs.pages(here), **reference.pages(here, sentences(parser()))}.items() if path.read_bytes() != data
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


def test_the_pages_count_the_corpus() -> None:
    corpus = projects.load(projects.find(ROOT))
    seeds = [source.seed for source in corpus.sources.values()]
    counts = f"{len(corpus.documents)} documents, {len({s.genre for s in seeds})} genres, {len({s.event for s in seeds})} events"
    assert counts in README
    assert counts in PAGES["corpus.md"]
    origins = [s.origin for s in seeds]
    assert (origins.count("given"), origins.count("account"), origins.count("fiction")) == (1, 4, 20)


def test_the_page_of_the_corpus_states_the_agreement_as_it_comes_out() -> None:
    found = {
        (row.layer, row.label, row.task, row.score.metric): str(row.score) for row in rows(projects.find(ROOT), None, Bootstrap(1000, 1))
    }
    for key, name in [
        (("entities", None, None, "exact_f1"), "| entities | exact F1 |"),
        (("stance", None, None, "exact_f1"), "| stance expressions | exact F1 |"),
        (("threat", None, None, "overlap_f1"), "| threat spans | overlap F1 |"),
        (("threat", None, "act_type", "alpha"), "| act label of a sentence | alpha |"),
        (("stance", None, None, "relation_f1"), "| relations of stance | F1 |"),
        (("threat", None, None, "relation_f1"), "| relations of threats | F1 |"),
    ]:
        assert f"{name} {found[key]} |" in PAGES["corpus.md"]


def test_links_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_signature_shown_is_a_real_one(taxonomy: Taxonomy, tmp_path: Path) -> None:
    for name in ("gold", "raters/r1"):
        data = b"".join(path.read_bytes() for path in sorted((ROOT / "corpus" / name).glob("*.jsonl")))
        (tmp_path / f"{Path(name).name}.jsonl").write_bytes(data)
    found = redline.score(tmp_path / "gold.jsonl", tmp_path / "r1.jsonl", layer="entities").rows[0].score
    assert f"`{found.metric}={found}|{found.signature}`" in PAGES["measuring.md"]
