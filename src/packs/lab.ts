/** A pack's lab as commands use it: a site of the product that nothing depends on. */
import type { Connections } from "../connections/connect.ts";
import type { Server } from "../connections/mysql/server.ts";
import type { Result } from "../ports/result.ts";

type Env = Readonly<Record<string, string | undefined>>;
type Family = Server["family"];

/** What somebody sees who looks past Handrail. */
export interface LabLook {
  readonly lines: readonly string[];
  /** Whether all is as it should be. */
  readonly good: boolean;
}

/** A real site as it was read, to be put into a lab. */
export interface Copy {
  /** How much it is, as in "12 rows, 3 disks". */
  readonly summary: string;
  /** What is not in it, as sentences. */
  readonly lacks: readonly string[];
  /** What no copy has, as a sentence. */
  readonly remark: string;
  /** Puts it into the lab, under a name. */
  load(name: string): Promise<void>;
}

/** A lab that is up. */
export interface Lab {
  readonly name: string;
  readonly dir: string;
  /** Its database server, and that server's version. */
  server(): Promise<Server>;
  load(world: string): Promise<void>;
  /** Looks for itself whether all is as a run of this runbook leaves it. */
  look(runbook: string): Promise<LabLook>;
  /** Reads a real site, or says what does not answer. Nothing is changed and nothing is locked. */
  copy(connections: Connections, redact: (text: string) => string): Promise<Result<Copy, string>>;
  /** Lets something go wrong in it, by its words. */
  fault(words: string): Promise<void>;
  /** Leaves it up when this process is gone. */
  stay(): void;
  /** Ends it, and removes its folder. */
  down(): Promise<void>;
}

/** A lab that is wanted. */
export interface LabWish {
  readonly name: string;
  /** How much faster than the real one its time runs. */
  readonly scale: number;
  readonly world: string;
  readonly env: Env;
  readonly server?: Family;
  readonly say?: (line: string) => void;
  readonly stays?: boolean;
}

/** One run of the demo where nobody is there to ask. */
export interface Act {
  /** What it is about, as paragraphs. */
  readonly text: string;
  readonly runbook: string;
  readonly decide: readonly string[];
  /** The world that it begins in; null: the one that is there. */
  readonly world: string | null;
}

/** What the demo tells and plays. */
export interface Demo {
  readonly world: string;
  /** The lab as a whole, and what is wrong in it. */
  readonly lab: string;
  readonly trouble: string;
  readonly approvals: string;
  readonly acts: readonly [Act, ...Act[]];
  /** What is under the cursor, and what the screen advises. */
  readonly selected: string;
  readonly hint: string;
}

/** What a pack brings to try everything on. */
export interface Labs {
  readonly demo: Demo;
  /** `handrail lab …`: a command line of its own. Gives the exit code. */
  command(
    words: string[],
    io: {
      stdout: { write(text: string): void };
      stderr: { write(text: string): void };
      env: Record<string, string | undefined>;
    },
  ): Promise<number>;
  /** The folder of the lab of a name, whether there is one or not. */
  folder(name: string, env: Env): string;
  isUp(dir: string): boolean;
  attach(dir: string): Promise<Lab>;
  /** Brings one up, or says which database server is missing. */
  up(wish: LabWish): Promise<Result<Lab, string>>;
  /** A world with nothing in it. */
  readonly bare: string;
  /** A fault as it is shown, by its words; throws where there is none such. */
  faultText(words: string): string;
}
