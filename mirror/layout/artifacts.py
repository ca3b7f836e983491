"""artifacts.k8s.io: the ECR credential provider of cloud-provider-aws, with the sum that stands beside it."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from mirror.sums import sha256

FOLDER = "artifacts.k8s.io/binaries/cloud-provider-aws/v{}/linux/{}"


def write_ecr_credential_provider(tree: Path, version: str, binaries: Mapping[str, Path]) -> None:
    """`binaries`: architecture -> directory. The sum's file holds only the sum."""
    for arch, directory in binaries.items():
        path = tree / FOLDER.format(version, arch) / f"ecr-credential-provider-linux-{arch}"
        path.parent.mkdir(parents=True)
        shutil.copyfile(directory / "ecr-credential-provider", path)
        path.with_name(f"{path.name}.sha256").write_text(sha256(path))
