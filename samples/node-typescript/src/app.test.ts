import assert from "node:assert/strict";
import { test } from "node:test";

import { thermometer } from "./app.js";

test("the mean of an hour is told", async () => {
  const app = thermometer();
  for (const celsius of [10, 20]) {
    const body = JSON.stringify({ at: "2026-11-22T10:00:00Z", celsius });
    const answer = await app.request("/measurements", { method: "POST", body });
    assert.equal(answer.status, 201);
  }
  const answer = await app.request("/hours");
  assert.deepEqual(await answer.json(), [{ hour: "2026-11-22T10", celsius: 15 }]);
});

test("what can't be is refused", async () => {
  const body = JSON.stringify({ at: "yesterday", celsius: 100 });
  const answer = await thermometer().request("/measurements", { method: "POST", body });
  assert.equal(answer.status, 400);
});
