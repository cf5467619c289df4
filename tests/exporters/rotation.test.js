// A token is rotated while the real exporters send: one developer after the other restarts with
// the new token, then the old one is revoked. Nothing is refused, nothing is lost.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { Developer } from "./developer.js";
import { Data, Server, binary, counted } from "./server.js";

const DEVELOPERS = 8, CALLS = 30;

let data, server;

before(async () => {
  data = new Data();
  server = await Server.start(data, "127.0.0.1:0", ["--drain-secs", "0"]);
});

after(async () => {
  assert.equal(await server?.stop(), 0, "it stops in order");
  data?.remove();
});

// What a command says.
const command = (...words) =>
  execFileSync(binary, [...words, "--data-dir", data.folder], { encoding: "utf8" });

// Reports until `stopped` says so, and at least some calls; how many input tokens.
async function report(developer, stopped) {
  let tokens = 0;
  for (let call = 0; call < CALLS || !stopped(); call += 1) {
    developer.call({ input_tokens: 100 + call, output_tokens: 1 });
    tokens += 100 + call;
    await developer.flush();
  }
  await developer.close();
  assert.deepEqual(developer.outcomes.filter((outcome) => !outcome.ok), []);
  return tokens;
}

test("rotation under load loses nothing", async () => {
  const ids = () => JSON.parse(command("connection", "token", "list", "exporters", "--json")).data;
  const [old] = ids();
  const made = command("connection", "token", "create", "exporters", "--label", "new", "--json");
  const token = JSON.parse(made).ingest_token;
  let moved = 0;
  // Each begins with the old token and goes on with the new one, at a time of its own.
  const sent = await Promise.all([...Array(DEVELOPERS).keys()].map(async (number) => {
    const name = `rotated${number}`;
    const before = new Developer(name, server, data.ingestToken);
    const first = await report(before, () => moved >= number);
    moved += 1;
    if (moved === DEVELOPERS) command("connection", "token", "revoke", "exporters", old.id);
    const after = new Developer(name, server, token);
    const rest = await report(after, () => moved === DEVELOPERS);
    return { email: before.email, tokens: first + rest };
  }));
  const users = await counted(server.url, data);
  for (const { email, tokens } of sent) assert.equal(users.get(email).input_tokens, tokens, email);
  assert.deepEqual(ids().map((row) => row.revoked_at === null), [false, true]);
});
