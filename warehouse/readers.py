"""What readers see, brought up to date: the published file, and the search index of it."""

from __future__ import annotations

from schemas.settings import Settings
from warehouse.publish import publish
from warehouse.search import catch_up


def refresh(settings: Settings, *, anew: bool = False) -> bool:
    """Publishes, and makes the search index agree with what is published.

    False if there was nothing to publish; the index is looked at all the same, since a kill
    may have come before it. After a takedown both are made `anew`, so that no byte of it is
    left in either. Raises WarehouseError.
    """
    path, published = settings.warehouse_path, settings.published_path
    changed = publish(path, published, settings.warehouse, anew=anew)
    folder = settings.search_path
    if folder is not None:
        catch_up(published, folder, settings.warehouse.lock_timeout, anew=anew)
    return changed
