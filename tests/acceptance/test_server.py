"""The server as its users meet it: over TCP, at once, interrupted, killed, restarted."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from safelight.delivery.url import variant_url
from tests.acceptance.served import (
    PATIENCE,
    Served,
    command,
    eventually,
    files,
    serving,
    upload,
)
from tests.samples import photos

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, httpx2.Client]]:
    with serving(tmp_path_factory.mktemp("served") / "home") as found:
        upload(found[1], photos.jpeg(64, 48), wait=30)  # so that the pixel processes are warm
        yield found


@pytest.fixture
def server(both: tuple[Served, httpx2.Client]) -> Served:
    return both[0]


@pytest.fixture
def client(both: tuple[Served, httpx2.Client]) -> httpx2.Client:
    return both[1]


def events(answer: httpx2.Response) -> Iterator[dict[str, Any]]:
    """The images of an event stream, with `id` where the stream gave one."""
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
            continue
        if fields.get("event") == "image":
            yield {**json.loads(fields["data"]), "id": fields.get("id")}
        fields = {}


def test_many_uploads_at_once_all_become_ready_and_can_be_fetched(client: httpx2.Client) -> None:
    pictures = [photos.jpeg(40 + number, 30) for number in range(24)]
    with ThreadPoolExecutor(12) as pool:
        records = list(pool.map(lambda picture: upload(client, picture, wait=30), pictures))
    assert {record["status"] for record in records} == {"READY"}
    assert [record["original"]["width"] for record in records] == list(range(40, 64))
    for variant in records[-1]["variants"]:
        got = client.get(variant["url"])
        assert (got.status_code, len(got.content)) == (200, variant["bytes"])


@pytest.mark.parametrize("form", [False, True])
def test_an_upload_is_never_held_in_memory(server: Served, client: httpx2.Client, form: bool) -> None:
    process = psutil.Process(server.process.pid)
    peak = Path(f"/proc/{process.pid}/clear_refs")
    if not peak.exists():
        pytest.skip("needs Linux's /proc")
    data = b"no image " * (50 * MEGABYTE // 9)
    before = process.memory_info().rss
    peak.write_text("5")  # forget the highest memory use so far
    if form:
        answer = client.post("/v1/images", params={"wait": 30}, files={"file": ("a.jpg", data)})
    else:
        answer = client.post("/v1/images", params={"wait": 30}, content=data)
    assert answer.json()["status"] == "REJECTED"
    assert answer.json()["original"]["bytes"] == len(data)
    highest = int(Path(f"/proc/{process.pid}/status").read_text().split("VmHWM:")[1].split()[0]) * 1024
    assert highest - before < 15 * MEGABYTE


def test_a_client_that_goes_away_leaves_nothing(server: Served, client: httpx2.Client) -> None:
    before = files(server.home / "originals"), client.get("/v1/images").json()
    with server.socket() as raw:
        raw.sendall(b"POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n")
        raw.sendall(bytes(2 * MEGABYTE))
        eventually(lambda: len(files(server.home / "originals")) > len(before[0]))
    eventually(lambda: files(server.home / "originals") == before[0])
    assert client.get("/v1/images").json() == before[1]


def test_an_endless_upload_is_cut_off_with_a_problem(server: Served, client: httpx2.Client) -> None:
    before = files(server.home / "originals")
    block = b"x" * MEGABYTE
    chunk = b"%x\r\n%s\r\n" % (len(block), block)
    with server.socket() as raw:
        raw.sendall(b"POST /v1/images HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(90):
            raw.sendall(chunk)
        answer = raw.recv(65536)
    assert b" 413 " in answer
    assert b'"too_many_bytes"' in answer
    assert files(server.home / "originals") == before


def test_who_asks_first_is_refused_before_sending(server: Served) -> None:
    """As curl does with large files: `Expect: 100-continue`, and no byte of the body before the answer."""
    with server.socket() as raw:
        raw.sendall(
            b"POST /v1/images HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            b"Content-Length: 90000000\r\n\r\n"
        )
        assert b"HTTP/1.1 413 " in raw.recv(65536)


def test_a_listener_sees_an_image_become_ready_and_can_come_back(client: httpx2.Client) -> None:
    with client.stream("GET", "/v1/events") as answer:
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        image_id = upload(client, photos.jpeg(64, 48))["image_id"]
        seen = []
        for event in events(answer):
            assert event["image_id"] == image_id
            seen.append(event)
            if event["status"] == "READY":
                break
    assert len(seen[-1]["variants"]) == 2
    left_at = next(event["id"] for event in seen if event["id"])
    missed = upload(client, photos.jpeg(65, 48), wait=30)
    with client.stream("GET", "/v1/events", headers={"Last-Event-ID": left_at}) as answer:
        assert any(event["image_id"] == missed["image_id"] for event in events(answer))


def test_a_listener_to_one_image_gets_its_present_record_first(client: httpx2.Client) -> None:
    record = upload(client, photos.jpeg(64, 48), wait=30)
    with client.stream("GET", "/v1/events", params={"image_id": record["image_id"]}) as answer:
        event = next(events(answer))
    assert {name: value for name, value in event.items() if name != "id"} == record


@pytest.mark.parametrize(
    "target",
    ["/img/../safelight.db", "/img/%2e%2e/safelight.db", "/img/..%2fsafelight.db", "/img//etc/passwd"],
)
def test_no_path_leads_out_of_the_variants(server: Served, target: str) -> None:
    with server.socket() as raw:
        raw.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = raw.makefile("rb").read()
    assert answer.split(b" ", 2)[1] in (b"400", b"404")
    assert b"application/problem+json" in answer
    assert b"SQLite" not in answer


def test_every_key_is_found_by_its_url(server: Served, client: httpx2.Client) -> None:
    for key in ("a b/c+d.jpg", "50%/e#f?.jpg", "写真/🌸.webp", "100%25.jpg"):
        file = server.home / "variants" / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(key, encoding="utf-8")
        assert client.get(variant_url("", key)).text == key


def test_files_in_the_folder_of_originals_come_and_go(server: Served, client: httpx2.Client) -> None:
    folder = server.home / "originals"

    def images(status: str) -> set[str]:
        page = client.get("/v1/images", params={"status": status, "limit": 1000}).json()
        return {record["key"] for record in page["items"]}

    (folder / "album").mkdir()
    keys = {"dropped 1.jpg", "album/a.jpg", "album/b.jpg"}
    for key in keys:
        (folder / key).write_bytes(photos.jpeg(50, 40))
    eventually(lambda: keys <= images("READY"))
    (folder / "dropped 1.jpg").unlink()
    shutil.move(folder / "album", server.home / "elsewhere")
    eventually(lambda: keys <= images("DELETED"))


def test_a_line_of_the_log_says_what_it_is_about(server: Served, client: httpx2.Client) -> None:
    record = upload(client, b"not an image", wait=30)
    client.get(f"/v1/images/{record['image_id']}", headers={"X-Request-Id": "look-here"})
    line = server.logged(f"GET /v1/images/{record['image_id']} 200")
    assert line["request_id"] == "look-here"
    assert line["logger"] == "safelight.http"


def test_a_busy_port_is_a_clear_message(server: Served, tmp_path: Path) -> None:
    port = str(server.address[1])
    second = subprocess.run(
        command(tmp_path / "home", "serve", "--port", port),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert second.returncode == 2
    assert f"Port {port} of 127.0.0.1 is in use. Stop the program that has it, or" in second.stderr
    assert "Traceback" not in second.stderr


def test_other_machines_are_not_served_without_keys(tmp_path: Path) -> None:
    refused = subprocess.run(
        command(tmp_path / "home", "serve", "--host", "0.0.0.0", "--port", "0"),  # noqa: S104 - refused
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert refused.returncode == 2
    assert "Set SAFELIGHT_API_KEYS" in refused.stderr


def test_a_killed_server_goes_on_where_it_was(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home) as (server, client):
        records = [upload(client, photos.jpeg(800 + number, 600)) for number in range(12)]
        eventually(lambda: client.get("/v1/images", params={"status": "READY"}).json()["items"])
        server.kill()
    with serving(home) as (_, client):
        eventually(lambda: len(client.get("/v1/images", params={"status": "READY"}).json()["items"]) == 12)
        page = client.get("/v1/images").json()
        assert {record["image_id"] for record in page["items"]} == {r["image_id"] for r in records}
        kept = {variant["key"] for record in page["items"] for variant in record["variants"]}
        assert set(files(home / "variants")) == kept
        assert set(files(home / "originals")) == {record["key"] for record in records}


def test_sigterm_ends_it_cleanly_whatever_is_under_way(tmp_path: Path) -> None:
    with serving(tmp_path / "home") as (server, client), closing(server.socket()) as stuck:
        children = psutil.Process(server.process.pid).children(recursive=True)
        upload(client, photos.jpeg(64, 48))
        ended: list[bool] = []

        def listen() -> None:
            with client.stream("GET", "/v1/events") as answer:
                listening.set()
                ended.append(all(True for _ in events(answer)))

        listening = threading.Event()
        listener = threading.Thread(target=listen)
        listener.start()
        assert listening.wait(PATIENCE)
        stuck.sendall(b"POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n")
        stuck.sendall(bytes(500_000))
        eventually(lambda: len(files(tmp_path / "home" / "originals")) == 2)
        children += psutil.Process(server.process.pid).children(recursive=True)
        server.process.terminate()
        assert b'"code": "stopping"' in stuck.makefile("rb").read()
        assert server.process.wait(PATIENCE) == 0
        listener.join(PATIENCE)
        assert ended == [True]
        server.logged("stopped")
        assert "Traceback" not in json.dumps(server.lines)
        assert psutil.wait_procs(children, timeout=PATIENCE)[1] == []
        assert len(files(tmp_path / "home" / "originals")) == 1


def test_a_worker_processes_what_others_put_there_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "originals").mkdir(parents=True)
    (home / "originals" / "a.jpg").write_bytes(photos.jpeg(64, 48))
    worker = Served(home, "worker")
    try:
        worker.logged("working")
        eventually(lambda: len(files(home / "variants")) == 2)
        worker.process.send_signal(signal.SIGINT)
        assert worker.process.wait(PATIENCE) == 0
    finally:
        worker.end()
