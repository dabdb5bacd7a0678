"""Renders the configuration files of a node from the templates beside this module."""

from __future__ import annotations

import jinja2

from provisioning.local.paths import TEMPLATES


def render(template: str, **values: object) -> str:
    """One template; a name that the template uses and nobody gave is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # None of these formats is HTML; values are our own paths and addresses.
        autoescape=False,  # noqa: S701
    )
    return environment.get_template(template).render(**values)
