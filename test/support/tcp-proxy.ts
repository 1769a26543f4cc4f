/** A TCP proxy that can cut a conversation at a chosen text: before it is passed on, or before its answer is. */
import net from "node:net";

interface Cut {
  /** Bytes to look for in what the client sends; or else: */
  readonly at?: string;
  /** which of the client's packets from now on, counted from one. */
  readonly nth?: number;
  /** `before`: the server never sees it. `after`: the server gets it, its answer is lost. */
  readonly when: "before" | "after";
  /** What else happens at that moment: a client that is killed. */
  readonly also?: () => void;
}

export interface TcpProxy {
  readonly port: number;
  /** Arms one cut; null lets everything through. */
  arm(cut: Cut | null): void;
  /** Whether the cut that was armed last is still to come. */
  armed(): boolean;
  /** Cuts every conversation now. */
  cutAll(): void;
  stop(): Promise<void>;
}

export async function startProxy(target: number): Promise<TcpProxy> {
  let armed: Cut | null = null;
  let seen = 0;
  const pairs = new Set<() => void>();
  const server = net.createServer((client) => {
    const upstream = net.connect(target, "127.0.0.1");
    let silenced = false;
    const close = (): void => {
      client.destroy();
      upstream.destroy();
      pairs.delete(close);
    };
    pairs.add(close);
    client.on("data", (chunk) => {
      seen += 1;
      const hit = armed !== null && (armed.nth === seen || (armed.at && chunk.includes(armed.at))) ? armed : null;
      if (hit === null) return void upstream.write(chunk);
      armed = null;
      hit.also?.();
      if (hit.when === "before") return close();
      silenced = true;
      return void upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (silenced) close();
      else client.write(chunk);
    });
    for (const socket of [client, upstream]) {
      socket.on("error", close);
      socket.on("close", close);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    arm: (cut) => {
      armed = cut;
      seen = 0;
    },
    armed: () => armed !== null,
    cutAll: () => {
      for (const close of pairs) close();
    },
    stop: async () => {
      for (const close of pairs) close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
