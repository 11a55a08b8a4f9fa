import Chart from "./chart";
import { tides } from "../lib/tides";

export default async function Page({ searchParams }: { searchParams: Promise<{ first?: string }> }) {
  const { first } = await searchParams;
  return (
    <main>
      <h1>Hello from node-next</h1>
      <Chart tides={tides(Number(first ?? 180), 4)} />
    </main>
  );
}
