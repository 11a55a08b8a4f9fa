import { Decimal } from "decimal.js";

const metres = { m: "1", km: "1000", mi: "1609.344", ft: "0.3048" };

export const units = Object.keys(metres);

export function convert(value, from, to) {
  return new Decimal(value).times(metres[from]).div(metres[to]).toNumber();
}
