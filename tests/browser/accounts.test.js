// The pages round an account in a real browser: signing in, one's own data, settings, audit.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { LOOKS, assertFits, launch, open as openPage, violations } from "./browser.js";
import { replay, start } from "./daybook.js";
import { invite, password, signIn } from "./sign_in.js";

let daybook, browser, admin, viewer;

before(async () => {
  daybook = await start();
  browser = await launch();
  admin = await signIn(browser, await daybook.said(/One-time setup link (\S+)\n/), "admin@example.com");
  // Whom the captured run names.
  viewer = await signIn(browser, daybook.address + invite(daybook, "abc@xyz.com", "viewer"));
});

after(async () => {
  await browser?.close();
  daybook?.end();
});

// A page, as whoever is signed in by a state.
const open = (path, storageState, options = {}, expected = []) =>
  openPage(browser, daybook.address + path, { storageState, ...options }, expected);

test("a viewer lands on what is stored about them, and takes it away", async () => {
  const { page, close } = await open("/", viewer);
  await page.getByRole("heading", { level: 1, name: "What is stored about you" }).waitFor();
  await page.getByText("No telemetry names you").waitFor();
  assert.equal(await violations(page), "[]");
  await replay(JSON.parse(await daybook.said(/^\{$[^]*^\}$/m)).env);
  const begun = Date.now();
  while (!(await page.getByText("claude-opus-5-5").count())) {
    assert.ok(Date.now() - begun < 5000, "the days are on the page within seconds");
    await page.reload();
  }
  const [download] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("link", { name: "All of it as JSON" }).click(),
  ]);
  const about = JSON.parse(readFileSync(await download.path(), "utf8"));
  assert.equal(about.user.email, "abc@xyz.com");
  const [csv] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("link", { name: "Days as CSV" }).click(),
  ]);
  const lines = readFileSync(await csv.path(), "utf8").trim().split("\n");
  assert.equal(lines.length, about.daily_usage.length + 1);
  await close();
});

for (const [width, colorScheme] of LOOKS) {
  test(`the pages are accessible and fit at ${width} px, ${colorScheme}`, async () => {
    const invited = invite(daybook, `invited-${width}-${colorScheme}@example.com`, "manager");
    const nobody = undefined;
    for (const [path, who, expected] of [
      ["/settings", admin, []], ["/audit", admin, []], ["/me", admin, []],
      ["/settings", viewer, []], ["/me", viewer, []],
      ["/login", nobody, []], [invited, nobody, []],
      // A browser says on its console that a page was answered 403 or 404.
      ["/daily", viewer, ["403"]], ["/setup/none", nobody, ["404"]],
    ]) {
      const { page, close } = await open(path, who, { viewport: { width, height: 900 }, colorScheme }, expected);
      for (const summary of await page.locator("details summary").all()) await summary.click();
      assert.equal(await violations(page), "[]", path);
      await assertFits(page);
      await close();
    }
  });
}

test("what is refused is said beside the form", async () => {
  const { page, close } = await open("/settings", admin, {}, ["403"]);
  await page.getByLabel("Current password").fill("wrong");
  await page.getByLabel("New password").fill(password);
  await page.getByLabel("The new one once more").fill(password);
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await violations(page), "[]");
  await close();
});
