"""Over a network the way to the server is encrypted, and leads to that server and no other (B12)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from db import schema, server
from db.probe import StoreError, StoreKind, probe
from tests.failover.patroni import versions, why_not
from tests.failover.servers import Node, Programs

ON_EVERY_ENGINE = False

PEM = Path(__file__).parents[1] / "mail" / "localhost.pem"
"""A key with the certificate of localhost, made for tests."""


@pytest.fixture(scope="module")
def way() -> Iterator[str]:
    """A server that takes nobody without TLS: the URL's end, after the host."""
    if why := why_not():
        pytest.skip(why)
    programs = Programs(versions()[-1])
    node = Node(programs, "one")
    try:
        node.make()
        owner = node.data.stat()
        for name in ("server.crt", "server.key"):
            shutil.copyfile(PEM, node.data / name)
            os.chown(node.data / name, owner.st_uid, owner.st_gid)
            (node.data / name).chmod(0o600)
        with (node.data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("ssl = on\nfsync = off\n")
        node.start()
        node.ask("CREATE DATABASE imi", "postgres")
        (node.data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 trust\n", encoding="utf-8")
        node.ask("SELECT pg_reload_conf()", "postgres")
        schema.create(f"postgresql://imi@127.0.0.1:{node.port}/imi?sslmode=require").close()
        yield f":{node.port}/imi"
    finally:
        node.kill()
        shutil.rmtree(programs.folder, ignore_errors=True)


def _refused(url: str) -> StoreError:
    with pytest.raises(StoreError) as refused:
        probe(url)
    return refused.value


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_server_is_the_one_of_its_certificate(way: str, host: str) -> None:
    url = f"postgresql://imi@{host}{way}?sslmode=verify-full&sslrootcert={PEM}"
    probe(url)
    found = server.server_of(url)
    assert (found.encrypted, found.sslmode) == (True, "verify-full")


def test_another_server_is_not_spoken_to(way: str) -> None:
    """And it is told as what only other settings mend, not as a server that is away and may come back."""
    named = f"postgresql://imi@db.authority.example{way}?hostaddr=127.0.0.1&sslrootcert={PEM}&sslmode="
    probe(f"{named}verify-ca")
    assert _refused(f"{named}verify-full").kind is StoreKind.DENIED
    unknown = f"postgresql://imi@localhost{way}?sslmode=verify-full&sslrootcert=system"
    assert _refused(unknown).kind is StoreKind.DENIED


def test_nothing_goes_unencrypted_to_a_server_that_wants_tls(way: str) -> None:
    assert _refused(f"postgresql://imi@127.0.0.1{way}?sslmode=disable").kind is StoreKind.DENIED
