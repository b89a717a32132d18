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


def rename_prefix(old: str, new: str):
    """A map that puts ``new`` where a name begins with ``old``; a name that would then stand twice stays as it is.

    So a file that holds both is refused for the names it should not have, instead of one tensor hiding the other.
    """

    def mapping(state: dict[str, Tensor]) -> dict[str, Tensor]:
        renamed = {key: new + key.removeprefix(old) if key.startswith(old) else key for key in state}
        return {key if renamed[key] in state else renamed[key]: value for key, value in state.items()}

    return mapping
