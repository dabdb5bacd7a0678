"""A process that has only loaded its registry has no news for the others."""

import functools


def keep_others_caches(registry_class):
    """Wrap ``Registry.new`` of the running series.

    Loading a registry clears its caches, which Odoo takes for a change of data: at this process's first
    request all other processes would drop their caches. Nothing has changed unless modules were updated.
    """
    original = registry_class.new.__func__

    @functools.wraps(original)
    def new(cls, db_name, force_demo=False, status=None, update_module=False):
        registry = original(cls, db_name, force_demo, status, update_module)
        if not update_module:
            registry.cache_invalidated = False
        return registry

    registry_class.new = classmethod(new)
