"""Why a photo was not taken in: one stable code and one Chinese sentence each."""

SENTENCES = {
    "photo.empty": "文件是空的，可能没有传完。请重新选择照片再传一次。",
    "photo.too_large": "照片文件超过 {limit_mb} MB。请把手机相机的画质调低一档，重新拍摄后再传。",
    "photo.format": "这不是可以使用的照片。请上传 JPG、PNG、WebP 或 HEIC 格式的照片。",
    "photo.unreadable": (
        "照片无法打开：文件已损坏、没有传完，或像素过多。请重新拍摄，或换一张照片再传。"
    ),
    "photo.animated": "这是动图，不能作为证据照片。请上传静态照片。",
    "photo.too_many_pixels": (
        "照片超过 {limit_mp} 百万像素。请关闭相机的超高像素模式，重新拍摄后再传。"
    ),
    "photo.too_small": (
        "照片太小（{width}×{height} 像素），看不清内容。请上传原图，不要上传缩略图。"
    ),
    "photo.too_narrow": (
        "照片过于狭长（{width}×{height} 像素），放不下水印。请用普通拍照模式重新拍摄。"
    ),
    "photo.too_heavy": "打开这张照片占用的内存过多。请用手机相机的普通模式重新拍摄后再传。",
    "photo.timeout": "这张照片处理时间过长，已停止。请重新拍摄，或换一张照片再传。",
    "photo.busy": "正在处理的照片较多，这张还没有轮到。请稍等一分钟再传。",
}
"""Every refusal by its code; the braces are the facts a refusal brings."""


class PhotoRefused(Exception):
    """The picture may not enter; nothing was stored.

    `code` is stable and may be shown to programs, `sentence` is for people. Only `photo.busy` is
    worth sending the same bytes again for.
    """

    def __init__(self, code: str, **facts: int) -> None:
        self.code = code
        self.facts = facts
        self.sentence = SENTENCES[code].format(**facts)
        super().__init__(f"{code}: {self.sentence}")
