"""`python -m konnektu.cli`, the same as `konnektu`."""

from konnektu.cli import main

main()
