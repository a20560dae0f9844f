"""Chromium for the tests and the measurements of the pages: where it is, and how it starts."""

import shutil

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    # The pop-ups of the address bar cost each window as much time as the page. The first two are of Playwright's list, which this replaces.
    "--disable-features=HttpsUpgrades,PaintHolding,WebUIOmniboxPopup,WebUIOmniboxAimPopup",
]


SHELL = "chromium-headless-shell"
"""Chromium without the windows of a desktop: the same pages with less work."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", SHELL)
"""The program by the names that it has on different systems, the one that people use first."""


def path(*preferred: str) -> str | None:
    """The first of the preferred programs and of BROWSERS that is installed; None if none is."""
    return next((found for name in (*preferred, *BROWSERS) if (found := shutil.which(name))), None)
