#!/usr/bin/env bash
# country_converter 1.3.2 allows any pandas from 1.0, and asks that NA, Namibia's two letters, be read as text.
# Guess: it can be made beside pandas 3.
# Seen: with pandas 3.1.1 the constructor raises TypeError, as codes of two letters hold missing values; with 2.3.3 it
# is made.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
for pandas in 2.3.3 3.1.1; do
  python3 -m venv "$folder/$pandas"
  "$folder/$pandas/bin/pip" install --quiet --disable-pip-version-check country_converter==1.3.2 "pandas==$pandas"
  "$folder/$pandas/bin/python" - <<'PY'
import country_converter
import pandas

try:
    made = repr(country_converter.CountryConverter().convert("Namibia", to="ISO2"))
except TypeError as error:
    made = f"TypeError: {error}"
print(f"pandas {pandas.__version__}: {made}")
assert made.startswith("TypeError") == pandas.__version__.startswith("3."), made
PY
done
echo "as described"
