"""In the browser: files are uploaded in place, and what is being typed beside them stays."""

from pathlib import Path

import pytest

from tests import files
from tests.browser import Visit
from tests.cast import City
from tests.files import given
from workorders import actions

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.usefixtures("own_files")]


def test_lin_uploads_two_files_while_she_types_a_note(visit: Visit, city: City, tmp_path: Path) -> None:
    order = city.register()
    for name, content in (("漏水.jpg", files.JPEG), ("页面.html", files.PAGE)):
        (tmp_path / name).write_bytes(content)
    page = visit(city.lin, order.get_absolute_url())
    page.locator("#moves").get_by_text("Add a note").click()
    page.get_by_label("internal note").fill("市民再次来电")
    page.get_by_label("Add files").set_input_files([tmp_path / "漏水.jpg", tmp_path / "页面.html"])
    page.locator("[data-chosen]").get_by_text("漏水.jpg · 1 KB").wait_for()
    page.get_by_role("button", name="Upload").press("Enter")
    page.locator("#attachments").get_by_role("link", name="漏水.jpg").wait_for()
    assert "This kind of file is not taken." in page.locator("#attach-error").inner_text()
    assert page.evaluate("document.activeElement.id") == "attach-file"
    assert page.get_by_label("internal note").input_value() == "市民再次来电"
    assert "漏水.jpg" in page.locator("#timeline").inner_text()
    with page.expect_download() as download:
        page.locator("#attachments").get_by_role("link", name="漏水.jpg").click()
    assert download.value.suggested_filename == "漏水.jpg" and download.value.path().read_bytes() == files.JPEG


def test_a_file_is_removed_by_keyboard(visit: Visit, city: City) -> None:
    order = city.register()
    actions.attach(order, by=city.lin, file=given("漏水.jpg", files.JPEG))
    page = visit(city.lin, order.get_absolute_url())
    page.locator("#attachments summary").press("Enter")
    page.get_by_label("Why is it removed?").fill("传错")
    page.keyboard.press("Enter")
    page.get_by_text("Removed: 漏水.jpg.").wait_for()
    assert order.attachments.get().removed_because == "传错"
