// The pages in a real browser: from an empty folder to figures, as a new user would.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { LOOKS, assertFits, launch, open as openPage, violations } from "./browser.js";
import { replay, start } from "./daybook.js";

let daybook, settings, setupLink, browser;

// Starts daybook over an empty folder and reads what it prints to paste.
before(async () => {
  daybook = await start();
  settings = JSON.parse(await daybook.said(/^\{$[^]*^\}$/m)).env;
  setupLink = await daybook.said(/\S+\/setup\/\S+/);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  daybook?.end();
});

// A page, before anybody signed in.
const open = (path, options = {}, expected = []) =>
  openPage(browser, daybook.address + path, options, expected);

test("an empty installation says how to connect, and the first figures follow", async () => {
  const { page, close } = await open("/");
  await page.getByText("No figures yet: connect Claude Code").waitFor();
  await replay(settings);
  const begun = Date.now();
  const shown = async () => {
    const text = await page.locator("main").innerText();
    return text.includes("abc@xyz.com") && text.includes("$0.05");
  };
  while (!(await shown())) {
    assert.ok(Date.now() - begun < 2000, "the figures are on the page within two seconds");
    await page.reload();
  }
  await close();
});

test("the grain of the days is there, and its exports open from the page", async () => {
  const { page, close } = await open("/daily");
  const text = await page.locator("main").innerText();
  assert.match(text, /claude-opus-5-5/);
  assert.match(text, /claude-haiku-5-5/);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "CSV" }).click(),
  ]);
  const rows = readFileSync(await download.path(), "utf8").trim().split("\n");
  assert.equal(rows.length, 3, "a header and two models");
  assert.match(rows[0], /^date,connection_id,user_id,user_email/);
  await close();
});

for (const [width, colorScheme] of LOOKS) {
  test(`pages are accessible and fit at ${width} px, ${colorScheme}`, async () => {
    for (const path of ["/", "/daily", "/?from=2020-01-01&to=2020-01-31"]) {
      const { page, close } = await open(path, { viewport: { width, height: 900 }, colorScheme });
      assert.equal(await violations(page), "[]", path);
      await assertFits(page);
      await close();
    }
  });
}

test("the chart is read with the keyboard alone", async () => {
  const { page, close } = await open("/");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the figures");
  const chart = page.locator("figure [tabindex='0']").first();
  await chart.focus();
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("status").or(page.locator("[role='tooltip'], .tooltip")).first().waitFor();
  await close();
});

test("the pages say the same without script", async () => {
  const { page, close } = await open("/", { javaScriptEnabled: false });
  assert.match(await page.locator("main").innerText(), /abc@xyz\.com/);
  await page.getByText("Figures of this chart").click();
  assert.ok(await page.locator("figure details table").first().isVisible());
  await close();
});

test("the setup link makes the first admin, who then has to sign in", async () => {
  const path = new URL(setupLink).pathname;
  // A browser says on its console that a page was answered 401 or 410.
  const { page, close } = await open(path, {}, ["401", "410"]);
  const choose = async (email, password) => {
    await page.getByLabel("Email address").fill(email);
    await page.getByLabel("Password, of 12 characters or more").fill(password);
    await page.getByLabel("The same once more").fill(password);
    await page.getByRole("button", { name: "Go on" }).click();
  };
  assert.equal(await violations(page), "[]");
  await choose("ada@example.com", "correct horse battery");
  await page.getByRole("link", { name: "ada@example.com" }).waitFor();
  assert.match(await page.locator("main").innerText(), /abc@xyz\.com/);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.equal(await violations(page), "[]");
  await page.goto(daybook.address + "/daily?range=7d");
  await page.getByLabel("Email address").fill("ada@example.com");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("do not go together").waitFor();
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Daily usage" }).waitFor();
  assert.equal(new URL(page.url()).search, "?range=7d", "back where one wanted to go");
  await page.goto(setupLink);
  await page.getByText("This link has been used.").waitFor();
  await close();
});
