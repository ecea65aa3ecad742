"""begroting.toml and BEGROTING_QA_* variables -> frozen Settings; the file explains each setting."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FilePath, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from begroting_qa import messages
from begroting_qa.errors import SettingsError

FILE = Path("begroting.toml")


class EmbedderSettings(BaseModel):
    """Which embedder, and what it wants before its texts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = ""
    query_prefix: str = ""
    passage_prefix: str = ""


class RerankerSettings(BaseModel):
    """Which cross-encoder re-scores the first passages; none when empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = ""


class GeneratorSettings(BaseModel):
    """Which language model writes answers; of a chat service, what is left empty comes from its usual variables."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["none", "transformers", "openai"] = "none"
    model: str = ""
    url: str = ""
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 30.0
    max_tokens: Annotated[int, Field(ge=1, le=4000)] = 300

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, values: Any) -> Any:
        if not isinstance(values, dict) or values.get("kind") != "openai":
            return values
        usual = {"url": os.environ.get("OPENAI_BASE_URL", ""), "model": os.environ.get("OPENAI_MODEL", "")}
        return {**values, **{key: values.get(key) or value for key, value in usual.items()}}

    @model_validator(mode="after")
    def _check(self) -> Self:
        needed = {"openai": {"url": "OPENAI_BASE_URL", "model": "OPENAI_MODEL"}, "transformers": {"model": ""}, "none": {}}
        for key, variable in needed[self.kind].items():
            if not getattr(self, key):
                raise ValueError(messages.generator_needs(self.kind, f"generator.{key}", variable))
        return self

    @property
    def key(self) -> str:
        """The key of a chat service: a secret, so from the variable alone."""
        return os.environ.get("OPENAI_API_KEY", "").strip()


class PageSettings(BaseModel):
    """How the page looks: the classes of a theme, and a stylesheet that defines them; none when empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    theme_class: Annotated[str, Field(pattern=r"^[A-Za-z_][\w-]*( [A-Za-z_][\w-]*)*$")] = "voorbeeld-theme"
    theme_css: FilePath | Literal[""] = ""


class Settings(BaseSettings):
    """Every setting; unknown keys are refused."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="BEGROTING_QA_", env_nested_delimiter="__", toml_file=FILE
    )

    corpus: Path = Path("corpus")
    index: Path = Path("index")
    feedback: Path = Path("feedback.jsonl")
    corrections: Path = Path("corrections.jsonl")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    dense_weight: Annotated[float, Field(ge=0, le=1)] = 0.1
    embedder: EmbedderSettings = EmbedderSettings()
    reranker: RerankerSettings = RerankerSettings()
    generator: GeneratorSettings = GeneratorSettings()
    page: PageSettings = PageSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: what the caller gives, then variables, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def read_settings(**overrides: object) -> Settings:
    """Return the settings; `overrides` that are None do not count.

    Raises:
        SettingsError: a key is unknown, a value unusable, or the file is no TOML.
    """
    try:
        return Settings(**{key: value for key, value in overrides.items() if value is not None})  # pyright: ignore[reportArgumentType]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        # what stands under an unknown key of the model's may be a secret
        value = "…" if name.startswith("generator.key") else repr(first["input"])
        raise SettingsError(messages.settings_unusable(f"{name} = {value} ({first['msg']})")) from error
    except ValueError as error:
        raise SettingsError(messages.settings_unusable(str(error))) from error
