// Connections in a real browser: six steps done by what the real client sent with a copied
// token; tokens rotated and revoked.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LOOKS, assertFits, copy, launch, open as openPage, violations } from "./browser.js";
import { replay, start } from "./daybook.js";
import { signIn } from "./sign_in.js";

let daybook, address, browser, storageState;

before(async () => {
  daybook = await start();
  address = daybook.address;
  browser = await launch();
  const setup = await daybook.said(/One-time setup link (\S+)\n/);
  storageState = await signIn(browser, setup, "admin@example.com");
});

after(async () => {
  await browser?.close();
  daybook?.end();
});

// A page, signed in as an admin.
const open = (path, options = {}) =>
  openPage(browser, address + path, { storageState, ...options });

// Makes a connection on the list, and leads to its page.
async function make(page, name) {
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Make it" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

test("six steps are done by the real client's requests, with a token copied from the page", async () => {
  const { page, close } = await open("/connections");
  await make(page, "Platform team");
  assert.equal(await page.locator("[data-step] [data-is=done]:visible").count(), 0);
  const token = await copy(page, page.getByRole("button", { name: /^Copy token/ }).first());
  assert.match(token, /^dbk_ingest_[0-9a-f]{16}_[0-9a-f]{64}$/);
  assert.ok(!(await page.content()).includes(token), "the page never holds it");
  await replay({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${address}/api/otel`,
    OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${token}`,
  });
  // Nobody reloads the page.
  await page.waitForFunction(
    () => [...document.querySelectorAll("[data-step] [data-is=done]")].every((mark) => !mark.hidden));
  assert.equal(await page.locator("[data-step]").count(), 6);
  await page.goto(`${address}/daily?connection=con_2`);
  await page.getByRole("row", { name: /abc@xyz\.com/ }).first().waitFor();
  await page.goto(address + "/connections");
  const row = page.getByRole("row", { name: /Platform team/ });
  assert.match(await row.innerText(), /Reports/);
  await close();
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with script" : "without script";
  test(`a token is rotated, and a test request sent, ${how}`, async () => {
    const { page, close } = await open("/connections", { javaScriptEnabled });
    await make(page, `Rotated ${how}`);
    await page.getByRole("button", { name: "Send a test request" }).click();
    await page.getByText("The test request was answered 200").waitFor();
    await page.getByLabel("What the new token is for").fill("new laptops");
    await page.getByRole("button", { name: "Make a second token" }).click();
    await page.getByText("Two tokens are live").waitFor();
    const old = page.getByRole("row").filter({ hasNotText: "new laptops" }).filter({ hasText: "Revoke…" });
    await old.locator("summary").click();
    await old.getByRole("button", { name: /^Revoke / }).click();
    await page.getByText("Revoked", { exact: true }).waitFor();
    if (!javaScriptEnabled) {
      await page.getByRole("button", { name: /^Copy token/ }).click();
      assert.match(await page.getByLabel("Token", { exact: true }).inputValue(), /^dbk_ingest_/);
    }
    await close();
  });
}

for (const [width, colorScheme] of LOOKS) {
  test(`the pages are accessible and fit at ${width} px, ${colorScheme}`, async () => {
    for (const path of ["/connections", "/connections/con_1", "/connections/con_2"]) {
      const { page, close } = await open(path, { viewport: { width, height: 900 }, colorScheme });
      for (const summary of await page.locator("details summary").all()) await summary.click();
      assert.equal(await violations(page), "[]", path);
      await assertFits(page);
      await close();
    }
  });
}
