"""Downloads: whole or not there, continued where they were cut off, and never of two versions."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codekit.errors import FetchError, NotPublishedError, PluginError, UsageError
from codekit.fetch import Fetched, Patience, fetch_release, list_files, list_publications
from codekit.system import System
from codekit.types import RemoteFile
from publisher import ODD, TOP, Fault, Publisher, drupal_page, pack, serve

CODES, PAPER = f"{TOP}/2026/codes.zip", f"{TOP}/2026/paper.pdf"
ZIP = pack(noise=random.Random(7).randbytes(300_000))
OTHER_ZIP = pack(noise=random.Random(8).randbytes(250_000))
PDF = b"%PDF-1.7\n" + b"x" * 1000 + b"\n%%EOF\n"
HASTE = Patience(attempts=3, wait=0.005, longest_wait=0.02, timeout=5)

Get = Callable[..., Fetched]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "CODEKIT_MIRROR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def site() -> Iterator[Publisher]:
    with serve(Publisher()) as publisher:
        publisher.put(CODES, ZIP)
        publisher.put(PAPER, PDF)
        publisher.put(f"{TOP}/2025/codes.zip", OTHER_ZIP)
        yield publisher


@pytest.fixture
def system(odd: Callable[..., None]) -> System:
    odd(*ODD)
    return System.open("odd")


@pytest.fixture
def get(site: Publisher, system: System, tmp_path: Path) -> Get:
    def call(wanted: str = "latest", **options: object) -> Fetched:
        chosen = {"root": tmp_path / "downloads", "mirror": site.url, "patience": HASTE} | options
        return fetch_release(system, wanted, **chosen)  # type: ignore[arg-type]

    return call


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name[0] != "."}


def test_a_release_lands_whole_and_its_manifest_says_where_from(get: Get, site: Publisher, tmp_path: Path) -> None:
    fetched = get()
    assert (fetched.version, fetched.new, fetched.left_out) == ("2026", True, ())
    assert fetched.folder == tmp_path / "downloads/odd/2026"
    assert [path.read_bytes() for path in fetched.paths] == [ZIP, PDF]
    assert contents(fetched.folder).keys() == {"codes.zip", "paper.pdf", "fetched.json"}
    manifest = json.loads((fetched.folder / "fetched.json").read_text("utf-8"))
    assert (manifest["schema"], manifest["system"], manifest["version"]) == (1, "odd", "2026")
    (codes, _) = manifest["files"]
    assert codes["url"] == f"https://{CODES}"
    assert codes["final_url"] == f"{site.url}/{CODES}"
    assert (codes["bytes"], codes["sha256"]) == (len(ZIP), sha256(ZIP).hexdigest())
    assert codes["etag"]
    assert codes["fetched"].endswith("+00:00")
    assert site.asked("codes.zip")[0]["User-Agent"].startswith("codekit/")


def test_without_a_root_downloads_lie_in_the_home(get: Get, home: Path) -> None:
    assert get(root=None).folder == home / "downloads/odd/2026"


def test_what_has_not_changed_is_not_sent_again(get: Get, site: Publisher) -> None:
    first = get()
    before = contents(first.folder)
    second = get()
    assert (second.new, second.records) == (False, first.records)
    assert contents(first.folder) == before
    assert site.asked("codes.zip")[-1]["If-None-Match"] == first.records[0].etag


def test_a_server_that_knows_no_conditions_is_believed_by_its_etag(get: Get, site: Publisher) -> None:
    first = get()
    site.conditions = False
    before = first.paths[0].stat().st_ino
    assert not get().new
    assert first.paths[0].stat().st_ino == before
    site.put(CODES, OTHER_ZIP)
    assert get().paths[0].read_bytes() == OTHER_ZIP


def test_without_etag_and_date_it_is_fetched_and_compared(get: Get, site: Publisher) -> None:
    site.validators = False
    assert [get().new for _ in range(2)] == [True, False]


def test_a_changed_file_takes_the_place_of_the_old_one(get: Get, site: Publisher) -> None:
    first = get()
    site.put(CODES, OTHER_ZIP)
    second = get()
    assert second.new
    assert [path.read_bytes() for path in second.paths] == [OTHER_ZIP, PDF]
    assert second.records[1] == first.records[1]


def test_a_file_that_was_spoilt_here_is_fetched_again(get: Get) -> None:
    fetched = get()
    spoilt = ZIP[:1000] + b"spoilt" + ZIP[1006:]
    fetched.paths[0].write_bytes(spoilt)
    assert get().paths[0].read_bytes() == ZIP


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 3}', '{"files": [{"name": 1}, 7, {"name": "a"}]}'])
def test_a_spoilt_manifest_costs_no_more_than_a_download(get: Get, text: str) -> None:
    fetched = get()
    (fetched.folder / "fetched.json").write_text(text, encoding="utf-8")
    again = get()
    assert again.added == ()
    assert [path.read_bytes() for path in again.paths] == [ZIP, PDF]


def test_a_file_that_the_publisher_took_away_stays(get: Get, site: Publisher) -> None:
    first = get()
    site.fail(CODES, Fault(status=404))
    assert get().records == first.records


@pytest.fixture(scope="module")
def steady() -> Iterator[Publisher]:
    with serve(Publisher()) as publisher:
        publisher.put(CODES, ZIP)
        yield publisher


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, len(ZIP) - 1), max_size=3), ranges=st.booleans(), validators=st.booleans())
def test_wherever_it_is_cut_the_bytes_are_the_same(
    steady: Publisher, system: System, cuts: list[int], ranges: bool, validators: bool
) -> None:
    steady.faults.clear()
    steady.requests.clear()
    steady.ranges, steady.validators = ranges, validators
    steady.fail(CODES, *(Fault(cut=cut) for cut in cuts))
    with tempfile.TemporaryDirectory() as folder:
        patience = Patience(attempts=len(cuts) + 1, wait=0.001, longest_wait=0.002)
        fetched = fetch_release(system, root=Path(folder), mirror=steady.url, patience=patience)
        assert fetched.paths[0].read_bytes() == ZIP
        assert contents(fetched.folder).keys() == {"codes.zip", "fetched.json"}
    asked = steady.asked("codes.zip")
    if validators and cuts and cuts[0]:
        assert asked[1]["Range"] == f"bytes={cuts[0]}-"
        assert asked[1]["If-Range"].startswith('"')
    if not validators:
        assert all("Range" not in headers for headers in asked)


def test_bytes_gained_renew_the_patience(get: Get, site: Publisher) -> None:
    site.fail(CODES, *(Fault(cut=20_000) for _ in range(10)))
    assert get(patience=Patience(attempts=2, wait=0.001)).paths[0].read_bytes() == ZIP
    assert site.asked("codes.zip")[-1]["Range"] == "bytes=200000-"


def test_a_cut_connection_is_named_and_the_next_run_continues(get: Get, site: Publisher) -> None:
    site.fail(CODES, *(Fault(cut=100_000) for _ in range(1)), *(Fault(status=503) for _ in range(3)))
    with pytest.raises(FetchError, match=r"HTTP 503"):
        get()
    assert get().paths[0].read_bytes() == ZIP
    assert site.asked("codes.zip")[-1]["Range"] == "bytes=100000-"


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has SIGKILL")
def test_a_killed_run_leaves_nothing_to_build_and_the_next_continues(get: Get, site: Publisher, tmp_path: Path) -> None:
    site.fail(CODES, Fault(delay=20))
    root = tmp_path / "downloads"
    script = (
        "import sys; from pathlib import Path; from codekit.fetch import fetch_release; "
        "from codekit.system import System; "
        "fetch_release(System.open('odd'), root=Path(sys.argv[1]), mirror=sys.argv[2])"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(root), site.url])
    part = root / "odd/2026/codes.zip.part"
    until = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size > 0) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = part.stat().st_size
    assert 0 < left < len(ZIP)
    assert not (part.parent / "codes.zip").exists()
    assert get().paths[0].read_bytes() == ZIP
    assert site.asked("codes.zip")[-1]["Range"] == f"bytes={left}-"


def test_a_part_that_is_whole_is_not_fetched_again(get: Get, site: Publisher) -> None:
    fetched = get()
    shutil.move(fetched.paths[0], part := fetched.folder / "codes.zip.part")
    note = {"url": f"https://{CODES}", "final_url": "x", "etag": fetched.records[0].etag, "total": len(ZIP)}
    part.with_name("codes.zip.part.json").write_text(json.dumps(note), encoding="utf-8")
    asked = len(site.asked("codes.zip"))
    assert get().paths[0].read_bytes() == ZIP
    assert len(site.asked("codes.zip")) == asked


def test_parts_of_two_versions_are_never_joined(get: Get, site: Publisher) -> None:
    site.fail(CODES, Fault(cut=100_000), *(Fault(status=500) for _ in range(3)))
    with pytest.raises(FetchError):
        get()
    site.put(CODES, OTHER_ZIP)
    assert get().paths[0].read_bytes() == OTHER_ZIP


@pytest.mark.parametrize("odd_header", [{"ETag": '"other"'}, {"Content-Range": f"bytes 5-{len(ZIP) - 1}/{len(ZIP)}"}])
def test_a_range_that_does_not_fit_starts_anew(get: Get, site: Publisher, odd_header: dict[str, str]) -> None:
    site.fail(CODES, Fault(cut=100_000), Fault(headers=odd_header))
    assert get().paths[0].read_bytes() == ZIP
    assert "Range" not in site.asked("codes.zip")[-1]


def test_a_server_that_gives_less_of_a_range_than_was_asked_is_asked_for_the_rest(get: Get, site: Publisher) -> None:
    short = {"Content-Range": f"bytes 100000-149999/{len(ZIP)}"}
    site.fail(CODES, Fault(cut=100_000), Fault(headers=short, cut=50_000, claim=50_000))
    assert get().paths[0].read_bytes() == ZIP
    assert site.asked("codes.zip")[-1]["Range"] == "bytes=150000-"


@pytest.mark.parametrize("claim", [len(ZIP) + 10, len(ZIP) - 10, 20])
def test_a_wrong_length_is_no_file(get: Get, site: Publisher, claim: int) -> None:
    site.fail(CODES, *(Fault(claim=claim) for _ in range(3)))
    with pytest.raises(FetchError, match=r"damaged|connection|begin"):
        get()
    assert "codes.zip" not in contents(site_folder(get))
    assert get().paths[0].read_bytes() == ZIP


def site_folder(get: Get) -> Path:
    """Find the folder of the release by looking at it when nothing goes wrong with another one."""
    return get("2025").folder.with_name("2026")


def test_a_busy_server_is_asked_again(get: Get, site: Publisher) -> None:
    site.fail(CODES, Fault(status=500), Fault(status=429, headers={"Retry-After": "1"}))
    assert get().paths[0].read_bytes() == ZIP
    assert len(site.asked("codes.zip")) == 3


def test_a_broken_server_is_given_up(get: Get, site: Publisher) -> None:
    site.fail(CODES, *(Fault(status=502) for _ in range(9)))
    with pytest.raises(FetchError, match=r"HTTP 502"):
        get()
    assert len(site.asked("codes.zip")) == HASTE.attempts


def test_a_slow_server_is_waited_for_no_longer_than_allowed(get: Get, site: Publisher) -> None:
    site.fail(CODES, Fault(delay=3))
    fetched = get(patience=Patience(attempts=3, wait=0.001, timeout=0.3))
    assert fetched.paths[0].read_bytes() == ZIP
    assert "Range" in site.asked("codes.zip")[-1]


@pytest.mark.parametrize("status", [403, 404, 410])
def test_what_is_not_there_is_an_error_only_where_it_is_needed(get: Get, site: Publisher, status: int) -> None:
    site.fail(PAPER, Fault(status=status))
    fetched = get()
    assert [path.name for path in fetched.paths] == ["codes.zip"]
    (gap,) = fetched.left_out
    assert gap.file.name == "paper.pdf"
    assert f"HTTP {status}" in gap.reason
    site.fail(f"{TOP}/2025/codes.zip", Fault(status=status))
    with pytest.raises(NotPublishedError, match=str(status)):
        get("2025")


PAGE = b"<!DOCTYPE html><html><body>Please accept</body></html>"


@pytest.mark.parametrize("kind", ["text/html", "application/zip"])
def test_a_page_in_place_of_a_file_is_never_kept(get: Get, site: Publisher, kind: str) -> None:
    site.fail(CODES, Fault(page=PAGE, headers={"Content-Type": kind}))
    with pytest.raises(FetchError, match=r"instead of codes\.zip"):
        get()
    assert "codes.zip" not in contents(site_folder(get))
    site.fail(PAPER, Fault(page=PAGE, headers={"Content-Type": kind}))
    (gap,) = get().left_out
    assert "instead of paper.pdf" in gap.reason


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (CODES, ZIP[:1000] + b"mixed up" + ZIP[1008:]),
        (CODES, ZIP[:-30]),
        (CODES, b""),
        (PAPER, PDF[:-10]),
        (PAPER, b"hi"),
    ],
)
def test_what_is_damaged_at_the_publisher_is_not_taken(get: Get, site: Publisher, path: str, content: bytes) -> None:
    site.put(path, content)
    if content == b"hi":
        assert "instead of paper.pdf" in get().left_out[0].reason
        return
    with pytest.raises(FetchError, match=r"came damaged|instead of codes"):
        get()


def test_a_stated_checksum_is_kept(get: Get, site: Publisher) -> None:
    right, wrong = f"sum-{sha256(PDF).hexdigest()}.pdf", f"sum-{'0' * 64}.pdf"
    site.put(f"{TOP}/2026/{right}", PDF)
    assert right in {path.name for path in get().paths}
    site.put(f"{TOP}/2026/{wrong}", PDF)
    with pytest.raises(FetchError, match=r"the publisher states 0000"):
        get()


def test_redirections_stay_on_the_host_or_go_to_https(get: Get, site: Publisher) -> None:
    site.put(f"{TOP}/elsewhere.zip", ZIP)
    site.fail(CODES, Fault(status=302, headers={"Location": f"/{TOP}/elsewhere.zip"}))
    assert get().records[0].final_url == f"{site.url}/{TOP}/elsewhere.zip"
    site.put(CODES, OTHER_ZIP)
    with serve(Publisher()) as other:
        other.put("elsewhere.zip", ZIP)
        site.fail(CODES, Fault(status=302, headers={"Location": f"{other.url}/elsewhere.zip"}))
        with pytest.raises(FetchError, match=r"neither https nor on the same host"):
            get()
        assert other.requests == []


def test_redirections_in_a_circle_end(get: Get, site: Publisher) -> None:
    site.fail(CODES, *(Fault(status=302, headers={"Location": f"/{CODES}"}) for _ in range(99)))
    with pytest.raises(FetchError, match=r"more than 5 redirections"):
        get()


def test_a_proxy_of_the_environment_is_used(get: Get, site: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", site.url)
    assert get(mirror="http://mirror.invalid").paths[0].read_bytes() == ZIP
    site.requests.clear()
    monkeypatch.setenv("NO_PROXY", "mirror.invalid")
    with pytest.raises(FetchError, match=r"the connection to mirror\.invalid failed"):
        get(mirror="http://mirror.invalid")
    assert site.requests == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    key = path.with_name("key.pem")
    subprocess.run([*command.split(), *names, "-keyout", key, "-out", path], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + key.read_bytes())
    return path


def test_a_publisher_of_its_own_certificate_is_trusted_where_the_environment_says_so(
    certificate: Path, odd: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(Publisher(mirrored=False), certificate) as publisher:
        for name in ("codes.zip", "licensed.zip"):
            publisher.put(f"odd/2026/{name}", ZIP)
        odd(ODD[0], ODD[1].replace("https://files.example.org", publisher.url))
        system = System.open("odd")
        with pytest.raises(FetchError, match=r"not trusted here.*SSL_CERT_FILE"):
            fetch_release(system, root=tmp_path, patience=HASTE)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        fetched = fetch_release(system, root=tmp_path, patience=HASTE)
        assert [path.read_bytes() for path in fetched.paths] == [ZIP]
        (gap,) = fetched.left_out
        assert f"put it into {fetched.folder}" in gap.reason
        assert publisher.asked("licensed.zip") == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
        with pytest.raises(UsageError, match=r"SSL_CERT_FILE"):
            fetch_release(system, root=tmp_path)


def test_what_a_person_puts_beside_the_downloads_is_part_of_the_release(get: Get, site: Publisher) -> None:
    site.put(f"{TOP}/2026/licensed.zip", ZIP)
    site.fail(f"{TOP}/2026/licensed.zip", Fault(status=404))
    fetched = get()
    (gap,) = fetched.left_out
    assert "a licence has to be accepted first: open https://files.example.org/terms" in gap.reason
    site.fail(f"{TOP}/2026/licensed.zip", Fault(status=404))
    for name in ("licensed.zip", "more.txt", "half.zip.crdownload", ".hidden"):
        (fetched.folder / name).write_bytes(OTHER_ZIP)
    again = get()
    assert again.left_out == ()
    assert [path.name for path in again.added] == ["licensed.zip", "more.txt"]
    assert again.paths[-1] == fetched.folder / "more.txt"


def test_a_file_that_the_publisher_renamed_does_not_stay_in_the_release(get: Get, site: Publisher) -> None:
    get()
    del site.files[f"/{PAPER}"]
    site.put(f"{TOP}/2026/paper-updated.pdf", PDF)
    assert [path.name for path in get().paths] == ["codes.zip", "paper-updated.pdf"]


def test_a_folder_stands_in_for_the_publisher(system: System, tmp_path: Path) -> None:
    release = tmp_path / "mirror of all" / TOP / "2026"
    release.mkdir(parents=True)
    (release / "codes.zip").write_bytes(ZIP)
    options = {"root": tmp_path / "downloads", "mirror": str(tmp_path / "mirror of all"), "patience": HASTE}
    fetched = fetch_release(system, **options)  # type: ignore[arg-type]
    assert [path.read_bytes() for path in fetched.paths] == [ZIP]
    assert not fetch_release(system, **options).new  # type: ignore[arg-type]
    (release / "codes.zip").write_bytes(OTHER_ZIP)
    assert fetch_release(system, **options).new  # type: ignore[arg-type]


@pytest.mark.parametrize("page", ["2026/index.html", "2026.html"])
@pytest.mark.parametrize("link", ["https://files.example.org/far/codes.zip", "/far/codes.zip", "../RELATIVE/codes.zip"])
def test_a_saved_page_of_a_mirror_is_read_as_the_publishers_own(
    system: System, tmp_path: Path, page: str, link: str
) -> None:
    for name, content in (("far/codes.zip", ZIP), ("odd/index.html", drupal_page({"2026": "/odd/2026"}))):
        (tmp_path / "files.example.org" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "files.example.org" / name).write_bytes(content)
    saved = tmp_path / TOP / page
    saved.parent.mkdir(exist_ok=True)
    saved.write_bytes(drupal_page({"Codes": link.replace("RELATIVE", "far")}))
    _, files = list_files(system, mirror=str(tmp_path))
    assert [file.url for file in files] == ["https://files.example.org/far/codes.zip"]
    assert fetch_release(system, root=tmp_path / "d", mirror=str(tmp_path)).paths[0].read_bytes() == ZIP


def test_a_folder_gives_nothing_from_outside(odd: Callable[..., None], tmp_path: Path) -> None:
    release = tmp_path / "mirror" / TOP / "2026"
    release.mkdir(parents=True)
    (tmp_path / "codes.zip").write_bytes(ZIP)
    (release / "index.html").write_bytes(drupal_page({"Codes": "/%2e%2e/%2e%2e/codes.zip"}))
    odd(*ODD)
    with pytest.raises(NotPublishedError, match=r"HTTP 404"):
        fetch_release(System.open("odd"), root=tmp_path / "d", mirror=str(tmp_path / "mirror"))


def test_the_environment_names_a_mirror(system: System, site: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEKIT_MIRROR", site.url)
    assert [one.version for one in list_publications(system)] == ["2026", "2025"]


@pytest.mark.parametrize("mirror", ["nowhere", "ftp://mirror.example/", "https://mirror.example/?a=b"])
def test_what_is_no_mirror_is_a_usage_error(system: System, mirror: str) -> None:
    with pytest.raises(UsageError, match=r"mirror"):
        list_publications(system, mirror=mirror)


def test_releases_are_chosen_by_version_year_or_latest(get: Get, site: Publisher, system: System) -> None:
    site.put(f"{TOP}/2026-04/codes.zip", ZIP)
    site.put(f"{TOP}/2024-10/codes.zip", ZIP)
    versions = [list_files(system, name, mirror=site.url)[0].version for name in ("latest", "2026", "2025", "2024")]
    assert versions == ["2026-04", "2026", "2025", "2024-10"]
    with pytest.raises(UsageError, match=r"no release '1999' is published; there are 2026-04, 2026, 2025, 2024-10"):
        get("1999")


def test_a_system_without_publications_says_how_to_get_its_files(odd: Callable[..., None], home: Path) -> None:
    odd('uri="https://example.org/odd"', 'uri="https://example.org/odd", obtain="Ask the odd office."')
    with pytest.raises(FetchError) as caught:
        fetch_release(System.open("odd"))
    for text in ("Ask the odd office.", str(home / "downloads" / "odd"), "codekit --system odd editions add FOLDER"):
        assert text in str(caught.value)


def test_one_run_at_a_time_writes_into_a_folder(get: Get) -> None:
    folder = get().folder
    with FileLock(folder / ".lock"), pytest.raises(FetchError, match=r"another codekit is fetching"):
        get()
    assert not get().new


def test_a_folder_that_cannot_be_written_is_named(get: Get, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FetchError, match=r"cannot write downloads in .*--into"):
        get(root=tmp_path / "file")


@pytest.mark.skipif(os.name != "posix", reason="only POSIX limits the size of files")
def test_a_full_disk_is_named_and_the_next_run_continues(get: Get, site: Publisher, tmp_path: Path) -> None:
    script = (
        "import resource, sys; from pathlib import Path; from codekit.fetch import fetch_release; "
        "from codekit.system import System; system = System.open('odd'); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "
        "fetch_release(system, root=Path(sys.argv[1]), mirror=sys.argv[2])"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "downloads"), site.url]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "FetchError: cannot write downloads in" in ran.stderr
    assert get().paths[0].read_bytes() == ZIP
    assert site.asked("codes.zip")[-1]["Range"] == "bytes=100000-"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version=link.name", "version=link.name[:3]", "publication '202' is listed twice"),
        ("in web.links(publication.url)", "in 2 * web.links(publication.url)", "two files of the name 'codes.zip'"),
        ("in web.links(publication.url)", "in ()", "publication '2026' has no file"),
    ],
)
def test_what_a_plugin_cannot_mean_is_its_fault(
    odd: Callable[..., None], site: Publisher, old: str, new: str, told: str
) -> None:
    odd(ODD[0], ODD[1].replace(old, new))
    with pytest.raises(PluginError, match=told):
        list_files(System.open("odd"), mirror=site.url)


def test_publishers_are_asked_by_https_only(odd: Callable[..., None], site: Publisher) -> None:
    odd(ODD[0], ODD[1].replace("https://files.example.org", "http://files.example.org"))
    with pytest.raises(FetchError, match=r"by https only"):
        list_publications(System.open("odd"), mirror=site.url)


def test_progress_counts_bytes(get: Get) -> None:
    told: list[tuple[str, int, int]] = []
    get(progress=lambda *what: told.append(what))
    assert {stage for stage, _, _ in told} == {"codes.zip", "paper.pdf"}
    assert ("codes.zip", len(ZIP), len(ZIP)) in told


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.example/x/icd10cm-Code%20Descriptions-2026.zip", "icd10cm-Code Descriptions-2026.zip"),
        ("https://a.example/zip/2024-code-tables-updated-04/01/2024.zip", "2024-code-tables-updated-04-01-2024.zip"),
        ("https://a.example/x/a%3Ab.zip?download=1", "a_b.zip"),
    ],
)
def test_a_file_is_named_after_its_address(url: str, name: str) -> None:
    assert RemoteFile(url=url).name == name


@pytest.mark.parametrize("name", ["", ".hidden", "../up.zip", "a/b.zip", "fetched.json", "a.zip.part", "a.part.json"])
def test_a_name_that_would_do_harm_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        RemoteFile(url="https://a.example/a.zip", name=name)
