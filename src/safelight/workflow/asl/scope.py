"""What paths and intrinsic functions can see while a state is worked on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Random = Callable[[], float]  # uniform in [0, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """`data` is what `$` means; `context` makes what `$$` means, which few states ask for."""

    data: Any
    context: Callable[[], Mapping[str, Any]]
    random: Random

    def over(self, data: Any) -> Scope:
        """The same, with `$` meaning `data`."""
        return Scope(data=data, context=self.context, random=self.random)
