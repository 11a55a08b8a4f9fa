import { tides } from "../../../lib/tides";

export function GET(request: Request) {
  const { searchParams } = new URL(request.url);
  const number = (name: string, otherwise: number) => Number(searchParams.get(name) ?? otherwise);
  return Response.json(tides(number("first", 180), number("range", 4)));
}
