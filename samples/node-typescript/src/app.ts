// A thermometer: what was measured is kept, and asked for by the hour.
import { Hono } from "hono";
import { z } from "zod";

const Measurement = z.object({
  at: z.iso.datetime(),
  celsius: z.number().min(-90).max(60),
});

export type Measurement = z.infer<typeof Measurement>;

export function thermometer(): Hono {
  const measurements: Measurement[] = [];
  const app = new Hono();

  app.get("/", (context) => context.text("Hello from node-typescript\n"));

  app.post("/measurements", async (context) => {
    const parsed = Measurement.safeParse(await context.req.json());
    if (!parsed.success) {
      return context.json({ error: z.prettifyError(parsed.error) }, 400);
    }
    measurements.push(parsed.data);
    return context.json(parsed.data, 201);
  });

  app.get("/hours", (context) => {
    const hours = Map.groupBy(measurements, ({ at }) => at.slice(0, 13));
    const means = [...hours].map(([hour, all]) => ({
      hour,
      celsius: all.reduce((sum, { celsius }) => sum + celsius, 0) / all.length,
    }));
    return context.json(means);
  });

  return app;
}
