"""The command that trains the baselines."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redline.cli import shapes

if TYPE_CHECKING:
    from redline.cli.progress import Steps
    from redline.learn.artefact import Artefact

HELP = {
    "train": "training data: records, Prodigy tasks or CoNLL, or folders of these; default: the corpus",
    "validation": "files or folders for choosing the settings; default: a tenth of the documents of --train",
    "test": "files or folders for scoring; default with --train: five-fold cross-validation by document",
}


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the command of this module."""
    sub = commands.add_parser("train", help="trains, saves and scores the baselines")
    names = {"train": ["--train"], "validation": ["--validation", "--dev"], "test": ["--test"]}
    for name, flags in names.items():
        sub.add_argument(*flags, type=Path, nargs="+", metavar="FILE", help=HELP[name])
    sub.add_argument("--layer", help="layer for labels outside of schemas/ (default: entities)")
    sub.add_argument(
        "--referenced",
        action="store_true",
        help="also train and score on the referenced texts (download them first: redline texts --clone)",
    )
    sub.add_argument("--shape", choices=["spans", "classify", "link"], help="only tasks of this shape")
    sub.add_argument("--task", help="only this task of schemas/tasks.json")
    sub.add_argument("--model", help="only this model of models/")
    sub.add_argument("--download", action="store_true", help="first download the encoder of --model from Hugging Face")
    sub.add_argument("--speed", action="store_true", help="also write the milliseconds per sentence on this machine to models/speed.json")
    sub.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="output folder (default: models/; with --train: models-own/)",
    )
    shapes.add_option(sub, "train")
    sub.set_defaults(run=_train)


def _train(options: argparse.Namespace) -> int:
    from redline.learn import processor

    processor.pin()
    from redline import project
    from redline.cli import progress, show
    from redline.core.errors import RedlineError
    from redline.model import leaderboard

    given = options.train or options.validation or options.test
    if given and options.referenced:
        raise RedlineError("--referenced and --train are both present; needed: one of them")
    if given and not options.train:
        raise RedlineError("the training data are missing; needed: --train (--validation and --test are optional)")
    if options.speed and (given or options.out):
        raise RedlineError("--speed is for the models of the project; needed: redline train without --train and --out")
    if options.download:
        _download(options.model)
    with progress.Steps() as steps:
        made = _trained_on_files(options, steps) if given else _trained_on_corpus(options, steps)
    if options.json:
        show.as_json({"scores": [row for one in made if one.outcome for row in one.outcome.scores]})
        return 0
    print("\n".join(leaderboard.table(made)))
    if not given and (line := leaderboard.stale(project.find())):
        print(f"note: {line}")
    return 0


def _download(model: str | None) -> None:
    """Downloads the encoder that the configuration of a model names."""
    from redline import project
    from redline.core.errors import RedlineError
    from redline.learn import encoder
    from redline.model import train

    here = project.find_or_none()
    configured = train.configurations(here) if here else train.default_configurations()
    names = {name: one.settings["encoder"] for name, one in configured.items() if "encoder" in one.settings}
    if model not in names:
        raise RedlineError(f"--download is for a model with an encoder; needed: --model {', '.join(names)}")
    encoder.download(str(names[model]))


def _trained_on_files(options: argparse.Namespace, steps: "Steps") -> "list[Artefact]":
    """Trains on the records of files, in a project or outside of one."""
    from redline import project
    from redline.core.task import LINK
    from redline.formats.reading import Options
    from redline.model import own, train
    from redline.project.lock import locked_folder

    here, taxonomy = project.find_or_none(), project.labels()
    configured = train.configurations(here) if here else train.default_configurations()
    paths = {name: getattr(options, name) for name in HELP if getattr(options, name)}
    data = own.data_from(paths, Options(taxonomy, options.layer, texts=project.words(), together=True), steps.note)
    brought = own.tasks(data)
    wanted = train.wanted(configured, taxonomy, model=options.model, task=options.task, shape=options.shape, brought=brought)
    pairs, out = own.fitting(wanted, data), options.out or Path("models-own")
    if own.RELATIONS in brought and not (options.shape or options.task or any(task.shape == LINK for _, task in pairs)):
        steps.note("note: the relations of these records are not learned; needed: a second training with --shape link")
    for line in train.notes(pairs, data, taxonomy, out):
        steps.note(line)
    with locked_folder(out):
        made = train.run(pairs, configured, data, taxonomy, out, steps, steps.note)
        train.write_scores(made, out)
    return made


def _trained_on_corpus(options: argparse.Namespace, steps: "Steps") -> "list[Artefact]":
    """Trains on the corpus: its open texts, or with --referenced all that are at hand."""
    from redline import project
    from redline.model import leaderboard, predicted, referenced, speed, train
    from redline.project.lock import locked_folder
    from redline.report import docs

    here = project.find()
    taxonomy, configured, corpus = here.taxonomy(), train.configurations(here), project.load(here)
    pairs = train.wanted(configured, taxonomy, model=options.model, task=options.task, shape=options.shape)
    home, data = here.models, train.data_of(corpus)
    if options.referenced:
        home, data = referenced.home(here), referenced.data_of(corpus)
        pairs = referenced.fitting(pairs, data, taxonomy)
    out = options.out or home
    for line in train.notes(pairs, data, taxonomy, out):
        steps.note(line)
    # Another training into the same folder waits, also until the views of it are written.
    with locked_folder(out):
        made = train.run(pairs, configured, data, taxonomy, out, steps)
        if out.resolve() != home.resolve():
            train.write_scores(made, out)
            return made
        (leaderboard.write_referenced if options.referenced else leaderboard.write)(here, data, taxonomy)
        if options.speed:
            speed.write(here, speed.ALL if options.referenced else speed.OPEN, made)
        docs.write(here)
        for one in [] if options.referenced else made:
            predicted.labelled(here, home / one.model / one.task, taxonomy, [data.validation, data.test])
    return made
