"""The YAML at the head of a card: what Hugging Face reads to find files, types and sizes."""

from typing import Any

from redline.core.corpus import SPLITS
from redline.core.extras import needed
from redline.publish.documents import authors
from redline.publish.documents.facts import Facts
from redline.publish.features import DOCUMENTS, features, yaml
from redline.publish.manifest import Manifest


def head(facts: Facts) -> str:
    """The YAML between the two lines of dashes.

    Raises RedlineError where no YAML can be written.
    """
    with needed("release"):
        import yaml as library
    manifest, real = facts.manifest, facts.counts.referenced.documents + facts.counts.referenced.single
    people: tuple[list[str], list[str]] = ([], ["other"])
    held = {name: columns for name, columns in features(facts.taxonomy).items() if name in manifest.parts}
    configs = [{"config_name": name, "default": name == DOCUMENTS, "data_files": _files(manifest, name)} for name in held]
    info = [
        {
            "config_name": name, "version": manifest.version, "features": yaml(columns), "splits": _sizes(manifest, name),
            "download_size": _bytes(manifest, name), "dataset_size": sum(part.arrow_bytes for part in manifest.parts[name].values()),
        }
        for name, columns in held.items()
    ]  # fmt: skip
    value = {
        "pretty_name": "Redline", "language": ["en"], "license": ["cc-by-4.0"], "size_categories": [_size(manifest)],
        "task_categories": ["token-classification", "text-classification"], "source_datasets": ["original"],
        "annotations_creators": ["machine-generated", *people[not authors.machine_labels(facts)]],
        "language_creators": ["machine-generated", *people[not authors.machine_texts(facts)], *(["found"] if real else [])],
        "multilinguality": ["monolingual"], "task_ids": ["named-entity-recognition", "multi-class-classification"],
        "tags": ["threat-detection", "stance-detection", "conflict-news", "political-speech", "span-annotation", "synthetic"],
        "version": manifest.version, "configs": configs, "dataset_info": info,
    }  # fmt: skip
    return str(library.safe_dump(value, sort_keys=False, allow_unicode=True, width=100))


def _files(manifest: Manifest, name: str) -> list[dict[str, str]]:
    return [{"split": split, "path": f"data/{name}/{split}-*.parquet"} for split in splits_of(manifest, name)]


def splits_of(manifest: Manifest, name: str) -> list[str]:
    """The splits of a configuration that have rows, in their order."""
    return [split for split in SPLITS if split in manifest.parts[name]]


def _sizes(manifest: Manifest, name: str) -> list[dict[str, Any]]:
    parts = [(split, manifest.parts[name][split]) for split in splits_of(manifest, name)]
    return [{"name": split, "num_bytes": part.arrow_bytes, "num_examples": part.rows} for split, part in parts]


def _bytes(manifest: Manifest, name: str) -> int:
    return sum(file.bytes for path, file in manifest.files.items() if path.startswith(f"data/{name}/"))


def _size(manifest: Manifest) -> str:
    """The class of the number of rows in all configurations, which is the number of rows that the hub shows for a dataset."""
    rows = sum(part.rows for splits in manifest.parts.values() for part in splits.values())
    steps = (("n<1K", 1_000), ("1K<n<10K", 10_000), ("10K<n<100K", 100_000), ("100K<n<1M", 1_000_000))
    return next((name for name, most in steps if rows < most), "1M<n<10M")
