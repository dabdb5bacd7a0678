"""Step `neutralise`: nothing of a clone may reach customers, banks or carriers, and that is proven."""

from controller.services.steps.step import Done, Outcome, Refuse, Work


def neutralise(work: Work) -> Outcome:
    """Run the packs of all installed modules in one transaction, then every proof; refuses on any doubt."""
    raise NotImplementedError


__all__ = ["Done", "Refuse", "neutralise"]
