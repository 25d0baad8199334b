#!/usr/bin/env bash
# scikit-learn 1.9.1, cohen_kappa_score with weights.
# Guess: the weight of a disagreement is the distance of the two values, as for ranked alliance ties (0 none, 1 entente,
# 2 neutrality, 3 defence).
# Seen: it is the distance of their positions among the values that occur. Where no state has a neutrality pact, 1 and
# 3 become neighbours, and the kappa of the very same portfolios is another one unless labels= names all categories.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check scikit-learn==1.9.1
"$folder/env/bin/python" - <<'PY'
from sklearn.metrics import cohen_kappa_score

one = [3, 3, 0, 0, 0, 0, 1, 0, 0, 1]
two = [3, 0, 0, 0, 0, 0, 1, 0, 0, 0]
seen = round(cohen_kappa_score(one, two, weights="quadratic"), 4)
named = round(cohen_kappa_score(one, two, weights="quadratic", labels=[0, 1, 2, 3]), 4)
print("by values that occur:", seen, " with all categories named:", named)
assert (seen, named) == (0.5614, 0.5763), (seen, named)
PY
echo "as described"
