"""Photos: pictures of a row, by their ids or just counted; the pictures are the application's."""

from sheets.fields.base import Operator
from sheets.fields.file import FileType, none, some


class PhotosType(FileType):
    """As files; a fixed column may hold their number alone, and a ledger puts pictures in it."""

    key = "photos"
    label = "照片"
    control = "photos"
    counter = "{} 张"
    how = "照片请用上传的方式添加。"
    operators = (
        Operator("some", "有照片", 0, some),
        Operator("none", "没有照片", 0, none),
    )
