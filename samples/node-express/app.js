// A guest book: what was written is listed, newest first, until the process ends.
import express from "express";
import helmet from "helmet";

const MOST = 100;

export function guestBook() {
  const entries = [];
  const app = express();
  app.use(helmet());
  app.use(express.json({ limit: "1kb" }));

  app.get("/", (request, response) => {
    response.type("text").send("Hello from node-express\n");
  });

  app.get("/entries", (request, response) => {
    response.json(entries);
  });

  app.post("/entries", (request, response) => {
    const { name, text } = request.body ?? {};
    if (typeof name !== "string" || typeof text !== "string" || !name.trim()) {
      response.status(400).json({ error: "name and text are wanted" });
      return;
    }
    const entry = { name: name.trim(), text };
    entries.unshift(entry);
    entries.length = Math.min(entries.length, MOST);
    response.status(201).json(entry);
  });

  return app;
}
