#!/usr/bin/env bash
# ml_dtypes 0.6.0 (number types that JAX is built on) beside numpy 2.4.6: Ctrl-C while the compiled module loads NumPy.
# Guess: KeyboardInterrupt comes out of the import, as it does from NumPy's own.
# Seen: an ImportError comes out, "numpy._core.umath failed to import", and the interrupt's traceback is printed on
# standard error. A program that tells Ctrl-C by its exception takes it for a broken installation.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check ml_dtypes==0.6.0 numpy==2.4.6
cat > "$folder/interrupted.py" <<'PY'
import importlib.abc
import sys


class AtOneModule(importlib.abc.MetaPathFinder):
    """Interrupt where a hand on the keyboard would, but always at the same module."""

    def find_spec(self, name, path, target=None):
        if name == "numpy.__config__":
            raise KeyboardInterrupt


sys.meta_path.insert(0, AtOneModule())
try:
    __import__(sys.argv[1])
except BaseException as error:
    print(type(error).__name__)
PY
for module in numpy ml_dtypes; do
  "$folder/env/bin/python" "$folder/interrupted.py" "$module" > "$folder/$module.out" 2> "$folder/$module.err"
  echo "$module: $(cat "$folder/$module.out"), $(wc -l < "$folder/$module.err") lines on standard error"
done
grep -qx KeyboardInterrupt "$folder/numpy.out"
test ! -s "$folder/numpy.err"
grep -qx ImportError "$folder/ml_dtypes.out"
grep -q KeyboardInterrupt "$folder/ml_dtypes.err"
echo "as described"
