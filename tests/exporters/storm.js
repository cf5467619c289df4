// Many clients connect at the same moment, each on a connection that it keeps: as after a network
// fault, or at nine in the morning. Nothing but 200 and 503 may be answered, and it must be calm
// again within ten seconds: every request answered 200 within one.
//
//   node tests/exporters/storm.js --clients 2000 --seconds 20
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { numbers, quantile } from "./arguments.js";
import { Data, Server, counted } from "./server.js";

const { clients, seconds } = numbers({ clients: 2000, seconds: 20 });
const CALM_WITHIN_MS = 10_000;
const PROMPT_MS = 1000;

const data = new Data();
const server = await Server.start(data);
const answers = [];
let begun;

const text = (key, value) => ({ key, value: { stringValue: value } });

// A token of a client's, as OTLP in JSON.
function body(session) {
  const attributes = [text("session.id", session), text("model", "claude-opus-5-5"), text("type", "input")];
  const now = `${Date.now()}000000`;
  const dataPoints = [{ attributes, startTimeUnixNano: now, timeUnixNano: now, asDouble: 1 }];
  const sum = { dataPoints, aggregationTemporality: 1, isMonotonic: true };
  const resource = { attributes: [text("user.email", "storm@example.com")] };
  const scopeMetrics = [{ scope: {}, metrics: [{ name: "claude_code.token.usage", sum }] }];
  return JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics }] });
}

// Sends a request; its status, or why there was none.
function post(agent, session) {
  const headers = { Authorization: `Bearer ${data.ingestToken}`, "Content-Type": "application/json" };
  return new Promise((done) => {
    const sent = request(`${server.url}/v1/metrics`, { agent, headers, method: "POST" }, (answer) => {
      answer.resume().once("end", () => done(answer.statusCode));
    });
    sent.once("error", (error) => done(error.code ?? error.message));
    sent.end(body(session));
  });
}

// A client that reports every second or so.
async function client() {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const session = randomUUID();
  while (performance.now() - begun < 1000 * seconds) {
    const sent = performance.now();
    const status = await post(agent, session);
    const now = performance.now();
    answers.push({ status, ms: now - sent, at: now - begun });
    await sleep(1000 * (0.5 + Math.random()));
  }
  agent.destroy();
}

begun = performance.now();
await Promise.all(Array.from({ length: clients }, client));

const statuses = new Map();
for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
const stormy = answers.filter(({ status, ms }) => status !== 200 || ms > PROMPT_MS);
const calmAfter = Math.max(0, ...stormy.map(({ at }) => at));
const shown = (await counted(server.url, data)).get("storm@example.com").input_tokens;
const code = await server.stop();
data.remove();

const times = answers.map(({ ms }) => ms);
const accepted = statuses.get(200) ?? 0;
console.log("| clients | requests | statuses | calm after s | p50 ms | p99 ms | most ms | accepted | counted |");
console.log("|---:|---:|---|---:|---:|---:|---:|---:|---:|");
const shares = [0.5, 0.99, 1].map((share) => quantile(times, share).toFixed(0));
const list = [...statuses].map(([status, count]) => `${status}: ${count}`).join(", ");
const row = [clients, answers.length, list, (calmAfter / 1000).toFixed(1), ...shares, accepted, shown];
console.log(`| ${row.join(" | ")} |`);

const isPlain = [...statuses.keys()].every((status) => status === 200 || status === 503);
const isWhole = isPlain && calmAfter <= CALM_WITHIN_MS && shown === accepted && code === 0;
process.exit(isWhole ? 0 : 1);
