/** A number for people, with its digits in groups of three: 86,137. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** A count with its noun in the singular or the plural: 1 class, 2 classes, 1,000 entries. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${count === 1 ? noun : plural(noun)}`;
}

function plural(noun: string): string {
  if (/(?:s|x|z|ch|sh)$/.test(noun)) return `${noun}es`;
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

export function bytes(count: number): string {
  if (count < 1_024) return `${count} B`;
  if (count < 1_024 * 1_024) return `${(count / 1_024).toFixed(1)} KiB`;
  const [whole, tenth] = (count / 1_024 / 1_024).toFixed(1).split(".");
  return `${grouped(Number(whole))}.${tenth} MiB`;
}

/** A duration for people: 45 ms, 3.2 s, 4 min 10 s, 2 h 5 min. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.trunc(seconds / 60)} min ${seconds % 60} s`;
  return `${grouped(Math.trunc(seconds / 3_600))} h ${Math.round((seconds % 3_600) / 60)} min`;
}
