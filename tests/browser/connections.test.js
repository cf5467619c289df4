// Connections in a real browser: from an empty folder through the setup link to a connection
// whose six steps are done by what the real client sent; tokens copied, rotated, revoked.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { password } from "./sign_in.js";

const root = join(import.meta.dirname, "../..");
const corpus = join(root, "tests/fixtures/corpus/r01-proto-delta");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

let folder, server, address, browser, storageState;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "daybook-connections-"));
  const binary = process.env.DAYBOOK ?? join(root, "target/debug/daybook");
  server = spawn(binary, ["serve", "--listen", "127.0.0.1:0", "--data-dir", folder], {
    cwd: root, stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  const said = (pattern) => new Promise((found, failed) => {
    server.once("exit", () => failed(new Error(`daybook ended: ${printed}`)));
    const look = () => {
      const line = printed.match(pattern);
      if (line) found(line[1]);
      else server.stdout.once("data", look);
    };
    look();
  });
  server.stdout.on("data", (text) => { printed += text; });
  address = await said(/daybook is listening on (\S+)\n/);
  const setup = await said(/One-time setup link (\S+)\n/);
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: flags });
  storageState = await setUp(setup);
});

after(async () => {
  await browser?.close();
  server?.removeAllListeners("exit");
  server?.kill("SIGKILL");
  if (folder) rmSync(folder, { recursive: true, force: true });
});

// Makes the first admin by the setup link.
async function setUp(link) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page.getByLabel("Email address").fill("admin@example.com");
  await page.getByLabel("Password, of 12 characters or more").fill(password);
  await page.getByLabel("The same once more").fill(password);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

// A page, which fails the test for anything said on the console that is not expected.
async function open(path, options = {}) {
  const context = await browser.newContext({ storageState, ...options });
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  await page.goto(address + path);
  return { page, close: async () => {
    await context.close();
    assert.deepEqual(said, []);
  } };
}

// Makes a connection on the list, and leads to its page.
async function make(page, name) {
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Make it" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

// Copies the token of a row of the page, without seeing it.
async function copy(page) {
  await page.getByRole("button", { name: /^Copy token/ }).first().click();
  await page.getByText("Copied", { exact: true }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

// Sends the requests of a captured run as the settings file of a machine says.
async function replay(settingsFile) {
  const { env } = JSON.parse(readFileSync(settingsFile, "utf8"));
  const [name, value] = env.OTEL_EXPORTER_OTLP_HEADERS.split(/=(.*)/);
  const { requests } = JSON.parse(readFileSync(join(corpus, "requests.json"), "utf8"));
  for (const request of requests) {
    const kind = request.path.split("/").at(-1);
    const answer = await fetch(`${env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/${kind}`, {
      method: "POST",
      headers: { "Content-Type": request.content_type, [name]: value },
      body: readFileSync(join(corpus, request.file)),
    });
    assert.equal(answer.status, 200);
  }
}

// axe is asked from outside the page's world: its policy lets nothing in.
async function violations(page) {
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send("Runtime.evaluate", {
    expression: `${axe}; axe.run().then((found) => JSON.stringify(found.violations.map(
      (violation) => [violation.id, violation.nodes.map((node) => node.html)])))`,
    awaitPromise: true,
  });
  return result.value;
}

test("six steps are done by the real client's requests, with a token copied from the page", async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const { page, close } = await open("/connections", { permissions });
  await make(page, "Platform team");
  assert.equal(await page.locator("[data-step] [data-is=done]:visible").count(), 0);
  const token = await copy(page);
  assert.match(token, /^dbk_ingest_[0-9a-f]{16}_[0-9a-f]{64}$/);
  assert.ok(!(await page.content()).includes(token), "the page never holds it");
  const settings = join(folder, "settings.json");
  writeFileSync(settings, JSON.stringify({ env: {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${address}/api/otel`,
    OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${token}`,
  } }));
  await replay(settings);
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

for (const [width, colorScheme] of [[1440, "light"], [390, "dark"]]) {
  test(`the pages are accessible and fit at ${width} px, ${colorScheme}`, async () => {
    for (const path of ["/connections", "/connections/con_1", "/connections/con_2"]) {
      const { page, close } = await open(path, { viewport: { width, height: 900 }, colorScheme });
      for (const summary of await page.locator("details summary").all()) await summary.click();
      assert.equal(await violations(page), "[]", path);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(overflow <= 0, `${path}: ${overflow} px too wide`);
      await close();
    }
  });
}
