"""Servers for one run: PostgreSQL, Redis, gunicorn and nginx, on free ports of 127.0.0.1.

Each has a folder of its own, is started and ended by its process id, and touches no server of the
machine.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "kis_processes"


def program(name: str, *folders: str) -> str | None:
    """Where a program is, also where no PATH leads."""
    found = [*(Path("/usr/lib/postgresql").glob("*/bin") if not folders else ()), *folders]
    return shutil.which(name) or shutil.which(
        name, path=os.pathsep.join(map(str, [*sorted(found, reverse=True), "/usr/sbin"]))
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_listening(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until a server takes connections; one that ends instead is an error."""
    for _attempt in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"The server has ended:\n{log.read_text()[-3000:]}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server doesn't listen:\n{log.read_text()[-3000:]}")


class Server:
    """A process that listens on a port and can be started and ended more than once."""

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
                env={**os.environ, **self.environment},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until_listening(self.port, self.process, self.log)

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def children(self) -> list[int]:
        """The ids of the processes that it has started, such as workers."""
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in found.split()]


@contextmanager
def running(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


class PostgreSQL:
    """A cluster of its own. PostgreSQL refuses to run as root, then it runs as ``postgres``."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kis-postgresql-"))
        self.said = self.folder / "said"
        self.port = free_port()
        self.user: str | None = None
        if os.getuid() == 0:
            self.user = "postgres"
            owner = pwd.getpwnam(self.user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self.run("initdb", "-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-D", "data")
        options = (
            f"port = {self.port}\nlisten_addresses = '127.0.0.1'\n"
            f"unix_socket_directories = '{self.folder}'\nmax_connections = 60\n"
        )
        with (self.folder / "data/postgresql.conf").open("a") as conf:
            conf.write(options)

    def run(self, name: str, *arguments: str) -> None:
        found = program(name)
        assert found is not None
        # In a file, as a server that is started keeps what it inherits open.
        with self.said.open("a") as output:
            done = subprocess.run(
                [found, *arguments],
                cwd=self.folder,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "HOME": str(self.folder), "LC_ALL": "C.UTF-8"},
            )
        if done.returncode:
            raise RuntimeError(self.said.read_text()[-3000:])

    def start(self) -> None:
        self.run("pg_ctl", "start", "-w", "-D", "data", "-l", "log")

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "stop", "-w", "-m", mode, "-D", "data")

    def url(self, name: str = DATABASE) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, name: str = DATABASE) -> str:
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", name)
        return self.url(name)


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    cluster = PostgreSQL()
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop("immediate")
        shutil.rmtree(cluster.folder)


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
        *("--workers", str(workers), "--keep-alive", "60"),
    ]
    return Server(command, port, folder / f"{name}.log", environment)


def nginx(folder: Path, configuration: str, port: int) -> Server:
    """nginx with a configuration of the ``http`` context."""
    found = program("nginx")
    assert found is not None
    path = folder / "nginx.conf"
    path.write_text(
        "daemon off; worker_processes 1; error_log stderr warn;\n"
        f"pid {folder}/nginx.pid;\nevents {{}}\n"
        + ("user root;\n" if os.getuid() == 0 else "")
        + f"http {{\naccess_log off;\ninclude /etc/nginx/mime.types;\n{configuration}\n}}\n"
    )
    return Server([found, "-p", str(folder), "-c", str(path)], port, folder / "nginx.log")


def production(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a site with production settings that speaks plain HTTP."""
    return {
        "DJANGO_SETTINGS_MODULE": "kis_wagtail.settings.production",
        "MEDIA_ROOT": str(folder / "media"),
        "BASE_URL": "http://kis.test",
        "ALLOWED_HOSTS": "kis.test,other.test,127.0.0.1",
        "SECRET_KEY": "only for tests" * 5,
        "SECURE_SSL_REDIRECT": "False",
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
    names = ("initdb", "pg_ctl", "createdb", "redis-server")
    return [name for name in names if program(name) is None]


if __name__ == "__main__":
    if names := lacking():
        print(f"there is no {', no '.join(names)}")
        sys.exit(1)
