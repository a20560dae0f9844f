"""croissant.json: the release described for machine-learning tools."""

from collections.abc import Mapping
from typing import Any

from redline.publish.documents import plain_json
from redline.publish.documents.facts import Facts
from redline.publish.documents.project_names import LICENCE, MAINTAINERS, NAME, SUMMARY, TITLE
from redline.publish.features import Type, features

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


def render(facts: Facts) -> bytes:
    """croissant.json: Croissant 1.1 with the vocabulary for responsible AI.

    Source: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
    """
    manifest = facts.manifest
    held = {name: columns for name, columns in features(facts.taxonomy).items() if name in manifest.parts}
    value: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": NAME, "description": SUMMARY, "license": LICENCE, "version": manifest.version, "inLanguage": "en",
        "datePublished": manifest.date, "url": "https://schema.org/Dataset", "creator": {"@type": "sc:Organization", "name": MAINTAINERS},
        "citeAs": f"{TITLE}, version {manifest.version}.", "isLiveDataset": False,
        **_responsible(facts),
        "distribution": [
            {
                "@type": "cr:FileObject", "@id": path, "name": path, "contentUrl": path, "sha256": file.sha256,
                "contentSize": f"{file.bytes} B", "encodingFormat": "application/x-parquet",
            }
            for path, file in sorted(manifest.files.items()) if path.endswith(".parquet")
        ],
        "recordSet": [_records(manifest.parts[name], name, columns, manifest.files) for name, columns in held.items()],
    }  # fmt: skip
    return plain_json.encode(value)


def _responsible(facts: Facts) -> dict[str, Any]:
    """What the responsible-AI vocabulary asks for."""
    return {
        "rai:dataCollection": "Written by a language model for this project; one article was given and is withheld.",
        "rai:dataCollectionType": ["Others: machine-written"],
        "rai:dataAnnotationProtocol": "Independent rating from written guidelines; each difference decided with a reason.",
        "rai:dataAnnotationPlatform": ["redline"],
        "rai:annotationsPerItem": str(len(facts.counts.raters)),
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
