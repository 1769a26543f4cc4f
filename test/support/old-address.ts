/** The old address: nginx with the rule of docs/endpoint.md to the letter, but for its ports and the token's file. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TOKEN } from "./endpoint.ts";
import { startNginx } from "./nginx.ts";

const page = readFileSync(new URL("../../docs/endpoint.md", import.meta.url), "utf8");
const [, rule = ""] = /```nginx\n(.*?)```/su.exec(page) ?? [];
/** The document's own calls of that address. */
export const CURLS: readonly string[] = page.match(/^curl .*localhost:8082.*$/gmu) ?? [];

const TOKEN_FILE = "/etc/nginx/handrail-token.conf";

function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`docs/endpoint.md has no ${from} in its rule`);
  return text.replace(from, to);
}

export interface Proxy {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on a free port of its own, in front of the endpoint and of the appliance's API. */
export async function oldAddress(endpoint: string, api: string): Promise<Proxy> {
  const nginx = await startNginx((port, folder) => {
    writeFileSync(join(folder, "token.conf"), `proxy_set_header Authorization "Bearer ${TOKEN}";\n`, { mode: 0o600 });
    const ours: readonly [string, string][] = [
      ["127.0.0.1:8082", `127.0.0.1:${port}`],
      ["http://127.0.0.1:8182", api],
      ["http://127.0.0.1:8083", endpoint],
      [TOKEN_FILE, `${folder}/token.conf`],
    ];
    return ours.reduce((text, [from, to]) => replaced(text, from, to), rule);
  });
  return { url: `http://127.0.0.1:${nginx.port}`, close: () => nginx.stop() };
}
