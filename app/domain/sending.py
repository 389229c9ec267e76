"""A photo's way from a phone: where it stands, and whether what it says of itself was sealed."""

from enum import StrEnum


class UploadState(StrEnum):
    """Where a file that is sent piece by piece stands."""

    RECEIVING = "receiving"
    RECEIVED = "received"  # all bytes are on disk and their hash is right
    KEPT = "kept"  # judged and a photo now
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """As it is told to whoever sent it."""
        return LABELS[self]


LABELS = {
    UploadState.RECEIVING: "正在接收",
    UploadState.RECEIVED: "已收到，等待检查",
    UploadState.KEPT: "已收下",
    UploadState.REFUSED: "未收下",
}


class Seal(StrEnum):
    """What became of the seal a phone put on a photo when it was taken."""

    NONE = ""  # an older browser, an album picture, a program: nothing was sealed
    WHOLE = "whole"
    BROKEN = "broken"  # what was sent is not what was sealed
