import assert from "node:assert/strict";
import { test } from "node:test";
import { looksLikeToken } from "../src/token.ts";

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const made = (header: unknown, claims: unknown) => `${part(header)}.${part(claims)}.c2lnbmF0dXJl`;
const ours = made({ alg: "HS512", typ: "JWT" }, { uuid: "1", expires: null });

test("a token of ELITEA's is told by its header and claims", () => {
  for (const text of [ours, `  ${ours}\r\n`, `Bearer ${ours}`]) assert.ok(looksLikeToken(text), text);
});

test("nothing else is", () => {
  const others = [
    "",
    "password",
    "a.b.c",
    made({ alg: "HS512" }, { sub: "1", exp: 2 }),
    made({}, { uuid: "1", expires: null }),
    made({ alg: "HS512" }, null),
    `${ours}.more`,
    `see ${ours}`,
    ours + "a".repeat(9000),
  ];
  for (const text of others) assert.ok(!looksLikeToken(text), text);
});
