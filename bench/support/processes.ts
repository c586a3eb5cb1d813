import { readdirSync, readFileSync } from 'node:fs';

/** What Linux counts CPU in, ms. */
const TICK_MS = 10;

/** User and system time of a process so far, ms; 0 where there is no /proc, and of one that has ended. */
export function cpuOf(pid: number): number {
  return ticksOf(pid, [11, 12]) * TICK_MS;
}

/** The same of a process and everything that it has started, also of what has ended. */
export function cpuOfFamily(pid: number): number {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(all.map((name) => [Number(name), parentOf(Number(name))]));
  const isOfIt = (one: number): boolean => one === pid || (parents.has(one) && isOfIt(parents.get(one) ?? 0));
  const ticks = [...parents.keys()].filter(isOfIt).map((one) => ticksOf(one, [11, 12, 13, 14]));
  return ticks.reduce((sum, one) => sum + one, 0) * TICK_MS;
}

/** Memory that the system can give without swapping, bytes; without /proc as much as one likes. */
export function availableMemory(): number {
  const found = /MemAvailable:\s+(\d+) kB/.exec(readText('/proc/meminfo'));
  return found ? Number(found[1]) * 1_024 : Number.POSITIVE_INFINITY;
}

/** Resident memory of a process, bytes. */
export function residentMemory(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readText(`/proc/${pid}/status`))?.[1] ?? 0) * 1_024;
}

function ticksOf(pid: number, fields: number[]): number {
  const all = statOf(pid);
  return fields.reduce((sum, field) => sum + Number(all[field] ?? 0), 0);
}

function parentOf(pid: number): number {
  return Number(statOf(pid)[1]);
}

/** Fields of /proc/PID/stat after the name, which may hold anything: state, parent … */
function statOf(pid: number): string[] {
  return readText(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
