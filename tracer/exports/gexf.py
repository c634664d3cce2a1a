"""GEXF: people and exposures with the time of each, for Gephi's timeline."""

from collections.abc import Iterable
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile

from tracer.exports.answered import Answered, Written
from tracer.exports.columns import kind
from tracer.exports.people import People
from tracer.exports.xml_text import attribute

TYPES = {"text": "string", "whole": "integer", "number": "double", "moment": "string"}


def write_gexf(answered: Answered, path: Path) -> Written:
    """Nodes first, then one edge per row, from `start` to `end`."""
    count = 0
    # GEXF gives start and end attributes of their own.
    names = [name for name in answered.facts if name not in ("start", "end")]
    with (
        People(answered) as people,
        TemporaryFile("w+", encoding="utf-8", dir=path.parent, newline="") as edges,
        path.open("w", encoding="utf-8", newline="") as file,
    ):
        for count, tie in enumerate(answered.ties(), 1):
            people.add(tie)
            edges.write(
                f'<edge id="{count}" source={attribute(tie.source)} target={attribute(tie.target)} '
                f"start={attribute(tie.facts['start'])} end={attribute(tie.facts['end'])}>"
                + _values(tie.facts[name] for name in names)
                + "</edge>\n"
            )
        file.write(_head(answered, people.columns[1:], names))
        for someone in people:
            name = attribute(someone.id)
            file.write(f"<node id={name} label={name}>{_values(someone[1:])}</node>\n")
        file.write("</nodes>\n<edges>\n")
        edges.seek(0)
        copyfileobj(edges, file)
        file.write("</edges>\n</graph>\n</gexf>\n")
    return Written(count, ("source", "target", *answered.facts))


def _head(answered: Answered, known: Iterable[str], names: Iterable[str]) -> str:
    told = "directed" if answered.directed else "undirected"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n'
        # `date` covers moments too, in Gephi and networkx; networkx does not know `dateTime`.
        f'<graph mode="dynamic" defaultedgetype="{told}" timeformat="date">\n'
        + _attributes("node", known)
        + _attributes("edge", names)
        + "<nodes>\n"
    )


def _attributes(what: str, names: Iterable[str]) -> str:
    lines = [
        f'<attribute id="{number}" title={attribute(name)} type="{TYPES[kind(name)]}"/>\n'
        for number, name in enumerate(names)
    ]
    return f'<attributes class="{what}" mode="static">\n{"".join(lines)}</attributes>\n' if lines else ""


def _values(values: Iterable[object]) -> str:
    told = "".join(
        f'<attvalue for="{number}" value={attribute(value)}/>'
        for number, value in enumerate(values)
        if value is not None
    )
    return f"<attvalues>{told}</attvalues>" if told else ""
