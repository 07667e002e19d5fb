"""Getting in, as people do it: with a passkey, an app on the phone, a link handed over, and a pass for a day."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.people.keys import code_of
from tests.support.server import Site

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Watch, Windows

Axe = Callable[[Page], None]
REFUSED = "status of (422|410|403|429)"
"""What the browser says of a page that came with a refusal."""
NEW = "seven green kettles singing"


def has_a_passkey_device(page: Page, *, finger: bool = True) -> None:
    """Give the browser what a phone or laptop has: somewhere to keep passkeys, that asks for a finger."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": finger,
                "automaticPresenceSimulation": True,
            }
        },
    )


def goes_to_the_account(page: Page) -> None:
    page.goto("/account/")
    expect(page.get_by_role("heading", name="Account", exact=True)).to_be_visible()


def signs_out(page: Page) -> None:
    goes_to_the_account(page)
    page.get_by_role("button", name="Sign out here").click()
    expect(page.get_by_text("You are signed out. This device keeps nothing about pupils.")).to_be_visible()


def types_password(page: Page, address: str, password: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_teacher_adds_a_passkey_and_needs_no_password_again(page: Page, sign_in: "SignsIn", axe: Axe) -> None:
    page.goto("/sign-in/")
    axe(page)
    has_a_passkey_device(page)
    person = sign_in(page, "teacher")
    goes_to_the_account(page)
    axe(page)
    page.get_by_role("link", name="Add a passkey").click()
    axe(page)
    page.get_by_label("What to call it").fill("Classroom laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    expect(page.locator(".recovery li")).to_have_count(10)
    axe(page)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("Passkey: Classroom laptop")).to_be_visible()

    signs_out(page)
    axe(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile(r"/ashgrove/$"))

    # Whoever types the password after all is asked for the passkey as the second step.
    signs_out(page)
    types_password(page, person.address, person.password)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(re.compile(r"/ashgrove/$"))


def test_a_finger_not_recognised_is_told_what_to_do(page: Page) -> None:
    page.goto("/sign-in/")
    has_a_passkey_device(page, finger=False)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was used. Try again, or sign in with your password.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()


def test_an_app_on_the_phone_by_keyboard_alone(
    page: Page, site: Site, sign_in: "SignsIn", watch: "Watch", axe: Axe
) -> None:
    watch.expect(REFUSED)
    person = sign_in(page, "head")
    page.goto("/account/authenticator/")
    axe(page)
    page.get_by_text("I cannot scan it").press("Enter")
    secret = page.locator("[data-copy-text]").inner_text().replace(" ", "")
    code = page.get_by_label("Code")
    code.fill("000000")
    code.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That code is not the one the app shows now")
    axe(page)
    page.get_by_label("Code").fill(code_of(secret, at=site.now.timestamp()))
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    recovery = page.locator(".recovery li").first.inner_text()

    page.goto("/account/")
    signs_out(page)
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(person.address)
    page.keyboard.press("Tab")
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    axe(page)
    page.get_by_label("Code").fill(recovery)
    page.get_by_label("Code").press("Enter")
    page.wait_for_url(re.compile(r"/ashgrove/$"))


def test_a_new_teacher_comes_in_by_the_link_the_office_hands_over(
    windows: "Windows", sign_in: "SignsIn", watch: "Watch", axe: Axe
) -> None:
    watch.expect(REFUSED)
    office = windows.open()
    sign_in(office, "office")
    office.goto("/ashgrove/accounts/")
    axe(office)
    office.get_by_role("link", name="Invite somebody").click()
    axe(office)
    office.get_by_label("Name").fill("Nia Price")
    office.get_by_label("E-mail address").fill("nia.price@ashgrove.example")
    office.get_by_label("3 Hazel").check()
    office.get_by_role("button", name="Invite").click()
    expect(office.get_by_role("heading", name="A link for Nia Price")).to_be_visible()
    axe(office)
    link = office.locator("[data-copy-text]").inner_text()

    phone = windows.phone()
    phone.goto(link)
    axe(phone)
    phone.get_by_label("New password").fill("too short")
    phone.get_by_role("button", name="Set my password").click()
    expect(phone.get_by_role("alert")).to_contain_text("6 more")
    axe(phone)
    phone.get_by_label("New password").fill(NEW)
    phone.get_by_label("Show what I type").check()
    expect(phone.get_by_label("New password")).to_have_attribute("type", "text")
    phone.get_by_role("button", name="Set my password").click()
    phone.wait_for_url(re.compile(r"/ashgrove/$"))
    expect(phone.get_by_text("3 Hazel").first).to_be_visible()

    again = windows.open()
    again.goto(link)
    expect(again.get_by_role("heading", name="This link has ended")).to_be_visible()
    axe(again)

    office.goto("/ashgrove/accounts/")
    office.get_by_role("link", name="Nia Price").click()
    axe(office)
    office.get_by_role("button", name="End it now").click()
    phone.goto("/ashgrove/")
    expect(phone.get_by_text("You hold no post at a school here today")).to_be_visible()


@pytest.mark.both
def test_a_supply_teacher_scans_a_pass_and_is_in_one_class(
    windows: "Windows", site: Site, sign_in: "SignsIn", watch: "Watch", axe: Axe
) -> None:
    watch.expect(REFUSED)
    office = windows.open()
    sign_in(office, "office")
    office.goto("/ashgrove/day-passes/")
    axe(office)
    office.get_by_label("Their name").fill("Sam Vale")
    office.get_by_label("Class", exact=True).select_option(label="3 Hazel")
    office.get_by_role("button", name="Make the pass").click()
    axe(office)
    code = office.locator(".pass-code").inner_text()

    phone = windows.phone()
    phone.goto(f"/day-pass/#{code}")
    expect(phone.get_by_label("Code on your pass")).to_have_value(code)
    assert "#" not in phone.url
    axe(phone)
    phone.get_by_role("button", name="Come in").click()
    phone.wait_for_url(re.compile(r"/ashgrove/$"))
    expect(phone.get_by_text("3 Hazel").first).to_be_visible()
    expect(phone.get_by_text("4 Rowan")).to_have_count(0)

    other = windows.phone()
    other.goto("/day-pass/")
    other.get_by_label("Code on your pass").fill(code.lower())
    other.get_by_role("button", name="Come in").click()
    expect(other.get_by_role("alert")).to_contain_text("in use on another device")

    office.goto("/ashgrove/day-passes/")
    office.get_by_role("button", name="Withdraw Sam Vale").click()
    phone.goto("/ashgrove/")
    expect(phone.get_by_text("Your session was ended")).to_be_visible()


def test_everything_works_without_scripts(windows: "Windows", site: Site, watch: "Watch") -> None:
    watch.expect(REFUSED)
    page = windows.open(java_script_enabled=False)
    page.goto("/sign-in/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    person = site.sign_in_of("teacher")
    types_password(page, person.address, "nothing like it at all")
    expect(page.get_by_text("do not belong together")).to_be_visible()
    types_password(page, person.address, person.password)
    page.wait_for_url(re.compile(r"/ashgrove/$"))
    page.goto("/account/authenticator/")
    page.get_by_text("I cannot scan it").click()
    secret = page.locator("[data-copy-text]").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(code_of(secret, at=site.now.timestamp()))
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.goto("/account/passkeys/new/")
    expect(page.get_by_text("This browser has no passkeys")).to_be_visible()
    page.goto("/account/")
    page.get_by_role("button", name="Sign out here").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


NARROW = (
    "/day-pass/", "/forgotten-password/", "/account/", "/account/second-factor/", "/account/passkeys/new/",
    "/account/authenticator/", "/account/password/", "/account/name/", "/ashgrove/accounts/", "/ashgrove/accounts/new/",
    "/ashgrove/day-passes/",
)  # fmt: skip


def test_no_page_scrolls_sideways_on_the_narrowest_screen(windows: "Windows", sign_in: "SignsIn") -> None:
    page = windows.open(width=320, height=640, forced_colors="active", reduced_motion="reduce")
    page.goto("/sign-in/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    sign_in(page, "office")
    for address in NARROW:
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{address} is {wide} pixels wide"
