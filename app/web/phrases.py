"""What is usually written with each reason for a send-back; the first one is filled in."""

from collections.abc import Mapping

from app.domain.states import SendBackReason

PHRASES: Mapping[str, tuple[str, ...]] = {
    SendBackReason.NOT_FIXED.value: (
        "现场问题仍在，没有整改，请按要求整改后重新提交。",
        "整改后与整改前没有变化，请整改后在同一位置重新拍照。",
    ),
    SendBackReason.PARTLY_FIXED.value: (
        "主要部分已整改，周边还有残留，请清理彻底后重新拍照。",
        "只整改了一处，照片中其余几处没有整改，请全部整改后重新提交。",
    ),
    SendBackReason.PHOTO_UNCLEAR.value: (
        "整改后照片看不清整改情况，请在光线充足时、在同一位置重新拍照。",
        "只有近景，看不出是哪里，请补拍一张远景。",
    ),
    SendBackReason.PHOTO_ELSEWHERE.value: (
        "前后照片不是同一位置，请站在整改前的位置、对准同一方向重新拍照。",
    ),
    SendBackReason.REMEDY_UNCLEAR.value: (
        "解决方案没有写清采取了什么措施，请补充后重新提交。",
        "请写明由谁整改、怎样防止再次发生。",
    ),
    SendBackReason.OTHER.value: (),
}
