"""Files sent piece by piece: what a sender says of a picture, and where a file stands."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.api.shapes.base import Answer, Blank, Given, Line32, Line200, Line300
from app.api.shapes.photos import Latitude, Longitude, Metres
from app.domain.sending import UploadState


class ShotSource(StrEnum):
    """Where a picture comes from: the page's camera, the album, or a file of unknown origin."""

    CAMERA = "camera"
    ALBUM = "album"
    FILE = "file"


class ShotSent(BaseModel):
    """拍摄时的情况，以 JSON 写在 Upload-Metadata 的 shot 里。"""

    # A phone with an older page may say more than is asked today; field work goes on.
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False, frozen=True)

    source: ShotSource = Field(ShotSource.FILE, title="来源")
    lat: Annotated[Latitude | None, Blank] = Field(None, title="纬度")
    lng: Annotated[Longitude | None, Blank] = Field(None, title="经度")
    accuracy_m: Annotated[Metres | None, Blank] = Field(None, title="定位精度（米）")
    located_at: Annotated[Given | None, Blank] = Field(None, title="定位时间")
    coord_source: Annotated[Line32 | None, Blank] = Field(None, title="位置来源", max_length=20)
    no_position_reason: Annotated[Line200 | None, Blank] = Field(None, title="无法定位的原因")
    address: Annotated[Line300 | None, Blank] = Field(None, title="具体点位")
    device_at: Annotated[Given | None, Blank] = Field(None, title="拍摄时设备的时间")
    seal: dict[str, Any] | None = Field(None, title="手机封签")


class UploadAnswer(Answer):
    """一个分段上传的文件走到哪一步。"""

    id: str = Field(title="编号", examples=["5d41402abc4b2a76b9719d911017c592"])
    key: str | None = Field(title="上传人自己起的编号")
    state: UploadState = Field(
        title="状态",
        description="receiving 正在接收，received 等待检查，kept 已收下，refused 未收下",
    )
    offset: int = Field(title="已收到的字节数")
    size: int = Field(title="文件的字节数")
    sha256: str = Field(title="文件的 SHA-256；没有传完又没有事先说明的为空")
    photo_id: str | None = Field(title="照片编号，收下后才有")
    thumb_href: str | None = Field(title="缩略图地址，收下后才有")
    refusal: str = Field(title="没有收下的原因")


class UploadPage(Answer):
    """按编号查到的文件。"""

    uploads: list[UploadAnswer] = Field(title="文件")
