"""croissant.json: the release described for machine-learning tools."""

from collections.abc import Mapping
from typing import Any

from redline.formats.arrow import Type
from redline.publish.counts import Counts
from redline.publish.documents import authors, datasheet, plain_json
from redline.publish.documents.facts import Facts
from redline.publish.documents.project_names import LICENCE, MAINTAINERS, NAME, TITLE
from redline.publish.documents.summary import summary
from redline.publish.features import features
from redline.publish.manifest import File

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
PARQUET = "application/x-parquet"
SCALAR = {"string": "sc:Text", "int32": "sc:Integer", "bool": "sc:Boolean"}


def render(facts: Facts) -> bytes:
    """croissant.json: Croissant 1.1 with the vocabulary for responsible AI.

    Source: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
    """
    manifest = facts.manifest
    described = {name: columns for name, columns in features(facts.taxonomy).items() if name in manifest.parts}
    value: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": NAME, "description": summary(facts), "license": LICENCE, "version": manifest.version, "inLanguage": "en",
        "datePublished": manifest.date, "creator": {"@type": "sc:Organization", "name": MAINTAINERS},
        "citeAs": f"{MAINTAINERS} ({manifest.date[:4]}). {TITLE}, version {manifest.version}.", "isLiveDataset": False,
        **_responsible(facts),
        "distribution": [*_files(manifest.files), *(_file_set(name) for name in described)],
        "recordSet": [_record_set(name, columns) for name, columns in described.items()],
    }  # fmt: skip
    return plain_json.encode(value)


def _responsible(facts: Facts) -> dict[str, Any]:
    """What the responsible-AI vocabulary asks for."""
    return {
        "rai:dataCollection": datasheet.collection(facts),
        "rai:dataCollectionType": _types(facts),
        "rai:dataAnnotationProtocol": "Independent labels by written guidelines; a decision with a reason for each difference.",
        "rai:dataAnnotationPlatform": ["redline"],
        "rai:annotationsPerItem": _per_item(facts.counts),
        "rai:annotatorDemographics": [authors.labels(facts)],
        "rai:dataUseCases": ["development and comparison of span extractors and sentence classifiers", "teaching", "testing of tools"],
        "rai:dataLimitations": [
            *(["open texts in the style of one language model"] if authors.machine_texts(facts) else []),
            "small",
            "English alone",
            "no information about the quality on real news",
        ],
        "rai:dataBiases": [authors.texts(facts), authors.labels(facts), "invented states and a literary register in the open texts"],
        "rai:personalSensitiveInformation": [datasheet.persons(facts)],
        "rai:dataReleaseMaintenancePlan": "Semantic versions; a released version never changes; withdrawn texts leave a removed entry.",
    }


def _types(facts: Facts) -> list[str]:
    found = facts.counts.referenced
    real = ["Others: locations and labels of real texts in public repositories"] if found.documents or found.single else []
    return ["Others: machine-written" if authors.machine_texts(facts) else "Others: written by language models and people", *real]


def _per_item(counts: Counts) -> str:
    """How many raters labelled a layer of a passage: a number, or a range."""
    low, high = min(counts.per_layer, default=0), max(counts.per_layer, default=0)
    return str(low) if low == high else f"{low} to {high}"


def _files(files: Mapping[str, File]) -> list[dict[str, Any]]:
    """Each Parquet file with its hash."""
    return [
        {
            "@type": "cr:FileObject", "@id": path, "name": path, "contentUrl": path, "sha256": file.sha256,
            "contentSize": f"{file.bytes} B", "encodingFormat": PARQUET,
        }
        for path, file in sorted(files.items()) if path.endswith(".parquet")
    ]  # fmt: skip


def _file_set(name: str) -> dict[str, Any]:
    """The Parquet files of a configuration, all splits and shards."""
    return {"@type": "cr:FileSet", "@id": f"files-{name}", "name": name, "includes": f"data/{name}/*.parquet", "encodingFormat": PARQUET}


def _record_set(name: str, columns: dict[str, Type]) -> dict[str, Any]:
    """The rows of a configuration over all its files: the split, and each column that is not a list of structures."""
    files = {"fileSet": {"@id": f"files-{name}"}}
    place = {**files, "extract": {"fileProperty": "fullpath"}, "transform": {"regex": r".*data/[^/]+/([a-z]+)-.*\.parquet$"}}
    split = {"@type": "cr:Field", "@id": f"{name}/split", "name": "split", "dataType": "sc:Text", "source": place}
    plain = {column: kind for column, kind in columns.items() if not _nested(kind)}
    fields = [_field(name, column, kind, {**files, "extract": {"column": column}}) for column, kind in plain.items()]
    nested = ", ".join(f"`{column}`" for column, kind in columns.items() if _nested(kind))
    note = {"description": f"The Parquet files also have {nested}, which Croissant cannot describe."} if nested else {}
    return {"@type": "cr:RecordSet", "@id": name, "name": name, **note, "field": [split, *fields]}


def _nested(kind: Type) -> bool:
    return isinstance(kind, dict) or (isinstance(kind, list) and not isinstance(kind[0], str))


def _field(owner: str, column: str, kind: Type, source: dict[str, Any]) -> dict[str, Any]:
    inner, repeated = (kind[0], {"repeated": True}) if isinstance(kind, list) else (kind, {})
    return {
        "@type": "cr:Field", "@id": f"{owner}/{column}", "name": column, "dataType": SCALAR[str(inner)], "source": source, **repeated,
    }  # fmt: skip
