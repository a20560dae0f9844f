"""Chromium for the tests and the measurements of the pages: where it is, and how it starts."""

import shutil

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    # The pop-ups of the address bar cost each window as much time as the page. The first two are of Playwright's list, which this replaces.
    "--disable-features=HttpsUpgrades,PaintHolding,WebUIOmniboxPopup,WebUIOmniboxAimPopup",
]


def path() -> str | None:
    """The program, by the names that it has on different systems; None where it is not installed."""
    return next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
