import { createServer } from "node:http";
import { text } from "node:stream/consumers";

import { Accounts } from "./accounts.js";

const accounts = new Accounts();

async function answer(request) {
  if (request.method === "GET" && request.url === "/") {
    return [200, "Hello from node-native\n"];
  }
  if (request.method !== "POST") {
    return [404, ""];
  }
  const form = new URLSearchParams(await text(request));
  const [name, password] = [form.get("name"), form.get("password")];
  if (!name || !password) {
    return [400, "name and password are wanted\n"];
  }
  switch (request.url) {
    case "/accounts":
      return (await accounts.add(name, password)) ? [201, "welcome\n"] : [409, "the name is taken\n"];
    case "/login":
      return (await accounts.check(name, password)) ? [200, "welcome back\n"] : [403, "no\n"];
    default:
      return [404, ""];
  }
}

const server = createServer(async (request, response) => {
  const [status, body] = await answer(request);
  response.writeHead(status, { "content-type": "text/plain" }).end(body);
});
// The addon is tried before anybody comes.
await accounts.add("somebody", "of no use");
const port = Number(process.env.PORT ?? 8080);
server.listen(port, () => console.log(`listening on port ${port}`));
