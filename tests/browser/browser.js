// Chromium, and what every test asks of every page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

// The sizes and colours that every page is looked at in.
export const LOOKS = [[1440, "light"], [1440, "dark"], [390, "light"], [390, "dark"]];

export function launch() {
  return chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: flags });
}

// A page in a context of its own, which fails the test for anything said on the console that is
// not expected. The clipboard is there where the address is the server's.
export async function open(browser, url, options = {}, expected = []) {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const { origin } = new URL(url);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  await page.goto(url);
  return { page, close: async () => {
    await context.close();
    const unexpected = said.filter((text) => !expected.some((part) => text.includes(part)));
    assert.deepEqual(unexpected, [], "the console stays silent");
  } };
}

// axe is asked from outside the page's world: its policy lets nothing in.
export async function violations(page) {
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send("Runtime.evaluate", {
    expression: `${axe}; axe.run().then((found) => JSON.stringify(found.violations.map(
      (violation) => [violation.id, violation.nodes.map((node) => node.html)])))`,
    awaitPromise: true,
  });
  return result.value;
}

// Nothing on the page is wider than it.
export async function assertFits(page) {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${page.url()} is ${overflow} px too wide`);
}

// What a page holds that the clipboard was given by one of its buttons.
export async function copy(page, button) {
  await button.click();
  await page.getByText("Copied", { exact: true }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}
