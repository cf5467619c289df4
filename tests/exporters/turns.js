// Two ways in which one process takes over from another.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { Server, binary, note } from "./server.js";

const python = process.env.PYTHON ?? "python3";

// Every door at the addresses of before; at free ones at first.
const doors = ({ otlp = "http://127.0.0.1:0", grpc = "http://127.0.0.1:0" }) =>
  ["--otlp-http-listen", new URL(otlp).host, "--otlp-grpc-listen", new URL(grpc).host];

// The next process joins the ports (SO_REUSEPORT) before the last one is asked to stop.
export class OnePort {
  name = "one port";

  async begin(data) {
    this.data = data;
    this.server = await Server.start(data, "127.0.0.1:0", doors({}));
    const { url, otlp, grpc } = this.server;
    Object.assign(this, { url, otlp, grpc });
  }

  async turn() {
    const old = this.server;
    this.server = await Server.start(this.data, new URL(this.url).host, doors(this));
    const code = await old.stop();
    if (code !== 0) throw new Error(`the old process ended with ${code}`);
  }

  end() {
    return this.server?.kill();
  }
}

// The sockets belong to somebody else (systemd): one process ends, then the next one starts.
export class HandedSocket {
  name = "handed socket";

  async begin(data) {
    const sockets = "otlp-grpc,http,otlp-http";
    const words = [join(import.meta.dirname, "activate.py"), sockets, binary, "serve", "--data-dir", data.folder];
    this.holder = spawn(python, words, { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.holder.stdout });
    await this.obey("start", /^daybook is listening on (.*)/);
  }

  async turn() {
    const code = await this.obey("stop", /^ended (.*)/);
    if (code !== "0") throw new Error(`the old process ended with ${code}`);
    await this.obey("start", /^daybook is listening on (.*)/);
  }

  // Sends a line; what the line that answers it says.
  obey(order, answer) {
    return new Promise((found) => {
      const read = (line) => {
        note(line, this);
        const said = line.match(answer);
        if (!said) return;
        this.lines.off("line", read);
        found(said[1]);
      };
      this.lines.on("line", read);
      this.holder.stdin.write(`${order}\n`);
    });
  }

  async end() {
    this.holder?.stdin.end();
  }
}
