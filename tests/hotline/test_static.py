"""What is collected for browsers: under names that hold a hash, each of which is there."""

import re
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command


def test_every_module_and_picture_our_own_files_name_is_served(tmp_path: Path, settings: Any) -> None:
    """Only hashed names are kept, so an import that keeps its plain name leaves the page without its behaviour."""
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_DIRS = [settings.BASE_DIR / "static"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "hotline.static.PackedStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    modules = list(tmp_path.glob("js/*.js"))
    assert len(modules) == len(list((settings.BASE_DIR / "static" / "js").glob("*.js")))
    named = [
        path.parent / name
        for path in [*modules, *tmp_path.glob("css/*.css")]
        for name in re.findall(r"""import [^;]*?["'](\./[^"']+)["']|url\(["']?(?!data:)([^"')]+)""", path.read_text())
        for name in name
        if name
    ]
    assert len(named) > 10
    assert [path for path in named if not path.exists()] == []
    named = [staticfiles_storage.url("css/shell.css") for _again in range(2)]
    assert len(set(named)) == 1 and (tmp_path / named[0].removeprefix(settings.STATIC_URL)).exists()
    assert staticfiles_storage.url("css/lists.css") != named[0]
