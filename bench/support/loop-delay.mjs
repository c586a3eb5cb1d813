// Loaded into a process (`--import`): on SIGUSR2 writes how late its event loop was since the last time, ms: `[99 %, the most]`.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

const EVERY_MS = 10;
let late = [];
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  late.push(Math.max(0, now - last - EVERY_MS));
  last = now;
}, EVERY_MS).unref();

process.on('SIGUSR2', () => {
  const sorted = late.sort((a, b) => a - b);
  const shown = [sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0, sorted.at(-1) ?? 0].map(
    (ms) => Math.round(ms * 10) / 10,
  );
  late = [];
  appendFileSync(join(process.env.LOOP_DELAY_DIR ?? '.', String(process.pid)), `${JSON.stringify(shown)}\n`);
});
