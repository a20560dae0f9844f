"""The command line as people expect it: groups, examples, usage on an error, the name that was meant, completion."""

import json
import shlex
import subprocess
import sys

import pytest

from conftest import ROOT
from redline import rules
from redline.cli import main, parser, summaries
from redline.cli.completion import SHELLS
from redline.cli.groups import GROUPS

EXAMPLES = {name: example for _, examples in GROUPS.values() for name, example in examples.items()}


def test_every_command_is_in_one_group_with_an_example() -> None:
    assert sorted(EXAMPLES) == sorted(summaries(parser()))
    assert sum(len(examples) for _, examples in GROUPS.values()) == len(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_a_command_line_that_the_parser_takes(name: str) -> None:
    assert parser().parse_args(shlex.split(EXAMPLES[name])[1:]).command == name


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_help_of_a_command_begins_with_what_it_does_and_ends_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    with pytest.raises(SystemExit):
        main([name, "--help"])
    shown = capsys.readouterr().out
    assert summaries(parser())[name][1:] in shown
    assert shown.endswith(f"example:\n  {EXAMPLES[name]}\n")


def test_an_unknown_option_prints_the_usage_of_its_command_and_the_option_that_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["status", "--josn"])
    error = capsys.readouterr().err
    assert stop.value.code == 2
    assert error.startswith("usage: redline status ")
    assert error.endswith("unknown argument: --josn; use `--json`\n")


@pytest.mark.parametrize(("name", "meant"), [("validat", "`validate`"), ("WHY", "`why`"), ("xyzzy", "`redline --help` lists them")])
def test_an_unknown_command_is_answered_in_one_line_with_the_one_that_was_meant(
    name: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main([name])
    error = capsys.readouterr().err
    assert stop.value.code == 2
    assert error.count("\n") == 1
    assert meant in error


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_names_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(name in script for name in EXAMPLES)


def test_bash_completes_a_command_and_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    main(["completion", "bash"])
    script = capsys.readouterr().out
    function = next(line.split()[-2] for line in script.split("\n") if line.startswith("complete ") and line.endswith(" redline"))

    def offered(*words: str) -> list[str]:
        ask = f"COMP_WORDS=({' '.join(words)} ''); COMP_WORDS[{len(words) - 1}]={words[-1]}; COMP_CWORD={len(words) - 1}; {function}"
        code = f'{script}\n{ask}; printf "%s\\n" "${{COMPREPLY[@]}}"'
        return subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=False).stdout.split()

    assert sorted(offered("redline", "stat")) == ["stats", "status"]
    assert "--rater" in offered("redline", "show", "--")


def test_explain_without_a_code_lists_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [rule.code for rule in rules.all_rules()]
    assert main(["explain", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["rules"]) == len(rules.all_rules())


def test_the_index_of_pages_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md" and f"({path.name})" not in index] == []


def test_the_help_does_not_load_the_completion() -> None:
    code = "import sys, redline.cli; redline.cli.parser().format_help(); print('shtab' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
