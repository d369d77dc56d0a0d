import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../src/backoff.ts";

test("it waits longer each time, and gives up after five deaths in three minutes", () => {
  const backoff = new Backoff();
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((second) => backoff.died(second * 1000)),
    [500, 1000, 2000, 4000, undefined],
  );
  backoff.forget();
  assert.equal(backoff.died(5000), 500);
});

test("old deaths do not count", () => {
  const backoff = new Backoff();
  for (let at = 0; at < 20; at++) assert.notEqual(backoff.died(at * 60_000), undefined);
});
