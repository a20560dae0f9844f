"""The generated pages of `docs/`, the generated figures of others, and which of them are stale."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from redline import rules
from redline.core.bare import TextMissingError
from redline.core.files import write_atomically
from redline.model import leaderboard, speed
from redline.project import Project
from redline.project.lock import exclusive
from redline.report import figures, guidelines, passage_svg, table
from redline.report import leaderboard as scores

NO_MORE: Mapping[Path, bytes] = MappingProxyType({})


def pages(project: Project) -> dict[Path, bytes]:
    """Path -> what it should contain."""
    found = {
        project.docs / "guidelines.md": guidelines.render(project.taxonomy()).encode(),
        project.docs / "rules.md": ("\n".join(_rules()) + "\n").encode(),
    }
    # Another corpus, or one without gold yet, does not contain the passage of the picture.
    if (project.gold / f"{passage_svg.SHOWN[0]}.jsonl").exists():
        with suppress(TextMissingError):
            found[project.docs / "passage.svg"] = passage_svg.of_project(project).encode()
    if (project.models / leaderboard.JSON).exists():
        board, taxonomy, real = leaderboard.read(project), project.taxonomy(), leaderboard.read_or_none(project, leaderboard.REFERENCED)
        found[project.models / "LEADERBOARD.md"] = ("\n".join(scores.best(board, taxonomy, real)) + "\n").encode()
        found[project.docs / "results.md"] = ("\n".join(table.lines(board, real, speed.read(project), taxonomy)) + "\n").encode()
        found[project.docs / "scores.md"] = ("\n".join(scores.everything(board, taxonomy, real)) + "\n").encode()
    return found | dict(figures.pages(project))


@exclusive
def write(project: Project, more: Mapping[Path, bytes] = NO_MORE) -> None:
    """Writes every page, and those of `more`: the pages that commands make of themselves."""
    for path, data in {**pages(project), **more}.items():
        write_atomically(path, data)


def stale(project: Project, more: Mapping[Path, bytes] = NO_MORE) -> list[str]:
    """A line for each page, of `more` too, that is not what it should be."""
    wanted = {**pages(project), **more}
    return [f"{path}: is outdated; run make docs" for path, data in wanted.items() if not path.exists() or path.read_bytes() != data]


def _rules() -> Iterator[str]:
    yield "<!-- generated from the rules by `make docs` -->\n# Rules\n"
    yield "`redline validate` checks these rules. `redline explain CODE` prints one rule. Codes are never reused. Errors and warnings both"
    yield "make `validate` exit with code 1.\n"
    for key, family in rules.FAMILIES.items():
        yield f"## RL{key}: {family}\n"
        for rule in rules.all_rules():
            if rule.family == family:
                yield f"### {rule.code} {rule.name}\n\n{rule.summary} ({rule.severity.value}; looks at {rule.scope.value})\n"
                yield f"- wrong: {rule.wrong}\n- right: {rule.right}\n"
