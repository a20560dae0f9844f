"""What `--json` prints: for each command one object, its keys and what they are. The option is added here, and only here."""

import argparse

SCORES = "rows of task, model, split, layer, label, given, metric, value, low, high, signature, gold, guessed and documents"
SHAPES: dict[str, dict[str, str]] = {
    "status": {
        "documents": "by document its id, its state, what is next, and the command for it",
        "stale": "a line for each generated page that is stale",
        "summary": "the number of documents in each state",
        "queue": "with --queue: by layer that waits its doc, title, date, genre, layer, passages, whom, begun and unsure; else null",
    },
    "show": {"doc": "the id of the document", "records": "its records, as the files of the corpus contain them"},
    "find": {
        "matches": "by match its doc, passage, sentence, start, end, text, before, after, id, layer, label, attributes and relations"
    },
    "why": {
        "doc": "the id of the document", "passage": "the number of the passage", "span": "the span of gold",
        "readings": "the span of each rater, or null", "differences": "by difference its id, kind, readings and decision",
        "overrides": "decisions against all raters", "added": "the decision that added the span, or null",
        "rulings": "the rulings of the guidelines on it",
    },
    "stats": {
        "train": "documents, passages, sentences, words, positive, cued, labels and origins of this split",
        "validation": "the same of this split", "test": "the same of this split", "all": "the same of the whole corpus",
    },
    "diff": {
        "changes": "by change its doc, passage, sign (+, -, ~ or !), label and what changed",
        "summary": "by label the number of changes of each sign",
    },
    "validate": {
        "diagnostics": "by problem its code, name, severity, path, line, start, end, message and hint",
        "summary": "files, records, problems, codes, waived and not_checked",
    },
    "variation": {"layers": "by layer its counts and its expressions with their words, readings and unlabelled places"},
    "explain": {"rules": "by rule its code, name, severity, family, scope, summary, wrong and right example"},
    "ingest": {"doc": "the id of the document", "passages": "their number", "sentences": "their number"},
    "texts": {
        "texts": "by referenced document the state of its text: at hand, missing, or another text",
        "added": "the documents whose seed was written", "brought": "the documents whose text was stored",
        "left_out": "by document why its text was not stored",
        "sentences": "by set of single sentences how many are at hand, and of how many",
    },
    "sentences": {
        "set": "the name of the set", "written": "the number of sentences written as gold, or null",
        "raters": "their names", "sentences": "how many they rated", "alpha": "agreement on all classes, or null",
        "agreement": "by class its label, both, one, neither and f1 between the raters",
        "differences": "by sentence the class of each rater", "open": "the sentences that need a decision",
    },
    "human-check": {
        "planned": "how many sentences people are to check", "checked": "how many of them somebody checked",
        "gone": "the number of answers whose sentence is gone or has other words now",
        "agreement": "with --result: by label its label, answers, gold, people, both, kappa and f1, for all people together",
        "parts": "by part of the draw its part, answers, same_act and same_criticism", "people": "by person the rows of `agreement`",
    },
    "import": {
        "written": "by file its path and its number of documents", "left_out": "a line for each thing that was left out",
        "repaired": "a line for each span that was moved to its words",
    },
    "entities": {
        "rows": "by new row what it contains (rename and merge print action, keys, spans, decisions and rows instead)",
        "unnamed": "keys for which no row can be proposed",
    },
    "export": {
        "documents": "their number", "left_out": "by record, span or relation that was left out its place and the reason",
        "counts": "how many things of each kind the format never contains",
    },
    "reanchor": {
        "files": "by file its path, placed (a number), changed and lost (spans with passage, label, before and after or why)",
        "renamed": "entities whose name is another in the new text", "written": "whether anything was written",
    },
    "split": {
        "splits": "by split its number of documents and events",
        "closest": "the pairs of documents of two splits that share most, with the share of the shorter one's five-word runs",
    },
    "upgrade": {"scheme": "the scheme of the records now", "changed": "the path of each file that was changed"},
    "withdraw": {"doc": "the id of the document", "rights": "its rights now", "changed": "whether they were other rights before"},
    "agree": {
        "scores": SCORES + ", and the counts behind them", "documents": "exact F1 by document and layer",
        "confusion": "by pair of raters, layer and pair of labels a count; empty without --confusion",
    },
    "adjudicate": {
        "differences": "with --differences: by difference its id, document, passage, kind, readings and decision",
        "counts": "with --differences or --counts: how many there are and how many are open, by document, layer and kind",
    },
    "correct": {
        "doc": "the id of the document", "changes": "by change its doc, passage, sign (+, -, ~ or !), label and what changed",
        "ids": "the ids of the correction; --undo takes them", "undecided": "a line for each difference that is not decided",
        "renamed": "by span that stays its new name, where it has one",
    },
    "train": {"scores": SCORES},
    "label": {
        "path": "the file", "records": "their number; without a file to write the labelled records",
        "annotated": "how many of them came with annotations", "left_out": "a line for each thing that was left out",
    },
    "models": {
        "models": "by model its task, model, kind, folder, bytes, shipped, trained_on (a digest) and scores (split, metric and value)"
    },
    "score": {"scores": SCORES, "reliability": "the calibration table of each class", "notes": "what a reader should know",
              "errors": "with --errors, else empty: by task and group its task, group, count, of (as many in gold, or null) and examples"},
    "probe": {
        "task": "the task", "wrong": "by wrong passage its group, edit, text, gold and guess",
        "rows": "for all passages and by kind of edit: edit, passages, right, groups and whole (groups with each passage right)",
    },
    "report": {
        "path": "the file", "bytes": "its size", "seconds": "how long it took",
        "summary": "the five sentences at its top; with --detector: a line for each model and test split",
    },
    "publish": {
        "path": "the folder", "rows": "the number of rows", "digest": "the digest of the content, null where a check failed",
        "problems": "a line for each problem", "pushed": "the commit of the upload, null without one",
    },
    "verify": {
        "path": "the folder", "rows": "the number of rows", "digest": "the digest of the content, null where a check failed",
        "problems": "a line for each problem",
    },
    "restore": {
        "path": "the folder", "restored": "the documents restored", "withheld": "the number of withheld documents",
        "spans": "the number of spans checked", "missing": "a line for each text that is missing",
    },
    "docs": {"written": "whether the pages were written", "stale": "a line for each stale page", "notes": "a stale leaderboard"},
}  # fmt: skip
"""Command -> key -> what it contains."""


def add_option(sub: argparse.ArgumentParser, command: str) -> None:
    """Adds `--json` to a command."""
    keys = ", ".join(SHAPES[command])
    if command == "validate":
        sub.add_argument("--json", action="store_const", const="json", dest="output", help=f"print JSON: {keys} (as --output json)")
    else:
        sub.add_argument("--json", action="store_true", help=f"print JSON: {keys}")
