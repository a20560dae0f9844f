"""The keys of entities in the decisions on a document."""

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from redline.adjudicate.decisions import Addition, Decision, Decisions, Earlier
from redline.core.taxonomy import Taxonomy, mapped


def rekeyed(made: Decisions, keys: Mapping[str, str], taxonomy: Taxonomy) -> Decisions:
    """Decisions with other keys in all that they take, add, map and took before."""

    def attributes(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: _mapped(value, keys) if name in taxonomy.keyed else value for name, value in values.items()}

    def span(entry: dict[str, Any]) -> dict[str, Any]:
        return {**entry, "attributes": attributes(entry["attributes"])} if "attributes" in entry else entry

    def decision(one: Decision) -> Decision:
        if not isinstance(one.take, dict):
            return one
        take = span(one.take)
        if "value" in take and one.about.rpartition(" ")[2] in taxonomy.keyed:
            take = {**take, "value": _mapped(take["value"], keys)}
        return structs.replace(one, take=take)

    def earlier(one: Earlier) -> Earlier:
        entry = one.entry
        if isinstance(entry, Decision):
            return structs.replace(one, decision=decision(entry))
        return one if entry is None or isinstance(entry, Addition) else structs.replace(one, span=span(entry))

    return structs.replace(
        made,
        decisions={name: decision(one) for name, one in made.decisions.items()},
        overrides={name: decision(one) for name, one in made.overrides.items()},
        keys={keys.get(one, one): keys.get(other, other) for one, other in made.keys.items()},
        spans=[span(entry) for entry in made.spans],
        history=[earlier(one) for one in made.history],
    )


def _mapped(value: Any, keys: Mapping[str, str]) -> Any:
    """A value of a decisions file with other keys; a list stays one."""
    return list(mapped(tuple(value), keys) or ()) if isinstance(value, list) else mapped(value, keys)  # type: ignore[arg-type]
