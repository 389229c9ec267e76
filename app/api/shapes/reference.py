"""Who I am, the units, the categories and the table of moves."""

from pydantic import Field

from app.api.shapes.base import Answer, Choice, Ref


class Me(Answer):
    """令牌所代表的人。"""

    id: int = Field(title="编号")
    name: str = Field(title="姓名", examples=["站前街道采集员甲"])
    organisation: Ref = Field(title="所在单位")
    roles: list[Choice] = Field(title="角色")
    leads: list[int] = Field(title="分管或受托的科室编号")
    queues: list[Choice] = Field(title="可用的清单，作为 GET /problems 的 queue")


class Organisation(Answer):
    """单位。"""

    id: int = Field(title="编号")
    code: str = Field(title="编码", examples=["210402001"])
    name: str = Field(title="全称", examples=["站前街道办事处"])
    short_name: str = Field(title="简称", examples=["站前街道"])
    org_type: str = Field(title="类型", examples=["street"])
    parent_id: int | None = Field(title="上级单位编号")
    dispatchable: bool = Field(title="可作责任单位")


class Organisations(Answer):
    """全部在用的单位。"""

    items: list[Organisation]


class Category(Answer):
    """问题类别（小类）。"""

    id: int = Field(title="编号")
    code: str = Field(title="代码", examples=["0101"])
    scheme: str = Field(title="代码所属的分类表", examples=["FS-DEMO"])
    kind: str = Field(title="component 部件，event 事件", examples=["event"])
    major: str = Field(title="大类", examples=["市容环境"])
    name: str = Field(title="小类", examples=["暴露垃圾"])
    everyday: bool = Field(title="常用")
    lead_section_id: int | None = Field(title="牵头科室编号")
    urgent_default: bool = Field(title="通常按紧急申请")


class Categories(Answer):
    """全部在用的类别，常用的在前。"""

    items: list[Category]


class NeedShape(Answer):
    """一个操作要交的一样东西。"""

    key: str = Field(title="名称", examples=["remedy"])
    field: str = Field(title="请求里的字段", examples=["remedy"])
    label: str = Field(title="中文", examples=["解决方案"])
    optional: bool = Field(title="可以不填")
    choices: list[Choice] = Field(title="可选的值；空表示不限")


class Move(Answer):
    """操作表的一行。"""

    code: str = Field(title="编码", examples=["T06"])
    id: str = Field(title="名称", examples=["dispatch"])
    label: str = Field(title="按钮上的字", examples=["下发"])
    consequence: str = Field(title="办了以后")
    from_states: list[Choice] = Field(title="从哪些状态")
    to_state: Choice = Field(title="到哪个状态；same 表示不变，came_from 表示回到提交前")
    who: str = Field(title="由谁办理", examples=["审核员"])
    needs: list[NeedShape] = Field(title="要交什么")


class Moves(Answer):
    """操作表，顺序与编码一致。"""

    items: list[Move]
