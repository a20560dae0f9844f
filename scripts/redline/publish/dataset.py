"""A configuration of a release as Hugging Face's `DatasetDict`, from rows in memory."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from redline.core.corpus import SPLITS, Corpus, contrast_split
from redline.core.errors import RedlineError
from redline.core.taxonomy import Taxonomy
from redline.publish import contents, references, tables
from redline.publish.features import BARE, CONTRAST, features, hub
from redline.publish.tables import Row

if TYPE_CHECKING:
    from datasets import DatasetDict


def rows(corpus: Corpus, taxonomy: Taxonomy, name: str) -> dict[str, list[Row]]:
    """Split -> the rows that a release of the corpus has in a configuration; a split without a row is left out.

    Raises RedlineError when a document is in no split.
    """
    contents.in_splits(corpus)
    found: dict[str, list[Row]] = {split: [] for split in SPLITS}
    for one in references.of_corpus(corpus) if name in BARE else ():
        found[one.split] += [row for kind, row in references.rows(one, taxonomy) if kind == name]
    for item in contents.items(corpus.written()):
        found[item.split] += [row for kind, row in tables.rows(item, taxonomy) if kind == name]
    for title, records in sorted(corpus.contrast.items()) if name == CONTRAST else ():
        found[contrast_split(title)] += tables.contrast_rows(title, records, corpus.edits)
    return {split: rows for split, rows in found.items() if rows}


def known(name: str, taxonomy: Taxonomy) -> str:
    """`name`, when it is a configuration.

    Raises RedlineError that names those there are.
    """
    names = features(taxonomy)
    if name not in names:
        raise RedlineError(f"unknown configuration `{name}`; there are {', '.join(names)}")
    return name


def dataset(splits: Mapping[str, Sequence[Row]], taxonomy: Taxonomy, name: str) -> "DatasetDict":
    """Rows of a configuration with the features that its Parquet files have.

    Raises RedlineError where `datasets` is not installed.
    """
    try:
        from datasets import Dataset, DatasetDict, Features
    except ModuleNotFoundError as error:
        raise RedlineError(f"a DatasetDict needs `{error.name}`; install datasets") from None
    columns = features(taxonomy)[name]
    types = Features.from_dict({column: hub(kind) for column, kind in columns.items()})
    return DatasetDict(
        {
            split: Dataset.from_dict({column: [row[column] for row in rows] for column in columns}, features=types)
            for split, rows in splits.items()
        }
    )
