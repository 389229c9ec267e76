"""The Chinese typeface of the stamps: where it is found and which characters it can show."""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from PIL import ImageFont

SIZES = (8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 22, 24, 27, 30, 33, 36, 40, 45, 50, 56, 63, 70)
"""The heights in pixels a stamp may be set in: few, so that all can be open before the limited
process gives up opening files."""

MEDIUM_WEIGHT = 500
SAMPLE = "整改前待编号星期日防伪码未定位〓…±（）0123456789"
REPLACEMENT = "〓"
"""What printers have always set for a character that is not in the case."""

SYSTEM_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
SYSTEM_PATTERNS = (
    "NotoSansCJK*.[ot]t[cf]",
    "NotoSansSC*.[ot]tf",
    "SourceHanSans*.[ot]t[cf]",
    "wqy-*hei.tt[cf]",
    "msyh.ttc",
    "PingFang.ttc",
)
MOST_FACES = 16


class FontMissing(Exception):
    """No typeface with Chinese characters is at hand; the product must not start without one."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """One face of a font file; `index` counts within a collection."""

    path: Path
    index: int = 0


class Typeface:
    """A font file opened at each size as it is needed."""

    def __init__(self, file: FontFile) -> None:
        self.file = file
        self._faces: dict[int, ImageFont.FreeTypeFont] = {}
        self._shown: dict[str, bool] = {}
        self._advances: dict[int, dict[str, float]] = {}
        self._lock = Lock()

    def face(self, size: int) -> ImageFont.FreeTypeFont:
        """The face at `size` pixels, opened once (0.3 ms: the file is mapped, not read)."""
        with self._lock:
            if size not in self._faces:
                self._faces[size] = _open(self.file, size)
            return self._faces[size]

    def width(self, text: str, size: int) -> float:
        """The pixels a line takes at `size`: its characters' advances, each asked once."""
        advances = self._advances.setdefault(size, {})
        total = 0.0
        for sign in text:
            if sign not in advances:
                advances[sign] = self.face(size).getlength(sign)
            total += advances[sign]
        return total

    def preload(self) -> None:
        """Open every size of the ladder, so that no file is opened afterwards."""
        for size in SIZES:
            self.face(size)

    def has(self, sign: str) -> bool:
        """Whether the face draws this character instead of its box for missing ones."""
        if sign not in self._shown:
            face = self.face(SIZES[0] * 2)
            missing = bytes(face.getmask("\U0010fffe"))
            self._shown[sign] = sign == " " or bytes(face.getmask(sign)) != missing
        return self._shown[sign]

    def showable(self, text: str) -> str:
        """The text with 〓 for each character the face cannot draw."""
        return "".join(sign if self.has(sign) else REPLACEMENT for sign in text)


def find_font(setting: Path | None = None) -> FontFile:
    """The stamp's font: the setting, else the shipped package, else the system's.

    Raises FontMissing when the setting names no usable Chinese font, or when nothing is found: a
    wrong setting is an error, never silently passed over.
    """
    if setting is not None:
        return _usable(setting) or _fail(f"{setting} 不是可用的中文字体")
    packaged = _packaged()
    candidates = [packaged] if packaged else []
    for folder in SYSTEM_FOLDERS:
        for pattern in SYSTEM_PATTERNS:
            candidates.extend(sorted(folder.rglob(pattern)) if folder.is_dir() else [])
    for path in candidates:
        found = _usable(path)
        if found:
            return found
    return _fail("没有找到中文字体：请安装 manimgx-fonts-cjk，或在设置中指明字体文件")


@cache
def default_typeface() -> Typeface:
    """The typeface found without a setting, shared by a process; raises FontMissing."""
    return Typeface(find_font())


def _packaged() -> Path | None:
    spec = find_spec("manimgx_fonts_cjk")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(folder).glob("*.[ot]t[cf]")):
            return path
    return None


def _usable(path: Path) -> FontFile | None:
    faces: list[tuple[bool, FontFile]] = []
    for index in range(MOST_FACES):
        try:
            name = ImageFont.truetype(str(path), SIZES[0], index=index).getname()[0] or ""
        except OSError:
            break
        faces.append((" SC" in name or "Simplified" in name, FontFile(path, index)))
    # A collection's faces differ in the shapes of shared characters: simplified ones first.
    for _, file in sorted(faces, key=lambda face: not face[0]):
        if all(map(Typeface(file).has, SAMPLE)):
            return file
    return None


def _open(file: FontFile, size: int) -> ImageFont.FreeTypeFont:
    # Basic layout: Chinese needs no shaping, and no shaping engine need see a user's text.
    face = ImageFont.truetype(
        str(file.path), size, index=file.index, layout_engine=ImageFont.Layout.BASIC
    )
    try:
        face.get_variation_axes()
    except OSError:
        return face  # not a variable font: it has the one weight
    face.set_variation_by_axes([MEDIUM_WEIGHT])
    return face


def _fail(why: str) -> FontFile:
    raise FontMissing(why)
