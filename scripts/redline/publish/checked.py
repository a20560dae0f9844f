"""Whether a project may be published: the rules find no error in its corpus, and its date is not before that of its labels."""

from collections.abc import Callable, Iterator

from redline.core.diagnostic import Severity
from redline.core.errors import RedlineError
from redline.curate.project_validation import validate_project
from redline.project import Project, decisions, json_of
from redline.publish.contents import cited
from redline.rules.registry import all_rules


def warnings(here: Project, progress: Callable[[str], None]) -> Iterator[str]:
    """Runs all rules on the corpus, and gives a line if there are warnings without a waiver.

    Raises RedlineError with the number of errors and the first of them if there is one.
    """
    found = validate_project(here, all_rules(), progress).diagnostics
    errors = [one for one in found if one.severity is Severity.ERROR]
    if errors:
        first, several = errors[0], f"has {len(errors)} errors, the first" if len(errors) > 1 else "has 1 error,"
        place = f"{first.path}:{first.line}" if first.line else first.path
        raise RedlineError(
            f"{here.root}: the corpus {several} in {place}: {first.code} {first.message}; needed: redline validate without errors"
        )
    if found:
        yield f"the corpus has {len(found)} warning{'s' * (len(found) > 1)} without a waiver (redline validate)"


def dated(here: Project) -> Iterator[str]:
    """Gives a line if the date of the release is before the newest date of raters.json and of the decisions."""
    described: dict[str, dict[str, str]] = json_of(here.raters / "raters.json", dict[str, dict[str, str]], {})
    dates = [(row.get("date", ""), f"of rater {rater}") for rater, row in described.items()]
    for doc in decisions.docs(here):
        dates += [(date, f"of a decision on {doc}") for _, date in decisions.stored(here, doc).signatures]
    newest, what = max(dates, default=("", ""))
    released = cited(here.root / "CITATION.cff").date
    if released < newest:
        yield f"the release date {released} in CITATION.cff is before {newest}, the date {what}"
