import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.config import Config, WrongSetting
from konnektu.core.errors import Fatal
from konnektu.core.secrets import installation_key, keyed_hash, seal, unseal

KEY = b"k" * 32


@given(st.binary())
def test_what_is_sealed_opens_again(plain: bytes) -> None:
    assert unseal(KEY, "passwords", seal(KEY, "passwords", plain)) == plain


def test_the_same_secret_never_looks_the_same() -> None:
    assert seal(KEY, "passwords", b"x") != seal(KEY, "passwords", b"x")


@pytest.mark.parametrize("wrong", ["key", "use", "byte", "length"])
def test_a_seal_opens_to_nothing_else(wrong: str) -> None:
    sealed = seal(KEY, "passwords", b"hunter2")
    key, use = (b"z" * 32 if wrong == "key" else KEY), ("tombstones" if wrong == "use" else "passwords")
    changed = {"byte": sealed[:-1] + bytes([sealed[-1] ^ 1]), "length": sealed[:5]}.get(wrong, sealed)
    with pytest.raises(Fatal, match="secret_key"):
        unseal(key, use, changed)


@given(st.text(st.characters()), st.text(st.characters()))
def test_a_keyed_hash_recognises_its_value_alone(one: str, other: str) -> None:
    assert (keyed_hash(KEY, "tombstones", one) == keyed_hash(KEY, "tombstones", other)) is (one == other)
    assert keyed_hash(KEY, "tombstones", one) != keyed_hash(KEY, "sessions", one)


def test_a_lone_surrogate_can_be_hashed() -> None:
    assert len(keyed_hash(KEY, "tombstones", "\ud800")) == 32


def test_the_key_file_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "new")
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: installation_key(config), range(32)))
    assert len(keys) == 1
    file = config.data / "secret.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in config.data.iterdir()] == ["secret.key"]


def test_a_given_key_is_used_and_must_be_long(tmp_path: Path) -> None:
    assert installation_key(Config(data=tmp_path, secret_key="a" * 64)) == b"a" * 64
    assert not list(tmp_path.iterdir())
    with pytest.raises(WrongSetting, match="openssl"):
        installation_key(Config(data=tmp_path, secret_key="short"))
