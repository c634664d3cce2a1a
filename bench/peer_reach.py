"""Full reach by a graph library in a Python of its own: contacts from a file, the answer to a file.

    PYTHON bench/peer_reach.py reticula|raphtory EDGES.parquet CASE ANSWER.parquet

Prints the seconds of its steps as JSON: making its graph, and searching it. Reading the file is not counted.
"""

import json
import sys
from time import perf_counter

import pyarrow as pa
import pyarrow.parquet as pq

HOPS_MAX = 10_000


def reticula(edges, case):
    """Directed events that follow each other strictly in time."""
    import reticula as ret  # noqa: PLC0415

    kind = ret.directed_temporal_edge[ret.int64, ret.int64]
    columns = [edges[name].to_pylist() for name in ("near", "far", "at")]
    began = perf_counter()
    network = ret.directed_temporal_network[ret.int64, ret.int64](list(map(kind, *columns)))
    made = perf_counter()
    cluster = ret.out_cluster(network, ret.temporal_adjacency.simple[kind](), case, 0)
    done = perf_counter()
    first = {person: next(iter(stretch))[0] for person, stretch in cluster.interval_sets().items()}
    return made - began, done - made, first


def raphtory(edges, case):
    """Events of one second may follow each other."""
    from raphtory import Graph, algorithms  # noqa: PLC0415

    graph = Graph()
    began = perf_counter()
    graph.load_edges(edges.to_pandas(), time="at", src="near", dst="far")
    made = perf_counter()
    found = algorithms.temporally_reachable_nodes(graph, HOPS_MAX, 0, [case], [])
    done = perf_counter()
    first = {}
    for node, state in found.items():
        ways = state["reachable_nodes"]
        if ways:
            first[int(node.name)] = min(int(way["0"]) for way in ways)
    return made - began, done - made, first


def main():
    name, edges, case, answer = sys.argv[1:]
    made, searched, first = {"reticula": reticula, "raphtory": raphtory}[name](
        pq.read_table(edges), int(case)
    )
    first.pop(int(case), None)
    pq.write_table(pa.table({"person": list(first), "at": list(first.values())}), answer)
    print(json.dumps({"graph": made, "search": searched}))


if __name__ == "__main__":
    main()
