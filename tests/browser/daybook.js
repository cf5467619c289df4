// A real server over an empty folder, and what the real client sent to one.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const corpus = join(root, "tests/fixtures/corpus/r01-proto-delta");

// Starts one on a free port. `said` waits for what it prints, `end` ends it and its folder.
export async function start(flags = [], environment = {}) {
  const folder = mkdtempSync(join(tmpdir(), "daybook-browser-"));
  const binary = process.env.DAYBOOK ?? join(root, "target/debug/daybook");
  const words = ["serve", "--listen", "127.0.0.1:0", "--data-dir", folder, ...flags];
  const server = spawn(binary, words, {
    cwd: root, stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...environment },
  });
  let printed = "";
  const waiting = new Set();
  const tell = () => waiting.forEach((look) => look());
  server.stdout.on("data", (text) => {
    printed += text;
    tell();
  });
  server.on("exit", tell);
  const said = (pattern) => new Promise((found, failed) => {
    const look = () => {
      const line = printed.match(pattern);
      if (!line && server.exitCode === null) return;
      waiting.delete(look);
      if (line) found(line[1] ?? line[0]);
      else failed(new Error(`daybook ended: ${printed}`));
    };
    waiting.add(look);
    look();
  });
  const end = () => {
    server.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { folder, binary, said, end, address: await said(/daybook is listening on (\S+)\n/) };
  } catch (error) {
    end();
    throw error;
  }
}

// The day of the capture goes by, and what is older than pages show would not be on them: every
// time of that day, nanoseconds in protobuf behind the tag of a field that holds one, becomes one of
// yesterday.
const DAY = 86_400n * 10n ** 9n;
const CAPTURED = 20_777n * DAY;
const TAGS = new Set([0x09, 0x11, 0x19, 0x39, 0x41, 0x59]);

function moved(body) {
  const later = BigInt(Math.floor(Date.now() / 86_400_000) - 1) * DAY - CAPTURED;
  for (let at = 1; later > 0n && at + 8 <= body.length; at++) {
    const time = TAGS.has(body[at - 1]) ? body.readBigUInt64LE(at) : 0n;
    if (time >= CAPTURED && time < CAPTURED + DAY) body.writeBigUInt64LE(time + later, at);
  }
  return body;
}

// Sends the requests of a captured run with exactly the endpoint and header of settings.
export async function replay(env) {
  const [name, value] = env.OTEL_EXPORTER_OTLP_HEADERS.split(/=(.*)/s);
  const { requests } = JSON.parse(readFileSync(join(corpus, "requests.json"), "utf8"));
  for (const request of requests) {
    const kind = request.path.split("/").at(-1);
    const answer = await fetch(`${env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/${kind}`, {
      method: "POST",
      headers: { "Content-Type": request.content_type, [name]: value },
      body: moved(readFileSync(join(corpus, request.file))),
    });
    assert.equal(answer.status, 200);
  }
}
