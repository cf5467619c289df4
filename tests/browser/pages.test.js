// The pages in a real browser: from an empty folder to figures, as a new user would.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const root = join(import.meta.dirname, "../..");
const corpus = join(root, "tests/fixtures/corpus/r01-proto-delta");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

let folder, server, settings, browser;

// Starts daybook over an empty folder and reads what it prints to paste.
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "daybook-browser-"));
  const binary = process.env.DAYBOOK ?? join(root, "target/debug/daybook");
  server = spawn(binary, ["serve", "--listen", "127.0.0.1:0", "--data-dir", folder], {
    cwd: root, stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  settings = await new Promise((found, failed) => {
    server.on("exit", () => failed(new Error(`daybook ended: ${printed}`)));
    server.stdout.on("data", (text) => {
      printed += text;
      const json = printed.match(/^\{$[^]*^\}$/m);
      if (json) found(JSON.parse(json[0]).env);
    });
  });
  settings.address = settings.OTEL_EXPORTER_OTLP_ENDPOINT.replace("/api/otel", "");
  settings.setupLink = printed.match(/\S+\/setup\/\S+/)[0];
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: flags });
});

after(async () => {
  await browser?.close();
  server?.removeAllListeners("exit");
  server?.kill("SIGKILL");
  if (folder) rmSync(folder, { recursive: true, force: true });
});

// A page that fails the test for anything said on the console that is not expected.
async function open(path, options = {}, expected = []) {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  await page.goto(settings.address + path);
  return { page, close: async () => {
    await context.close();
    const unexpected = said.filter((text) => !expected.some((part) => text.includes(part)));
    assert.deepEqual(unexpected, [], "the console stays silent");
  } };
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

// Sends a captured run with exactly the endpoint and header that were printed.
async function sendRun() {
  const [name, value] = settings.OTEL_EXPORTER_OTLP_HEADERS.split("=");
  for (const { file } of JSON.parse(readFileSync(join(corpus, "requests.json"))).requests) {
    const kind = file.includes("metrics") ? "metrics" : "logs";
    const answer = await fetch(`${settings.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/${kind}`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf", [name]: value },
      body: readFileSync(join(corpus, file)),
    });
    assert.equal(answer.status, 200);
  }
}

test("an empty installation says how to connect, and the first figures follow", async () => {
  const { page, close } = await open("/");
  await page.getByText("No figures yet: connect Claude Code").waitFor();
  await sendRun();
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

for (const [width, colorScheme] of [[1440, "light"], [1440, "dark"], [390, "light"], [390, "dark"]]) {
  test(`pages are accessible and fit at ${width} px, ${colorScheme}`, async () => {
    for (const path of ["/", "/daily", "/?from=2020-01-01&to=2020-01-31"]) {
      const { page, close } = await open(path, { viewport: { width, height: 900 }, colorScheme });
      assert.equal(await violations(page), "[]", path);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(overflow <= 0, `${path} is ${overflow} px too wide`);
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
  const path = new URL(settings.setupLink).pathname;
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
  await page.goto(settings.address + "/daily?range=7d");
  await page.getByLabel("Email address").fill("ada@example.com");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("do not go together").waitFor();
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Daily usage" }).waitFor();
  assert.equal(new URL(page.url()).search, "?range=7d", "back where one wanted to go");
  await page.goto(settings.setupLink);
  await page.getByText("This link has been used.").waitFor();
  await close();
});
