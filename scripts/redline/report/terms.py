"""Names that people read: what a metric is called on the page, and the sentence that explains it."""

from msgspec import Struct

from redline.learn.baseline import KINDS
from redline.report.parts import Cell


class Term(Struct, frozen=True):
    """A name on the page and its explanation."""

    name: str
    about: str


_F1 = "F1 is the harmonic mean of precision (the share of guesses that are right) and recall (the share of gold that was guessed)."
_ALPHA = "1 is perfect agreement, 0 is the agreement by chance, and values below 0 are worse than chance."
TERMS = {
    "exact_f1": Term("exact F1", f"A guessed span counts if its bounds and its label equal those of a gold span. {_F1}"),
    "exact_precision": Term("exact precision", "The share of guessed spans whose bounds and label equal those of a gold span."),
    "exact_recall": Term("exact recall", "The share of gold spans that were guessed with equal bounds and label."),
    "exact_macro_f1": Term("exact F1, mean of labels", "The mean of the labels' exact F1: rare labels weigh as much as common ones."),
    "partial_f1": Term("partial F1", f"A guess with equal bounds and label counts 1. A guess that overlaps counts 0.5. {_F1}"),
    "partial_precision": Term("partial precision", "Precision in which a guess that only overlaps counts 0.5."),
    "partial_recall": Term("partial recall", "Recall in which a gold span with only an overlap counts 0.5."),
    "partial_macro_f1": Term("partial F1, mean of labels", "The mean of the labels' partial F1: rare labels weigh as much as common ones."),
    "overlap_f1": Term(
        "overlap F1", f"A guess with the right label counts by the share of characters that it has in common with gold. {_F1}"
    ),
    "overlap_precision": Term("overlap precision", "Precision in which a guess counts by the share of its characters that are gold."),
    "overlap_recall": Term("overlap recall", "Recall in which a gold span counts by the share of its characters that were guessed."),
    "overlap_macro_f1": Term("overlap F1, mean of labels", "The mean of the labels' overlap F1: rare labels weigh as much as common ones."),
    "untyped_f1": Term("F1 of bounds", f"A guessed span counts if its bounds equal those of a gold span. The label is ignored. {_F1}"),
    "untyped_precision": Term("precision of bounds", "The share of guessed spans with the bounds of a gold span. The label is ignored."),
    "untyped_recall": Term("recall of bounds", "The share of gold spans whose bounds were guessed. The label is ignored."),
    "relation_f1": Term("F1 of relations", f"A relation counts if its label and both its spans are equal. {_F1}"),
    "relation_precision": Term("precision of relations", "The share of guessed relations with the label and spans of a gold relation."),
    "relation_recall": Term("recall of relations", "The share of gold relations that were guessed with equal spans and label."),
    "relation_macro_f1": Term("F1 of relations, mean", "The mean over the kinds of relation: rare kinds weigh as much as common ones."),
    "relation_matched_f1": Term(
        "F1 of relations between common spans", f"Only relations between spans that are in gold and in the guesses count. {_F1}"
    ),
    "relation_matched_precision": Term("precision, common spans", "Precision of the relations between spans on both sides."),
    "relation_matched_recall": Term("recall, common spans", "Recall of the relations between spans on both sides."),
    "relation_matched_macro_f1": Term("F1, common spans, mean", "The mean over the kinds of relation, between spans on both sides."),
    "triple_f1": Term("F1 of stance triples", f"A triple counts if its holder, its target and its stance are equal. {_F1}"),
    "attribute_macro_f1": Term("F1 of attribute values", "The mean F1 of an attribute's values, on spans on both sides."),
    "triple_precision": Term("precision of stance triples", "The share of guessed triples of holder, target and class that are in gold."),
    "triple_recall": Term("recall of stance triples", "The share of gold's triples of holder, target and class that were guessed."),
    "positive_f1": Term("F1 of the class", f"A unit counts if it has the class in the guesses and in gold. {_F1}"),
    "positive_precision": Term("precision of the class", "The share of units with the guessed class that really have it."),
    "positive_recall": Term("recall of the class", "The share of units of the class that were guessed."),
    "false_alarms": Term("false alarms", "The share of the units without the class that were guessed to have it. Lower is better."),
    "macro_f1": Term("F1, mean of classes", "The mean of the classes' F1: rare classes weigh as much as common ones."),
    "micro_f1": Term("F1 of all classes", f"The units of all classes counted together. {_F1}"),
    "stance_mean_f1": Term("F1, mean of the two stances", "The mean of the F1 of the two classes; the class for no stance is left out."),
    "f1": Term("F1", _F1),
    "precision": Term("precision", "The share of guesses of the class that are right."),
    "recall": Term("recall", "The share of gold units of the class that were guessed."),
    "average_precision": Term(
        "average precision",
        "The quality of the ranking: units of the class should have the highest scores. A random order gives the share of the class.",
    ),
    "brier": Term("Brier score", "The mean squared error of the scores as probabilities: 0 is perfect, and lower is better."),
    "alpha": Term("Krippendorff's alpha", f"Agreement of raters on units, corrected for chance. {_ALPHA}"),
    "u_alpha": Term("alpha by characters", f"Krippendorff's alpha for unitizing: agreement on the marked characters. {_ALPHA}"),
    "cohen_kappa": Term("Cohen's kappa", f"Agreement of two raters, corrected for chance. {_ALPHA}"),
    "fleiss_kappa": Term("Fleiss' kappa", f"Agreement of several raters, corrected for chance. {_ALPHA}"),
}


def metric(name: str) -> Cell:
    """A metric as a cell: the name that people read, with its explanation."""
    term = TERMS[name]
    return Cell(term.name, about=f"{term.about} Commands print it as {name}.")


def model(name: str, kind: str) -> Cell:
    """A model as a cell: its name, with what kind of model it is."""
    about = KINDS[kind].about
    return Cell(name, about=f"{about[:1].upper()}{about[1:]}.")
