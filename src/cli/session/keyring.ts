/** The secrets this process knows. Some are learnt late (keys that stand in a database), so every redactor of it asks anew. */
import { makeRedactor, type Redactor } from "../../text/redact.ts";
import type { Secret } from "../../text/secret.ts";

export interface Keyring {
  add(secret: Secret): void;
  /** A redactor that knows every secret added before or after; `salt` is the journal's. */
  redactor(salt: string): Redactor;
}

export function makeKeyring(): Keyring {
  const secrets: Secret[] = [];
  return {
    add(secret) {
      if (!secrets.some((entry) => entry.name === secret.name && entry.reveal() === secret.reveal()))
        secrets.push(secret);
    },
    redactor(salt) {
      let count = -1;
      let redactor: Redactor | undefined;
      const current = (): Redactor => {
        if (redactor === undefined || count !== secrets.length) {
          count = secrets.length;
          redactor = makeRedactor({
            secrets: secrets.map((secret) => ({ name: secret.name, value: secret.reveal() })),
            salt,
          });
        }
        return redactor;
      };
      return {
        redact: (text) => current().redact(text),
        redactJson: (value) => current().redactJson(value),
        stream: () => current().stream(),
        get tooShort() {
          return current().tooShort;
        },
      };
    },
  };
}
