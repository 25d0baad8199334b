#!/usr/bin/env bash
# networkx 3.6.1, modularity and louvain_communities of a network with negative ties (allies +1, rivals -1).
# Guess: refused, or a modularity that minds signs (Gomez, Jensen and Arenas 2009); in any case at most 1.
# Seen: two blocs of three allies with three rivalries between them have modularity 1.5; with three rivalries more the
# ties cancel and both functions divide by zero.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check networkx==3.6.1
"$folder/env/bin/python" - <<'PY'
import networkx as nx

allies = [(1, 2), (2, 3), (1, 3), (4, 5), (5, 6), (4, 6)]
rivals = [(1, 4), (2, 5), (3, 6), (1, 5), (1, 6), (2, 6)]
blocs = [{1, 2, 3}, {4, 5, 6}]


def network(number):
    signed = nx.Graph()
    signed.add_edges_from(allies, weight=1)
    signed.add_edges_from(rivals[:number], weight=-1)
    return signed


three = nx.community.modularity(network(3), blocs)
print("three rivalries:", three)
assert three == 1.5, three
for method in (lambda net: nx.community.modularity(net, blocs), nx.community.louvain_communities):
    try:
        method(network(6))
        raise SystemExit("six rivalries: an answer")
    except ZeroDivisionError as error:
        print("six rivalries:", repr(error))
PY
echo "as described"
