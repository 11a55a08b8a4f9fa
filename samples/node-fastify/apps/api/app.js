// Converts what is asked for: GET /convert?from=km&to=mi&value=42
import Fastify from "fastify";
import { convert, units } from "units";

const querystring = {
  type: "object",
  required: ["from", "to", "value"],
  properties: {
    from: { enum: units },
    to: { enum: units },
    value: { type: "number" },
  },
};

export function converter() {
  const app = Fastify({ logger: false });
  app.get("/", async () => "Hello from node-fastify\n");
  app.get("/convert", { schema: { querystring } }, async ({ query }) => ({
    ...query,
    result: convert(query.value, query.from, query.to),
  }));
  return app;
}
