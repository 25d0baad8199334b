#!/usr/bin/env bash
# country_converter 1.3.2 (with pandas 2.3.3): Gleditsch-Ward codes of today's states.
# Guess: Yemen is 678, which the list of Gleditsch and Ward gives the state that goes on after 1990.
# Seen: Yemen is 680, the code of the People's Republic that ended in 1990; 678 is not found. Vietnam, in the same
# position (816 in both lists, 817 the South), is 817.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check country_converter==1.3.2 pandas==2.3.3
"$folder/env/bin/python" - <<'PY'
import country_converter

to = country_converter.CountryConverter().convert
codes = to(["Yemen", "Vietnam"], to="GWcode")
names = to([678, 680, 816, 817], src="GWcode", to="name_short")
print("codes of Yemen, Vietnam:", codes)
print("names of 678, 680, 816, 817:", names)
assert codes == [680, 817], codes
assert names == ["not found", "Yemen", "not found", "Vietnam"], names
PY
echo "as described"
