"""The commit that a project is at, where all of its files are those of that commit."""

import subprocess
from pathlib import Path

from msgspec import Struct

from redline.project import NAME


class State(Struct, frozen=True):
    """The commit in hexadecimal digits, or None with the reason."""

    commit: str | None
    reason: str = ""


def state(root: Path) -> State:
    """The commit of a project; None outside of a git repository, before its first commit, and with changes that are not committed."""
    if not _git(root, "ls-files", NAME):
        return State(None, "is not in a git repository")
    commit = _git(root, "rev-parse", "--verify", "--quiet", "HEAD")
    changes = (_git(root, "status", "--porcelain") or "").splitlines()
    if commit and not changes:
        return State(commit.strip())
    return State(None, f"has uncommitted changes ({changes[0].strip()})" if changes else "has no commit")


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints; None where it fails or is not installed."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
