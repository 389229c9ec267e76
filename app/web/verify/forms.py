"""What anybody may ask about a 防伪码."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code on the stamp."""

    class Meta:
        """It changes nothing and stands in the address: no token."""

        csrf = False

    code = StringField(
        "防伪码", [InputRequired("请输入水印上的防伪码，共 10 位。"), Length(max=40)]
    )


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """What the stamp says, as far as one wants to know; each is answered by itself."""

    time = StringField("水印上的时间", [Length(max=60, message="时间太长，请只填水印上的时间。")])
    place = StringField("水印上的位置", [Length(max=80, message="位置太长，请只填经纬度。")])
    picture = FileField("照片")
