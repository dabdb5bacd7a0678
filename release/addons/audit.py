"""Whether addons may go into an image together. Pure: data in, sentences out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from release.addons.tree import Addon, normal
from release.addons.wanted import Wanted

COPYLEFT = frozenset({"AGPL-3"})
LICENCES = COPYLEFT | {"LGPL-3", "GPL-3", "GPL-3 or any later version", "GPL-2 or any later version"}
"""Free ones. Anything else (OPL-1, OEEL-1, Other proprietary, none) may not be hosted for others."""


def audit(
    wanted: Wanted,
    third_party: Sequence[Addon],
    own: Sequence[Addon],
    core: Collection[str],
    judged: Collection[str],
) -> list[str]:
    """Everything that is wrong, each as a sentence; empty is good.

    `core` are the names of Odoo's own modules, `judged` those of which clones know what they do outside.
    """
    known = {addon.name: addon for addon in (*third_party, *own)}
    return [
        *(f"{name} is asked for, and is not in the lock" for name in wanted.addons if name not in known),
        *(problem for addon in third_party for problem in _third_party(addon, wanted, core, judged)),
        *(problem for addon in (*third_party, *own) for problem in _any(addon, wanted, known, core)),
        *(problem for addon in own for problem in _own(addon, known)),
    ]


def _third_party(addon: Addon, wanted: Wanted, core: Collection[str], judged: Collection[str]) -> Iterator[str]:
    if addon.licence not in LICENCES:
        yield f"{addon.name} has the licence {addon.licence or 'none'}, which is not a free one"
    if addon.name in core:
        yield f"{addon.name} would take the place of Odoo's own module"
    for name in addon.python:
        if name not in {normal(each) for each in wanted.provided}:
            yield f"{addon.name} needs the Python package {name}, which the image does not have"
    if addon.name not in judged:
        reaches = f" (it imports {', '.join(addon.outside)})" if addon.outside else ""
        yield f"{addon.name} may speak to the outside{reaches}: read it, then write a pack or list it as harmless"


def _any(addon: Addon, wanted: Wanted, known: Mapping[str, Addon], core: Collection[str]) -> Iterator[str]:
    if not addon.version.startswith(f"{wanted.series}."):
        yield f"{addon.name} is of version {addon.version or 'none'}, not of series {wanted.series}"
    if not addon.installable:
        yield f"{addon.name} says that it cannot be installed"
    for name in addon.depends:
        if name not in known and name not in core:
            yield f"{addon.name} depends on {name}, which neither Odoo nor the lock has"


def _own(addon: Addon, known: Mapping[str, Addon]) -> Iterator[str]:
    """What is built on an addon under the AGPL is under it, too."""
    below = {name for name in _closure(addon.name, known) if name != addon.name}
    copyleft = sorted(name for name in below if known[name].licence in COPYLEFT)
    expected = "AGPL-3" if copyleft else "LGPL-3"
    if addon.licence != expected:
        because = f" because it builds on {', '.join(copyleft)}" if copyleft else ""
        yield f"{addon.name} must have the licence {expected}{because}, not {addon.licence or 'none'}"


def _closure(name: str, known: Mapping[str, Addon]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each in known and each not in found:
            found.add(each)
            waiting.extend(known[each].depends)
    return found
