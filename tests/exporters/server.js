// Starts `daybook` over a throw-away folder, and asks it what it counted.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const root = join(import.meta.dirname, "../..");
export const binary = process.env.DAYBOOK ?? join(root, "target/debug/daybook");

// A folder for a database; gone at the end.
export class Data {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "daybook-exporters-"));
    this.ingestToken = this.command("connection", "create", "exporters", "--json").ingest_token;
    this.apiToken = this.command("api-token", "create", "exporters", "--json").token;
  }

  command(...words) {
    const options = { encoding: "utf8" };
    return JSON.parse(execFileSync(binary, [...words, "--data-dir", this.folder], options));
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// A process that serves a folder.
export class Server {
  // Resolves when it listens; `listen` is host:port, port 0 picks one.
  static async start(data, listen = "127.0.0.1:0", more = []) {
    const words = ["serve", "--listen", listen, "--data-dir", data.folder, ...more];
    const server = new Server();
    server.process = spawn(binary, words, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    server.ended = new Promise((done) => server.process.once("exit", done));
    await listening(server.process, server);
    return server;
  }

  // Asks it to stop in order; its exit code.
  stop() {
    this.process.kill("SIGTERM");
    return this.ended;
  }

  kill() {
    this.process.kill("SIGKILL");
    return this.ended;
  }
}

// Notes an address that a process prints: of its main door, or of OTLP's own.
export function note(line, addresses) {
  addresses.url = line.match(/^daybook is listening on (.*)/)?.[1] ?? addresses.url;
  addresses.otlp = line.match(/^daybook takes OTLP over HTTP on (.*)/)?.[1] ?? addresses.otlp;
  addresses.grpc = line.match(/^daybook takes OTLP over gRPC on (.*)/)?.[1] ?? addresses.grpc;
}

// Notes the addresses that a process prints; resolves when it has said the last.
export function listening(child, addresses) {
  return new Promise((found, failed) => {
    child.once("exit", () => failed(new Error("daybook ended before it listened")));
    createInterface({ input: child.stdout }).on("line", (line) => {
      note(line, addresses);
      if (addresses.url) setImmediate(found);
    });
  });
}

// Reads a path of the API.
export async function read(url, data, path) {
  const headers = { Authorization: `Bearer ${data.apiToken}`, Connection: "close" };
  const answer = await fetch(url + path, { headers });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

// Waits until nothing is in the queue; every row of daily usage by user.
export async function counted(url, data) {
  for (;;) {
    const { signals } = await read(url, data, "/api/v1/status");
    if (signals.quarantined > 0) throw new Error(`in quarantine: ${JSON.stringify(signals)}`);
    if (signals.waiting === 0) break;
    await sleep(20);
  }
  const path = "/api/v1/daily-usage?from=2000-01-01&to=2100-01-01&limit=10000";
  const { data: rows } = await read(url, data, path);
  const users = new Map();
  for (const row of rows) {
    const user = users.get(row.user_email) ?? {};
    for (const [name, value] of Object.entries(row)) {
      if (typeof value === "number") user[name] = (user[name] ?? 0) + value;
    }
    users.set(row.user_email, user);
  }
  return users;
}
