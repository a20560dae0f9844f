"""From records to a model and its scores: what learns sees no test record, validation decides, and labelling gives the same figures."""

import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from redline import project as projects
from redline.cli import main, progress
from redline.core.document import Record, Relation, Span
from redline.core.examples import Guess, examples
from redline.core.predictions import entries, with_classes, with_spans
from redline.core.taxonomy import Taxonomy
from redline.formats import jsonl
from redline.learn import alignment, artefact, baseline, crf, fitting, linear, processor, spacy_models, targets
from redline.learn.baseline import Judge, Setup
from redline.measure import evaluate
from redline.measure.rows import Row, Seeds
from redline.measure.score import Bootstrap
from redline.model import choice, label, leaderboard, link_task, own, pair_task, participants, train, training
from redline.model.score import scored
from redline.project import Project
from redline.report import entries as of_board
from redline.report import learning, results

from conftest import record, small, span  # isort: skip


class Spy:
    """A model that notes which documents it was given, and for what; it chooses among two settings by validation."""

    seen: dict[str, set[str]]

    def __init__(self, setup: Setup) -> None:
        self.setup, self.chosen = setup, ""

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        Spy.seen = {"train": documents(train), "validation": documents(validation), "chosen on": set(), "scored": set()}
        values = {}
        for self.chosen in ("first", "second"):
            values[self.chosen] = judge(validation, self.predict(validation))
            Spy.seen["chosen on"] |= documents(validation)
        self.chosen = max(values, key=lambda name: values[name])

    def predict(self, records: Sequence[Record]) -> list[Record]:
        """The first setting finds nothing; the second is right."""
        Spy.seen["scored"] |= documents(records)
        task, found = self.setup.task, []
        for one in records:
            units = examples(one, task, self.setup.taxonomy)
            found.append(with_classes(one, task, units, [Guess(u.gold if self.chosen == "second" else task.none, {}) for u in units]))
        return found

    def save(self, folder: Path) -> None:
        (folder / "chosen").write_text(self.chosen)

    def load(self, folder: Path) -> None:
        self.chosen = (folder / "chosen").read_text()


def documents(records: Sequence[Record]) -> set[str]:
    return {one.meta.doc for one in records}


def text(doc: str, threat: bool) -> Record:
    words = "We will strike Orla. It rained."
    return record(words, (span("threat", "THREAT", words, "We will strike", form="reported"),) if threat else (), doc=doc)


@pytest.fixture
def spied(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    monkeypatch.setitem(baseline.KINDS, "spy", baseline.Kind(__name__, "Spy", "a spy"))
    monkeypatch.setattr("redline.model.provenance.code_digest", lambda *_: "code")
    Spy.seen = {}
    return Spy.seen


DATA = training.Data([text("a", True), text("b", False)], [text("c", True)], [text("d", True), text("e", False)])


def test_no_test_record_is_seen_while_a_model_learns_or_chooses(spied: dict[str, set[str]], taxonomy: Taxonomy, tmp_path: Path) -> None:
    made = train.one("spy", taxonomy.task("threat_sentence"), train.Configuration("spy", [], {}), DATA, taxonomy, tmp_path)
    assert Spy.seen == {"train": {"a", "b"}, "validation": {"c"}, "chosen on": {"c"}, "scored": {"c", "d", "e"}}
    assert made.outcome is not None
    (head,) = (row for row in made.outcome.scores if row["metric"] == "positive_f1")
    assert (head["gold"], head["value"], made.outcome.validation) == (1, 1.0, 1.0)


def test_validation_decides_the_setting_whatever_test_prefers(spied: dict[str, set[str]], taxonomy: Taxonomy) -> None:
    setup = Setup(taxonomy.task("threat_sentence"), taxonomy, {}, 1)
    model = training.fitted("spy", setup, DATA)
    assert isinstance(model, Spy)
    assert model.chosen == "second"


class Chance(Spy):
    """A model that finds as many of the positive sentences as its seed says."""

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        self.chosen = str(self.setup.seed)

    def predict(self, records: Sequence[Record]) -> list[Record]:
        task = self.setup.task
        guesses = [Guess("THREAT" if index < int(self.chosen) else task.none, {}) for index in range(len(records))]
        return [
            with_classes(one, task, examples(one, task, self.setup.taxonomy), [guess]) for one, guess in zip(records, guesses, strict=True)
        ]


def test_scores_are_of_every_seed_and_the_model_is_that_of_the_first(
    monkeypatch: pytest.MonkeyPatch, taxonomy: Taxonomy, tmp_path: Path
) -> None:
    monkeypatch.setitem(baseline.KINDS, "chance", baseline.Kind(__name__, "Chance", "chance", (), baseline.ONE_SEED))
    monkeypatch.setattr("redline.model.provenance.code_digest", lambda *_: "code")
    data = training.Data(graded(1, 0, "a"), graded(4, 0, "b"), graded(4, 0, "c"))
    rows = {}
    for number in (1, 3):
        made = train.one("c", taxonomy.task("threat_sentence"), train.Configuration("chance", [], {}, number), data, taxonomy, tmp_path)
        assert made.outcome is not None
        assert (made.seed, made.outcome.seeds, made.outcome.validation) == (1, number, 0.4)
        assert (tmp_path / "c" / "threat_sentence" / "chosen").read_text() == "1"
        rows[number] = Row.from_plain(made.outcome.scores[0])
    # With n of 4 found, precision is 1 and recall n/4: F1 is 2/5, 4/6, 6/7.
    assert (rows[1].score.value, rows[1].holds, rows[1].seeds) == (0.4, baseline.ONE_SEED, None)
    assert (rows[3].score.value, rows[3].holds) == (0.4, baseline.RANGE)
    assert rows[3].seeds == Seeds(3, pytest.approx((2 / 5 + 4 / 6 + 6 / 7) / 3), 0.4, pytest.approx(6 / 7))
    assert leaderboard.shown(rows[3]) == "0.641, 0.400 to 0.857"


def test_every_row_says_where_it_holds(monkeypatch: pytest.MonkeyPatch, taxonomy: Taxonomy, tmp_path: Path) -> None:
    data = training.Data(graded(2, 2, "a"), graded(2, 2, "b"), graded(2, 2, "c"))
    for name, holds in (("majority", baseline.EVERYWHERE), ("linear", baseline.ALIKE)):
        configuration = train.Configuration(name, [], SETTINGS | {"C": [1.0]})
        made = train.one(name, taxonomy.task("threat_sentence"), configuration, data, taxonomy, tmp_path)
        assert made.outcome is not None
        assert {row["holds"] for row in made.outcome.scores} == {holds}


@pytest.mark.parametrize(("flags", "pinned"), [("flags : fpu avx avx2 fma", True), ("flags : fpu avx", False), (None, False)])
def test_instructions_are_pinned_where_the_processor_has_them_and_what_is_set_stays(
    flags: str | None, pinned: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    if flags:
        (tmp_path / "cpuinfo").write_text(flags)
    environment = {"OMP_NUM_THREADS": "4"}
    processor.pin(environment, tmp_path / "cpuinfo")
    assert (environment["OPENBLAS_NUM_THREADS"], environment["OMP_NUM_THREADS"]) == ("1", "4")
    assert ("OPENBLAS_CORETYPE" in environment, "NPY_DISABLE_CPU_FEATURES" in environment) == (pinned, pinned)


def test_pins_are_set_before_numpy_is_loaded_and_do_not_keep_it_from_loading() -> None:
    code = (
        "import sys; from redline.cli import training; from redline.learn import processor; processor.pin();"
        "assert 'numpy' not in sys.modules; import numpy; print(numpy.ones(3) @ numpy.ones(3))"
    )
    done = subprocess.run([sys.executable, "-W", "error::RuntimeWarning", "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("3.0\n", "")


SETTINGS: dict[str, Any] = {"C": [0.0001, 10.0], "words": [1, 1], "characters": [2, 3], "min_df": 1}


def graded(threats: int, quiet: int, doc: str) -> list[Record]:
    """Records with a sentence each, of which the first `threats` are positive."""
    words = ["We will strike Orla now.", "The harvest was good in Orla."]
    made = []
    for index in range(threats + quiet):
        sentence = words[index >= threats]
        marks = (span("threat", "THREAT", sentence, sentence[:7], form="reported"),) if index < threats else ()
        made.append(record(sentence, marks, doc=f"{doc}{index}"))
    return made


ONE_GROUP = {f"a{index}": "a" for index in range(8)}
"""The documents of `graded(..., "a")` as those of one event, so that none can be left out."""


def test_the_linear_model_keeps_the_second_strength_where_validation_prefers_it(taxonomy: Taxonomy) -> None:
    setup = Setup(taxonomy.task("threat_sentence"), taxonomy, SETTINGS, 1, ONE_GROUP)
    data = training.Data(graded(4, 4, "a"), graded(2, 2, "b"), [])
    judged: list[Any] = []

    def judge(gold: Sequence[Record], _: Sequence[Record]) -> float:
        assert gold is data.validation
        judged.append(model.weights)
        return float(model.weights is not judged[0])

    model = linear.Linear(setup)
    model.fit(data.train, data.validation, judge)
    first, second = dict.fromkeys(judged)
    assert model.weights is second
    # A greater C leaves greater weights.
    assert abs(second.numbers[1:]).sum() > abs(first.numbers[1:]).sum()
    assert 2 <= len(judged) <= 2 * linear.THRESHOLDS


def test_the_linear_model_is_chosen_by_models_that_did_not_see_the_group(taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch) -> None:
    # Two documents an event: an event is in the texts of a model, or classified by it, never both.
    records = [one for index in range(6) for one in graded(1, 1, f"e{index}-")]
    groups = {one.meta.doc: one.meta.doc.split("-")[0] for one in records}
    records = [msgspec.structs.replace(one, text=one.text.replace("Orla", f"Orla {groups[one.meta.doc]}")) for one in records]
    seen: list[tuple[set[str], set[str]]] = []
    fitted, probabilities = linear.fitted, linear.Weights.probabilities

    def noted(lessons: list[fitting.Lesson], *rest: Any) -> Any:
        seen.append((events([lesson.text for lesson in lessons]), set()))
        return fitted(lessons, *rest)

    def events(texts: Sequence[str]) -> set[str]:
        return {group for group in groups.values() for text in texts if group in text}

    def classifying(self: linear.Weights, texts: Sequence[str], vectors: Any = None) -> Any:
        seen[-1][1].update(events(texts))
        return probabilities(self, texts, vectors)

    monkeypatch.setattr(linear, "fitted", noted)
    monkeypatch.setattr(linear.Weights, "probabilities", classifying)
    judged: list[float] = []
    model = linear.Linear(Setup(taxonomy.task("threat_sentence"), taxonomy, SETTINGS, 1, groups))
    model.fit(records, [], lambda gold, _: judged.append(len(gold)) or 1.0)  # type: ignore[func-returns-value]
    *folds, last = seen
    assert len(folds) == linear.FOLDS
    assert all(not learned & classified for learned, classified in folds)
    assert set.union(*(classified for _, classified in folds)) == set(groups.values()) == last[0]
    assert set(judged) == {len(records)}
    # The two sentences are easy to tell apart, so the greater C is the likelier one.
    assert abs(model.weights.numbers[1:]).max() > 0.5


def test_documents_that_do_not_decide_are_learned_from_with_the_weight_that_suits_those_that_do(taxonomy: Taxonomy) -> None:
    # The other documents call what is no threat in the deciding ones a threat, and the other way round.
    ours = [one for index in range(6) for one in graded(1, 1, f"e{index}-")]
    theirs = [one for index in range(6) for one in graded(1, 1, f"o{index}-")]
    swapped = [
        msgspec.structs.replace(one, spans=() if one.spans else (span("threat", "THREAT", one.text, one.text[:11], form="reported"),))
        for one in theirs
    ]
    records = [*ours, *swapped]
    groups = {one.meta.doc: one.meta.doc.split("-")[0] for one in records}
    settings = SETTINGS | {"C": [10.0], "others": [1.0, 0.01]}
    task = taxonomy.task("threat_sentence")

    def labels(deciding: Sequence[Record]) -> list[str]:
        setup = Setup(task, taxonomy, settings, 1, groups, frozenset(one.meta.doc for one in deciding))
        model = linear.Linear(setup)
        model.fit(records, [], lambda gold, labelled: evaluate.headline(task, evaluate.beside(gold, labelled), taxonomy))
        return [entry.label for one in graded(1, 1, "x") for entry in entries(model.predict([one])[0], task) or []]

    assert labels(ours) == ["THREAT", "NONE"]
    assert labels(swapped) == ["NONE", "THREAT"]


def test_a_tuned_threshold_is_used(taxonomy: Taxonomy) -> None:
    task = taxonomy.task("threat_sentence")
    model = linear.Linear(Setup(task, taxonomy, SETTINGS | {"C": [1.0]}, 1))
    model.fit(graded(4, 4, "a"), graded(2, 2, "b"), lambda *_: 0.0)
    (score,) = (entry.scores["THREAT"] for entry in entries(model.predict(graded(1, 0, "c"))[0], task) or [])
    assert 0.5 < score < 0.9
    classes = {}
    for model.threshold in (0.5, 0.9):
        (classes[model.threshold],) = (entry.label for entry in entries(model.predict(graded(1, 0, "c"))[0], task) or [])
    assert classes == {0.5: "THREAT", 0.9: "NONE"}


def test_thresholds_are_a_hundred_at_most_and_each_strength_is_scored_once(taxonomy: Taxonomy) -> None:
    model = linear.Linear(Setup(taxonomy.task("threat_sentence"), taxonomy, SETTINGS, 1))
    assert len(model._thresholds([{"THREAT": value / 1000} for value in range(500)])) == linear.THRESHOLDS
    assert model._thresholds([{"THREAT": 0.2}, {"THREAT": 0.4}]) == [0.5, pytest.approx(0.3)]


SENTENCE = "Orla had accepted the loss of Hatay in 1939. More."


def place(quote: str, name: str) -> Span:
    return span("entities", "GPE", SENTENCE, quote, name)


@pytest.mark.parametrize(
    ("holder", "target", "due"),
    [
        ("Orla", "Hatay", "xxholder had accepted the loss of xxtarget in 1939."),
        ("Hatay", "Orla", "xxtarget had accepted the loss of xxholder in 1939."),
        ("Hatay", "the loss of Hatay in 1939", "Orla had accepted xxtarget the loss of xxholder Hatay in 1939."),
        ("the loss of Hatay in 1939", "Hatay", "Orla had accepted xxholder the loss of xxtarget Hatay in 1939."),
        ("loss of Hatay", "Hatay in 1939", "Orla had accepted the xxholder loss of xxtarget Hatay in 1939."),
        ("the loss", "the loss of Hatay", "Orla had accepted xxtarget xxholder the loss of Hatay in 1939."),
    ],
)
def test_both_participants_are_marked_also_where_one_is_inside_the_other(holder: str, target: str, due: str) -> None:
    assert linear.marked(SENTENCE, (0, 44), (place(holder, "h"), place(target, "t"))) == due


def test_every_pair_of_the_corpus_has_both_marks(taxonomy: Taxonomy) -> None:
    task = taxonomy.task("stance_pair")
    model = linear.Linear(Setup(task, taxonomy, SETTINGS, 1))
    records = train.data_of(projects.load(projects.find(Path(__file__).parents[1]))).train
    texts = [model._text(unit, one) for one in records for unit in examples(one, task, taxonomy)]
    assert texts
    assert {(text.count("xxholder"), text.count("xxtarget")) for text in texts} == {(1, 1)}


FAST = {"penalties": [[0.0, 0.1]], "iterations": 15}
QUICK: dict[str, Any] = {
    "crf": {"kind": "crf", "tasks": ["ner", "threat_spans", "stance_spans", "argument_spans"], "settings": FAST},
    "linear": {
        "kind": "linear",
        "tasks": ["threat_sentence", "act_type", "hard_negatives", "criticism_sentence", "stance_pair"],
        "settings": SETTINGS | {"C": [30.0]},
    },
    "link_linear": {"kind": "link_linear", "tasks": ["threat_roles", "stance_roles"], "settings": {"C": [3.0], "thresholds": [0.5]}},
}


def quick(here: Project, *names: str) -> None:
    for path in here.models.glob("*.json"):
        path.unlink()
    for name in names:
        (here.models / f"{name}.json").write_text(json.dumps(QUICK[name]))


SIX = {
    "embargo-wire": "train", "corfu-1923": "train", "curfew-feature": "train", "airspace-council": "dev", "dam-wire": "test",
    "grid-briefing": "test",
}  # fmt: skip
"""Documents with each label of each task, few enough to learn from in a second."""


def test_label_then_score_gives_the_figures_of_the_leaderboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = small(tmp_path, SIX)
    monkeypatch.chdir(tmp_path)
    quick(project, "crf", "linear", "link_linear")
    assert main(["train"]) == 0
    taxonomy, data = project.taxonomy(), train.data_of(projects.load(project))
    gold = Path("gold.jsonl")
    gold.write_bytes(jsonl.dump(documents_of(data.test)))
    labeller = label.Labeller(project.taxonomy(), project.models)
    # Classes are of gold sentences and gold participants, or of predicted ones; spans are found in bare text, and relations between them.
    bare, kept = labeller.label(list(data.test)), labeller.label(list(data.test), keep=True)
    trained = {}
    for folder in artefact.folders(project.models):
        made = artefact.read(folder)
        assert made.outcome is not None
        trained[made.task] = made.outcome.scores
    tasks = [task for task in taxonomy.tasks.values() if task.shape != "triples"]  # no model names actors yet
    assert set(trained) == {task.name for task in tasks}
    for given, labelled in ((None, bare), (pair_task.GOLD, kept), (pair_task.PREDICTED, bare), (link_task.PREDICTED, bare)):
        Path("guess.jsonl").write_bytes(jsonl.dump(documents_of(labelled)))
        known = {task.name: [row for row in trained[task.name] if row["given"] == given] for task in tasks}
        layers = {task.layer for task in tasks if known[task.name]}
        rows = {layer: scored(gold, Path("guess.jsonl"), None, layer, taxonomy, Bootstrap(2, 1)).rows for layer in layers}
        for task in (task for task in tasks if known[task.name]):
            ours = {(row.score.metric, row.label): row.score for row in rows[task.layer] if row.task in (None, task.name)}
            for row in known[task.name]:
                other = ours[row["metric"], row["label"]]
                assert (other.value, other.gold, other.guessed) == (row["value"], row["gold"], row["guessed"]), (task.name, row["metric"])
    assert {row["given"] for row in trained["stance_pair"]} == {pair_task.GOLD, pair_task.ENTITIES, pair_task.PREDICTED}
    assert {row["given"] for row in trained["threat_roles"]} == {link_task.GOLD, link_task.PREDICTED}


QUOTE = "Orla said they reject the loss of Hatay."


def pair_record(doc: str, helper: str = "they") -> Record:
    """A record in which a helper span is against a named entity."""
    marks = (
        span("entities", "GPE", QUOTE, "Hatay", "e1"),
        span("arguments", "ACTOR", QUOTE, helper, "a1", mention="PRO"),
        span("stance", "AGAINST", QUOTE, "reject", "s1"),
    )
    return record(QUOTE, marks, (Relation("s1", "a1", "HOLDER"), Relation("s1", "e1", "TARGET")), doc=doc)


class Lone(Spy):
    """A model of helper spans that finds a word, and notes which documents each of its kind learned from and labelled."""

    word = "they"
    runs: list[tuple[set[str], set[str]]]

    def fit(self, train: Sequence[Record], validation: Sequence[Record], judge: Judge) -> None:
        self.known = documents(train) | documents(validation)

    def predict(self, records: Sequence[Record]) -> list[Record]:
        Lone.runs.append((self.known, documents(records)))
        return [with_spans(one, "arguments", (span("arguments", "ACTOR", one.text, self.word),)) for one in records]


@pytest.mark.parametrize(("word", "classes"), [("they", ["AGAINST"]), ("said they", ["NONE"]), ("Orla", ["NONE"])])
def test_pairs_are_learned_from_spans_that_models_of_other_documents_predicted(
    word: str, classes: list[str], monkeypatch: pytest.MonkeyPatch, taxonomy: Taxonomy
) -> None:
    monkeypatch.setitem(baseline.KINDS, "lone", baseline.Kind(__name__, "Lone", "finds a word"))
    monkeypatch.setattr(Lone, "word", word)
    monkeypatch.setattr(Lone, "runs", [], raising=False)
    records, setup = [pair_record(doc) for doc in "abcdef"], Setup(taxonomy.task("argument_spans"), taxonomy, {}, 1)
    learned = participants.learned(records, {"arguments": ("lone", setup)}, taxonomy.helpers)
    assert Lone.runs
    assert all(not known & labelled for known, labelled in Lone.runs)
    assert set().union(*(labelled for _, labelled in Lone.runs)) == set("abcdef")
    for one in learned:
        assert [mark.text for mark in one.layer("arguments")] == [word]
        units = examples(one, taxonomy.task("stance_pair"), taxonomy)
        # `they` is 4 of the 9 characters of `said they`, less than half: the relation leads to no span that was found.
        assert [unit.gold for unit in units if unit.pair and unit.pair[1].text == "Hatay"] == classes


def test_without_a_model_of_helper_spans_participants_are_named_entities(taxonomy: Taxonomy, tmp_path: Path) -> None:
    data = training.Data([pair_record(doc) for doc in "abcd"], [pair_record("e")], [pair_record("f")])
    learned = pair_task.learned(data, taxonomy, tmp_path)
    assert {mark.layer for one in (*learned.train, *learned.validation) for mark in one.spans} == {"entities", "stance"}
    assert learned.test == data.test


def documents_of(records: Sequence[Record]) -> Any:
    from redline.core.document import group

    return group(records)


ORIGIN = artefact.Origin("data", "test", "code", {})


@pytest.mark.parametrize(
    ("kinds", "best"),
    [
        ([("linear", 0.1), ("crf", 0.7), ("linear", 0.3)], "b"),
        ([("linear", 0.7), ("crf", 0.7)], "a"),
        ([("cues", 0.261), ("majority", 0.9), ("linear", 0.25)], "c"),
        ([("cues", 0.261), ("encoder", 0.1)], "b"),
        ([("encoder", 0.9), ("linear", 0.0)], "b"),
        ([("majority", 0.1), ("cues", 0.2)], "b"),
    ],
)
def test_label_leaderboard_and_report_have_one_best_model(
    kinds: list[tuple[str, float]], best: str, tmp_path: Path, taxonomy: Taxonomy
) -> None:
    """Above the others on validation; a trivial one only if there is no other."""
    for name, (kind, validation) in zip("abc", kinds, strict=False):
        made = artefact.Artefact(name, kind, "act_type", {}, 1, "1.1", "0", {}, ORIGIN, artefact.Outcome(validation, [], 0.0, 0.0))
        (tmp_path / name / "act_type").mkdir(parents=True)
        (tmp_path / name / "act_type" / artefact.NAME).write_bytes(msgspec.json.encode(made))
    assert choice.best(artefact.folders(tmp_path)).parent.name == best
    listed = [
        leaderboard.Entry("act_type", name, kind, {}, 1, ORIGIN, value, 1, []) for name, (kind, value) in zip("abc", kinds, strict=False)
    ]
    assert getattr(of_board.best(listed), "model", None) == best
    task = taxonomy.task("act_type")
    made_of = [results.Result(task, name, kind, [], [], value, [], ()) for name, (kind, value) in zip("abc", kinds, strict=False)]
    ((_, ranked),) = results.Results(taxonomy, training.Data([], [], []), made_of[::-1]).by_task()
    assert ranked[0].model == best


def test_the_learning_curve_grows_and_hides_no_error(project: Project) -> None:
    quick(project, "crf", "linear")
    data, taxonomy, stream = train.data_of(projects.load(project)), project.taxonomy(), io.StringIO()
    steps = progress.Steps(stream)
    wrong = QUICK["linear"] | {"settings": SETTINGS | {"words": [2, 1]}}
    (project.models / "linear.json").write_text(json.dumps(wrong))
    points = {one.model: one.points for one in learning.curves(project, data, taxonomy, 1, 1, steps)}
    assert [share for share, _ in points["crf"]] == list(learning.SHARES)
    assert points["crf"][-1][1] > 0.2
    assert points["linear"] == []
    lines = stream.getvalue().splitlines()
    assert all("no point at" in line and "training failed" in line for line in lines)
    assert len(lines) == len(learning.SHARES)


def plain(path: str, places: Sequence[str], label: str = "PLACE") -> Path:
    """Prodigy tasks without ids, a text each."""
    tasks = [{"text": f"We saw {name} today.", "spans": [{"start": 7, "end": 7 + len(name), "label": label}]} for name in places]
    Path(path).write_text("".join(json.dumps(task) + "\n" for task in tasks))
    return Path(path)


NAMES = [f"{first}{last}" for first in ("Or", "Bel", "Tar", "Sen") for last in ("la", "mora", "ancay", "na", "brun")]


def test_own_labels_are_learned_outside_of_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    plain("own.jsonl", NAMES, "PLAYER")
    assert main(["train", "--train", "own.jsonl", "--model", "crf"]) == 0
    out, err = capsys.readouterr()
    assert "2 of its documents (2 records) are held out as validation" in err
    rows = json.loads(Path("models-own/scores.json").read_bytes())["scores"]
    (total,) = (row for row in rows if (row["metric"], row["label"]) == ("exact_f1", None))
    # Each of the twenty texts is in one test part of the cross-validation.
    assert (total["split"], total["gold"], total["documents"]) == ("cross-validation", 20, 20)
    assert "PLAYER" in {row["label"] for row in rows}
    assert "exact_f1" in out
    Path("text.txt").write_text("We saw Orla today.\n")
    assert main(["label", "text.txt", "-", "--models", "models-own"]) == 0
    captured = capsys.readouterr()
    (task,) = map(json.loads, captured.out.splitlines())
    assert [(mark["text"], mark["label"]) for mark in task["spans"]] == [("Orla", "PLAYER")]
    assert "words per second" not in captured.err
    assert main(["label", "text.txt", "-", "--models", "nowhere"]) == 2
    assert "nowhere: contains no trained model; needed" in capsys.readouterr().err


def judged(path: str, threats: Sequence[str], quiet: Sequence[str]) -> Path:
    """Prodigy tasks that accept or reject a class for a text."""
    tasks = [{"text": f"We will strike {name} now.", "label": "RISK", "answer": "accept"} for name in threats]
    tasks += [{"text": f"The harvest was good in {name}.", "label": "RISK", "answer": "reject"} for name in quiet]
    Path(path).write_text("".join(json.dumps(task) + "\n" for task in tasks))
    return Path(path)


def test_classes_that_a_file_brings_are_learned_scored_and_labelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    judged("own.jsonl", NAMES[:8], NAMES[8:10])
    judged("dev.jsonl", NAMES[10:11], NAMES[11:12])
    judged("test.jsonl", NAMES[12:14], NAMES[14:17])
    assert main(["train", "--train", "own.jsonl", "--validation", "dev.jsonl", "--test", "test.jsonl"]) == 0
    scores = json.loads(Path("models-own/scores.json").read_bytes())["scores"]
    values = {(row["model"], row["metric"]): (row["value"], row["gold"], row["guessed"]) for row in scores}
    # Eight of ten training texts have the class, so the majority guesses it for all five: P 2/5, R 1, F1 4/7.
    assert values["text_majority", "positive_f1"] == (pytest.approx(4 / 7), 2, 5)
    assert values["text_linear", "positive_f1"] == (1.0, 2, 2)
    Path("text.txt").write_text("We will strike Kort now.\nThe harvest was good in Kort.\n")
    capsys.readouterr()
    assert main(["label", "text.txt", "-", "--models", "models-own"]) == 0
    first, second = (json.loads(line)["cats"]["RISK"] for line in capsys.readouterr().out.splitlines())
    assert first > 0.5 > second


@pytest.mark.parametrize(
    ("words", "target", "marked"),
    [
        ("We praise Norvia.", "", ""),
        (
            "We do praise NORVIA and condemn Varga, now.",
            "Norvia",
            "xxaboutnorvia xxbeforewe xxbeforedo xxbeforepraise xxafterand xxaftercondemn xxaftervarga",
        ),
        (
            "We praise Orla, now.",
            "the Orla Law",
            "xxaboutthe xxaboutorla xxaboutlaw xxbeforewe xxbeforepraise xxafter, xxafternow xxafter.",
        ),
        ("The law is bad.", "the Orla Law", "xxaboutthe xxaboutorla xxaboutlaw"),
    ],
)
def test_a_text_is_seen_with_its_target_and_the_words_next_to_it(words: str, target: str, marked: str) -> None:
    assert targets.seen(words, target) == f"{words} {marked}".strip()


def test_classes_towards_a_target_are_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, places in (("own", NAMES[:12]), ("dev", NAMES[12:14]), ("test", NAMES[14:18])):
        pairs = zip(places[::2], places[1::2], strict=True)
        tasks = [
            {"text": f"We praise {one} and condemn {other}.", "target": target, "cats": {"FOR": target == one, "AGAINST": target == other}}
            for one, other in pairs
            for target in (one, other)
        ]
        Path(f"{name}.jsonl").write_text("".join(json.dumps(task) + "\n" for task in tasks))
    arguments = ["--train", "own.jsonl", "--validation", "dev.jsonl", "--test", "test.jsonl", "--model", "text_linear"]
    assert main(["train", *arguments]) == 0
    (score, *_) = json.loads(Path("models-own/scores.json").read_bytes())["scores"]
    assert (score["metric"], score["value"], score["gold"]) == ("macro_f1", 1.0, 4)


def test_single_labels_of_several_files_are_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    texts = {"risk": "We will strike {} now.", "calm": "The harvest was good in {}.", "rain": "It rained in {} again."}
    files = {"one": ("risk", "calm", NAMES[:6]), "two": ("rain", "rain", NAMES[:5]), "dev": ("risk", "calm", NAMES[6:7]),
             "test": ("risk", "rain", NAMES[7:9])}  # fmt: skip
    for name, (first, second, places) in files.items():
        tasks = [{"text": texts[label].format(place), "label": label} for place in places for label in dict.fromkeys((first, second))]
        Path(f"{name}.jsonl").write_text("".join(json.dumps(task) + "\n" for task in tasks))
    assert main(["train", "--train", "one.jsonl", "two.jsonl", "--validation", "dev.jsonl", "--test", "test.jsonl"]) == 0
    scores = json.loads(Path("models-own/scores.json").read_bytes())["scores"]
    values = {(row["model"], row["label"], row["metric"]): (row["value"], row["gold"], row["guessed"]) for row in scores}
    # Six texts each of the first two classes and five of the third, so the majority has no highest class and guesses nothing.
    assert values["text_majority", None, "micro_f1"] == (0.0, 4, 0)
    assert values["text_linear", None, "micro_f1"] == (1.0, 4, 4)
    assert values["text_linear", "calm", "f1"] == (None, 0, 0)
    capsys.readouterr()
    Path("few.jsonl").write_text('{"text": "a", "label": "x"}\n{"text": "b", "label": "y"}\n{"text": "c", "label": "y"}\n')
    assert main(["train", "--train", "few.jsonl", "--validation", "dev.jsonl", "--test", "test.jsonl", "--model", "text_linear"]) == 2
    assert "cannot be trained: the training texts (3) do not share any word; needed: more texts" in capsys.readouterr().err


def test_a_shape_that_a_file_has_no_data_of_is_refused_with_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    judged("own.jsonl", NAMES[:3], NAMES[3:6])
    assert main(["train", "--train", "own.jsonl", "--test", str(judged("test.jsonl", NAMES[6:7], [])), "--shape", "spans"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "redline: no model fits these records, which contain classes of 5 texts (RISK); needed: another --shape or --task"
    )


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "due"), [(Terminal(), "\r\x1b[K5 words, 10 words per second\r\x1b[K"), (io.StringIO(), "")])
def test_words_per_second_are_shown_on_a_terminal_alone(stream: io.StringIO, due: str, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter((0.0, 0.1, 0.5))
    monkeypatch.setattr("time.monotonic", lambda: next(times))
    words = progress.Words(stream)
    words(2)
    words(3)
    words.write("")
    assert stream.getvalue() == due


@pytest.mark.parametrize(("stream", "due"), [(Terminal(), "\r\x1b[Ka long\r\x1b[Ka note\n\r\x1b[K"), (io.StringIO(), "a note\n")])
def test_steps_are_shown_on_a_terminal_alone_and_notes_everywhere(stream: io.StringIO, due: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "7")
    with progress.Steps(stream) as steps:
        steps("a long step")
        steps.note("a note")
    assert stream.getvalue() == due


def test_train_learns_from_several_files_and_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    plain("one.jsonl", NAMES[:8])
    plain("folder/two.jsonl", NAMES[8:16])
    plain("test.jsonl", NAMES[16:])
    assert main(["train", "--train", "one.jsonl", "folder", "--test", "test.jsonl", "--task", "ner", "--model", "gazetteer"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[:2] for line in lines[:3]] == [[name, f"{count} records"] for name, count in
                                                            (("one.jsonl", 8), ("folder", 8), ("test.jsonl", 4))]  # fmt: skip
    assert lines[3].startswith("one.jsonl, folder: 2 of its documents (2 records) are held out as validation")
    assert len(lines) == 4
    assert main(["train", "--train", "one.jsonl", "one.jsonl"]) == 2
    assert "--train lists one.jsonl twice; needed: each file once" in capsys.readouterr().err
    assert main(["train", "--train", "folder", "one.jsonl", "--test", "folder/two.jsonl"]) == 2
    assert "folder and folder/two.jsonl share 8 texts" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "task", "configured", "loaded"),
    [("linear", "threat_sentence", SETTINGS, []), ("cues", "threat_sentence", {}, []), ("crf", "threat_spans", FAST, [])],
)
def test_label_loads_no_library_that_its_models_do_not_need(
    kind: str, task: str, configured: dict[str, Any], loaded: list[str], tmp_path: Path, taxonomy: Taxonomy
) -> None:
    data = training.Data(graded(2, 2, "a"), graded(2, 2, "b"), graded(2, 2, "c"))
    train.one(kind, taxonomy.task(task), train.Configuration(kind, [], configured), data, taxonomy, tmp_path / "models")
    (tmp_path / "text.txt").write_text("We will strike Orla now.\n")
    code = (
        "import sys; from redline.cli import main;"
        "assert main(['label', 'text.txt', 'out.jsonl', '--models', 'models']) == 0;"
        "print(sorted({'spacy', 'thinc', 'sklearn', 'scipy', 'pycrfsuite', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == str(loaded)


def test_a_tenth_of_the_documents_is_held_out_whole() -> None:
    records = [record("It rained.", doc=f"d{index // 3}", passage=index % 3) for index in range(60)]
    train_part, validation = own.held_out(records, Path("x"))
    assert (len(documents(validation)), len(validation)) == (2, 6)
    assert not documents(train_part) & documents(validation)
    assert own.held_out(records, Path("x")) == (train_part, validation)


@pytest.mark.parametrize(
    ("sentences", "others", "held"),
    [
        (40, [], "2 of its blocks (4 records)"),
        (3, [], "1 of its blocks (1 records)"),
        (40, ["--test", "test.conll"], "2 of its blocks (4 records)"),
        (40, ["--validation", "test.conll"], ""),
    ],
)
def test_one_document_is_divided_into_blocks_of_sentences(
    sentences: int, others: list[str], held: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [f"Orla\tB-PLACE\nfell\tO\n{number}\tO\n" for number in range(sentences)]
    Path("own.conll").write_text("\n".join(lines))
    Path("test.conll").write_text("Orla\tB-PLACE\nrose\tO\n")
    assert main(["train", "--train", "own.conll", "--model", "gazetteer", *others]) == 0
    notes = [line for line in capsys.readouterr().err.splitlines() if not line.startswith(("own.conll: CoNLL", "test.conll"))]
    blocks = f"note: own.conll: has too few documents (1); it is divided into {min(sentences, 20)} blocks of consecutive records"
    assert notes[0] == f"{blocks}, which are held out instead of documents"
    assert notes[1:] == ([f"own.conll: {held} are held out as validation"] if held else [])
    score = json.loads(Path("models-own/scores.json").read_bytes())["scores"][0]
    documents = 1 if "--test" in others else min(sentences, 20) + ("--validation" in others)
    assert (score["value"], score["documents"]) == (1.0, documents)


def test_blocks_are_consecutive_and_of_equal_size() -> None:
    records = [record("It rained.", doc=doc, passage=passage) for passage in range(50) for doc in ("a", "b")]
    divided = own._divided(records[:7:2]) + own._divided(records)
    assert [one.meta.doc for one in divided[:4]] == ["a#1", "a#2", "a#3", "a#4"]
    sizes = Counter(one.meta.doc for one in divided[4:])
    assert (len(sizes), set(sizes.values())) == (40, {2, 3})
    assert [one.meta.passage for one in divided if one.meta.doc == "b#2"] == [3, 4]


def test_each_document_is_in_one_test_part_and_never_learned_from_there() -> None:
    records = [record("It rained.", doc=f"d{index // 2}") for index in range(14)]
    parts = list(own.folds(training.Data(records, [], [])))
    assert sorted(doc for part in parts for doc in documents(part.test)) == sorted(documents(records))
    assert all(not documents(part.test) & (documents(part.train) | documents(part.validation)) for part in parts)
    assert all(part.validation and not documents(part.train) & documents(part.validation) for part in parts)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--test", "own.jsonl"], "--train and --test are the same file; needed: different texts"),
        (["--test", "copy.jsonl"], "own.jsonl and copy.jsonl share 20 texts (of 20 and 20), such as `We saw Belancay today.`"),
        (["--validation", "copy.jsonl"], "own.jsonl and copy.jsonl share 20 texts"),
        (["--dev", "copy.jsonl"], "own.jsonl and copy.jsonl share 20 texts"),
        (
            ["--task", "stance_spans"],
            "no model fits these records, which contain spans of layer entities (18); needed",
        ),
    ],
)
def test_what_cannot_be_scored_honestly_is_refused(
    options: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    plain("own.jsonl", NAMES)
    plain("copy.jsonl", NAMES)
    assert main(["train", "--train", "own.jsonl", "--model", "crf", *options]) == 2
    assert says in capsys.readouterr().err.splitlines()[-1]


def test_one_of_several_models_that_cannot_be_trained_is_a_note(small_project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["train", "--train", "corpus/gold/dam-wire.jsonl", "--out", "m", "--task", "hard_negatives"]
    assert main([*options, "--model", "linear"]) == 2
    capsys.readouterr()
    assert main(options) == 0
    out, err = capsys.readouterr()
    assert "note: hard_negatives / linear: cannot be trained: the number of classes of hard_negatives in the training records is 0" in err
    assert "cues" in out
    assert "linear" not in out


def test_a_few_texts_that_splits_share_are_a_note_and_half_of_them_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    plain("own.jsonl", NAMES[:12])
    plain("few.jsonl", NAMES[10:])
    plain("half.jsonl", NAMES[8:16])
    options = ["--train", "own.jsonl", "--task", "ner", "--model", "gazetteer", "--test"]
    assert main(["train", *options, "few.jsonl"]) == 0
    assert "own.jsonl and few.jsonl share 2 texts (of 12 and 10), such as" in capsys.readouterr().err
    assert main(["train", *options, "half.jsonl"]) == 2
    assert "share 4 texts (of 12 and 8), such as" in capsys.readouterr().err.splitlines()[-1]


def test_spans_that_training_cannot_use_are_counted_with_their_places(taxonomy: Taxonomy) -> None:
    words = "Orla asked Belmora to go."
    marks = [
        Span(name, "entities", "GPE", *bounds, words[slice(*bounds)]) for name, bounds in {"a": (0, 5), "b": (13, 18), "c": (5, 18)}.items()
    ]
    held = record(words, tuple(marks), doc="d")
    assert list(alignment.left_out([held], "entities")) == [
        "1 of 3 spans begin or end in white space, which is trimmed: `Orla ` 0..5 in passage 0 of d",
        "1 of 3 spans are left out of training, since they cut a word or overlap another: `lmora` 13..18 in passage 0 of d",
    ]
    assert ("Orla", (0, 4)) in [(span.text, span.bounds) for span in alignment.learnable(held, "entities")]
    assert list(alignment.left_out([text("a", True)], "threat")) == []


def test_the_crf_keeps_the_second_penalties_where_validation_prefers_them(taxonomy: Taxonomy) -> None:
    setup = Setup(taxonomy.task("threat_spans"), taxonomy, {"penalties": [[0.0, 100.0], [0.0, 0.1]], "iterations": 20}, 1)
    values = iter((0.1, 0.9))
    sizes: list[bytes] = []

    def judge(*_: Sequence[Record]) -> float:
        sizes.append(model.model)
        return next(values)

    model = crf.Crf(setup)
    model.fit(graded(4, 4, "a"), graded(2, 2, "b"), judge)
    assert sizes[0] != sizes[1] == model.model


@pytest.mark.parametrize(("values", "kept"), [((0.9, 0.1, 0.5), 0), ((0.0, 0.0, 0.0), 2)])
def test_spacy_keeps_the_best_look_and_of_equals_the_last(values: tuple[float, ...], kept: int, taxonomy: Taxonomy) -> None:
    settings = {"width": 16, "depth": 1, "rows": 200, "epochs": 3, "look_every": 1, "batch": 4, "dropout": 0.1}
    model = spacy_models.Ner(Setup(taxonomy.task("threat_spans"), taxonomy, settings, 1))
    looks: list[bytes] = []
    scores = iter(values)

    def judge(*_: Sequence[Record]) -> float:
        looks.append(model.pipeline.get_pipe("ner").model.to_bytes())
        return next(scores)

    model.fit(graded(4, 4, "a"), graded(2, 2, "b"), judge)
    assert len(set(looks)) == 3
    assert model.pipeline.get_pipe("ner").model.to_bytes() == looks[kept]
