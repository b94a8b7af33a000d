from pathlib import Path

import pytest

from konnektu.core.config import MASK, Config, WrongSetting, describe, load, meanings


def test_defaults_without_any_source(tmp_path: Path) -> None:
    settings = load({"data": tmp_path}, {})
    assert settings.config == Config(data=tmp_path)
    assert settings.origins["port"] == "default"
    assert settings.origins["data"] == "command line"


def test_the_stronger_source_wins_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "konnektu.toml").write_text(
        'port = 1\nhost = "10.0.0.1"\ninbox_days = 3\nroles = ["web", "belt"]\n'
    )
    environ = {"KONNEKTU_DATA": str(tmp_path), "KONNEKTU_PORT": "2", "KONNEKTU_HOST": "10.0.0.2"}
    settings = load({"port": 3, "host": None}, environ)
    assert (settings.config.port, settings.config.host, settings.config.inbox_days) == (3, "10.0.0.2", 3)
    assert settings.config.roles == ("web", "belt")
    origins = [settings.origins[name] for name in ("port", "host", "inbox_days", "log_level")]
    assert origins == ["command line", "environment", str(tmp_path / "konnektu.toml"), "default"]


def test_a_list_in_a_variable_is_separated_by_commas(tmp_path: Path) -> None:
    environ = {"KONNEKTU_DATA": str(tmp_path), "KONNEKTU_ROLES": "collect, belt"}
    assert load(None, environ).config.roles == ("collect", "belt")


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        pytest.param(
            {"KONNEKTU_PORTS": "1"}, ["ports", "environment", "Did you mean port?"], id="unknown name"
        ),
        pytest.param({"KONNEKTU_PORT": "http"}, ["port", "'http'", "environment"], id="not a number"),
        pytest.param({"KONNEKTU_PORT": "70000"}, ["port", "65535"], id="out of bounds"),
        pytest.param({"KONNEKTU_ROLES": "belts"}, ["roles", "belts"], id="unknown role"),
        pytest.param(
            {"KONNEKTU_CONFIG": "absent.toml"}, ["KONNEKTU_CONFIG", "absent.toml"], id="no such file"
        ),
    ],
)
def test_a_wrong_setting_ends_the_start_with_advice(
    environ: dict[str, str], words: list[str], tmp_path: Path
) -> None:
    with pytest.raises(WrongSetting) as error:
        load({"data": tmp_path}, environ)
    assert all(word in error.value.message for word in words), error.value.message


def test_broken_toml_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "konnektu.toml").write_text("port 1")
    with pytest.raises(WrongSetting, match=r"konnektu\.toml is not TOML"):
        load({"data": tmp_path}, {})


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    secret = "postgresql://u:hunter2@h/d"
    rows = describe(load({"data": tmp_path, "postgres_url": secret}, {}))
    assert {row["name"]: row["value"] for row in rows}["postgres_url"] == MASK
    assert "hunter2" not in str(rows)


def test_every_setting_has_its_line_of_text() -> None:
    assert set(meanings()) == set(Config.__struct_fields__)
    assert all(text.endswith((".", "…")) or text[-1].isalnum() for text in meanings().values())
