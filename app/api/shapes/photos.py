"""Photos: the form they come with, and what is known of one."""

from typing import Annotated, Any

from pydantic import Field
from pydantic_core import PydanticCustomError
from spectree.model_adapter.pydantic_adapter import BaseFile
from werkzeug.datastructures import FileStorage

from app.api.shapes.base import Answer, Blank, Choice, Given, Instant, Line200, Line300, Sent
from app.domain.distances import CoordSource
from app.domain.sending import Seal
from app.domain.states import Phase


class Upload(BaseFile):
    """A file of a form; its bytes are judged by decoding, not here."""

    @classmethod
    def validate(cls, value: Any, *_args: Any, **_kwargs: Any) -> FileStorage:
        """A text where the file should be is no file."""
        if not isinstance(value, FileStorage):
            raise PydanticCustomError("file_type", "not a file")
        return value

    def read(self) -> bytes:
        """The bytes: what stands here at run time is werkzeug's FileStorage."""
        raise NotImplementedError


Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Metres = Annotated[float, Field(ge=0, le=100_000)]


class PhotoForm(Sent):
    """一张照片和拍摄时的情况，以 multipart/form-data 发送。"""

    file: Upload = Field(title="照片", description="JPEG、PNG、WebP 或 HEIC 原图")
    phase: Phase = Field(title="阶段", description="before 整改前，after 整改后")
    lat: Annotated[Latitude | None, Blank] = Field(None, title="纬度", description="WGS-84")
    lng: Annotated[Longitude | None, Blank] = Field(None, title="经度", description="WGS-84")
    accuracy_m: Annotated[Metres | None, Blank] = Field(None, title="定位精度（米）")
    coord_source: Annotated[CoordSource | None, Blank] = Field(None, title="位置来源")
    no_position_reason: Line200 = Field("", title="无法定位的原因")
    address: Line300 = Field("", title="具体点位")
    device_at: Annotated[Given | None, Blank] = Field(None, title="拍摄时设备的时间")
    album: bool = Field(False, title="从相册选取")


class Photo(Answer):
    """一张照片。所有人看到的是带水印的副本，原图只供审核、核查、销号人员查看。"""

    id: str = Field(title="编号", examples=["Xq3rJ8V0s1kWc2Lm9TzB4yNa7d"])
    sha256: str = Field(title="原图的 SHA-256")
    code: str = Field(title="防伪码", examples=["8K3QX-7ZP2M"])
    phase: Choice = Field(title="阶段")
    problem_id: int | None = Field(title="所属问题；空表示还没有用于任何问题")
    round: int = Field(title="第几次整改；整改前为 0")
    position: int = Field(title="顺序，从 0 起")
    format: str = Field(title="原图格式", examples=["JPEG"])
    width: int = Field(title="宽（像素）")
    height: int = Field(title="高（像素）")
    size: int = Field(title="原图字节数")
    received_at: Instant = Field(title="收到时间")
    device_at: Instant | None = Field(title="设备时间")
    captured_at: Instant | None = Field(title="拍摄时间；手机封签核对无误才有")
    late: bool = Field(title="补传：拍摄后过了规定的时间才收到")
    seal: Seal = Field(
        title="手机封签", description="空为没有封签，whole 为核对无误，broken 为与封存的不符"
    )
    lat: float | None = Field(title="纬度（WGS-84）")
    lng: float | None = Field(title="经度（WGS-84）")
    accuracy_m: float | None = Field(title="定位精度（米）")
    coord_source: str = Field(title="位置来源")
    no_position_reason: str = Field(title="无法定位的原因")
    address: str = Field(title="具体点位")
    album: bool = Field(title="从相册选取")
    imported: bool = Field(title="随科室台账导入")
    thumb: str = Field(title="缩略图地址", examples=["/api/v1/photos/Xq3…/thumb"])
    stamped: str = Field(title="带水印照片地址", examples=["/api/v1/photos/Xq3…/stamped"])
