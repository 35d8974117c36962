"""Categories and departments of a table: matched by name, or entered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from loading.importing.mapping import Mapping
from staff.models import Department
from workorders.initials import initials
from workorders.models import Category
from workorders.models.category import LEVELS_JOINED_BY, LONGEST_NAME


def _code(source: str, *names: str) -> str:
    """The same for the same name each time, so that two imports at once cannot make it twice."""
    return f"{source}-{hashlib.sha256('/'.join(names).encode()).hexdigest()[:12]}"


class Places:
    """Looked up once, entered when first named."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.categories: dict[tuple[str, ...], Category] = {}
        self.departments = {department.name: department for department in Department.objects.all()}
        by_id = {category.pk: category for category in Category.objects.all()}
        for category in by_id.values():
            self.categories[tuple(by_id[pk].name for pk in category.lineage())] = category
        self.new_categories = self.new_departments = 0

    def enter(self, paths: Iterable[tuple[str, ...]]) -> None:
        """Enter the categories of these paths that are missing, level by level, a few statements each."""
        wanted = set(paths)
        for depth in range(1, max(map(len, wanted), default=0) + 1):
            missing = sorted({path[:depth] for path in wanted if len(path) >= depth} - set(self.categories))
            made = Category.objects.bulk_create(self._new(path) for path in missing)
            for path, category in zip(missing, made, strict=True):
                category.path = f"{category.parent.path if category.parent else '/'}{category.pk}/"
                self.categories[path] = category
            Category.objects.bulk_update(made, ["path"])
            self.new_categories += len(made)

    def _new(self, path: tuple[str, ...]) -> Category:
        """As `Category.save` would have it, but for the path, which needs the key."""
        name = LEVELS_JOINED_BY.join(path)[:LONGEST_NAME]
        return Category(
            code=_code(self.mapping.source, *path),
            name=path[-1],
            parent=self.categories[path[:-1]] if len(path) > 1 else None,
            full_name=name,
            initials=initials(name),
        )

    def department(self, name: str) -> Department | None:
        """The department of this name; None for none."""
        if not name:
            return None
        found = self.departments.get(name)
        if found is None:
            kind = self._kind(name)
            found = Department.objects.create(code=_code(self.mapping.source, name), name=name, kind=kind)
            self.departments[name] = found
            self.new_departments += 1
        return found

    def _kind(self, name: str) -> str:
        units = self.mapping.unit
        assert units is not None
        return next((kind for pattern, kind in units.kinds if re.search(pattern, name)), units.kind)
