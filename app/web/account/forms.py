"""The forms of accounts."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from app.services.people.tokens import LONGEST_DAYS, LONGEST_NAME


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Name and password; `next` is where one wanted to go, `stays` is for one's own device."""

    login = StringField("账号", [InputRequired("请输入账号。")])
    password = PasswordField("密码", [InputRequired("请输入密码。")])
    stays = BooleanField("在这台设备上保持登录")
    next = HiddenField()


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The current password, and twice the new one."""

    current = PasswordField("当前密码", [InputRequired("请输入当前密码。")])
    new = PasswordField("新密码", [InputRequired("请输入新密码。")])
    again = PasswordField("再输入一次新密码", [InputRequired("请再输入一次新密码。")])


class TokenForm(FlaskForm):  # type: ignore[misc]
    """What a token is for, and how long."""

    name = StringField(
        "用途",
        [
            InputRequired("请写明用途，例如“办公室电脑上的汇总表”。"),
            Length(max=LONGEST_NAME, message=f"用途不超过 {LONGEST_NAME} 个字。"),
        ],
    )
    days = IntegerField(
        "有效天数",
        [
            InputRequired("请填写有效天数。"),
            NumberRange(1, LONGEST_DAYS, f"请填 1 到 {LONGEST_DAYS} 之间的天数。"),
        ],
        default=90,
    )
