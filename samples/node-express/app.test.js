import assert from "node:assert/strict";
import { test } from "node:test";

import request from "supertest";

import { guestBook } from "./app.js";

test("what was written is listed, newest first", async () => {
  const app = guestBook();
  for (const name of ["Ada", "Grace"]) {
    await request(app).post("/entries").send({ name, text: "was here" }).expect(201);
  }
  const { body } = await request(app).get("/entries").expect(200);
  assert.deepEqual(body.map((entry) => entry.name), ["Grace", "Ada"]);
});

test("an entry without a name is refused", async () => {
  await request(guestBook()).post("/entries").send({ text: "?" }).expect(400);
});
