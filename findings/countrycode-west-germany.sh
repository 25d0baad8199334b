#!/usr/bin/env bash
# countrycode 0.6.0 (Python): Correlates of War codes of states that ended are partly missing, without a word.
# Guess: 260 is the German Federal Republic, as in the COW list; "West Germany" is 260.
# Seen: 260 gives None, "West Germany" gives 255, the code of Germany before 1945 and from 1990; 265, East Germany, is
# there. A merge by these codes loses West Germany's rows of 1955-1990 and leaves East Germany's.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check countrycode==0.6.0
"$folder/env/bin/python" - <<'PY'
from countrycode import countrycode

names = countrycode([255, 260, 265], "cown", "country.name")
codes = countrycode(["West Germany", "East Germany"], "country.name", "cown")
print("names of 255, 260, 265:", names)
print("codes of West and East Germany:", codes)
assert names == ["Germany", None, "German Democratic Republic"], names
assert codes == [255, 265], codes
PY
echo "as described"
