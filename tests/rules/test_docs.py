import re
from pathlib import Path

import msgspec

from konnektu.rules import conditions, figures, model, windows
from konnektu.rules.checking import rule_of, segment_of
from konnektu.rules.memory import belongs, explain, holds
from konnektu.rules.schema import components, schema
from konnektu.rules.windows import Node
from konnektu.rules.words import Tongue, rule_summary, segment_summary
from tests.rules.making import NOON, event, person

TEXT = (Path(__file__).parents[2] / "docs" / "rules.md").read_text()
EXAMPLES = re.findall(r"```json( segment)?\n(.*?)```\n> ([^\n]*)\n", TEXT, re.DOTALL)
EN = Tongue("en")


def nodes():
    found = set()
    for module in (conditions, figures, model, windows):
        found |= {
            one
            for one in vars(module).values()
            if isinstance(one, type) and issubclass(one, Node) and one is not Node
        }
    return {one.__struct_config__.tag for one in found}


def test_every_example_can_be_read_says_what_it_means_and_gives_a_verdict():
    assert len(EXAMPLES) == TEXT.count("```json") > 30
    known = person(event(NOON, "visit"), attributes={"city": "тула"})
    for is_segment, raw, said in EXAMPLES:
        if is_segment:
            segment = segment_of(raw)
            assert said == segment_summary(segment, EN)
            assert not belongs(segment, known, NOON)
        else:
            rule = rule_of(raw)
            assert " ".join(rule_summary(rule, EN).split()) == said
            assert explain(rule, known, NOON).reason.holds == holds(rule, known, NOON)


def test_every_kind_of_part_has_an_example():
    shown = {tag for _, raw, _ in EXAMPLES for tag in re.findall(r'"is": "(\w+)"', raw)}
    assert nodes() - shown - {"ever"} == set()


def test_the_schema_knows_every_kind_of_part():
    text = msgspec.json.encode(schema()).decode()
    assert all(f'"enum":["{tag}"]' in text for tag in nodes())
    named, parts = components()
    assert set(named) == {"Segment", "Rule", "Figure"}
    assert {"All", "Measured", "Events"} <= set(parts)
