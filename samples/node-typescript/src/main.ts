import { serve } from "@hono/node-server";

import { thermometer } from "./app.js";

const port = Number(process.env.PORT ?? 8080);
serve({ fetch: thermometer().fetch, port }, () => console.log(`listening on port ${port}`));
