// The first day of an admin in a real browser, from an empty folder to a user's figures: signed
// in by the setup link or by OpenID Connect, the settings copied from the connection's page,
// and what the real client sent delivered exactly as they say.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertFits, copy, launch, open, violations } from "./browser.js";
import { replay, start } from "./daybook.js";
import { client, startProvider } from "./provider.js";
import { choosePassword } from "./sign_in.js";

let browser;

before(async () => { browser = await launch(); });
after(() => browser?.close());

// From signed in to six steps and a user on the pages, without a look at anything else.
async function connect(page, daybook) {
  await page.getByRole("link", { name: "Connections", exact: true }).click();
  await page.getByLabel("Name").fill("Platform team");
  await page.getByRole("button", { name: "Make it" }).click();
  await page.getByRole("heading", { level: 1, name: "Platform team" }).waitFor();
  const done = page.locator("[data-step] [data-is=done]:visible");
  assert.equal(await done.count(), 0);

  const copied = await copy(page, page.getByRole("button", { name: "Copy settings.json" }));
  const { env } = JSON.parse(copied);
  const token = env.OTEL_EXPORTER_OTLP_HEADERS.match(/dbk_ingest_[0-9a-f]{16}_[0-9a-f]{64}$/)[0];
  assert.ok(!(await page.content()).includes(token), "the page never holds the token");
  const file = join(daybook.folder, "settings.json");
  writeFileSync(file, copied);

  await replay(JSON.parse(readFileSync(file, "utf8")).env);
  // Nobody reloads the page.
  await page.waitForFunction(
    () => document.querySelectorAll("[data-step] [data-is=done]:not([hidden])").length === 6);
  assert.equal(await page.locator("[data-step]").count(), 6);
  assert.equal(await page.locator("[data-step] [data-is=open]:visible").count(), 0);
  assert.equal(await violations(page), "[]");

  await page.getByRole("link", { name: "Daily", exact: true }).click();
  await page.getByRole("row", { name: /abc@xyz\.com/ }).first().waitFor();
  await assertFits(page);
}

test("an admin goes by the setup link from an empty folder to a user's figures", async () => {
  const daybook = await start();
  try {
    const { page, close } = await open(browser, await daybook.said(/One-time setup link (\S+)\n/));
    await choosePassword(page, "admin@example.com");
    await connect(page, daybook);
    await close();
  } finally {
    daybook.end();
  }
});

test("an admin goes by OpenID Connect from an empty folder to a user's figures", async () => {
  const provider = await startProvider({
    sub: "ada", email: "ada@example.com", email_verified: true, groups: ["platform-admins"],
  });
  const daybook = await start([
    "--oidc-issuer", provider.issuer, "--oidc-client-id", client, "--oidc-admin-group", "platform-admins",
  ]);
  try {
    const { page, close } = await open(browser, `${daybook.address}/login?next=%2Fconnections`);
    await page.getByRole("link", { name: "Sign in with your organization" }).click();
    await page.getByRole("button", { name: "Let me in" }).click();
    await page.getByRole("heading", { level: 1, name: "Connections" }).waitFor();
    await page.getByRole("link", { name: "ada@example.com" }).waitFor();
    await connect(page, daybook);
    await close();
  } finally {
    daybook.end();
    provider.end();
  }
});
