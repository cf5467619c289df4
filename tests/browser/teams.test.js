// Teams in a real browser: a file is looked at and taken in, the filter follows it, and all teams
// together are the whole; with and without script.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertFits, launch, open as openPage, violations } from "./browser.js";
import { start } from "./daybook.js";
import { invite, signIn } from "./sign_in.js";

let daybook, address, browser, storageState, token;

// A day of UTC, so many days ago.
const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

before(async () => {
  daybook = await start();
  address = daybook.address;
  const words = ["connection", "create", "Team", "--json", "--data-dir", daybook.folder];
  token = JSON.parse(execFileSync(daybook.binary, words, { encoding: "utf8" })).ingest_token;
  browser = await launch();
  storageState = await signIn(browser, address + invite(daybook, "admin@example.com", "admin"));
  await tell("Platform", [["ada@example.com", 3, 1], ["ada@example.com", 1, 2]]);
  await tell("Search <b>&</b> Ads", [["bob@example.com", 2, 4]]);
  await tell("", [["carl@example.com", 2, 8]]);
});

after(async () => {
  await browser?.close();
  daybook?.end();
});

// Sends calls of a team: email, days ago, dollars.
async function tell(team, calls) {
  const attribute = (key, value) => ({ key, value: { stringValue: String(value) } });
  const logRecords = calls.map(([email, ago, dollars]) => ({
    timeUnixNano: `${Date.parse(`${day(ago)}T12:00:00Z`)}000000`,
    attributes: [
      attribute("event.name", "api_request"), attribute("user.email", email),
      attribute("session.id", email), attribute("event.sequence", ago),
      attribute("model", "claude-opus-5-5"), attribute("output_tokens", 500),
      attribute("cost_usd", dollars),
    ],
  }));
  const resource = { attributes: team ? [attribute("team", team)] : [] };
  const answer = await fetch(`${address}/api/otel/v1/logs`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }),
  });
  assert.equal(answer.status, 200);
}

// A page, signed in as an admin.
const open = (path, options = {}, expected = []) =>
  openPage(browser, address + path, { storageState, ...options }, expected);

// The panel of teams on the overview; telemetry may still be folded.
async function panel(page) {
  const region = page.getByRole("region", { name: /By team/ });
  for (let tries = 0; tries < 100 && !(await region.getByText("No team").count()); tries += 1) {
    await page.goto(`${address}/`);
  }
  return region;
}

// Team and cost of each row of the panel.
async function costs(page) {
  const rows = (await panel(page)).locator("tbody tr");
  const cells = await rows.evaluateAll((all) => all.map((row) =>
    [row.cells[0].textContent, Number(row.cells[1].textContent.replace(/[$,]/g, ""))]));
  return Object.fromEntries(cells);
}

// What the cost tile says.
async function total(page) {
  const tile = page.locator(".tile").first().locator(".value");
  return Number((await tile.textContent()).replace(/[$,]/g, ""));
}

test("the panel of teams adds up, and leads to each team's own figures", async () => {
  const { page, close } = await open("/");
  const before = await costs(page);
  assert.deepEqual(before, { "Search <b>&</b> Ads": 4, Platform: 3, "No team": 8 });
  assert.equal(await total(page), 15);
  for (const [team, cost] of Object.entries(before)) {
    await page.goto(`${address}/`);
    await (await panel(page)).getByRole("link", { name: team, exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    assert.equal(await total(page), cost, team);
    const chosen = await page.locator("select[name=team]").evaluate((field) => field.selectedOptions[0].text);
    assert.equal(chosen, team);
  }
  await close();
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with script" : "without script";
  test(`a file is looked at, taken in, and taken back, ${how}`, async () => {
    const { page, close } = await open("/settings", { javaScriptEnabled });
    await page.getByRole("link", { name: "upload or download the file" }).click();
    const file = `email,team,from\nada@example.com,Search <b>&</b> Ads,${day(1)}\n`;
    await page.getByLabel("CSV file").setInputFiles({
      name: "teams.csv", mimeType: "text/csv", buffer: Buffer.from(file),
    });
    await page.getByRole("button", { name: "Look what changes" }).click();
    const result = page.locator("#result");
    await result.getByRole("heading", { name: /What would change/ }).waitFor();
    assert.match(await result.textContent(), /ada@example\.com.*not in the file.*Search/s);
    assert.equal((await costs(page)).Platform, 3, "looked at only");
    await page.goBack();
    await page.goto(`${address}/teams`);
    await page.getByLabel("or paste it").fill(file);
    await page.getByRole("button", { name: "Look what changes" }).click();
    await page.getByRole("button", { name: "Take it in" }).click();
    await page.getByText("1 person is in other teams than before").waitFor();
    assert.deepEqual(await costs(page), { "Search <b>&</b> Ads": 6, Platform: 1, "No team": 8 });
    await page.goto(`${address}/teams`);
    await page.getByLabel("or paste it").fill("email\n");
    await page.getByLabel("What is not in it").selectOption("replace");
    await page.getByRole("button", { name: "Look what changes" }).click();
    await page.getByRole("button", { name: "Take it in" }).click();
    await page.getByText("1 person is in other teams than before").waitFor();
    assert.equal((await costs(page)).Platform, 3);
    await close();
  });
}

test("a wrong file is refused with each line, cause and cure", async () => {
  const { page, close } = await open("/teams", {}, ["400"]);
  await page.getByLabel("or paste it").fill("email,team,from\nada,A,\nbob@b.c,B,1.1.2026\n");
  await page.getByRole("button", { name: "Look what changes" }).click();
  const alert = page.getByRole("alert");
  await alert.waitFor();
  const rows = alert.locator("tbody tr");
  assert.equal(await rows.count(), 2);
  assert.match(await rows.nth(1).textContent(), /3from`1\.1\.2026` is no daywrite days like/);
  await close();
});

for (const [width, colorScheme] of [[1440, "light"], [390, "dark"]]) {
  test(`the pages are accessible and fit at ${width} px, ${colorScheme}`, async () => {
    const { page, close } = await open("/", { viewport: { width, height: 900 }, colorScheme });
    await panel(page);
    const words = `email,team,from,to\nada@example.com,Platform,,${day(2)}\nnew@example.com,Search,,\n`;
    for (const path of ["/", "/daily?team=Platform", "/teams", "/users"]) {
      await page.goto(address + path);
      if (path === "/teams") {
        await page.getByLabel("or paste it").fill(words);
        await page.getByRole("button", { name: "Look what changes" }).click();
        await page.locator("#result").waitFor();
      }
      assert.equal(await violations(page), "[]", path);
      await assertFits(page);
      const shot = process.env.DAYBOOK_SHOTS;
      const file = `teams${path.replace(/\W/g, "-")}-${width}.png`;
      if (shot) await page.screenshot({ path: join(shot, file), fullPage: true });
    }
    await close();
  });
}
