"""The queues of the rail written out as text: every page has all of its reader's."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString

from desk.queues import Queue, QueueKind


def written(kinds: Iterable[QueueKind], queues: Iterable[Queue] | None, here: str, *, registers: bool) -> SafeString:
    """A line a queue: with its count, or of a kind alone while the counts are not known yet. `here` is where the reader
    is. A phone's bar has the first two; one where whoever `registers` has that button before it."""
    told = [(kind, None) for kind in kinds] if queues is None else [(queue.kind, queue) for queue in queues]
    most = 1 if registers else 2
    return SafeString("\n".join(_line(*one, here, first=nth < most) for nth, one in enumerate(told)))


def _line(kind: QueueKind, queue: Queue | None, here: str, *, first: bool) -> str:
    late = kind.late and queue is not None and queue.count > 0
    css = f"rail-item{' rail-first' if first else ''}{' rail-late' if late else ''}"
    current = ' aria-current="page"' if here == kind.url else ""
    count = ""
    if queue is not None:
        shape = '<span aria-hidden="true">■</span> ' if late else ""
        count = f'<b class="rail-count">{shape}{queue.told}</b>'
    return f"""<a class="{css}" href="{escape(kind.url)}"{current}>
  <i class="ti ti-{kind.icon}" aria-hidden="true"></i><span>{escape(str(kind.label))}</span>
  {count}
</a>"""
