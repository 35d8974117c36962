"""派单目录: whom the catalogue names for an order."""

from __future__ import annotations

from referrals.models import CatalogueRow
from workorders.models import WorkOrder


def proposed(order: WorkOrder) -> CatalogueRow | None:
    """The deepest category that has a row, and there the deepest area; None when nobody is named."""
    categories = order.category.lineage()
    areas = order.area.lineage() if order.area else []
    rows = [
        row
        for row in CatalogueRow.objects.filter(category__in=categories).select_related("lead")
        if row.area_id is None or row.area_id in areas
    ]
    if not rows:
        return None
    return max(
        rows, key=lambda row: (categories.index(row.category_id), areas.index(row.area_id) + 1 if row.area_id else 0)
    )
