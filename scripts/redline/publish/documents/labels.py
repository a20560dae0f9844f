"""labels.json: each label with its number."""

from collections.abc import Mapping, Sequence
from typing import Any

from redline.core.taxonomy import Taxonomy
from redline.publish.documents import plain_json


def render(taxonomy: Taxonomy, label_ids: Mapping[str, Sequence[str]]) -> bytes:
    """The labels of each layer with their numbers; `label_ids` is layer -> labels in the order in which they were added."""
    numbered: dict[str, Any] = {}
    for name, labels in label_ids.items():
        known = taxonomy.layers[name].by_label if name in taxonomy.layers else {}
        numbered[name] = [
            {"id": number, "label": label, "retired": label not in known}
            | ({"title": known[label].title, "definition": known[label].definition, "codes": known[label].codes} if label in known else {})
            for number, label in enumerate(labels)
        ]
    return plain_json.encode(numbered)
