"""Put the official browser SDK beside the collector, which serves it to pages with the snippet.

In: tests/sdk/node_modules, as `npm ci` leaves it. Out: src/konnektu/collect/static/ with the script and
its licence. Not committed: the build runs this before it makes the wheel.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tests" / "sdk" / "node_modules" / "@segment" / "analytics-next"
STATIC = ROOT / "src" / "konnektu" / "collect" / "static"


def main() -> int:
    """Copy the script and its licence; 1 where the npm package is missing."""
    script = PACKAGE / "dist" / "umd" / "standalone.js"
    if not script.exists():
        print("The npm package is missing. Run: npm ci --prefix tests/sdk", file=sys.stderr)
        return 1
    STATIC.mkdir(exist_ok=True)
    text = script.read_text(encoding="utf-8")
    # the source map is not served
    (STATIC / "analytics.min.js").write_text(text.partition("\n//# sourceMappingURL=")[0], encoding="utf-8")
    shutil.copyfile(PACKAGE / "LICENSE.MD", STATIC / "analytics.LICENSE.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
