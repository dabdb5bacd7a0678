"""The pass that a process holds while it writes what nobody else may write.

Whoever calls by RPC chooses the context freely, a scheduled action is superuser, and code in a server action can
write any context key. So the pass is a Python object: none of them can name it, JSON cannot carry it.
"""

KEY = "retail_pass"


class Pass:
    """Compared by identity. A class, because copying a context must not make another one of it."""


def passing(records):
    """The same records, allowed to write what is guarded. For one write that is meant, not for what follows."""
    return records.with_context(**{KEY: Pass})


def is_open(env):
    """Whether guarded fields may be written: with the pass, or while modules are being loaded.

    Data files and hooks of modules run before the registry is ready, and nobody else does.
    """
    return env.context.get(KEY) is Pass or not env.registry.ready
