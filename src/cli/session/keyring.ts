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
      if (!secrets.some((known) => known.name === secret.name && known.reveal() === secret.reveal()))
        secrets.push(secret);
    },
    redactor(salt) {
      let known = -1;
      let made: Redactor | undefined;
      const now = (): Redactor => {
        if (made === undefined || known !== secrets.length) {
          known = secrets.length;
          made = makeRedactor({
            secrets: secrets.map((secret) => ({ name: secret.name, value: secret.reveal() })),
            salt,
          });
        }
        return made;
      };
      return {
        redact: (text) => now().redact(text),
        redactJson: (value) => now().redactJson(value),
        stream: () => now().stream(),
        get tooShort() {
          return now().tooShort;
        },
      };
    },
  };
}
