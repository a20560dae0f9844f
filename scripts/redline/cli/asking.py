"""The questions of `redline human-check` on a terminal: one sentence at a time, without a label."""

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence

from redline.cli.excerpt import visible
from redline.cli.keystrokes import END
from redline.cli.style import Style
from redline.core.taxonomy import Taxonomy
from redline.curate import human_questions
from redline.curate.human_check import Answer, Question, Words
from redline.curate.human_questions import CRITICISES, ORDER, WHICH

YES, NO, SKIP, BACK, STOP, HELP = "y", "n", "s", "b", "q", "?"
KEYS = f"{SKIP} skip, {BACK} back, {STOP} stop, {HELP} definitions"


class Session:
    """The questions of one person with their words, None where a sentence is gone.

    `key` gives the next key, `save` stores the answer to the question at an index.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        words: Sequence[Words | None],
        taxonomy: Taxonomy,
        key: Callable[[], str],
        save: Callable[[int, Answer], None],
    ) -> None:
        self.answers = [one.answer for one in questions]
        self.words, self.taxonomy, self.key, self.save = words, taxonomy, key, save
        self.acts = {str(number): name for number, name in enumerate(human_questions.acts(taxonomy), 1)}
        self.look = Style(sys.stdout)

    def run(self) -> None:
        """Asks all that is open, from the first on, until the person stops."""
        place = self._open(0)
        while place is not None:
            self._show(place)
            reply = self._answer()
            if reply in (STOP, END):
                return
            if isinstance(reply, Answer):
                self.save(place, reply)
                self.answers[place] = reply
            place = self._before(place) if reply == BACK else self._open(place + 1)

    def _open(self, start: int) -> int | None:
        places = range(start, len(self.answers))
        return next((place for place in places if self.answers[place] is None and self.words[place]), None)

    def _before(self, place: int) -> int:
        return next((one for one in range(place - 1, -1, -1) if self.words[one]), place)

    def _show(self, place: int) -> None:
        words = self.words[place]
        assert words is not None
        print(f"\n{self.look.faint(f'sentence {place + 1} of {len(self.answers)}')}")
        print(self.look.faint(_wrapped(words.before, "  ")))
        print(self.look.bold(_wrapped(words.text, "> ")))
        print(self.look.faint(_wrapped(words.after, "  ")))
        if before := self.answers[place]:
            print(f"your answer: {human_questions.said(before, self.taxonomy)}")

    def _answer(self) -> Answer | str:
        """The answer to both questions, or the key of another wish. Back in a later question begins with the first one again."""
        act = self._choice(f"{human_questions.is_act(self.taxonomy)} {YES} {NO}", [YES, NO])
        if act == YES:
            titles = zip(self.acts, human_questions.acts(self.taxonomy).values(), strict=True)
            act = self._choice(f"{WHICH} {', '.join(f'{key} {title}' for key, title in titles)}", list(self.acts))
            if act == BACK:
                return self._answer()
        if act not in (NO, *self.acts):
            return act
        criticism = self._choice(f"{CRITICISES} {YES} {NO}", [YES, NO])
        if criticism == BACK:
            return self._answer()
        return Answer(self.acts.get(act), criticism == YES) if criticism in (YES, NO) else criticism

    def _choice(self, question: str, wanted: Sequence[str]) -> str:
        """The first key that means something: one of the wanted ones, or one for another wish."""
        print(f"{question}  {self.look.faint(f'({KEYS})')} ", end="", flush=True)
        while (key := self.key()) not in (*wanted, SKIP, BACK, STOP, END):
            if key == HELP:
                print("\n" + "\n".join(definitions(self.taxonomy)) + f"\n{question} ", end="", flush=True)
        print(key, flush=True)
        return key


def definitions(taxonomy: Taxonomy) -> Iterator[str]:
    """What the words of the questions mean: the titles of the labels with their definitions."""
    for one in human_questions.definitions(taxonomy):
        yield _wrapped(f"{one.title}: {one.definition}", "  ")
    yield f"  {ORDER}"


def _wrapped(text: str, margin: str) -> str:
    width = min(shutil.get_terminal_size().columns, 100)
    return textwrap.fill(visible(" ".join(text.split())), width, initial_indent=margin, subsequent_indent="  ")
