"""The papers that go with a release: licences by origin, datasheet, Croissant and Zenodo metadata, the label map."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from redline.core.corpus import Seed
from redline.core.taxonomy import Taxonomy
from redline.publish.documents.card import Card
from redline.publish.features import Type, features

NAME = "Redline"
TITLE = "Redline: an annotated corpus of conflict news"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SUMMARY = (
    "Documents of conflict news in English with stand-off annotation of entities, stance and threat language. Texts and labels "
    "are machine-written."
)


def labels(taxonomy: Taxonomy, frozen: Mapping[str, Sequence[str]]) -> bytes:
    """labels.json: each label with the number that `frozen` (layer -> labels in the order they were added) gives it."""
    found: dict[str, Any] = {}
    for name, held in frozen.items():
        known = taxonomy.layers[name].by_label if name in taxonomy.layers else {}
        found[name] = [
            {"id": number, "label": label, "retired": label not in known}
            | ({"title": known[label].title, "definition": known[label].definition, "codes": known[label].codes} if label in known else {})
            for number, label in enumerate(held)
        ]
    return _json(found)


def licences(seeds: Sequence[Seed]) -> str:
    """LICENSES.md: what may be done with which text."""
    lines = ["# Licences\n", "Annotations (labels, offsets, attributes, relations) of all documents: CC BY 4.0.", f"<{LICENCE}>\n"]
    lines += ["| document | origin | rights of the text | licence of the text | author |", "|---|---|---|---|---|"]
    for seed in seeds:
        lines.append(f"| {seed.doc} | {seed.origin} | {seed.rights} | {seed.license or 'unknown'} | {seed.author} |")
    lines.append("\n`open`: the text is here. `unknown`, `restricted`: it is withheld, its annotations are here without its words.")
    lines.append("`withdrawn`: nothing is here but the document's name and hash.")
    return "\n".join(lines) + "\n"


def datasheet(card: Card) -> str:
    """datasheet.md, after Gebru et al. 2021, "Datasheets for Datasets"."""
    facts, manifest = card.facts, card.manifest
    count = facts.total(facts.documents)
    return f"""# Datasheet of Redline {manifest.version}

After Gebru et al. 2021, "Datasheets for Datasets". Figures are those of the card.

## Motivation
Made to show, in one small and open corpus, how entities, stance and threat language can be annotated, checked, scored and published together. No one paid for it.

## Composition
{count} documents, {facts.total(facts.passages)} passages, {facts.total(facts.sentences)} sentences, {facts.total(facts.spans)} gold spans; English. A document is a text with its
provenance; nothing is sampled from a larger set. Splits are by event. Real public persons occur in accounts of documented history, in indirect speech alone, and in one withheld
article; there is no data on private persons. Texts speak of war, threats and violence. Known noise: see residual error in the card.

## Collection
Texts were written by a language model for this project, from facts (accounts) or from nothing (fiction); one article was given, with unknown rights. Nothing was scraped. Nobody
was recruited; no person's data were collected, so no consent was needed.

## Preprocessing and labelling
Line endings and spaces were cleaned once, before the text was hashed and frozen. Raters were language models that worked independently from the guidelines; what each said is in the
`raters` configuration; differences were decided with a reason.

## Uses
See "Who it is for" and "What it must not be used for" in the card.

## Distribution
CC BY 4.0 for annotations and open texts; `LICENSES.md` tells each document's. Withheld texts are not distributed.

## Maintenance
Versions follow semantic versioning: major, the meaning of a label changed; minor, documents or labels were added; patch, corrections. A released version never changes. A text is
withdrawn on request of its owner: the next version has a removed entry, and its hash keeps it from coming back. Errors are reported where the project is hosted.
"""


def zenodo(card: Card) -> bytes:
    """.zenodo.json, which Zenodo reads when a repository is archived."""
    return _json(
        {
            "title": f"{TITLE} ({card.manifest.version})",
            "upload_type": "dataset",
            "description": SUMMARY,
            "version": card.manifest.version,
            "publication_date": card.manifest.date,
            "access_right": "open",
            "license": "cc-by-4.0",
            "language": "eng",
            "creators": [{"name": "The Redline maintainers"}],
            "keywords": ["threat language", "stance detection", "named entity recognition", "conflict news"],
        }
    )


CONTEXT: dict[str, Any] = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column", "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn", "cr": "http://mlcommons.org/croissant/", "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty", "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field", "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty", "fileSet": "cr:fileSet", "format": "cr:format", "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key", "md5": "cr:md5", "parentField": "cr:parentField",
    "path": "cr:path", "rai": "http://mlcommons.org/croissant/RAI/", "recordSet": "cr:recordSet", "references": "cr:references",
    "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace", "samplingRate": "cr:samplingRate", "sc": "https://schema.org/",
    "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField", "transform": "cr:transform",
}  # fmt: skip
SCALAR = {"string": "sc:Text", "int32": "sc:Integer", "bool": "sc:Boolean"}


def croissant(card: Card) -> bytes:
    """croissant.json: Croissant 1.1 with the vocabulary for responsible AI.

    Source: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
    """
    manifest = card.manifest
    held = {name: columns for name, columns in features(card.taxonomy).items() if name in manifest.parts}
    value: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": NAME, "description": SUMMARY, "license": LICENCE, "version": manifest.version, "inLanguage": "en",
        "datePublished": manifest.date, "url": "https://schema.org/Dataset", "creator": {"@type": "sc:Organization", "name": "The Redline maintainers"},
        "citeAs": f"{TITLE}, version {manifest.version}.", "isLiveDataset": False,
        **_responsible(card),
        "distribution": [
            {
                "@type": "cr:FileObject", "@id": path, "name": path, "contentUrl": path, "sha256": file.sha256,
                "contentSize": f"{file.bytes} B", "encodingFormat": "application/x-parquet",
            }
            for path, file in sorted(manifest.files.items()) if path.endswith(".parquet")
        ],
        "recordSet": [_records(manifest.parts[name], name, columns, manifest.files) for name, columns in held.items()],
    }  # fmt: skip
    return _json(value)


def _responsible(card: Card) -> dict[str, Any]:
    """What the responsible-AI vocabulary asks for."""
    return {
        "rai:dataCollection": "Written by a language model for this project; one article was given and is withheld.",
        "rai:dataCollectionType": ["Others: machine-written"],
        "rai:dataAnnotationProtocol": "Independent rating from written guidelines; each difference decided with a reason.",
        "rai:dataAnnotationPlatform": ["redline"],
        "rai:annotationsPerItem": str(len(card.facts.raters)),
        "rai:annotatorDemographics": ["language models; no people took part"],
        "rai:dataUseCases": ["development and comparison of span extractors and sentence classifiers", "teaching", "testing of tools"],
        "rai:dataLimitations": ["machine-written text of one author's habits", "small", "English alone", "says nothing about real news"],
        "rai:dataBiases": ["one language model wrote and rated", "invented states and a literary register"],
        "rai:personalSensitiveInformation": ["public persons in accounts of documented history, in indirect speech"],
        "rai:dataReleaseMaintenancePlan": "Semantic versions; a released version never changes; withdrawn texts leave a removed entry.",
    }


def _records(parts: Mapping[str, Any], name: str, columns: dict[str, Type], files: Mapping[str, Any]) -> dict[str, Any]:
    """The record set of a configuration, on its first shard: all shards have its columns."""
    first = next(path for path in sorted(files) if path.startswith(f"data/{name}/") and any(f"/{split}-" in path for split in parts))
    return {
        "@type": "cr:RecordSet", "@id": name, "name": name,
        "field": [_field(name, column, kind, {"fileObject": {"@id": first}, "extract": {"column": column}}) for column, kind in columns.items()],
    }  # fmt: skip


def _field(owner: str, column: str, kind: Type, source: dict[str, Any]) -> dict[str, Any]:
    """A field; nested ones are given as JSON text, as Croissant has no columns inside columns."""
    inner, repeated = (kind[0], True) if isinstance(kind, list) else (kind, False)
    told = SCALAR[inner] if isinstance(inner, str) else "sc:Text"
    found = {"@type": "cr:Field", "@id": f"{owner}/{column}", "name": column, "dataType": told, "source": source}
    return found | ({"repeated": True} if repeated else {})


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
