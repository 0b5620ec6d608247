import { connect, createServer, type Server, type Socket } from "node:net";

export type Direction = "to server" | "to client";

/**
 * Looks at what passes: what it returns is sent on, `"drop"` is not; `"cut"` ends the connection,
 * `last` does after that has been sent.
 */
export type Filter = (direction: Direction, data: Buffer, link: object) => Buffer | "drop" | "cut" | { readonly last: Buffer };

interface Link {
  readonly client: Socket;
  readonly server: Socket;
}

/** A program between a client and a real server, in one place of which the network fails. */
export class TcpProxy {
  /** Of every connection, from now on. */
  filter: Filter = (_, data) => data;
  /** Whether connections are refused. */
  isDown = false;
  readonly #listener: Server;
  readonly #links = new Set<Link>();

  private constructor(targetPort: number) {
    this.#listener = createServer((client) => this.#accept(client, targetPort));
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((resolve) => proxy.#listener.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** The same URL by way of this proxy. */
  through(url: string): string {
    const address = this.#listener.address();
    const proxied = new URL(url);
    proxied.port = String(typeof address === "object" ? address?.port : address);
    return proxied.href;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const link of this.#links) destroy(link);
  }

  /**
   * Makes the server do this on every connection, of which the clients learn nothing; none of them
   * may be in use. `answer` is what the server says when it has.
   */
  async inject(sql: string, answer: string = sql): Promise<void> {
    const { filter } = this;
    const links = [...this.#links];
    let answers = 0;
    await new Promise<void>((resolve) => {
      this.filter = (_, data) => {
        if (data.includes(answer) && ++answers === links.length) resolve();
        return "drop";
      };
      const body = Buffer.from(`${sql}\0`);
      const head = Buffer.from([0x51, 0, 0, 0, body.length + 4]);
      for (const { server } of links) server.write(Buffer.concat([head, body]));
    });
    this.filter = filter;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#listener.close(resolve));
  }

  #accept(client: Socket, targetPort: number): void {
    if (this.isDown) {
      client.destroy();
      return;
    }
    const link: Link = { client, server: connect(targetPort, "127.0.0.1") };
    this.#links.add(link);
    const pass = (direction: Direction, from: Socket, to: Socket): void => {
      from.setNoDelay(true);
      from.on("data", (data: Buffer) => {
        const passed = this.filter(direction, data, link);
        if (passed === "cut") destroy(link);
        else if (passed !== "drop" && "last" in passed) to.write(passed.last, () => destroy(link));
        else if (passed !== "drop") to.write(passed);
      });
      from.on("error", () => destroy(link));
      from.on("close", () => {
        destroy(link);
        this.#links.delete(link);
      });
    };
    pass("to server", client, link.server);
    pass("to client", link.server, client);
  }
}

function destroy({ client, server }: Link): void {
  client.destroy();
  server.destroy();
}
