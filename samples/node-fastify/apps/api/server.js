import { converter } from "./app.js";

const app = converter();
const port = Number(process.env.PORT ?? 8080);
console.log(`listening at ${await app.listen({ host: "0.0.0.0", port })}`);
