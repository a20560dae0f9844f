"""The fixed text of a card: configurations, columns, uses, weaknesses, neighbours, and whom to ask."""

from redline.publish.documents import authors
from redline.publish.documents.facts import Facts
from redline.publish.features import CONTRAST, DOCUMENTS, RATERS, REFERENCED_RATERS, REFERENCED_SENTENCES, REFERENCED_SPANS

ABOUT = {
    DOCUMENTS: "one row for each document: its text, and its passages with sentences, spans and relations",
    "entities": "one row for each span: people, groups, organisations, places, weapons, events, laws, dates",
    "stance": "one row for each span: an expression for or against someone; its holder and target are in `relations`",
    "threats": "one row for each span: threats, ultimatums, warnings, demands, and hard negatives",
    "relations": "one row for each relation between two spans: for example the speaker, the target or the condition of a threat",
    "sentences": "one row for each sentence, with its class for each task on sentences",
    CONTRAST: "one row for each passage of a contrast group: an edit changes the class of the first passage, for example a threat into a text without a threat",
    RATERS: "one row for each span that a rater marked, before differences were decided",
    REFERENCED_SPANS: "one row for each span of a referenced document: offsets and labels, without words",
    REFERENCED_SENTENCES: "one row for each sentence of such a document, with its classes, and the file and offsets of its words; single sentences (window `sentence`) have their offset in the passage",
    REFERENCED_RATERS: "one row for each passage of such a document and rater: the rater's spans and relations, without words",
}

USES = """\
## Uses

The corpus is for people who build or compare extractors of entities, stance and threat language. It demonstrates a label scheme with its hard cases. It contains overlapping spans, relations, the labels of
each rater, and small baselines. It is also useful for teaching, for tests of annotation tools, and as the start of a corpus of real news.

## Forbidden uses

- Decisions about people, surveillance, early warning. The training texts are about invented states, in the style of one author. Experts must
  test a detector on real text before anyone relies on it.
- Claims about real conflicts. Fiction is invented, accounts of history are short summaries, and neither is a source.
- Measuring intent. A label describes how a text presents a threat or warning, not what a person meant or will do.
- Claims that one model is better than another, if there are no intervals below or the intervals overlap.
"""

NO_NEWS = """\
- **No real news in the open texts.** A language model wrote them. They are cleaner, more regular and more similar than texts by people, and most states in them are invented. The texts by people are speeches and statements, and this corpus contains only references to them.
"""
FEW_NEWS = """\
- **Few texts by people.** Texts by a language model are cleaner, more regular and more similar than texts by people, and most states in them are invented.
"""
ONE_MODEL = """\
- **One model rated and decided.** The raters and the adjudicator are runs of one language model and make similar decisions. Agreement between people would probably be lower.
"""


def weaknesses(facts: Facts) -> str:
    """The section on known weaknesses."""
    texts = NO_NEWS if authors.machine_texts(facts) else FEW_NEWS if facts.counts.authors[authors.MODEL] else ""
    return f"""\
## Known weaknesses

{texts}{ONE_MODEL if authors.machine_labels(facts) else ""}\
- **Small.** Some labels have no span in a split. Scores on fewer than ten documents have no interval.
- **English only.** The open texts have a literary register.
- **Helper spans are sparse.** Actors, contents and conditions are marked only if a relation needs them. Unmarked words are not negative examples for them.
"""


OUTSIDE = """\
**Entities marked by people.** Experts and a crowd marked the entities of the re3d statements, which the `referenced_*` configurations also contain. On these 62
statements, 0.864 of the 1394 entity spans in gold share a character with a span by people, and 0.808 share one with a span of a type that fits. Three
press releases have whole paragraphs that people left without a mark; without these, a span by people shares a character with 0.934 of 1198 spans. re3d
also marks nouns and pronouns. The command is `python bench/human_entities.py CLONE`, and docs/corpus.md contains the figures by label.
"""

NEIGHBOURS = """\
## Comparison with other resources

| resource | labels | new in this corpus | conversion and losses |
|---|---|---|---|
| CAMEO, PLOVER | events between actors, by code | the words of the threats, and hard negatives | acts have codes in `labels.json`; place and day of an event are lost |
| SemEval-2016 stance | a text, for or against one target | expressions as spans, holders, several targets | each pair of holder and target becomes FAVOR, AGAINST or NONE; the span is lost |
| SEESAW | holder, polarity and target in political sentences | spans, attributes, threats | triples convert; attributes are lost |
| UNSCon | criticism in speeches in the UN Security Council, by people, on real text | entities, threats, relations | stance against someone is similar; the labels differ |
| ThreatCore | explicit, implicit or no threat, a class for each text | conditions, targets, force, reported speech | `explicitness` is similar; spans are lost |
| threats of Hammer et al. | violent threats in comments, a class for each sentence | political threats, warnings, ultimatums | a class for each sentence; everything else is lost |
| MCT, TIES, MID | episodes of military and sanction threats between states, from documents | labels of the language, by sentence | nothing converts, because a text is not an episode |

Most of these resources contain real text with annotations by people. Use them if you need this.
"""

REMOVAL = """\
## Removal, errors, contact

If you wrote a text of this corpus, or a text mentions you, you can have it removed: open an issue of the kind "Removal" on the platform of the project, or use its private vulnerability reports if the
request is private. The next version does not contain the text. Its hash is kept, so the text cannot be added again. Report a wrong label as an issue of the kind "A wrong label".
"""

CANARY = "redline-canary 00cfd1c9-e1f2-414b-ba5e-767121d47113"
"""A string that is in no other text: a language model that repeats it has seen a release."""
