// What the real exporters send is what the API shows, to the token: every exporter of
// JavaScript and Python, each encoding and temporality, metrics alone, records alone, both.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Developer } from "./developer.js";
import { Data, Server, counted } from "./server.js";

const python = process.env.PYTHON ?? "python3";
let data, server;

before(async () => {
  data = new Data();
  const grpc = ["--otlp-grpc-listen", "127.0.0.1:0"];
  // The exporters keep idle connections open: nobody waits for those here.
  server = await Server.start(data, "127.0.0.1:0", ["--drain-secs", "0", ...grpc]);
});

after(async () => {
  assert.equal(await server?.stop(), 0, "it stops in order");
  data?.remove();
});

// Use that differs from call to call, so that none can stand in for another.
const usage = (turn) => ({
  input_tokens: 101 + turn, output_tokens: 22 + 2 * turn,
  cache_read_tokens: 1003 + 3 * turn, cache_creation_tokens: 205 + 5 * turn,
});

// Fails unless the API shows what was sent.
async function assertCounted(sent) {
  const user = (await counted(server.url, data)).get(sent.email);
  assert.ok(user, `${sent.email} is counted`);
  for (const [name, value] of Object.entries(sent.usage)) assert.equal(user[name], value, name);
}

for (const protocol of ["http/protobuf", "http/json", "grpc"]) {
  for (const compression of ["none", "gzip"]) {
    for (const temporality of ["delta", "cumulative"]) {
      for (const signals of [["metrics"], ["logs"], ["metrics", "logs"]]) {
        const title = `JavaScript ${protocol} ${compression} ${temporality} ${signals.join("+")}`;
        test(title, async () => {
          const name = title.toLowerCase().replaceAll(/\W/g, "-");
          const options = { protocol, compression, temporality, signals };
          const developer = new Developer(name, server, data.ingestToken, options);
          for (let turn = 0; turn < 4; turn++) {
            developer.call(usage(turn));
            developer.call(usage(10 * turn));
            await developer.flush();
          }
          await developer.close();
          assert.deepEqual(developer.outcomes.filter(({ ok }) => !ok), []);
          const { requests, ...tokens } = developer.sent;
          const expected = signals.includes("logs") ? { requests, ...tokens } : tokens;
          await assertCounted({ email: developer.email, usage: expected });
        });
      }
    }
  }
}

for (const protocol of ["http/protobuf", "grpc"]) {
  for (const temporality of ["delta", "cumulative"]) {
    const title = `Python ${protocol} ${temporality}`;
    test(title, async () => {
      const name = title.toLowerCase().replaceAll(/\W/g, "-");
      const url = protocol === "grpc" ? server.grpc : `${server.url}/api/otel`;
      const words = [join(import.meta.dirname, "developer.py"), protocol, url, name, temporality];
      const environment = { ...process.env, DAYBOOK_INGEST_TOKEN: data.ingestToken };
      const child = spawn(python, words, { env: environment, stdio: ["ignore", "pipe", "inherit"] });
      let printed = "";
      child.stdout.on("data", (text) => { printed += text; });
      const [code] = await once(child, "close");
      assert.equal(code, 0);
      await assertCounted(JSON.parse(printed));
    });
  }
}
