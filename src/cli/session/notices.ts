/** Notices of a session's runs, where the configuration names a receiver. */
import { httpClient } from "../../connections/http.ts";
import { webhook, type Webhook } from "../../readers/webhook.ts";
import type { Session } from "./session.ts";
import { commandText } from "../site/name.ts";

/** A receiver has little to do; one that is slower than this is asked again later. */
const TIMEOUTS = { connectMs: 2_000, idleMs: 4_000, totalMs: 4_000 };

/** Follows a run with notices; null where none are wanted. */
export function followNotices({ notice, request, io }: Session, complain: (text: string) => void): Webhook | null {
  if (notice === null) return null;
  const secret = notice.secret.reveal();
  const client = httpClient({ redact: (text) => text.replaceAll(secret, "***"), timeouts: TIMEOUTS });
  const hook = webhook({
    secret,
    now: Date.now,
    complain,
    command: (words) => commandText(request, io.env, words),
    post: async (json, headers) => {
      const got = await client.request({ kind: "change", method: "POST", url: notice.url, json, headers });
      if (!got.ok) return got.error.message;
      return got.value.status >= 200 && got.value.status < 300 ? null : `the receiver answered ${got.value.status}`;
    },
  });
  const { drain } = hook;
  return { ...hook, drain: () => drain().finally(() => client.close()) };
}
