"use client";

import { useState } from "react";
import type { Tide } from "../lib/tides";

export default function Chart({ tides }: { tides: Tide[] }) {
  const [chosen, choose] = useState<Tide>();
  const points = tides.map(({ minute, height }) => `${minute},${100 - height * 40}`).join(" ");
  return (
    <figure>
      <svg viewBox="0 0 1440 200" width="720" height="100">
        <polyline points={points} fill="none" stroke="currentColor" strokeWidth="4" />
        {tides.map((tide) => (
          <circle key={tide.minute} cx={tide.minute} cy={100 - tide.height * 40} r="8" onClick={() => choose(tide)} />
        ))}
      </svg>
      <figcaption>{chosen ? `${chosen.height} m at ${chosen.minute / 60}:00` : "Choose an hour"}</figcaption>
    </figure>
  );
}
