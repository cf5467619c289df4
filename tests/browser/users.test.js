// Users in a real browser: a merge that says first what it moves, a split, an erasure; with and
// without script.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertFits, launch, open as openPage, violations } from "./browser.js";
import { start } from "./daybook.js";
import { invite, signIn } from "./sign_in.js";

let daybook, address, browser, storageState, token;

before(async () => {
  daybook = await start();
  address = daybook.address;
  const words = ["connection", "create", "Team", "--json", "--data-dir", daybook.folder];
  token = JSON.parse(execFileSync(daybook.binary, words, { encoding: "utf8" })).ingest_token;
  browser = await launch();
  storageState = await signIn(browser, address + invite(daybook, "admin@example.com", "admin"));
  await tell([["", "laptop-of-somebody", "one"]]);
  await tell([["ada@example.com", "laptop-of-ada", "two"], ["ada@example.org", "desktop", "three"]]);
});

after(async () => {
  await browser?.close();
  daybook?.end();
});

// Sends one call for each of some people: email, install, session.
async function tell(people) {
  const attribute = (key, value) => ({ key, value: { stringValue: String(value) } });
  const logRecords = people.map(([email, install, session]) => ({
    timeUnixNano: `${Date.now()}000000`,
    attributes: [
      attribute("event.name", "api_request"), attribute("user.email", email),
      attribute("user.id", install), attribute("session.id", session),
      attribute("event.sequence", 0), attribute("model", "claude-opus-5-5"),
      attribute("output_tokens", 500), attribute("cost_usd", 0.25),
    ],
  }));
  const answer = await fetch(`${address}/api/otel/v1/logs`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords }] }] }),
  });
  assert.equal(answer.status, 200);
}

// A page, signed in as an admin.
const open = (path, options = {}) => openPage(browser, address + path, { storageState, ...options });

// The page of a user, from the list; telemetry may still be folded.
async function openUser(page, name) {
  const link = page.getByRole("link", { name, exact: true }).first();
  for (let tries = 0; tries < 100 && !(await link.count()); tries += 1) await page.reload();
  await link.click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

for (const [width, colorScheme] of [[1440, "light"], [390, "dark"]]) {
  test(`the pages are accessible and fit at ${width} px, ${colorScheme}`, async () => {
    const { page, close } = await open("/users", { viewport: { width, height: 900 }, colorScheme });
    for (const name of ["ada@example.com", "install:laptop-of-somebody", null]) {
      await page.goto(address + "/users");
      if (name) await openUser(page, name);
      assert.equal(await violations(page), "[]", name);
      await assertFits(page);
      const shot = process.env.DAYBOOK_SHOTS;
      const file = (name ?? "list").replace(/\W/g, "-");
      if (shot) await page.screenshot({ path: join(shot, `${file}-${width}.png`), fullPage: true });
    }
    await close();
  });
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with script" : "without script";
  test(`a merge says what moves, and is taken back, ${how}`, async () => {
    const { page, close } = await open("/users", { javaScriptEnabled });
    await openUser(page, "ada@example.com");
    await page.getByLabel("Whose usage is this user's").fill("ada@example.org");
    await page.getByRole("button", { name: "Look what moves" }).click();
    await page.getByRole("heading", { name: "What would move" }).waitFor();
    assert.equal(await page.locator("tbody tr").count(), 1);
    await page.getByRole("button", { name: "Move it" }).click();
    await page.getByRole("button", { name: "Split ada@example.org" }).click();
    await page.getByRole("button", { name: "Move it" }).click();
    await page.getByRole("heading", { level: 1, name: "ada@example.com" }).waitFor();
    assert.equal(await page.getByText("ada@example.org").count(), 0);
    await close();
  });
}

test("a person is erased once the email is typed", async () => {
  const { page, close } = await open("/users");
  await openUser(page, "ada@example.org");
  await page.getByLabel("to confirm").fill("ada@example.org");
  await page.getByRole("button", { name: "Erase", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: /^erased user \d+$/ }).waitFor();
  assert.equal(await page.getByText("ada@example.org").count(), 0);
  await close();
});
