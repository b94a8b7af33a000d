"""The JSON schema of rules (draft 2020-12), as the records have it. In: nothing. Out: schemas for the API and tools."""

from typing import Any

import msgspec

from konnektu.rules.figures import Figure
from konnektu.rules.model import Rule, Segment

REF = "#/components/schemas/{name}"
"""Where the components of an OpenAPI document stand."""


def schema() -> dict[str, Any]:
    """The schema of a segment's definition, with everything it refers to under `$defs`."""
    return msgspec.json.schema(Segment)


def components() -> tuple[dict[str, Any], dict[str, Any]]:
    """(schemas of a segment, a rule, a figure by name; what they refer to by name), for an OpenAPI document."""
    (segment, rule, figure), parts = msgspec.json.schema_components((Segment, Rule, Figure), ref_template=REF)
    return {"Segment": segment, "Rule": rule, "Figure": figure}, parts
