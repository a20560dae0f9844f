"""Builds a release folder: data, documents, manifest and sums."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from redline.core.corpus import SPLITS, WITHDRAWN, contrast_split
from redline.core.errors import RedlineError
from redline.publish import counts, docbin, manifest, parquet, references, tables
from redline.publish.baselines import Baselines
from redline.publish.contents import Release
from redline.publish.documents import labels, written
from redline.publish.documents.facts import Facts
from redline.publish.features import CONTRAST, features
from redline.publish.lines import Lines
from redline.publish.manifest import Manifest, Part
from redline.publish.tables import Item


def build(release: Release, out: Path) -> Path:
    """Builds `out/redline-<version>`, or finds it there with the same content; gives its path.

    Raises RedlineError when a version exists with other content, a withdrawn text would come back, or the folder cannot
    be written; the final name does not exist then.
    """
    final = out / f"{manifest.DATA}-{release.version}"
    with manifest.folder(final) as folder:
        _fill(release, folder)
    return final


def _fill(release: Release, folder: Path) -> None:
    parts, left_out = _data(release, folder)
    for name, data in release.files.items():
        (folder / name).write_bytes(data)
    (folder / "labels.json").write_bytes(labels.render(release.taxonomy, release.label_ids))
    baselines = release.baselines or Baselines([], {})
    about = Manifest(
        manifest.DATA, release.version, release.date, release.commit, manifest.whole(parts),
        release.taxonomy.scheme, release.taxonomy.version, manifest.schemas(release.taxonomy), manifest.tools(), parts,
        manifest.files(folder), sorted(written.REQUIRED), left_out, baselines.scores, baselines.documents, release.residual,
        list(release.people),
    )  # fmt: skip
    facts = Facts(folder, about, counts.counts(folder, release.taxonomy), release.taxonomy)
    for name, data in written.render(facts).items():
        (folder / name).write_bytes(data)
    manifest.sign(folder, about)


def _data(release: Release, folder: Path) -> tuple[dict[str, dict[str, Part]], dict[str, int]]:
    """Writes Parquet, JSON Lines and DocBins in one pass.

    Gives the parts of each configuration and split that has rows, and how many spans `jsonl` and `docbin` cannot have.
    """
    with ExitStack() as stack:
        writers = {
            (name, split): stack.enter_context(parquet.Writer(folder / "data" / name, split, columns))
            for name, columns in features(release.taxonomy).items()
            for split in SPLITS
        }
        lines = stack.enter_context(Lines(folder / "jsonl"))
        bins = stack.enter_context(docbin.Bins(folder / "docbin"))
        for item in release.items():
            _admit(item, release)
            for name, row in tables.rows(item, release.taxonomy):
                writers[name, item.split].add(row)
            if item.open:
                lines.add(item)
                bins.add(item)
        for name, split, row in _apart(release):
            writers[name, split].add(row)
    parts: dict[str, dict[str, Part]] = {}
    for (name, split), writer in writers.items():
        if writer.digest.rows:
            size = parquet.arrow_bytes(folder / "data" / name, split)
            parts.setdefault(name, {})[split] = Part(writer.digest.rows, writer.digest.hexadecimal(), size)
    return parts, {name: left_out for name, left_out in (("jsonl", lines.left_out), ("docbin", bins.left_out)) if left_out}


def _apart(release: Release) -> Iterator[tuple[str, str, tables.Row]]:
    """(configuration, split, row) of what is not a document of the release: referenced documents and contrast sets."""
    for one in release.referenced:
        yield from ((name, one.split, row) for name, row in references.rows(one, release.taxonomy))
    for name, records in sorted(release.contrast.items()):
        yield from ((CONTRAST, contrast_split(name), row) for row in tables.contrast_rows(name, records, release.edits))


def _admit(item: Item, release: Release) -> None:
    """Lets a document in unless its text was withdrawn."""
    if item.seed.rights != WITHDRAWN and item.seed.sha256 in release.withdrawn:
        raise RedlineError(f"{item.document.id}: its text was withdrawn ({item.seed.sha256[:12]}); needed: a release without this document")
