// Arguments of a measuring command: `--name number`, each with a value it has otherwise.
import { parseArgs } from "node:util";

export function numbers(otherwise) {
  const options = {};
  for (const name of Object.keys(otherwise)) options[name] = { type: "string" };
  const { values } = parseArgs({ options });
  const given = Object.entries(values).map(([name, value]) => [name, Number(value)]);
  return { ...otherwise, ...Object.fromEntries(given) };
}

// The value below which a share of the numbers lies.
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
