"""What `--json` prints: for each command one object, its keys and their contents. The option is added here, and only here."""

import argparse

SCORES = "rows of task, model, split, layer, label, given, metric, value, low, high, signature, gold, guessed and documents"
SHAPES: dict[str, dict[str, str]] = {
    "status": {
        "documents": "for each document: id, state, next step and command",
        "stale": "one line per outdated generated page",
        "summary": "the number of documents in each state",
        "queue": "with --queue: by layer that waits its doc, title, date, genre, layer, passages, whom, begun and unsure; else null",
        "times": "with --times: by rater, doc, layer and version of the guidelines the seconds and words of passages; else null",
    },
    "show": {"doc": "the id of the document", "records": "its records, in the form of the corpus files"},
    "find": {
        "matches": "for each match: doc, passage, sentence, start, end, text, before, after, id, layer, label, attributes and relations"
    },
    "why": {
        "doc": "the id of the document", "passage": "the number of the passage", "span": "the gold span",
        "readings": "the span of each rater, or null", "differences": "for each difference: id, kind, readings and decision",
        "overrides": "decisions against all raters", "added": "the decision that added the span, or null",
        "rulings": "the rulings of the guidelines about it",
    },
    "stats": {
        "train": "documents, passages, sentences, words, positive and cued by task, labels and origins of this split",
        "validation": "the same for this split", "test": "the same for this split",
        "all": "the same for the whole corpus, or with PATH, alone, for the files",
    },
    "diff": {
        "changes": "for each change: doc, passage, sign (+, -, ~ or !), label and the details",
        "summary": "for each label: the number of changes by sign",
    },
    "validate": {
        "diagnostics": "for each problem: code, name, severity, path, line, start, end, message and hint",
        "summary": "files, records, problems, codes, waived and not_checked",
    },
    "duplicates": {
        "documents": "the number of documents", "compared": "the number of compared pairs",
        "pairs": "for each document that resembles an earlier one: one (the earlier), other, resemblance and containment",
        "repeated": "the ids of several documents",
    },
    "variation": {"layers": "for each layer: counts, and expressions with their words, labels and unlabelled places"},
    "explain": {"rules": "for each rule: code, name, severity, family, scope, summary, wrong and right example"},
    "ingest": {"doc": "the id of the document", "passages": "their number", "sentences": "their number"},
    "texts": {
        "texts": "for each referenced document: the state of its text (`at hand`, `missing` or `another text`)",
        "added": "the documents with a new seed", "brought": "the documents with a new text",
        "left_out": "for each document without a stored text: the reason",
        "sentences": "for each set of single sentences: the number of stored sentences, and of all",
    },
    "sentences": {
        "set": "the name of the set", "written": "the number of sentences written as gold, or null",
        "raters": "their names", "sentences": "the number of rated sentences", "alpha": "agreement on all classes, or null",
        "agreement": "for each class: label, both, one, neither and f1 between the raters",
        "differences": "for each sentence: the class of each rater", "open": "the sentences that need a decision",
    },
    "human-check": {
        "planned": "the number of sentences to check", "checked": "the number of checked sentences",
        "gone": "the number of answers about deleted or changed sentences",
        "agreement": "with --result, for each label: label, answers, gold, people, both, kappa and f1, for all people together",
        "parts": "for each part of the draw: part, answers, same_act and same_criticism", "people": "the rows of `agreement` by person",
    },
    "import": {
        "written": "for each file: path and number of documents", "left_out": "one line per item that was left out",
        "repaired": "one line per span that was moved to its words",
    },
    "entities": {
        "rows": "for each new row: its contents (rename and merge print action, keys, spans, decisions, rows and continued instead)",
        "unnamed": "keys without a proposed row",
    },
    "export": {
        "documents": "their number", "left_out": "for each record, span or relation that was left out: place and reason",
        "counts": "for each kind: the number of items that the format cannot contain",
    },
    "reanchor": {
        "files": "for each file: path, placed (a number), changed and lost (spans with passage, label, before and after or why)",
        "renamed": "entities with a different name in the new text", "written": "true if anything was written",
    },
    "split": {
        "splits": "for each split: the numbers of documents and events",
        "closest": "the most similar pairs of documents of two splits, with the share of five-word sequences of the shorter one",
    },
    "upgrade": {
        "scheme": "the new scheme of the records",
        "changed": "the paths of the changed files (--values prints rater and spans, their number, instead)",
    },
    "withdraw": {"doc": "the id of the document", "rights": "its new rights", "changed": "true if the rights changed"},
    "agree": {
        "scores": SCORES + ", and their counts (--questions prints questions and differences instead)",
        "documents": "exact F1 by document and layer",
        "confusion": "counts by pair of raters, layer and pair of labels; empty without --confusion",
    },
    "adjudicate": {
        "differences": "with --differences, for each difference: id, document, passage, kind, readings and decision",
        "counts": "with --differences or --counts: the numbers of all and of open differences, by document, layer and kind "
                  "(without them: documents, and changed, the documents whose gold changed, or with --check is out of date; "
                  "--decide prints doc, id and decision, --undo also undone, --add the keys of correct)",
    },
    "correct": {
        "doc": "the id of the document", "changes": "for each change: doc, passage, sign (+, -, ~ or !), label and the details",
        "ids": "the ids of the correction, for --undo; after --undo the id if it can be undone once more",
        "undecided": "one line per undecided difference",
        "renamed": "for each other span with a new id: the new id",
    },
    "train": {"scores": SCORES},
    "label": {
        "path": "the file", "records": "their number; without an output file the labelled records",
        "annotated": "the number of records that already had annotations", "left_out": "one line per item that was left out",
    },
    "models": {
        "models": "for each model: task, model, kind, folder, bytes, shipped, trained_on (a digest), threshold (the least "
        "probability of a class or relation, or null) and scores (split, metric and value)"
    },
    "score": {"scores": SCORES, "reliability": "the calibration table of each class", "notes": "remarks about the input",
              "errors": "with --errors, for each task and group: task, group, count, of (the number in gold, or null) and examples"},
    "probe": {
        "task": "the task", "wrong": "for each wrong passage: group, edit, text, gold and guess",
        "rows": "for all passages and for each kind of edit: edit, passages, right, groups and whole (groups with no wrong passage)",
    },
    "report": {
        "path": "the file", "bytes": "its size", "seconds": "the duration",
        "summary": "the five sentences of the summary; with --detector: one line per model and test split",
    },
    "publish": {
        "path": "the folder", "rows": "the number of rows", "digest": "the digest of the content, null if a check failed",
        "problems": "one line per problem", "pushed": "the commit of the upload, null without an upload",
    },
    "verify": {
        "path": "the folder", "rows": "the number of rows", "digest": "the digest of the content, null if a check failed",
        "problems": "one line per problem",
    },
    "restore": {
        "path": "the folder", "restored": "the documents restored", "withheld": "the number of withheld documents",
        "spans": "the number of spans checked", "missing": "one line per missing text",
    },
    "docs": {"written": "true if the pages were written", "stale": "one line per outdated page", "notes": "an outdated leaderboard"},
}  # fmt: skip
"""Command -> key -> what it contains."""


def add_option(sub: argparse.ArgumentParser, command: str) -> None:
    """Adds `--json` to a command."""
    keys = ", ".join(SHAPES[command])
    if command == "validate":
        sub.add_argument("--json", action="store_const", const="json", dest="output", help=f"print JSON: {keys} (as --output json)")
    else:
        sub.add_argument("--json", action="store_true", help=f"print JSON: {keys}")
