import assert from "node:assert/strict";
import { test } from "node:test";

import { convert } from "./index.js";

test("there and back is the same", () => {
  assert.equal(convert(convert(3, "ft", "mi"), "mi", "ft"), 3);
});
