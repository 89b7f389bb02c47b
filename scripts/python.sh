#!/bin/sh
# Prints a Python >= 3.11 of this machine, 3.12 first. A shim on PATH may name a version that is not installed, so each
# candidate is run before it is believed.
for candidate in python3.12 python3.13 python3.11 python3.14 python3 python \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.11*/bin/python3
do
    found=$("$candidate" -c 'import sys; print(sys.executable) if sys.version_info >= (3, 11) else sys.exit(1)' 2>/dev/null) &&
        [ -n "$found" ] && { echo "$found"; exit 0; }
done
echo "setup: Python 3.11 or newer is needed and none was found; install one (3.12 is best)" >&2
exit 1
