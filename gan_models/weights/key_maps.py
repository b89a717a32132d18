"""Names in other people's state dicts to names in ours. Pure functions: dict in, new dict out."""

from torch import Tensor


def unchanged(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """For files whose names are ours already."""
    return dict(state)


def without_prefix(prefix: str):
    """A map that drops ``prefix`` (as ``module.`` of DataParallel) where it stands."""

    def mapping(state: dict[str, Tensor]) -> dict[str, Tensor]:
        return {key.removeprefix(prefix): value for key, value in state.items()}

    return mapping
