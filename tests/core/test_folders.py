"""Folders with people's data are closed to other users of the machine, also those made by an earlier release."""

from konnektu.core.folders import private_folder


def test_a_folder_is_closed_whether_made_or_found(tmp_path):
    (tmp_path / "open").mkdir(mode=0o755)
    for name in ("open", "a/b"):
        assert private_folder(tmp_path / name).stat().st_mode & 0o777 == 0o700
