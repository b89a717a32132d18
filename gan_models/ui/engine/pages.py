"""Several pages behind one address: what each says of itself, so that any of them speaks for all."""

import time
from collections.abc import Mapping
from typing import NamedTuple

from prometheus_client import generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector, CollectorRegistry

FORGOTTEN_S = 30.0  # after which a page that says nothing is gone


class Said(NamedTuple):
    """What a page says of itself: what its ``/healthz`` and its ``/metrics`` would answer if it were alone."""

    health: dict
    metrics: bytes


class Board:
    """An actor in the cluster on which pages write, and read what the others wrote."""

    def __init__(self):
        self._pages: dict[str, tuple[float, Said]] = {}

    def post(self, page: str, said: Said) -> dict[str, Said]:
        """Write what a page says; what all say, this one included."""
        now = time.monotonic()
        self._pages[page] = now, said
        self._pages = {name: kept for name, kept in self._pages.items() if now - kept[0] < FORGOTTEN_S}
        return {name: said for name, (_, said) in self._pages.items()}


def together(texts: Mapping[str, bytes]) -> bytes:
    """Several pages' metrics as one text of Prometheus', each sample with its page's name as label ``page``."""
    families: dict[str, Metric] = {}
    for page, text in texts.items():
        for family in text_string_to_metric_families(text.decode()):
            known = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            for sample in family.samples:
                known.add_sample(sample.name, {**sample.labels, "page": page}, sample.value)
    registry = CollectorRegistry()
    registry.register(_Given(list(families.values())))
    return generate_latest(registry)


class _Given(Collector):
    """Families that are there already."""

    def __init__(self, families: list[Metric]):
        self.families = families

    def collect(self) -> list[Metric]:
        return self.families


def health_of_all(own: dict, said: Mapping[str, Said], cluster: dict) -> dict:
    """What ``/healthz`` says where there may be several pages: this one's, then all pages and the cluster."""
    states = {other.health["status"] for other in said.values()} | set(cluster.get("models", {}).values())
    well = states <= {"ok", "starting", "RUNNING", "DEPLOYING"}
    status = "degraded" if own["status"] == "ok" and not well else own["status"]
    pages = {name: {k: other.health[k] for k in ("status", "seconds_up", "waiting")} for name, other in said.items()}
    return own | {"status": status, "pages": pages, "cluster": cluster}
