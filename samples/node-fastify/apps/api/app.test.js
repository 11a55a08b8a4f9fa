import assert from "node:assert/strict";
import { test } from "node:test";

import { converter } from "./app.js";

test("kilometres become miles", async () => {
  const answer = await converter().inject("/convert?from=km&to=mi&value=42.195");
  assert.equal(answer.json().result.toFixed(2), "26.22");
});

test("what is no unit is refused", async () => {
  const answer = await converter().inject("/convert?from=km&to=stone&value=1");
  assert.equal(answer.statusCode, 400);
});
