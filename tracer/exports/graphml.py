"""GraphML: people as nodes, exposures as edges, for Gephi, yEd, igraph and networkx."""

from collections.abc import Iterable
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile

from tracer.exports.answered import Answered, Written
from tracer.exports.columns import kind
from tracer.exports.people import People
from tracer.exports.xml_text import attribute, content

TYPES = {"text": "string", "whole": "int", "number": "double", "moment": "string"}


def write_graphml(answered: Answered, path: Path) -> Written:
    """Nodes first, then one edge per row with its other columns."""
    count = 0
    keys = {name: f"e{number}" for number, name in enumerate(answered.facts)}
    with (
        People(answered) as people,
        TemporaryFile("w+", encoding="utf-8", dir=path.parent, newline="") as edges,
        path.open("w", encoding="utf-8", newline="") as file,
    ):
        for count, tie in enumerate(answered.ties(), 1):
            people.add(tie)
            edges.write(
                f'<edge id="{count}" source={attribute(tie.source)} target={attribute(tie.target)}>'
                + _data((keys[name], value) for name, value in tie.facts.items())
                + "</edge>\n"
            )
        known = people.columns[1:]
        file.write(_head(answered, keys, known))
        for someone in people:
            facts = _data((f"n{number}", value) for number, value in enumerate(someone[1:]))
            file.write(f"<node id={attribute(someone.id)}>{facts}</node>\n")
        edges.seek(0)
        copyfileobj(edges, file)
        file.write("</graph>\n</graphml>\n")
    return Written(count, ("source", "target", *answered.facts))


def _head(answered: Answered, keys: dict[str, str], known: Iterable[str]) -> str:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ]
    lines += (_key(f"n{number}", "node", name) for number, name in enumerate(known))
    lines += (_key(id_, "edge", name) for name, id_ in keys.items())
    told = "directed" if answered.directed else "undirected"
    lines.append(f'<graph id={attribute(answered.question)} edgedefault="{told}">')
    return "\n".join(lines) + "\n"


def _key(id_: str, what: str, name: str) -> str:
    return f'<key id="{id_}" for="{what}" attr.name={attribute(name)} attr.type="{TYPES[kind(name)]}"/>'


def _data(facts: Iterable[tuple[str, object]]) -> str:
    return "".join(f'<data key="{key}">{content(value)}</data>' for key, value in facts if value is not None)
