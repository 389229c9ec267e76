"""The pages of 防伪码, for anybody."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from app import extensions
from app.config import MEGABYTE
from app.door import access, errors
from app.door.pace import Pace
from app.door.unit_of_work import unit_of_work
from app.services.pacing import Allowance
from app.web.verify import asking
from app.web.verify.forms import CodeForm, QuestionForm

blueprint = Blueprint("verify", __name__)
LOOKS = Pace("verify", Allowance(30, 60), unwritten=3)
QUESTIONS = Pace("verify.questions", Allowance(6, 60))  # each may cost a decode
BESIDE_A_PHOTO = MEGABYTE
TOO_MANY = "从您这里查询防伪码太频繁，请等 {seconds} 秒，再刷新本页。"


def largest() -> int:
    """A photo and a little text, in bytes."""
    return extensions.settings().photo_limit_mb * MEGABYTE + BESIDE_A_PHOTO


@blueprint.before_request
def slowly() -> None:
    """So many look-ups and questions a minute from one address; raises TooMany."""
    if request.endpoint != "verify.show":
        return  # the page where a code is typed tells nothing
    LOOKS.ask(request.remote_addr, TOO_MANY)
    if request.method == "POST":
        QUESTIONS.ask(request.remote_addr, TOO_MANY)


@blueprint.get("/v")
@access.public
def index() -> ResponseReturnValue:
    """Where a code is typed."""
    form = CodeForm(request.args)
    if form.code.data and form.validate():
        return redirect(url_for("verify.show", code=form.code.data.strip()))
    return render_template("verify/index.html", form=form)


@blueprint.get("/V/<path:code>")
@access.public
def scanned(code: str) -> ResponseReturnValue:
    """Where the QR code of a stamp leads: it is written in capitals."""
    return redirect(url_for("verify.show", code=code))


@blueprint.route("/v/<path:code>", methods=["GET", "POST"])
@access.public_with_upload(largest)
def show(code: str) -> ResponseReturnValue:
    """Whether there is such a code; what is asked of it, answered one by one."""
    photo = asking.find(unit_of_work(write=False), code)  # a decode must not hold up who writes
    if photo is None:
        form = CodeForm(code=code[:40])
        return render_template("verify/index.html", form=form, unknown=code), HTTPStatus.NOT_FOUND
    form = QuestionForm()
    replies = asking.replies(photo, form) if form.validate_on_submit() else []
    return render_template(
        "verify/show.html", code=photo.code, form=form, replies=replies, asked=form.is_submitted()
    )


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """A file larger than any photo of ours."""
    most = extensions.settings().photo_limit_mb
    sentence = f"一张照片最大 {most} MB，这个文件不是本系统收到的原图。请把照片改小后再核对。"
    return errors.answer(413, "verify.too_large", sentence)
