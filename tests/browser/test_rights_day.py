"""An administrator's rights: a rule made, another's view taken and left, on desk and phone."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("shape", ["desktop", "phone"])
def test_an_administrator_makes_a_rule_and_looks_on(open_screen, live, shape):
    screen = open_screen(shape, live.origin)
    page = screen.sign_in("guanli")
    screen.open("/settings/rights")
    screen.look("rights")
    page.get_by_role("link", name="限定谁看一列").click()
    page.get_by_label("人员").select_option(label="审核员")
    page.get_by_label("看哪一列").select_option(label="整改人")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("heading", name="整改人（列） 仅 审核员 可见").wait_for()
    screen.look("rights-new")
    page.get_by_role("button", name="保存规则").click()
    page.locator("[data-accepted]", has_text="规则已保存").wait_for()
    page.get_by_role("button", name="停用").click()
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    page.locator("[data-accepted]", has_text="已停用").wait_for()

    screen.open("/settings/people?q=zhanqian1")
    page.locator("main tbody th a").click()
    screen.look("rights-account")
    page.get_by_role("button", name="以他的身份查看").click()
    page.get_by_text("身份查看（只读）").wait_for()
    screen.look("rights-viewing")
    page.get_by_role("button", name="返回我的账号").click()
    page.wait_for_url("**/settings/people/*")
    screen.open("/settings/rights/sheet")
    screen.look("rights-sheet")
