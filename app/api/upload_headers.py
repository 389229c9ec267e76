"""What tus 1.0 says in headers, read and checked: lengths, offsets, metadata, checksums."""

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from werkzeug.datastructures import Headers

from app.api import sentences
from app.api.shapes.uploads import ShotSent
from app.domain.refusals import Invalid, Refusal
from app.domain.states import Phase
from app.services.evidence.uploads import Announced

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
ALGORITHMS = ("sha1", "sha256")
STREAM = "application/offset+octet-stream"
LONGEST_METADATA = 8 * 1024  # signs
LONGEST_KEY = 100
SHA256 = re.compile(r"[0-9a-f]{64}")
DIGITS = re.compile(r"[0-9]{1,15}")


class BadRequest(Refusal):
    """A header that does not say what tus wants it to say."""

    status = 400


class OtherVersion(Refusal):
    """A client of another version of the protocol."""

    status = 412


class WrongKind(Refusal):
    """A piece that is not announced as one."""

    status = 415


class TooLarge(Refusal):
    """More than the settings allow, or more than was announced."""

    status = 413


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece hashes to, as its sender says."""

    algorithm: str
    digest: bytes

    def fits(self, data: bytes) -> bool:
        """Whether these bytes are the ones."""
        return hashlib.new(self.algorithm, data).digest() == self.digest


def check_version(headers: Headers) -> None:
    """Raise OtherVersion unless the client speaks 1.0.0."""
    if headers.get("Tus-Resumable") != VERSION:
        raise OtherVersion("upload.version", f"请使用 tus {VERSION} 协议（Tus-Resumable）。")


def check_kind(mimetype: str) -> None:
    """Raise WrongKind unless a body is a piece of a file."""
    if mimetype != STREAM:
        raise WrongKind("upload.kind", f"请以 {STREAM} 发送文件内容。")


def offset_of(headers: Headers) -> int:
    """Where a piece begins, in bytes."""
    text = headers.get("Upload-Offset", "")
    if not DIGITS.fullmatch(text):
        raise BadRequest("upload.offset", "请用 Upload-Offset 说明从第几个字节接着传。")
    return int(text)


def length_of(headers: Headers, most: int) -> int:
    """How large the whole file is, in bytes; `most` is what the settings allow."""
    if "Upload-Defer-Length" in headers:
        raise BadRequest("upload.defer_length", "请在开始时用 Upload-Length 说明文件大小。")
    if "Upload-Concat" in headers:
        raise BadRequest("upload.concat", "不支持拆成几份同时上传，请把文件按顺序一段一段传。")
    text = headers.get("Upload-Length", "")
    if not DIGITS.fullmatch(text):
        raise BadRequest("upload.length", "请用 Upload-Length 说明文件有多少字节。")
    length = int(text)
    if length == 0:
        raise BadRequest("upload.empty", "文件是空的，请重新拍摄或选择照片。")
    if length > most:
        mb = most // (1024 * 1024)
        raise TooLarge(
            "upload.too_large",
            f"照片文件超过 {mb} MB。请把手机相机的画质调低一档，重新拍摄后再传。",
        )
    return length


def checksum_of(headers: Headers) -> Checksum | None:
    """The checksum of a piece, if it has one."""
    if "Upload-Checksum" not in headers:
        return None
    algorithm, _, text = headers["Upload-Checksum"].partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadRequest(
            "upload.algorithm", f"校验方式只支持 {'、'.join(ALGORITHMS)}，请换一种再传。"
        )
    try:
        return Checksum(algorithm, base64.b64decode(text.strip(), validate=True))
    except (binascii.Error, ValueError):
        raise BadRequest("upload.checksum", "Upload-Checksum 写法不对，应为 Base64。") from None


def announced(headers: Headers, most: int) -> Announced:
    """Everything that is said of a file before its first byte."""
    size = length_of(headers, most)
    text = headers.get("Upload-Metadata", "")
    told = _metadata(text)
    key, sha256 = told.get("key", "").strip(), told.get("sha256", "").strip().lower()
    if len(key) > LONGEST_KEY:
        raise BadRequest("upload.key", f"文件的编号（key）最多 {LONGEST_KEY} 个字符。")
    if sha256 and not SHA256.fullmatch(sha256):
        raise BadRequest("upload.sha256", "sha256 应为 64 位十六进制的小写字母和数字。")
    return Announced(
        size=size,
        key=key or None,
        sha256=sha256,
        told=text,
        shot=_shot(told),
    )


def _metadata(text: str) -> dict[str, str]:
    """Keys and their texts; a value that is missing is empty."""
    if len(text) > LONGEST_METADATA:
        raise BadRequest("upload.metadata", "Upload-Metadata 太长，请只写需要的内容。")
    told: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = pair.partition(" ")
        try:
            plain = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            raise BadRequest(
                "upload.metadata", "Upload-Metadata 写法不对：每项是名称、空格和 Base64 的内容。"
            ) from None
        told[name] = "".join(sign for sign in plain if sign.isprintable())
    return told


def _shot(told: dict[str, str]) -> dict[str, Any]:
    """The shot as it is kept: the phase, what the phone said of it, and its seal as it came."""
    phase = told.get("phase") or Phase.BEFORE.value
    if phase not in set(Phase):
        raise BadRequest("upload.phase", "phase 只能是 before（整改前）或 after（整改后）。")
    try:
        sent = ShotSent.model_validate(_json(told.get("shot", "")))
    except ValidationError as error:
        raise sentences.refusal_of(error) from None
    shot = sent.model_dump(mode="json", exclude_none=True, exclude={"seal"})
    seal = _json(told["seal"]) if told.get("seal") else sent.seal
    return shot | {"phase": phase} | ({"seal": seal} if seal is not None else {})


def _json(text: str) -> Any:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid("upload.json", "shot 和 seal 应为 JSON 对象。")
    return found
