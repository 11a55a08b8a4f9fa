import assert from "node:assert/strict";
import { test } from "node:test";

import { Accounts } from "./accounts.js";

test("who knows the password comes in", async () => {
  const accounts = new Accounts();
  assert.equal(await accounts.add("ada", "engine"), true);
  assert.equal(await accounts.check("ada", "engine"), true);
  assert.equal(await accounts.check("ada", "Engine"), false);
  assert.equal(await accounts.check("grace", ""), false);
});

test("a name is taken once", async () => {
  const accounts = new Accounts();
  await accounts.add("ada", "engine");
  assert.equal(await accounts.add("ada", "other"), false);
  assert.equal(await accounts.check("ada", "engine"), true);
});
