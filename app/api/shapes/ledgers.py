"""Ledgers and the results library."""

from datetime import date

from pydantic import Field

from app.api.shapes.base import Answer, Choice, Id, Instant, Ref, Sent


class LedgerBody(Sent):
    """要一份台账：销号时间在这个时段里的问题。"""

    period_from: date = Field(title="从哪天", examples=["2026-11-01"])
    period_to: date = Field(title="到哪天，含当天", examples=["2026-11-30"])
    org_id: Id | None = Field(None, title="单位", description="不填为本单位")


class Ledger(Answer):
    """一份台账。"""

    id: int = Field(title="编号")
    period_from: date = Field(title="从哪天")
    period_to: date = Field(title="到哪天")
    organisation: Ref = Field(title="单位")
    origin: str = Field(title="manual 人工，daily 每日，monthly 每月", examples=["manual"])
    status: Choice = Field(title="进度：waiting、running、done 或 failed")
    rows_done: int = Field(title="已写的行数")
    rows_total: int | None = Field(title="总行数")
    error: str = Field(title="没有做成的原因")
    file_name: str = Field(title="文件名")
    file_size: int | None = Field(title="字节数")
    sha256: str = Field(title="文件的 SHA-256")
    created_at: Instant = Field(title="申请时间")
    finished_at: Instant | None = Field(title="完成时间")
    downloads: int = Field(title="下载次数")
    file: str | None = Field(title="下载地址；完成后才有")


class LedgersQuery(Sent):
    """台账从新到旧。"""

    before: Id | None = Field(None, title="接着哪一份往前", description="上一页最后一份的编号")


class Ledgers(Answer):
    """台账，新的在前。"""

    items: list[Ledger]
    next: int | None = Field(title="下一页的 before；空表示到底了")
