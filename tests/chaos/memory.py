"""What a phone's browser holds in its own database, read from within the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

READ = """
async () => {
  const names = (await indexedDB.databases()).map((one) => one.name);
  if (!names.includes("xiaohao-phone")) return [];
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const db = await done(indexedDB.open("xiaohao-phone"));
  try {
    if (!db.objectStoreNames.contains("records")) return [];
    const tx = db.transaction(["records", "shots", "bytes"]);
    const [records, shots, bytes] = await Promise.all([
      done(tx.objectStore("records").getAll()),
      done(tx.objectStore("shots").getAll()),
      done(tx.objectStore("bytes").getAllKeys()),
    ]);
    const written = (one, field) => (one.fields.find(([name]) => name === field) ?? ["", ""])[1];
    return records.map((one) => ({
      id: one.id, state: one.state, action: one.action, why: one.why,
      errors: JSON.stringify(one.errors),
      words: written(one, "description"), address: written(one, "address"),
      shots: shots.filter((shot) => shot.recordId === one.id).map((shot) => ({
        size: shot.size, sha256: shot.sha256, state: shot.state, why: shot.why,
        here: bytes.includes(shot.id),
      })),
    }));
  } finally {
    db.close();
  }
}
"""


@dataclass(frozen=True)
class Shot:
    """A photo on the phone; `here` when its bytes still lie there."""

    size: int
    sha256: str
    state: str
    why: str
    here: bool


@dataclass(frozen=True)
class Record:
    """A report on the phone."""

    id: str
    state: str  # draft, waiting, sent, refused
    action: str
    words: str
    address: str
    shots: tuple[Shot, ...]
    trouble: str

    @property
    def is_finished(self) -> bool:
        """The person has pressed the button, and nothing speaks against it."""
        return self.state in {"waiting", "sent"}


def memory_of(page: Page) -> list[Record]:
    """Every record on this phone; the page must be one of the site."""
    told: list[dict[str, Any]] = page.evaluate(READ)
    return [
        Record(
            one["id"], one["state"], one["action"], one["words"], one["address"],
            tuple(Shot(**shot) for shot in one["shots"]),
            " ".join([one["why"], one["errors"], *(shot["why"] for shot in one["shots"])]).strip(),
        )
        for one in told
    ]  # fmt: skip
