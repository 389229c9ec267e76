"""Street corners that sound like Fushun: road names are common ones, house numbers invented."""

import random

_ROADS = {
    "210402001": ("中央大街", "东一路", "南阳路"),
    "210402005": ("福民路", "东一路", "南站街"),
    "210402007": ("解放路", "民主路", "浑河南路"),
    "210402009": ("榆林路", "凤翔路", "裕民路"),
    "210402011": ("永安路", "公园街", "千金路"),
    "210402019": ("刘山街", "北台街", "千金路"),
    "210403002": ("东洲大街", "绥化路", "石化街"),
    "210403004": ("搭连街", "城东路", "平山街"),
    "210403005": ("龙凤路", "矿工路", "南花园街"),
    "210403006": ("新屯街", "东岗路", "矿工路"),
    "210403007": ("万新路", "南沟街", "浑河东路"),
    "210403008": ("虎台路", "安居路", "虎西街"),
    "210403012": ("章党路", "富民路", "河北街"),
    "210404002": ("工农街", "本溪路", "雷锋路"),
    "210404003": ("锦州街", "盘锦路", "雷锋路"),
    "210404004": ("和平路", "西丰街", "丹东路"),
    "210404005": ("光明街", "鞍山路", "康平街"),
    "210404006": ("朴屯街", "铁岭街", "沈抚路"),
    "210404007": ("演武街", "北镇路", "丹东路"),
    "210404011": ("李石大街", "顺大路", "滨河路"),
    "210411002": ("长春街", "新城路", "临江路"),
    "210411003": ("葛布街", "临江路", "新城路"),
    "210411004": ("贵德街", "戈布东街", "临江路"),
    "210411005": ("新华大街", "裕城路", "顺城路"),
    "210411007": ("抚顺城路", "城北街", "高山路"),
}
_CORNERS = ("东北角", "西北角", "东南角", "西南角", "南侧", "北侧")
_PLACES = (
    "早市入口", "公交站旁", "学校南侧围墙外", "小区东门外", "菜市场门口", "变电箱旁", "药店门前",
    "停车场出入口", "胡同口", "社区卫生站旁", "银行门前", "桥下", "幼儿园对面", "小区西门外",
)  # fmt: skip


def address(rng: random.Random, street_code: str, street_name: str) -> str:
    """A corner, a house or a landmark in that street's area."""
    road, other = rng.sample(_ROADS[street_code], 2)
    form = rng.randrange(3)
    if form == 0:
        return f"{street_name}{road}与{other}交叉口{rng.choice(_CORNERS)}"
    if form == 1:
        return f"{street_name}{road}{rng.randint(2, 68)}号楼{rng.choice(('前', '后身', '西侧'))}"
    return f"{street_name}{road}{rng.choice(_PLACES)}"


def community(rng: random.Random, street_code: str) -> str:
    """A community named after a road, marked as a sample."""
    return f"{rng.choice(_ROADS[street_code])[:2]}社区（示例）"
