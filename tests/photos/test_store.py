"""Originals are kept byte for byte under their hash; derived copies come and go."""

import errno
import io
import os
import threading
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from app.photos.store import FileStore, PhotoMissing, PhotoStore

DATA = b"the bytes of a photo"
KEY = sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "photos")


def age(store: FileStore, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(store.original_path(KEY), (then, then))


def test_an_original_comes_back_byte_for_byte_under_its_hash(store: FileStore) -> None:
    kept: PhotoStore = store
    assert kept.put_original(DATA) == KEY
    assert kept.original(KEY) == DATA
    assert store.original_path(KEY).name == KEY


def test_putting_the_same_bytes_again_changes_nothing(store: FileStore) -> None:
    store.put_original(DATA)
    before = store.original_path(KEY).stat().st_ino
    assert store.put_original(DATA) == KEY
    assert store.original_path(KEY).stat().st_ino == before
    assert [one.sha256 for one in store.iter_originals()] == [KEY]


def test_a_large_file_is_kept_piece_by_piece_and_never_twice(store: FileStore) -> None:
    large = bytes(range(256)) * 10_000
    key = store.put_stream(io.BytesIO(large))

    assert key == sha256(large).hexdigest()
    assert store.original(key) == large
    before = store.original_path(key).stat().st_ino
    assert store.put_stream(io.BytesIO(large)) == key
    assert store.original_path(key).stat().st_ino == before
    assert list((store.root / "parts").glob("*")) == []


def test_file_and_folder_reach_the_disk_before_it_is_acknowledged(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    sync = os.fsync

    def noted(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        sync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    store.put_original(DATA)
    path = store.original_path(KEY)
    assert any("/parts/" in name for name in synced)
    assert synced[-1] == str(path.parent)
    assert str(store.root) in synced
    synced.clear()
    store.put_original(DATA)
    assert synced == [str(path.parent)]


def test_what_is_not_there_is_missing(store: FileStore) -> None:
    with pytest.raises(PhotoMissing):
        store.original(KEY)
    with pytest.raises(PhotoMissing):
        store.original_path(KEY)
    assert store.derived(KEY, "thumb.jpg") is None
    assert list(store.iter_originals()) == []
    assert store.remove(KEY) is False


def test_a_derived_copy_may_be_made_again(store: FileStore) -> None:
    store.put_derived(KEY, "stamped-7.jpg", b"one")
    store.put_derived(KEY, "stamped-7.jpg", b"two")
    assert store.derived(KEY, "stamped-7.jpg") == b"two"
    assert store.derived(KEY, "thumb.jpg") is None


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", KEY.upper(), KEY[:-1], KEY + "0", KEY[:-1] + "/", KEY + "\n"]
)
def test_only_a_hash_is_a_key(store: FileStore, key: str) -> None:
    for call in (store.original, store.original_path, store.remove):
        with pytest.raises(ValueError, match="not a key"):
            call(key)
    with pytest.raises(ValueError, match="not a key"):
        store.put_derived(key, "thumb.jpg", b"")


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b.jpg", "照片.jpg", "a.jpg\n", "a" * 200])
def test_only_a_plain_name_is_a_derived_name(store: FileStore, name: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        store.put_derived(KEY, name, b"")
    with pytest.raises(ValueError, match="not a key"):
        store.derived(KEY, name)


def test_removing_takes_the_derived_copies_along(store: FileStore) -> None:
    store.put_original(DATA)
    store.put_derived(KEY, "thumb.jpg", b"small")
    assert store.remove(KEY)
    assert store.derived(KEY, "thumb.jpg") is None
    assert not [path for path in store.root.rglob("*") if path.is_file() and path.name != "lock"]


def test_the_sweeper_leaves_what_was_put_a_moment_ago(store: FileStore) -> None:
    store.put_original(DATA)
    age(store, 7200)
    assert next(store.iter_originals()).age == pytest.approx(7200, abs=60)
    store.put_original(DATA)
    assert next(store.iter_originals()).age < 60
    assert store.remove(KEY, older_than=3600) is False
    age(store, 7200)
    assert store.remove(KEY, older_than=3600) is True


def test_a_full_disk_leaves_nothing_behind(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put_original(DATA)
    monkeypatch.undo()
    assert list(store.iter_originals()) == []
    assert not [path for path in store.root.rglob("*") if path.is_file() and path.name != "lock"]
    assert store.put_original(DATA) == KEY


def test_what_a_crash_cut_off_is_never_an_original_and_goes_after_a_while(store: FileStore) -> None:
    store.put_original(DATA)
    part = store.root / "parts" / "half"
    part.write_bytes(DATA[:5])
    assert [one.byte_size for one in store.iter_originals()] == [len(DATA)]
    assert store.remove_leftovers(older_than=3600) == 0
    assert store.remove_leftovers(older_than=0) == 1
    assert not part.exists()


def test_a_copy_made_while_its_original_was_removed_goes_after_a_while(store: FileStore) -> None:
    store.put_original(DATA)
    store.put_derived(KEY, "thumb.jpg", b"of the original that stays")
    gone = sha256(b"swept").hexdigest()
    store.put_derived(gone, "stamp-1.jpg", b"somebody looked at the very moment")
    assert store.remove_leftovers(older_than=3600) == 0
    assert store.remove_leftovers(older_than=0) == 1
    assert store.derived(gone, "stamp-1.jpg") is None
    assert store.derived(KEY, "thumb.jpg") is not None


def test_uploads_and_sweeps_at_once_lose_nothing_that_was_acknowledged(store: FileStore) -> None:
    stop = threading.Event()
    swept = 0

    def sweep() -> None:
        nonlocal swept
        while not stop.is_set():
            swept += store.remove(KEY, older_than=3600)

    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    try:
        for step in range(400):
            with suppress(PhotoMissing, FileNotFoundError):
                age(store, 7200)  # fair game from here on, until it is put once more
            if step % 3 == 0:
                time.sleep(0.001)
            store.put_original(DATA)
            assert store.original(KEY) == DATA
    finally:
        stop.set()
        sweeper.join()
    assert swept > 0
