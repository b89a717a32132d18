"""What computes where: ``settings.yaml``, or the file that ``GAN_ATELIER_ENGINE_SETTINGS`` names."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gan_models.ui.server.lifetime import CannotStart

SHIPPED = Path(__file__).with_name("settings.yaml")
VARIABLE = "GAN_ATELIER_ENGINE_SETTINGS"


class EngineUnavailable(CannotStart):
    """The engine cannot be used. The text says why and what to do."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Local(_Part):
    """Of a cluster that the page starts by itself. ``cpus``: that it hands out, whatever the machine has."""

    cpus: float = Field(8, gt=0)
    object_store_mb: int = Field(200, ge=80)


class Scale(_Part):
    """Of one model: whether the page computes it, else what a replica takes, and how many there are.

    Attributes:
        local: the page computes it.
        cpus, gpus: of one replica; fractions share.
        least, most: replicas; the engine adds and removes them as calls come.
        ongoing: calls in one replica at a time.
    """

    local: bool = False
    cpus: float = Field(0.2, ge=0)
    gpus: float = Field(0, ge=0)
    least: int = Field(1, ge=1)
    most: int = Field(4, ge=1)
    ongoing: int = Field(2, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> "Scale":
        if self.least > self.most:
            raise ValueError("least is more than most")
        return self


class Training(_Part):
    """Of one visitor's run."""

    cpus: float = Field(0.25, ge=0)
    gpus: float = Field(0, ge=0)


class Settings(_Part):
    """All of the file. ``places``: how many calls of a tab are under way at once."""

    places: dict[str, Annotated[int, Field(ge=1, le=64)]] = Field(default_factory=dict)
    local: Local = Local()
    default: Scale = Scale()
    models: dict[str, dict] = Field(default_factory=dict)
    training: Training = Training()

    @model_validator(mode="after")
    def _known(self) -> "Settings":
        for name in self.models:
            self.of(name)
        return self

    def of(self, model: str) -> Scale:
        """The scale of a model: what is said of it, and of all others where nothing is."""
        return Scale.model_validate(self.default.model_dump() | self.models.get(model, {}))


def read_settings(path: Path | None = None) -> Settings:
    """The settings of a file.

    Raises:
        EngineUnavailable: it cannot be read, or says something that is no setting; the text says where.
    """
    import yaml

    path = path or Path(os.environ.get(VARIABLE) or SHIPPED)
    try:
        return Settings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EngineUnavailable(f"{path} cannot be read ({type(error).__name__}); see {VARIABLE}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "it"
        raise EngineUnavailable(f"{path}: {place} is wrong ({first['msg']}).") from error
