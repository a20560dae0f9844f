"""Windows of a browser on a page of a server, and what a hand does there."""

import threading

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from redline.app.server import Service


class Windows:
    """Windows of one browser on the page at an address, and what they wrote to the console."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.complaints: list[str] = []

    def opened(self, query: str = "") -> Page:
        """A new window, once its page is ready."""
        page = self.context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        base, _, token = self.address.partition("#")
        page.goto(f"{base}{query}#{token}")
        page.wait_for_selector("html[data-ready]", state="attached")
        return page


class Served(Windows):
    """Windows on the page of a server, which runs until they are closed."""

    def __init__(self, context: BrowserContext, service: Service) -> None:
        super().__init__(context, service.address)
        self.start(service)

    def start(self, service: Service) -> None:
        """Runs a server; windows that are opened from now on are on its page."""
        self.service, self.address = service, service.address
        self.thread = threading.Thread(target=service.run)
        self.thread.start()

    def stop(self) -> None:
        """Ends the server."""
        self.service.server.should_exit = True
        self.thread.join()

    def close(self) -> None:
        """Closes the windows; the server, which gets no request any more, ends while the next test begins."""
        self.context.close()
        self.service.server.should_exit = True


def press(page: Page, *keys: str) -> None:
    """Presses keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def saved(page: Page) -> None:
    """Waits until the page says that everything is saved."""
    expect(page.locator("#save")).to_have_text("Saved")


def settled(page: Page) -> None:
    """Waits until the page has done all that the last event began: what it puts off to the next task, and what it draws then."""
    page.evaluate("new Promise(done => setTimeout(() => requestAnimationFrame(() => setTimeout(done))))")


def faultless(page: Page) -> None:
    """Asserts that axe finds nothing and that nothing scrolls sideways, in a wide window and in a narrow one."""
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        settled(page)
        assert [(found["id"], found["nodes"][0]["html"][:90]) for found in Axe().run(page).response["violations"]] == [], width
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), width
