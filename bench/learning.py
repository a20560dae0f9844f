"""Learning curves on real text: average precision of `linear` by how many speakers it learned from.

    python bench/learning.py [TASK] [DRAWS]

Needs the referenced texts. The speakers and events of train are cut into five folds; each fold is classified by a model that
learned from a share of the others, drawn DRAWS times (default 3). The table has the mean of the draws with the lowest and the
highest, over the sentences of real texts, of train alone: test is not looked at. `no real text` learned from the open texts.
"""

import random
import sys
from collections.abc import Sequence
from statistics import fmean

from folds import scored

from redline.learn import processor

processor.pin()
from redline import project as projects  # noqa: E402
from redline.learn.baseline import Setup  # noqa: E402
from redline.learn.fitting import Lesson  # noqa: E402
from redline.learn.linear import Linear  # noqa: E402
from redline.measure.classes import average_precision  # noqa: E402
from redline.model import referenced, train  # noqa: E402

SHARES = (0.0, 0.25, 0.5, 1.0)


def curve(lessons: Sequence[Lesson], setup: Setup, share: float, seed: int) -> tuple[float, int]:
    """The average precision over the lessons that decide, and how many of them a model learned from, as the mean of the folds."""
    real, sizes = sorted({lesson.group for lesson in lessons if lesson.decides}), []

    def learned(left_out: set[str]) -> list[int]:
        others = [group for group in real if group not in left_out]
        kept = set(random.Random(seed).sample(others, round(share * len(others))))
        rest = [index for index, one in enumerate(lessons) if one.group not in left_out and (not one.decides or one.group in kept)]
        sizes.append(sum(lessons[index].decides for index in rest))
        return rest

    return average_precision(*scored(lessons, setup, learned)), round(fmean(sizes))


def main() -> None:
    """Prints the curve of a task."""
    here = projects.find()
    taxonomy, data = here.taxonomy(), referenced.data_of(projects.load(here))
    task = taxonomy.task(sys.argv[1] if len(sys.argv) > 1 else "threat_sentence")
    draws = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    parts = data.of(task)
    setup = Setup(task, taxonomy, train.configurations(here)["linear"].settings, 1, data.groups, data.deciding)
    lessons = Linear(setup)._lessons(parts.train)
    asked = [lesson for lesson in lessons if lesson.decides]
    print(f"{task.name}: {len(asked)} real sentences, {sum(lesson.gold in task.classes for lesson in asked)} of a class")
    print(f"{'share of speakers':<18} {'real sentences':>14}  average precision (lowest to highest of the draws)")
    for share in SHARES:
        drawn = [curve(lessons, setup, share, seed) for seed in range(1 if share in (0.0, 1.0) else draws)]
        values = [value for value, _ in drawn]
        size = round(fmean(count for _, count in drawn))
        name = "no real text" if share == 0 else f"{share:.0%}"
        spread = f" ({min(values):.3f} to {max(values):.3f})" if len(values) > 1 else ""
        print(f"{name:<18} {size:>14}  {fmean(values):.3f}{spread}", flush=True)


if __name__ == "__main__":
    main()
