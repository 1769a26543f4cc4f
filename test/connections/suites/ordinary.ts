/** Of ordinary changes hardly any is without a preview, and what takes them back is complete wherever nothing is beside. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Connections } from "../../../src/connections/connect.ts";
import { portsOf } from "../../../src/packs/appliance/connections/connect.ts";
import type { Stage } from "../../support/recorded/database.ts";
import { randomOf, type Random } from "../../support/random.ts";

/** `open`: a database of the tests' own, real or recorded. So many statements are previewed. */
export function ordinaryTests(open: () => Promise<Stage & { stop(): Promise<void> }>, count: number): void {
  let database: Awaited<ReturnType<typeof open>>;
  let world: Connections;

  beforeAll(async () => {
    database = await open();
    world = portsOf(database.site(), { redact: (text) => text });
    await database.root.query(
      `CREATE TABLE customer (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, region CHAR(2) NOT NULL, vip TINYINT(1) NOT NULL DEFAULT 0,
       seen TIMESTAMP NULL, UNIQUE (name), KEY (region));
     CREATE TABLE purchase (id BIGINT AUTO_INCREMENT PRIMARY KEY, customer INT NOT NULL, state ENUM('open','paid','sent') NOT NULL, total DECIMAL(10,2) NOT NULL,
       made DATETIME(3) NOT NULL, up TIMESTAMP DEFAULT NOW() ON UPDATE NOW(), KEY (state), FOREIGN KEY (customer) REFERENCES customer (id));
     CREATE TABLE line (purchase BIGINT NOT NULL, n SMALLINT NOT NULL, item VARCHAR(20) NOT NULL, price DECIMAL(8,2) NOT NULL, PRIMARY KEY (purchase, n),
       FOREIGN KEY (purchase) REFERENCES purchase (id) ON DELETE CASCADE);
     CREATE TABLE audit (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(80), at DATETIME(6));
     CREATE TABLE stock (item VARCHAR(20) CHARACTER SET latin1 PRIMARY KEY, left_over INT NOT NULL, note TEXT);
     INSERT INTO customer (name, region) SELECT CONCAT('customer ', seq), ELT(1 + seq % 4, 'de', 'fr', 'us', 'jp') FROM seq_1_to_60;
     INSERT INTO purchase (customer, state, total, made) SELECT 1 + seq % 40, 1 + seq % 3, seq * 1.25, NOW(3) - INTERVAL seq DAY FROM seq_1_to_300;
     INSERT INTO line SELECT p.id, s.seq, CONCAT('item ', (p.id + s.seq) % 30), s.seq * 2.5 FROM purchase p JOIN seq_1_to_3 s;
     INSERT INTO stock (item, left_over) SELECT CONCAT('item ', seq), seq * 3 FROM seq_0_to_29;
     CREATE TRIGGER stock_audit AFTER UPDATE ON stock FOR EACH ROW INSERT INTO audit (what, at) VALUES (CONCAT('stock ', NEW.item), NOW(6));
     ANALYZE TABLE customer, purchase, line, stock`,
    );
  });
  afterAll(async () => {
    await world.close();
    await database.stop();
  });

  interface Typed {
    readonly sql: string;
    readonly tables: readonly string[];
  }

  const one = (table: string, sql: string): Typed => ({ sql, tables: [table] });

  /** What people type, over and over with other values. */
  const SHAPES: readonly ((random: Random) => Typed)[] = [
    (r) => one("customer", `UPDATE customer SET vip = 1 WHERE id = ${1 + r(60)}`),
    (r) => one("customer", `UPDATE customer SET vip = NOT vip, seen = NOW() WHERE region = 'fr' AND id < ${r(60)}`),
    (r) =>
      one(
        "customer",
        `UPDATE customer SET name = CONCAT(name, ' (', region, ')') WHERE id IN (${1 + r(60)}, ${1 + r(60)})`,
      ),
    (r) => one("customer", `DELETE FROM customer WHERE id > ${41 + r(19)}`),
    () =>
      one(
        "customer",
        "DELETE FROM customer WHERE NOT EXISTS (SELECT 1 FROM purchase p WHERE p.customer = customer.id) LIMIT 5",
      ),
    (r) =>
      one(
        "customer",
        `INSERT INTO customer (name, region) VALUES ('new ${r(1_000_000)}', 'de'), ('newer ${r(1_000_000)}', 'us')`,
      ),
    (r) => one("purchase", `UPDATE purchase SET state = 'paid' WHERE state = 'open' AND id <= ${r(300)}`),
    (r) =>
      one(
        "purchase",
        `UPDATE purchase SET total = ROUND(total * 1.19, 2) WHERE customer = ${1 + r(40)} ORDER BY id LIMIT 3`,
      ),
    (r) =>
      one(
        "purchase",
        `UPDATE purchase SET state = CASE WHEN total > 100 THEN 'sent' ELSE state END WHERE customer IN (SELECT id FROM customer WHERE region = 'de') AND id < ${r(300)}`,
      ),
    (r) =>
      one(
        "purchase",
        `UPDATE purchase SET made = made - INTERVAL 1 HOUR WHERE made < NOW() - INTERVAL ${100 + r(150)} DAY`,
      ),
    (r) =>
      one(
        "purchase",
        `UPDATE purchase p JOIN customer c ON c.id = p.customer SET p.state = 'sent' WHERE c.region = 'us' AND p.id < ${r(300)}`,
      ),
    (r) => ({
      sql: `UPDATE purchase p JOIN customer c ON c.id = p.customer SET p.total = p.total - 1, c.vip = 1 WHERE c.id = ${1 + r(40)}`,
      tables: ["purchase", "customer"],
    }),
    (r) => one("purchase", `DELETE FROM purchase WHERE state = 'sent' AND id < ${r(60)}`),
    (r) =>
      one(
        "purchase",
        `DELETE p FROM purchase p JOIN customer c ON c.id = p.customer WHERE c.name = 'customer ${1 + r(40)}'`,
      ),
    () => one("purchase", "DELETE FROM purchase ORDER BY made DESC LIMIT 4"),
    (r) =>
      one(
        "purchase",
        `INSERT INTO purchase (customer, state, total, made) SELECT id, 'open', 9.99, NOW(3) FROM customer WHERE region = 'jp' AND id < ${r(60)}`,
      ),
    (r) => one("line", `UPDATE line SET price = price * 2 WHERE purchase = ${1 + r(300)}`),
    (r) => one("line", `DELETE FROM line WHERE purchase = ${1 + r(300)} AND n > 1`),
    (r) =>
      one(
        "line",
        `DELETE l FROM line l LEFT JOIN stock s ON s.item = l.item WHERE s.item IS NULL AND l.purchase < ${r(300)}`,
      ),
    (r) => one("line", `UPDATE line SET n = n + 10 WHERE purchase = ${1 + r(300)} ORDER BY n DESC`),
    (r) =>
      one("line", `INSERT INTO line (purchase, n, item, price) VALUES (${1 + r(300)}, ${50 + r(1000)}, 'item 1', 2.5)`),
    (r) => one("stock", `UPDATE stock SET left_over = left_over - 1 WHERE item = 'item ${r(30)}'`),
    (r) => one("stock", `UPDATE stock SET note = 'low' WHERE left_over < ${r(90)}`),
    (r) => one("stock", `DELETE FROM stock WHERE item LIKE 'item ${r(3)}%'`),
    (r) => one("audit", `INSERT INTO audit (what, at) VALUES ('by hand ${r(99)}', NOW(6))`),
  ];

  it(`${count} of them`, async () => {
    const random = randomOf(1);
    const none: string[] = [];
    const ways = new Map<string, number>();
    for (let at = 0; at < count; at += 1) {
      const { sql, tables } = (SHAPES[at % SHAPES.length] as (typeof SHAPES)[number])(random);
      const [touches, ...also] = tables.map((table) => ({ table, rows: { at_most: 10_000 }, within: null }));
      if (touches === undefined) throw new Error("a statement without a table");
      const preview = await world.sql.preview({ sql, values: {}, touches, also });
      if (!preview.ok) none.push(`${preview.error.message} | ${sql}`);
      else {
        const way = `${preview.value.undo?.kind ?? "?"}${preview.value.effects?.some(({ kind }) => kind === "trigger") === true ? " beside a trigger" : ""}`;
        ways.set(way, (ways.get(way) ?? 0) + 1);
      }
    }
    process.stdout.write(`${[...new Set(none)].join("\n")}\n${JSON.stringify([...ways])}\n`);
    expect(none.length).toBeLessThanOrEqual(count / 20);
    expect([...ways.keys()].toSorted()).toEqual(["complete", "partial beside a trigger"]);
  });
}
