"""What happens in a part of the screen that is being taken away while it still waits for an answer.

Textual takes its widgets away before it ends its workers: one whose answer comes just then finds itself half gone.
"""

from __future__ import annotations

from textual.worker import NoActiveWorker, get_current_worker


def worker_is_gone() -> bool:
    """Whether what runs now is the worker of a widget that is being taken away, or is away already."""
    try:
        node = get_current_worker().node
    except NoActiveWorker:
        return False
    return node._pruning or not node.is_attached
