/** Half a lunar day: the time from one high water to the next, in minutes. */
export const CYCLE = 745;

export type Tide = { minute: number; height: number };

/** Heights in metres at every hour of a day whose first high water is at `first` minutes. */
export function tides(first: number, range: number): Tide[] {
  const hours = Array.from({ length: 24 }, (_, hour) => hour * 60);
  return hours.map((minute) => {
    const phase = (2 * Math.PI * (minute - first)) / CYCLE;
    return { minute, height: Number(((range / 2) * Math.cos(phase)).toFixed(2)) };
  });
}
