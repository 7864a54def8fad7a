"""Servers for one run: PostgreSQL, Redis, gunicorn and nginx, on free ports of 127.0.0.1.

Each has a folder of its own, is started and ended by its process id, and touches no server of the
machine.

``python -m tests.processes.servers`` prints the programs that aren't installed. With ``postgresql``
it starts a PostgreSQL, prints the address of a database in it, and ends it when it is ended itself.
"""

from __future__ import annotations

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "kis_processes"


def program(name: str) -> str | None:
    """Where a program is, also where no PATH leads."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    beside = os.pathsep.join(map(str, [*folders, "/usr/sbin"]))
    return shutil.which(name) or shutil.which(name, path=beside)


def free_port() -> int:
    """A free port below those from which connections go out."""
    while True:
        port = random.SystemRandom().randrange(20000, 32768)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait for something; that it doesn't happen is an error."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


class Server:
    """A process that listens on a port and can be started and ended more than once."""

    #: The user as whom it runs, if not as who starts it.
    user: str | None = None

    def __init__(
        self, command: list[str], port: int, log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.command, self.port, self.log = command, port, log
        self.environment = dict(environment or {})
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                env={**os.environ, **self.environment},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        until(self.is_there, f"{self.command[0]} doesn't listen")

    def is_there(self) -> bool:
        """Whether it takes connections; that it has ended instead is an error."""
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"The server has ended:\n{self.log.read_text()[-3000:]}")
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process is None:
            return
        children = self.children()
        self.process.send_signal(how)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            for pid in [self.pid, *children]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()
            raise
        finally:
            self.process = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def children(self) -> list[int]:
        """The ids of the processes that it has started, such as workers."""
        try:
            found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        except FileNotFoundError:
            return []
        return [int(pid) for pid in found.split()]


@contextmanager
def running(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


class PostgreSQL(Server):
    """A cluster of its own. PostgreSQL refuses to run as root, then it runs as ``postgres``."""

    def __init__(self, folder: Path) -> None:
        if os.getuid() == 0:
            self.user = "postgres"
            owner = pwd.getpwnam(self.user)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self.folder = folder
        self.run("initdb", "-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-D", "data")
        port, found = free_port(), program("postgres")
        assert found is not None
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(folder),
            "max_connections": "60",
            # Who waits for longer waits for ever.
            "lock_timeout": "60s",
        }
        more = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        command = [found, "-D", str(folder / "data"), "-p", str(port), *more]
        super().__init__(command, port, folder.with_suffix(".log"), {"LC_ALL": "C.UTF-8"})

    def run(self, name: str, *arguments: str) -> None:
        found = program(name)
        assert found is not None
        done = subprocess.run(
            [found, *arguments],
            cwd=self.folder,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
            capture_output=True,
            text=True,
            env={**os.environ, "HOME": str(self.folder), "LC_ALL": "C.UTF-8"},
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)

    def is_there(self) -> bool:
        import psycopg

        if not super().is_there():
            return False
        try:
            psycopg.connect(self.url("postgres")).close()
            return True
        except psycopg.OperationalError:  # It still looks through what it has on disk.
            return False

    def url(self, name: str = DATABASE, socket: bool = False) -> str:
        """Where a database is, by TCP or by a Unix socket."""
        host, query = ("", f"?host={quote(str(self.folder))}") if socket else ("127.0.0.1", "")
        return f"postgres://postgres@{host}:{self.port}/{name}{query}"

    def create(self, name: str = DATABASE, socket: bool = False) -> str:
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", name)
        return self.url(name, socket)


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    with tempfile.TemporaryDirectory(prefix="kis-postgresql-") as name:
        # The outer folder is of who starts it, the inner one of who runs it.
        Path(name).chmod(0o755)
        folder = Path(name, "server")
        folder.mkdir()
        cluster = PostgreSQL(folder)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop(signal.SIGQUIT)


def redis_server(folder: Path) -> Server:
    """Redis, which keeps on disk what it holds when it is ended."""
    port = free_port()
    found = program("redis-server")
    assert found is not None
    command = [found, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    return Server([*command, "--save", "3600 1"], port, folder / "redis.log")


def gunicorn(folder: Path, name: str, environment: Mapping[str, str], workers: int = 1) -> Server:
    """The site as a server runs it."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", environment.get("WSGI", "kis_wagtail.wsgi")),
        *("--config", "gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"),
        *("--workers", str(workers), "--keep-alive", "60", "--graceful-timeout", "5"),
    ]
    return Server(command, port, folder / f"{name}.log", environment)


def nginx(folder: Path, configuration: str, port: int) -> Server:
    """nginx with a configuration of the ``http`` context."""
    found = program("nginx")
    assert found is not None
    path = folder / "nginx.conf"
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
    )
    path.write_text(
        "daemon off; worker_processes 1; error_log stderr warn;\n"
        f"pid {folder}/nginx.pid; lock_file {folder}/nginx.lock; events {{}}\n"
        + ("user root;\n" if os.getuid() == 0 else "")
        + f"http {{\naccess_log off;\n{temporary}{configuration}\n}}\n"
    )
    command = [found, "-p", str(folder), "-e", "stderr", "-c", str(path)]
    return Server(command, port, folder / "nginx.log")


def example_nginx(folder: Path, ports: Iterable[int], media: str) -> Server:
    """nginx with the example configuration, in front of servers on some ports."""
    number = free_port()
    text = (ROOT / "examples/nginx/kis.conf").read_text()
    for written, here in (
        ("listen 80;", f"listen 127.0.0.1:{number};"),
        ("server 127.0.0.1:8000;", " ".join(f"server 127.0.0.1:{port};" for port in ports)),
        ("/var/cache/nginx/kis", str(folder / "cache")),
        ("/var/log/nginx/kis.log", str(folder / "access.log")),
        ("/srv/kis/media/", f"{media}/"),
        ("root /srv/kis;", f"root {folder};"),
    ):
        assert written in text
        text = text.replace(written, here)
    return nginx(folder, text, number)


def production(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a site with production settings that speaks plain HTTP."""
    return {
        "DJANGO_SETTINGS_MODULE": "kis_wagtail.settings.production",
        "MEDIA_ROOT": str(folder / "media"),
        "BASE_URL": "http://kis.test",
        "ALLOWED_HOSTS": "kis.test,other.test,127.0.0.1",
        "SECRET_KEY": "only for tests" * 5,
        "SECURE_SSL_REDIRECT": "False",
        "TRUSTED_PROXIES": "0",
        **more,
    }


def manage(environment: Mapping[str, str], *arguments: str) -> None:
    """Run a command of the site to its end."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def lacking() -> list[str]:
    """The programs that aren't installed, without which there are no servers."""
    return [
        name
        for name in ("initdb", "postgres", "createdb", "redis-server", "nginx")
        if program(name) is None
    ]


if __name__ == "__main__":
    if sys.argv[1:] == ["postgresql"]:
        with postgresql() as cluster:
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
            print(cluster.url("kis"), flush=True)
            signal.sigwait([signal.SIGTERM, signal.SIGINT])
    else:
        print(", ".join(lacking()))
