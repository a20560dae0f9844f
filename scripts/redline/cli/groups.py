"""The commands in groups, each group with a sentence and each command with an example: what `--help` prints."""

import argparse
import shutil
import textwrap
from collections.abc import Iterator, Mapping

GROUPS: dict[str, tuple[str, dict[str, str]]] = {
    "Look": (
        "Contents of the corpus, next steps, and the history of labels. These commands change nothing.",
        {
            "status": "redline status",
            "show": "redline show dam-wire 2",
            "find": "redline find --label THREAT --attribute form=quoted",
            "why": "redline why dam-wire 'two years after'",
            "stats": "redline stats",
            "diff": "redline diff HEAD~1 HEAD",
        },
    ),
    "Check": (
        "Checks of annotations against the rules, and of labels of the same words.",
        {
            "validate": "redline validate corpus/gold/dam-wire.jsonl",
            "explain": "redline explain span-cuts-word",
            "duplicates": "redline duplicates shards/",
            "variation": "redline variation --layer stance --attribute explicit",
        },
    ),
    "Add and change": (
        "Import, export and correction of texts and records.",
        {
            "ingest": "redline ingest t.txt --doc t --licence CC-BY-4.0 --title T --genre wire --origin fiction --event e --author A",
            "texts": "redline texts --from speeches/",
            "import": "redline import r3/*.json --format quotes",
            "export": "redline export corpus/gold --format prodigy --out gold.jsonl",
            "reanchor": "redline reanchor dam-wire corrected.txt",
            "split": "redline split",
            "withdraw": "redline withdraw dam-wire",
            "entities": "redline entities rename orla port-of-orla --dry-run",
            "upgrade": "redline upgrade records-of-1.1.jsonl",
        },
    ),
    "Rate and adjudicate": (
        "Annotation by raters, their agreement, and decisions on their differences.",
        {
            "annotate": "redline annotate --rater anna",
            "agree": "redline agree --labels",
            "adjudicate": "redline adjudicate dam-wire --differences --open",
            "sentences": "redline sentences --differences",
            "human-check": "redline human-check --by anna",
            "correct": 'redline correct dam-wire "two years after" --quote "two years" --reason slip --by anna',
        },
    ),
    "Train and score": (
        "Baselines for the corpus or for your own records, and the official scorer.",
        {
            "train": "redline train --task ner",
            "label": "redline label article.txt",
            "models": "redline models",
            "score": "redline score corpus/gold labelled.jsonl --layer entities",
            "probe": "redline probe labelled.jsonl",
            "report": "redline report",
        },
    ),
    "Publish": (
        "Building, checking and restoring of releases. Only --push uploads data.",
        {
            "publish": "redline publish",
            "verify": "redline verify dist/redline-0.1.0",
            "restore": "redline restore dist/redline-0.1.0 --texts seeds",
            "docs": "redline docs --check",
        },
    ),
    "Shell": ("Completion of commands, options and values with Tab.", {"completion": "redline completion bash"}),
}


def described(commands: Mapping[str, argparse.ArgumentParser], sentences: Mapping[str, str]) -> None:
    """Gives every command its sentence as description and its example below its options."""
    width = shutil.get_terminal_size().columns - 2
    for _, examples in GROUPS.values():
        for name, example in examples.items():
            if name in commands:
                sentence = sentences[name]
                commands[name].description = textwrap.fill(f"{sentence[:1].upper()}{sentence[1:]}.", width)
                commands[name].epilog = f"example:\n  {example}"
                commands[name].formatter_class = argparse.RawDescriptionHelpFormatter


def listed(sentences: Mapping[str, str]) -> Iterator[str]:
    """The lines of all groups with their commands and the commands' sentences; what is in no group is last."""
    left = dict(sentences)
    for title, (about, examples) in GROUPS.items():
        yield from _group(title, about, {name: left.pop(name) for name in examples if name in left})
    if left:
        yield from _group("Other", "", left)


def _group(title: str, about: str, sentences: Mapping[str, str]) -> Iterator[str]:
    width = shutil.get_terminal_size().columns - 2
    yield from ["", *textwrap.wrap(f"{title}: {about}" if about else title, width)]
    margin = max(map(len, sentences), default=0) + 4
    for name, sentence in sentences.items():
        yield from textwrap.wrap(sentence, width, initial_indent=f"  {name}".ljust(margin), subsequent_indent=" " * margin)
