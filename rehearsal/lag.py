"""EC2's eventual consistency: describes lag behind writes.

For `seconds` after its creation, a resource is missing. For `seconds` after a write that names it, a repeated question
shows it as before: it has its old tags and state, and a deleted resource is still in a list. A question asked for the
first time shows it as it is. A call that changes nothing is no write.
"""

from __future__ import annotations

import re
import threading
import time
import xml.etree.ElementTree as xml
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

NAME = re.compile(r"\b(?:ami|i|snap|vol|sg|key)-[0-9a-f]{8,17}\b")


@dataclass(frozen=True)
class Kind:
    """A describe: the set in its answer, the ID of an item, and the error for a missing one."""

    set: str
    id: str
    missing: str


KINDS = {
    "DescribeInstances": Kind("reservationSet", "instanceId", "InvalidInstanceID.NotFound"),
    "DescribeImages": Kind("imagesSet", "imageId", "InvalidAMIID.NotFound"),
    "DescribeSnapshots": Kind("snapshotSet", "snapshotId", "InvalidSnapshot.NotFound"),
    "DescribeVolumes": Kind("volumeSet", "volumeId", "InvalidVolume.NotFound"),
    "DescribeSecurityGroups": Kind("securityGroupInfo", "groupId", "InvalidGroup.NotFound"),
    "DescribeKeyPairs": Kind("keySet", "keyPairId", "InvalidKeyPair.NotFound"),
}


def unchanged(answer: bytes) -> set[str]:
    """Instances that a call was to start, stop or terminate, and that were in that state already."""
    if b"previousState" not in answer:
        return set()
    changes = [
        {each.tag.split("}")[-1]: "".join(each.itertext()).strip() for each in item}
        for item in xml.fromstring(answer).iter()
        if item.tag.endswith("item")
    ]
    return {each["instanceId"] for each in changes if each["currentState"] == each["previousState"]}


def reads(action: str) -> bool:
    return action.startswith(("Describe", "Get", "List"))


class Lag:
    """Decides what describes show. `ids` returns all IDs in a region."""

    def __init__(self, ids: Callable[[str], set[str]], clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = 0.0
        self._ids, self._clock, self._lock = ids, clock, threading.Lock()
        self._known: dict[str, set[str]] = {}
        self._born: dict[str, float] = {}
        self._written: dict[str, float] = {}
        # Earlier answers: region, action and request -> ID -> item.
        self._shown: dict[tuple[str, str, str], dict[str, str]] = {}

    def before(self, region: str) -> None:
        """Must be called before a write: existing resources are not new."""
        if self.seconds:
            with self._lock:
                self._known[region] = self._ids(region)

    def wrote(self, region: str, body: bytes, answer: bytes) -> None:
        """Must be called after a write."""
        if not self.seconds:
            return
        now = self._clock()
        with self._lock:
            for name in set(NAME.findall(body.decode(errors="replace"))) - unchanged(answer):
                self._written[name] = now
            for name in self._ids(region) - self._known.get(region, set()):
                self._born.setdefault(name, now)

    def shows(self, name: str) -> bool:
        """Whether the resource is old enough to be shown."""
        return self._clock() - self._born.get(name, -self.seconds) >= self.seconds

    def answer(self, region: str, action: str, body: bytes, answer: bytes) -> bytes | str:
        """A describe's answer as of some seconds ago, or an error code if a named resource is not there yet."""
        kind = KINDS.get(action)
        if not self.seconds or kind is None:
            return answer
        form = parse_qsl(body.decode(errors="replace"))
        named = {value for name, value in form if NAME.fullmatch(value) and not name.startswith("Filter.")}
        # As in EC2's answers, element names have no prefix.
        space = re.search(rb'xmlns="([^"]+)"', answer)
        root = xml.fromstring(answer)
        prefix = f"{{{space[1].decode()}}}" if space else ""
        held = root.find(f"{prefix}{kind.set}")
        if held is None:
            return answer
        now, question = self._clock(), "&".join(f"{name}={value}" for name, value in sorted(form))
        with self._lock:
            if space:
                xml.register_namespace("", space[1].decode())
            before = self._shown.setdefault((region, action, question), {})
            shown: dict[str, str] = {}
            for item in list(held):
                found = item.find(f".//{prefix}{kind.id}")
                name = (found.text or "") if found is not None else ""
                if now - self._born.get(name, -self.seconds) < self.seconds:
                    held.remove(item)
                    continue
                shown[name] = xml.tostring(item, encoding="unicode")
            for name, old in before.items():
                if now - self._written.get(name, -self.seconds) < self.seconds:
                    for item in list(held):
                        found = item.find(f".//{prefix}{kind.id}")
                        if found is not None and found.text == name:
                            held.remove(item)
                    held.append(xml.fromstring(old))
                    shown[name] = old
            self._shown[region, action, question] = shown
        if any(now - self._born.get(name, -self.seconds) < self.seconds for name in named):
            return kind.missing
        with self._lock:
            lagging: bytes = xml.tostring(root, encoding="UTF-8", xml_declaration=True)
        return lagging
