// Two ways in which one process takes over from another.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { Server, binary } from "./server.js";

const python = process.env.PYTHON ?? "python3";

// The next process joins the port (SO_REUSEPORT) before the last one is asked to stop.
export class OnePort {
  name = "one port";

  async begin(data) {
    this.data = data;
    this.server = await Server.start(data);
    this.url = this.server.url;
  }

  async turn() {
    const old = this.server;
    this.server = await Server.start(this.data, new URL(this.url).host);
    const code = await old.stop();
    if (code !== 0) throw new Error(`the old process ended with ${code}`);
  }

  end() {
    return this.server?.kill();
  }
}

// The socket belongs to somebody else (systemd): one process ends, then the next one starts.
export class HandedSocket {
  name = "handed socket";

  async begin(data) {
    const words = [join(import.meta.dirname, "activate.py"), binary, "serve", "--data-dir", data.folder];
    this.holder = spawn(python, words, { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.holder.stdout });
    await this.obey("start", /^daybook is listening on (.*)/).then((url) => { this.url = url; });
  }

  async turn() {
    const code = await this.obey("stop", /^ended (.*)/);
    if (code !== "0") throw new Error(`the old process ended with ${code}`);
    await this.obey("start", /^daybook is listening on (.*)/);
  }

  // Sends a line; what the line that answers it says.
  async obey(order, answer) {
    this.holder.stdin.write(`${order}\n`);
    for (;;) {
      const [line] = await once(this.lines, "line");
      const found = line.match(answer);
      if (found) return found[1];
    }
  }

  async end() {
    this.holder?.stdin.end();
  }
}
