// The security page in a real browser: found, tried, added, switched off, deleted.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LOOKS, assertFits, launch, open as openPage, violations } from "./browser.js";
import { start } from "./daybook.js";
import { invite, signIn } from "./sign_in.js";

let daybook, address, browser, token, storageState;

before(async () => {
  daybook = await start();
  address = daybook.address;
  // The first start goes on to print its ingest token.
  token = await daybook.said(/Ingest token\s+(\S+)\n/);
  browser = await launch();
  storageState = await signIn(browser, address + invite(daybook, "admin@example.com", "admin"));
});

after(async () => {
  await browser?.close();
  daybook?.end();
});

// The page, signed in as an admin.
const open = (options = {}, expected = []) =>
  openPage(browser, address + "/security", { storageState, ...options }, expected);

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with script" : "without script";
  test(`a pattern is tried, added, switched off and deleted ${how}`, async () => {
    const { page, close } = await open({ javaScriptEnabled });
    await page.getByText("0 detections in 0 payloads scanned").waitFor();
    await page.getByLabel("Type, as it stands in the marker").fill("project-code");
    await page.getByLabel("Pattern: a regular expression").fill("PRJ-[0-9]{6}");
    await page.getByLabel("Sample to try it on").fill("see PRJ-123456\nand PRJ-1");
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText("1 match", { exact: true }).waitFor();
    assert.equal(await page.locator(".outcome mark").innerText(), "PRJ-123456");
    assert.equal(await page.getByLabel("Sample to try it on").inputValue(), "see PRJ-123456\nand PRJ-1");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    const row = page.getByRole("row", { name: /project-code/ });
    assert.match(await row.innerText(), /On/);
    await row.getByRole("button", { name: "Disable project-code" }).click();
    await row.getByText("Off", { exact: true }).waitFor();
    await row.locator("summary").click();
    await row.getByRole("button", { name: "Delete project-code" }).click();
    await page.getByText("There are none yet.").waitFor();
    await close();
  });
}

test("a pattern that hides ordinary text is added only when it is confirmed", async () => {
  // A browser says on its console that a page was answered 409.
  const { page, close } = await open({}, ["409"]);
  await page.getByLabel("Type, as it stands in the marker").fill("commits");
  await page.getByLabel("Pattern: a regular expression").fill("[0-9a-f]{40}");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("alert").getByText("a Git commit").waitFor();
  assert.equal(await violations(page), "[]");
  await page.getByLabel("Add it although it matches ordinary text").check();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("row", { name: /commits/ }).waitFor();
  await close();
});

for (const [width, colorScheme] of LOOKS) {
  test(`the page is accessible and fits at ${width} px, ${colorScheme}`, async () => {
    const { page, close } = await open({ viewport: { width, height: 900 }, colorScheme });
    assert.equal(await violations(page), "[]");
    await assertFits(page);
    for (const summary of await page.locator("details summary").all()) await summary.click();
    assert.equal(await violations(page), "[]", "with everything unfolded");
    await assertFits(page);
    await close();
  });
}

test("a form of another site changes nothing", async () => {
  const context = await browser.newContext({ storageState });
  const page = await context.newPage();
  await page.route("http://other.example/", (route) => route.fulfill({
    contentType: "text/html",
    body: `<form method="post" action="${address}/security/patterns/commits">
      <button name="action" value="delete">Win</button></form>`,
  }));
  await page.goto("http://other.example/");
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().startsWith(address)),
    page.getByRole("button", { name: "Win" }).click(),
  ]);
  assert.equal(answer.status(), 403);
  await page.goto(address + "/security");
  await page.getByRole("row", { name: /commits/ }).waitFor();
  await context.close();
});

// A record that carries a text, sent as Claude Code sends it.
async function report(text) {
  const string = (key, value) => ({ key, value: { stringValue: value } });
  const attributes = [
    string("event.name", "user_prompt"), string("session.id", "session-1"),
    string("user.email", "ada@xyz.com"), string("prompt", text),
  ];
  const record = { timeUnixNano: `${Date.now()}000000`, attributes };
  const answer = await fetch(`${address}/api/otel/v1/logs`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
  });
  assert.equal(answer.status, 200);
}

test("a secret that was sent stands on the page as its type, and nowhere as itself", async () => {
  // Written so that scanners of this repository see nothing.
  const secret = ["gh", "p_", "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uVwXy"].join("");
  await report(`</td><script>alert(1)</script> deploy with ${secret} today`);
  const { page, close } = await open();
  const text = await page.locator("main").innerText();
  assert.match(text, /github-pat/);
  assert.match(text, /ada@xyz\.com/);
  assert.match(text, /deploy with/);
  assert.ok(!(await page.content()).includes(secret.slice(4, 24)), "the secret is not kept");
  assert.equal(await violations(page), "[]");
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await assertFits(page);
  }
  await close();
});
