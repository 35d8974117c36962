"""Static files: what is collected from the packages, under names that hold a hash, compressed once."""

from functools import cached_property

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """Packages bring far more than pages load: sources, maps, right-to-left, other module formats, other libraries."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("*.map", "*.scss", "*.html", "*.mjs", "*.esm.*", "*.rtl.*", "types", "package.json"),
        *("echarts.js", "echarts.common.*", "echarts.simple.*", "extension", "tabler-icons-[23]00*"),
        *("tabler-marketing*", "tabler-payments*", "tabler-socials*", "tabler-flags*", "flags", "payments"),
        *("libs/[!t]*", "libs/typed*", "redoc"),  # of the libraries inside Tabler only tom-select
    ]


class PackedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise is untyped
    """Names in style sheets and in our own modules' imports get their hash; source maps are not served."""

    patterns = (
        (
            "*.css",
            (
                r"""(?P<matched>url\(['"]{0,1}\s*(?P<url>.*?)["']{0,1}\))""",
                (r"""(?P<matched>@import\s*["']\s*(?P<url>.*?)["'])""", """@import url("%(url)s")"""),
            ),
        ),
        (
            "js/*.js",
            (
                (
                    r"""(?P<matched>import (?P<names>\{[^}]*\}) from ["'](?P<url>\./.*?)["'];)""",
                    """import %(names)s from "%(url)s";""",
                ),
                (r"""(?P<matched>import ["'](?P<url>\./.*?)["'];)""", """import "%(url)s";"""),
            ),
        ),
    )

    @cached_property
    def _addresses(self) -> dict[str, str]:
        return {}

    def url(self, name: str, force: bool = False) -> str:
        """The address of a file, worked out once: a page names seventeen, and what is collected stays as it is."""
        if name not in self._addresses:
            self._addresses[name] = super().url(name, force)
        return self._addresses[name]
