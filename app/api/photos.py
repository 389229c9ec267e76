"""Photos: sent one by one before anything names them, and served as on the pages."""

from flask.wrappers import Response

from app import clock, extensions
from app.api.blueprint import blueprint
from app.api.operations import operation
from app.api.shapes.photos import Photo, PhotoForm
from app.api.telling import photo
from app.domain import policy as rights
from app.domain.refusals import Refusal
from app.domain.roles import Actor, Role
from app.door import access, serving
from app.door.unit_of_work import unit_of_work
from app.services.evidence import allowance, intake, photos
from app.services.evidence.photos import Received, Shot

TAG = "照片"
JPEG = "image/jpeg"
BUSY = "photo.busy"


class Busy(Refusal):
    """Too many photos at this moment; the same one is welcome again."""

    status = 503


def photographs(actor: Actor) -> bool:
    """上报人和责任单位人员"""
    return actor.has(Role.REPORTER, Role.UNIT_USER, Role.BRIGADE_USER, Role.BRIGADE_ADMIN)


def judges_evidence(actor: Actor) -> bool:
    """审核、核查、销号人员"""
    return rights.may_see_originals(actor)


@blueprint.post("/photos")
@access.policy(photographs)
@operation(TAG, Photo, status=201, refuses=(403, 409, 413, 415, 429, 503))
def send_photo(form: PhotoForm) -> tuple[Photo, int]:
    """上传照片

    先上传照片，再在上报或提交整改时用 photo_ids 引用它。原图按字节保存，不能替换。
    同一张照片重复上传，得到同一个编号；已用于其他问题的照片会被拒绝。
    """
    data = form.file.read()
    with extensions.database().reading() as session:
        allowance.require_room(session, access.current_actor(), clock.now(), len(data))
    received = _take_in(data)
    row = intake.keep(
        unit_of_work(),
        access.current_actor(),
        clock.now(),
        extensions.photos(),
        received,
        _shot(form),
    )
    return photo(row), 201


def _take_in(data: bytes) -> Received:
    """Judge and store, before the request's session is opened: on SQLite a writer is alone."""
    try:
        return extensions.photos().take_in(data)
    except Refusal as refusal:
        if refusal.code == BUSY:
            raise Busy(refusal.code, refusal.sentence) from refusal
        raise type(refusal)(
            refusal.code, refusal.sentence, fields={"file": refusal.sentence}
        ) from refusal


def _shot(form: PhotoForm) -> Shot:
    return Shot(
        phase=form.phase,
        lat=form.lat,
        lng=form.lng,
        accuracy_m=form.accuracy_m,
        coord_source=form.coord_source or "",
        no_position_reason=form.no_position_reason,
        address=form.address,
        device_at=form.device_at,
        album=form.album,
    )


@blueprint.get("/photos/<photo_id>")
@access.policy(access.signed_in)
@operation(TAG, Photo, refuses=(404,))
def show_photo(photo_id: str) -> Photo:
    """照片的资料

    所属问题可见的，照片也可见；还没有用于问题的，只有上传人可见。
    """
    return photo(photos.load_visible(unit_of_work(), access.current_actor(), photo_id))


@blueprint.get("/photos/<photo_id>/thumb")
@access.policy(access.signed_in)
@operation(TAG, JPEG, refuses=(404,))
def photo_thumb(photo_id: str) -> Response:
    """缩略图

    长边不超过 480 像素的 JPEG，不带任何附加信息。
    """
    return serving.thumb(serving.find(photo_id))


@blueprint.get("/photos/<photo_id>/stamped")
@access.policy(access.signed_in)
@operation(TAG, JPEG, refuses=(404,))
def photo_stamped(photo_id: str) -> Response:
    """带水印的照片

    印有时间、位置、单位、人员和防伪码的 JPEG，不带任何附加信息。
    """
    return serving.stamped(serving.find(photo_id, with_stamp=True))


@blueprint.get("/photos/<photo_id>/original")
@access.policy(judges_evidence)
@operation(TAG, "application/octet-stream", refuses=(403, 404))
def photo_original(photo_id: str) -> Response:
    """原图

    按字节下载上传时的文件；只供审核、核查、销号人员，每次下载都有记录。
    """
    return serving.original(serving.find(photo_id))
