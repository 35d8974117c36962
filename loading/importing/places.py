"""Categories and departments of a table: matched by name, or entered."""

from __future__ import annotations

import hashlib
import re

from loading.importing.mapping import Mapping
from staff.models import Department
from workorders.models import Category


def _code(source: str, *names: str) -> str:
    """The same for the same name each time, so that two imports at once cannot make it twice."""
    return f"{source}-{hashlib.sha256('/'.join(names).encode()).hexdigest()[:12]}"


class Places:
    """Looked up once, entered when first named. What a batch entered is forgotten when the batch is rolled back."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.categories: dict[tuple[str, ...], Category] = {}
        self.departments = {department.name: department for department in Department.objects.all()}
        by_id = {category.pk: category for category in Category.objects.all()}
        for category in by_id.values():
            self.categories[tuple(by_id[pk].name for pk in category.lineage())] = category
        self.new_categories = self.new_departments = 0

    def category(self, path: tuple[str, ...]) -> Category:
        """The category at this path, entered with what is missing above it."""
        found = self.categories.get(path)
        if found is None:
            parent = self.category(path[:-1]) if len(path) > 1 else None
            found = Category.objects.create(code=_code(self.mapping.source, *path), name=path[-1], parent=parent)
            self.categories[path] = found
            self.new_categories += 1
        return found

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
