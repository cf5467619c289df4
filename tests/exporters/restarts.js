// Rolling restarts under load from the real exporters: every batch must be acknowledged, and the
// API must show just what was sent.
//
//   node tests/exporters/restarts.js --restarts 50 --rate 500 [--developers 100]
//
// DAYBOOK names the binary; measure a release build.
import { setTimeout as sleep } from "node:timers/promises";
import { numbers, quantile } from "./arguments.js";
import { Developer } from "./developer.js";
import { Data, counted } from "./server.js";
import { HandedSocket, OnePort } from "./turns.js";

const { restarts, rate, developers } = numbers({ restarts: 50, rate: 500, developers: 100 });

// How a developer reports: by which protocol, at which door.
const manners = [
  { protocol: "http/protobuf", door: "url" },
  { protocol: "http/json", door: "url" },
  { protocol: "http/protobuf", door: "otlp" },
  { protocol: "grpc", door: "url" },
];

// Reports again and again, until it is told to stop: one request each time.
async function report(developer, every, state) {
  await sleep(Math.random() * every);
  let due = performance.now();
  while (!state.isOver) {
    developer.call({ input_tokens: 1 + (developer.sequence % 7), output_tokens: 3 });
    await developer.flush();
    due += every;
    await sleep(Math.max(0, due - performance.now()));
  }
}

// Half of the developers of each manner send metrics, half send records.
function staff(way, data) {
  return Array.from({ length: developers }, (_, place) => {
    const { protocol, door } = manners[place % manners.length];
    const signals = [place % (2 * manners.length) < manners.length ? "metrics" : "logs"];
    const where = { url: way[door], grpc: way.grpc };
    return new Developer(`d${place}`, where, data.ingestToken, { protocol, signals });
  });
}

// How many developers the API shows with other figures than they sent.
async function differing(people, way, data) {
  const users = await counted(way.url, data);
  return people.filter(({ email, sent }) => {
    const user = users.get(email) ?? {};
    return user.input_tokens !== sent.input_tokens || user.output_tokens !== sent.output_tokens;
  });
}

// Runs every restart of a way; prints a row. Whether all was counted.
async function measure(way) {
  const data = new Data();
  try {
    await way.begin(data);
    const people = staff(way, data);
    const state = { isOver: false };
    const every = (1000 * developers) / rate;
    const begun = performance.now();
    const reports = people.map((developer) => report(developer, every, state));
    for (let turn = 0; turn < restarts; turn++) {
      await sleep(200);
      await way.turn();
    }
    state.isOver = true;
    await Promise.all(reports);
    const seconds = (performance.now() - begun) / 1000;
    const outcomes = people.flatMap((developer) => developer.outcomes);
    const lost = outcomes.filter(({ ok }) => !ok);
    const wrong = await differing(people, way, data);
    print(way, seconds, outcomes, lost, wrong);
    return lost.length === 0 && wrong.length === 0;
  } finally {
    await way.end();
    data.remove();
  }
}

function print(way, seconds, outcomes, lost, wrong) {
  const times = outcomes.map(({ ms }) => ms);
  const resent = times.filter((ms) => ms >= 1000).length;
  const figures = [
    way.name, restarts, outcomes.length, (outcomes.length / seconds).toFixed(0), lost.length, resent,
    wrong.length, ...[0.5, 0.99, 1].map((share) => quantile(times, share).toFixed(1)),
  ];
  console.log(`| ${figures.join(" | ")} |`);
  for (const { error } of lost.slice(0, 5)) console.log("not acknowledged:", error?.message ?? error);
  for (const { email, sent } of wrong.slice(0, 5)) console.log("counted otherwise:", email, sent);
}

console.log("| way | restarts | requests | requests/s | not acknowledged | over 1 s | users counted otherwise | p50 ms | p99 ms | most ms |");
console.log("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
let isWhole = true;
for (const way of [new OnePort(), new HandedSocket()]) isWhole = (await measure(way)) && isWhole;
// The exporters keep connections open.
process.exit(isWhole ? 0 : 1);
