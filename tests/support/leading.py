"""Effects of operators that lead, or do not any more, whatever a lease says."""

from controller.adapters.effects import Unfenced
from controller.errors import LostLeadershipError


class Leading(Unfenced):
    """Those of a leadership that never asks whether it is over, as a request that was sent long ago does not."""

    def __init__(self, generation: int = 7) -> None:
        super().__init__()
        self._generation = generation

    @property
    def generation(self) -> int:
        return self._generation


class Deposed(Unfenced):
    """Those of an operator that no longer leads."""

    def _permit(self) -> None:
        raise LostLeadershipError("no longer the leader")
