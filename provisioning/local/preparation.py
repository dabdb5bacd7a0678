"""Everything a node needs on the machine before it starts: packages, programs, images."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from provisioning.local import build, cgroups, host, kernel, packages
from provisioning.local.assets import ensure_assets
from provisioning.local.errors import LocalError
from provisioning.local.findings import Finding, Level, require
from provisioning.local.images import ImageIndex, build_images, estimate, image_names
from provisioning.local.paths import CachePaths
from provisioning.local.programs import PROGRAMS, SERVERS, GoProgram
from provisioning.local.progress import Progress
from provisioning.local.toolchain import LOCK_FILE, Toolchain, ensure_toolchain, pinned_version

TRIFLE_MINUTES = 0.5
"""Shorter waits are not announced."""


@dataclass(frozen=True)
class Outlook:
    """How long preparing takes at most, when nothing is in the caches of the compiler."""

    compiling_minutes: float
    images_minutes: float
    from_nothing: bool = False
    """Whether not one program is there, and so nothing of what the compiler keeps either."""

    @property
    def is_cold(self) -> bool:
        return self.compiling_minutes + self.images_minutes > TRIFLE_MINUTES

    @property
    def needs(self) -> host.Needs:
        """What has to be free: an upgrade is refused by no machine on which it fits."""
        if self.from_nothing:
            return host.COLD
        return host.RENEWED if self.is_cold else host.WARM

    def sentence(self, cores: int) -> str:
        """What a person wants to know before a cold start."""
        parts = {"compiling": self.compiling_minutes, "building images": self.images_minutes}
        known = [f"{what} up to {math.ceil(minutes)} min" for what, minutes in parts.items() if minutes]
        return f"Ahead on {cores} cores: {' and '.join(known)}; the results are kept for the next time."


class Preparation:
    """Prepares one machine. Repeating it costs a second when all is there."""

    def __init__(self, cache: CachePaths, state: Path, environment: Mapping[str, str]) -> None:
        self._cache = cache
        self._state = state
        self._environment = environment
        self._cores = os.cpu_count() or 1

    def outlook(self) -> Outlook:
        """What is to be done, from the caches alone."""
        outdated = build.outdated(PROGRAMS, self._cache, pinned_version(LOCK_FILE.read_text()))
        return Outlook(
            compiling_minutes=build.estimated_minutes(outdated, self._cores),
            images_minutes=estimate(image_names(), cache=self._cache),
            from_nothing=len(outdated) == len(PROGRAMS),
        )

    def check(self) -> list[Finding]:
        """The machine's fitness, without changing anything."""
        findings = host.assess(self._facts(), self.outlook().needs)
        if os.geteuid() == 0 and not packages.missing_packages():
            findings += kernel.check_kernel()
        return findings

    def containers(self) -> list[Finding]:
        """Whether containers can run on this kind of machine at all, asked without installing anything."""
        facts = self._facts()
        findings = host.assess_kind(facts)
        if any(finding.level is Level.FAILED for finding in findings):
            return findings
        return [*findings, cgroups.check(facts.cgroups), *kernel.check_kernel(kernel.BARE_PROBES)]

    def servers(self, progress: Progress) -> None:
        """The programs that run as ordinary processes: an API server, an object store, their databases.

        Compiling needs no root. Debian packages do; without it what is missing stays so.

        Raises:
            LocalError: there is too little room, or a step failed.
        """
        outdated = build.outdated(SERVERS, self._cache, pinned_version(LOCK_FILE.read_text()))
        needs = host.SERVERS_COLD if outdated else host.SERVERS_WARM
        require(host.assess_room(self._facts(), needs))
        toolchain = ensure_toolchain(self._cache, self._environment)
        tasks = [partial(self._compile, progress, toolchain, SERVERS)]
        if packages.can_install():
            tasks.append(partial(self._install_packages, progress, tuple(packages.SERVER_PACKAGES)))
        progress.together(*tasks)

    def run(self, progress: Progress) -> ImageIndex:
        """Install, compile and build what is missing; returns all images.

        Raises:
            LocalError: the machine is not fit, or a step failed.
        """
        outlook = self.outlook()
        with progress.step("Check this machine"):
            require(host.assess(self._facts(), outlook.needs))
            require(self.containers())
        self._install_packages(progress)
        with progress.step("Check the kernel"):
            require(kernel.check_kernel())
        with progress.step("Go compiler"):
            toolchain = ensure_toolchain(self._cache, self._environment)
        if outlook.is_cold:
            progress.say(outlook.sentence(self._cores))
        programs = {program.name for program in PROGRAMS}
        # Compiling needs the processors, root file systems mostly the network: side by side saves minutes.
        progress.together(
            partial(self._compile, progress, toolchain),
            partial(self._build_images, progress, [name for name in image_names() if name not in programs]),
        )
        return self._build_images(progress, image_names())

    def _facts(self) -> host.HostFacts:
        return host.gather(self._cache.root, self._state)

    def _install_packages(self, progress: Progress, wanted: Sequence[str] = tuple(packages.PACKAGES)) -> None:
        missing = packages.missing_packages(wanted)
        if not missing:
            return
        log = self._cache.logs / "packages.log"
        with progress.step(f"Install {len(missing)} Debian packages", log=log):
            packages.install(missing, log)
            if still := packages.missing_packages(wanted):
                raise LocalError(f"Debian packages are still missing: {', '.join(still)}.")

    def _compile(self, progress: Progress, toolchain: Toolchain, programs: Sequence[GoProgram] = PROGRAMS) -> None:
        for program in build.outdated(programs, self._cache, toolchain.version):
            log = build.log_path(program, self._cache)
            estimate_s = 60 * build.estimated_minutes([program], self._cores)
            with progress.step(f"Compile {program.name}", log=log, estimate_s=estimate_s):
                build.build(program, self._cache, toolchain)
        with progress.step("Resource definitions of the gateway"):
            ensure_assets(self._cache, toolchain)

    def _build_images(self, progress: Progress, names: Sequence[str]) -> ImageIndex:
        minutes = estimate(names, cache=self._cache)
        if minutes == 0:
            return build_images(names, _silent, cache=self._cache)
        with progress.step("Build images", estimate_s=60 * minutes) as step:

            def report(image: str, doing: str) -> None:
                step.detail = f"{image}: {doing}"

            index = build_images(names, report, cache=self._cache)
            step.detail = f"{len(names)} images"
            return index


def _silent(image: str, doing: str) -> None:
    """Nothing is built, so there is nothing to report."""
