import assert from "node:assert/strict";
import { test } from "node:test";

import { tides } from "./tides.ts";

test("the water is highest at the first high water", () => {
  const day = tides(180, 4);
  assert.equal(day.length, 24);
  assert.deepEqual(day[3], { minute: 180, height: 2 });
});
