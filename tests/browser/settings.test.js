// The settings of a connection in a real browser: copied, downloaded, merged; people named by a
// form and by a file. The copied JSON makes a client report.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LOOKS, assertFits, copy, launch, open as openPage, violations } from "./browser.js";
import { start } from "./daybook.js";
import { invite, signIn } from "./sign_in.js";

const hostile = `</title><script>alert(1)</script> "Team" 'x' \`id\` $(id)`;

let daybook, folder, browser, path, storageState;

before(async () => {
  daybook = await start();
  folder = daybook.folder;
  const words = ["connection", "create", hostile, "--json", "--data-dir", folder];
  path = `/connections/${JSON.parse(execFileSync(daybook.binary, words)).id}`;
  browser = await launch();
  storageState = await signIn(browser, daybook.address + invite(daybook, "admin@example.com", "admin"));
});

after(async () => {
  await browser?.close();
  daybook?.end();
});

// A page of the connection, signed in as an admin.
const open = (where, options = {}, expected = []) =>
  openPage(browser, daybook.address + path + where, { storageState, ...options }, expected);

// What a click downloads.
async function downloaded(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

test("the settings are copied without being seen, and make a client report", async () => {
  const { page, close } = await open("/settings?form=user-settings");
  assert.ok(!(await page.content()).match(/dbk_ingest_[0-9a-f]/), "the token is not on the page");
  const { env } = JSON.parse(await copy(page, page.getByRole("button", { name: "Copy settings.json" })));
  const [name, value] = env.OTEL_EXPORTER_OTLP_HEADERS.split(/=(.*)/s);
  const answer = await fetch(`${env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/logs`, {
    method: "POST", headers: { "Content-Type": "application/json", [name]: value }, body: "{}",
  });
  assert.equal(answer.status, 200);
  assert.equal(env.OTEL_LOG_USER_PROMPTS, "0");
  await close();
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with script" : "without script";
  test(`choices, download, token and merge work ${how}`, async () => {
    const { page, close } = await open("", { javaScriptEnabled });
    await page.getByRole("link", { name: "User settings", exact: true }).click();
    await page.getByLabel("Tool details").selectOption("on");
    await page.getByLabel("Endpoint", { exact: true }).fill("https://daybook.example.com");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.locator("#file-0", { hasText: '"OTEL_LOG_TOOL_DETAILS": "1"' }).waitFor();
    await page.getByRole("link", { name: "Shell variables", exact: true }).click();
    await page.locator("#file-0", { hasText: "export OTEL_LOG_TOOL_DETAILS='1'" }).waitFor();
    const shell = await downloaded(page, page.getByRole("button", { name: "Download daybook.sh" }));
    assert.equal(shell.name, "daybook.sh");
    assert.match(String(shell.bytes), /Authorization=Bearer dbk_ingest_[0-9a-f]{16}_[0-9a-f]{64}'/);
    assert.match(String(shell.bytes), /'https:\/\/daybook\.example\.com\/api\/otel'/);
    await page.getByRole("button", { name: "Show with the token" }).click();
    await page.locator("#file-0", { hasText: /dbk_ingest_[0-9a-f]{16}/ }).waitFor();
    await page.getByRole("link", { name: "User settings", exact: true }).click();
    const file = '{\n  "model": "opus",\n  "env": {"A": "</textarea><b>"}\n}';
    await page.getByLabel("The file as it is now").fill(file);
    await page.getByRole("button", { name: "Merge", exact: true }).click();
    const merged = JSON.parse(await page.locator("#merged").textContent());
    assert.equal(merged.model, "opus");
    assert.equal(merged.env.A, "</textarea><b>");
    assert.equal(merged.env.OTEL_LOG_TOOL_DETAILS, "1");
    assert.equal(await page.getByLabel("The file as it is now").inputValue(), file);
    await close();
  });
}

test("a broken file is refused with its place", async () => {
  const { page, close } = await open("/settings?form=user-settings", {}, ["400"]);
  await page.getByLabel("The file as it is now").fill("{\n  // mine\n}");
  await page.getByRole("button", { name: "Merge", exact: true }).click();
  await page.getByRole("alert").getByText("line 2, column 3: comments").waitFor();
  assert.equal(await violations(page), "[]");
  await close();
});

test("every form is shown with where it goes and what to do after", async () => {
  const { page, close } = await open("/settings");
  const forms = await page.locator("nav.tabs a").evaluateAll((all) => all.map((link) => link.href));
  assert.ok(forms.length > 8);
  for (const form of forms) {
    await page.goto(form);
    assert.ok(await page.locator(".file pre").count() > 0, form);
    assert.ok(await page.locator(".places code").count() > 0, form);
    await page.getByText("Quit Claude Code everywhere").waitFor();
    assert.equal(await violations(page), "[]", form);
  }
  await close();
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with script" : "without script";
  test(`people are named by a form and by a file ${how}`, async () => {
    const { page, close } = await open("/attributes", { javaScriptEnabled });
    await page.getByLabel("Email", { exact: true }).fill("zoe@example.com");
    await page.getByLabel("Name", { exact: true }).fill("Zoë, \"Q\" <b>");
    await page.getByRole("button", { name: "Write it" }).click();
    const written = await page.locator("#attributes").textContent();
    assert.equal(written, "OTEL_RESOURCE_ATTRIBUTES=user.email=zoe@example.com,user.name=Zo%C3%AB%2C%20%22Q%22%20%3Cb%3E");
    const file = join(folder, "people.csv");
    writeFileSync(file, `\ufeffEmail;Full Name;Team\r\nada@example.com;"<script>alert(1)</script>; Ada";T\r\nbob;Bob;T\r\n`);
    await page.getByLabel("CSV file", { exact: true }).setInputFiles(file);
    await page.getByRole("button", { name: "Look at it" }).click();
    await page.getByRole("heading", { name: "1 person can be expressed" }).waitFor();
    assert.match(await page.locator("#result").innerText(), /3\s+email\s+it is no email/);
    // Without script there is nobody to ask.
    if (javaScriptEnabled) assert.equal(await violations(page), "[]");
    const zip = await downloaded(page, page.locator("#result").getByRole("button", { name: "Zip" }));
    assert.equal(zip.name, "daybook-attributes.zip");
    assert.equal(zip.bytes.subarray(0, 2).toString(), "PK");
    const script = await downloaded(page, page.locator("#result").getByRole("button", { name: "Script for sh" }));
    assert.match(String(script.bytes), /'ada@example\.com'\|'ada'\)/);
    await close();
  });
}

test("a file that is none is refused beside the form", async () => {
  const { page, close } = await open("/attributes", {}, ["400"]);
  const file = join(folder, "none.csv");
  writeFileSync(file, "name\nAda\n");
  await page.getByLabel("CSV file", { exact: true }).setInputFiles(file);
  await page.getByRole("button", { name: "Look at it" }).click();
  await page.getByRole("alert").getByText("no heading").waitFor();
  await close();
});

for (const [width, colorScheme] of LOOKS) {
  test(`the pages are accessible and fit at ${width} px, ${colorScheme}`, async () => {
    for (const where of ["", "/settings", "/settings?form=collector", "/attributes"]) {
      const { page, close } = await open(where, { viewport: { width, height: 900 }, colorScheme });
      assert.equal(await violations(page), "[]", where);
      await assertFits(page);
      await close();
    }
  });
}
