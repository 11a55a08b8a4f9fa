import { guestBook } from "./app.js";

const port = Number(process.env.PORT ?? 8080);
guestBook().listen(port, () => console.log(`listening on port ${port}`));
