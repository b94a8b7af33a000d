"""Makes the project's environment from a lock file. In: a lock file. Out: .venv with exactly its packages.

    python3 scripts/environment.py [--dev]

Standard library alone, Python 3.11 or later. A .venv that was made from the same lock by the same
Python is left as it is, so that the second start is quick. Nothing is installed without its hash.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "konnektu-lock"
LAUNCHER = """\
#!/bin/sh
exec "{python}" -m konnektu.cli "$@"
"""


def fingerprint(lock: Path) -> str:
    """What the environment depends on: the lock, the Python, the place. As text, one line."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return f"{lock.name} {digest} {sys.version_info[:3]} {VENV}"


def is_ready(lock: Path) -> bool:
    """Whether .venv holds what the lock asks for. A development environment serves for running too."""
    made_from = STAMP.read_text(encoding="utf-8").splitlines() if STAMP.exists() else []
    return fingerprint(lock) in made_from


def make_venv() -> None:
    """An empty .venv in place of what stands there."""
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if made.returncode:
        print(made.stdout + made.stderr, file=sys.stderr)
        sys.exit("Python cannot make an environment. On Debian and Ubuntu: apt-get install python3-venv")


def install(lock: Path) -> None:
    """The lock's packages into .venv, each by its hash, none by another's wish."""
    print(f"Installing {lock.name} (once; takes a few minutes) …", file=sys.stderr, flush=True)
    command: list[str | Path] = [
        VENV / "bin/python",
        "-m",
        "pip",
        "install",
        "-qq",  # errors alone: advice for the makers of packages is of no use here
        "--disable-pip-version-check",
    ]
    command += ["--no-deps", "--require-hashes", "--requirement", lock]
    if os.geteuid() == 0:
        command.append("--root-user-action=ignore")
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"The packages of {lock.name} could not be installed; the lines above say why.")


def add_konnektu() -> None:
    """The checkout itself, importable from src, and the command `konnektu`."""
    site = next((VENV / "lib").glob("python*/site-packages"))
    (site / "konnektu.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    launcher = VENV / "bin/konnektu"
    launcher.write_text(LAUNCHER.format(python=VENV / "bin/python"), encoding="utf-8")
    launcher.chmod(0o755)


def main() -> None:
    """Make .venv unless it is ready."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--dev", action="store_true", help="what the checks need, too")
    dev = parser.parse_args().dev
    run, full = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
    if is_ready(full if dev else run):
        return
    make_venv()
    install(full if dev else run)
    add_konnektu()
    # The development lock is a superset of the other one, with the same versions.
    locks = [run, full] if dev else [run]
    STAMP.write_text("\n".join(map(fingerprint, locks)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
