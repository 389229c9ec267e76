"""Foreign programs that send files by tus, each in a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "frontend" / "node_modules" / "tus-js-client"
PATIENCE = 120.0  # seconds

PYTHON = """
import json, sys
from tusclient.client import TusClient

told = json.loads(sys.argv[1])
client = TusClient(told["url"], headers=told["headers"])
sender = client.uploader(
    told["path"], chunk_size=told["chunk"], metadata=told["metadata"], retries=20,
    retry_delay=0.1, upload_checksum=True,
)
sender.upload()
print(sender.url)
"""

NODE = """
const told = JSON.parse(process.argv[1]);
const tus = require(told.library);
const fs = require("node:fs");
const sending = new tus.Upload(fs.createReadStream(told.path), {
  endpoint: told.url, headers: told.headers, metadata: told.metadata,
  chunkSize: told.chunk, retryDelays: Array(20).fill(100),
  onError: (error) => { console.error(String(error)); process.exit(1); },
  onSuccess: () => console.log(sending.url),
});
sending.start();
"""


def has_node() -> bool:
    """Whether the client of the browsers can be run here."""
    return shutil.which("node") is not None and LIBRARY.is_dir()


def send_with_python(url: str, token: str, path: Path, chunk: int, **metadata: str) -> str:
    """By tuspy, with a checksum on each piece; the file's address."""
    return _run([sys.executable, "-c", PYTHON], url, token, path, chunk, metadata)


def send_with_node(url: str, token: str, path: Path, chunk: int, **metadata: str) -> str:
    """By tus-js-client; the file's address."""
    return _run(["node", "-e", NODE], url, token, path, chunk, metadata)


def _run(
    program: list[str], url: str, token: str, path: Path, chunk: int, metadata: dict[str, str]
) -> str:
    told = {
        "url": url, "path": str(path), "chunk": chunk, "metadata": metadata,
        "headers": {"Authorization": f"Bearer {token}"}, "library": str(LIBRARY),
    }  # fmt: skip
    done = subprocess.run(
        [*program, json.dumps(told)],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "NO_PROXY": "*"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()
