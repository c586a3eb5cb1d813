#!/usr/bin/env node
// Breaks the core on purpose, one rule at a time, in a copy of the tree, and checks that the tests notice.
//   node scripts/mutations.mjs [--only NAME[,NAME…]] [--shard 1/3] [--quick] [--fits]
// Prints a table; ends with 1 when a breakage is not noticed, or no longer matches the code.
//   --quick  only the tests that need no random histories    --fits  only checks that each breakage matches the code
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const COPIED = ['src', 'workers', 'sandbox', 'test', 'package.json', 'tsconfig.json'];
/** The quick ones first: what they catch needs no random histories. */
const STAGES = [
  ['test/unit/broadcasts/rules', 'test/proof/simulation/claim'],
  ['test/proof/simulation/guards', 'test/proof/topologies/slot-in-motion'],
  ['rate-slots', 'store', 'overlap'].map((name) => `test/integration/broadcasts/${name}`),
  ['test/proof/model/life-cycle', 'test/proof/simulation/simulation'],
];

/** Each: what is broken, where, the text that is replaced, and what stands there instead. */
const MUTATIONS = [
  [
    'claim that comes late is made',
    'src/broadcasts/store/lua/commit.lua',
    'if now > claim.notAfter then',
    'if false then',
  ],
  [
    'claim without a lease',
    'src/broadcasts/store/lua/commit.lua',
    'if claim.worker and redis.call',
    'if false and redis.call',
  ],
  ['gate ignored at the claim', 'src/broadcasts/store/lua/commit.lua', 'if claim.gate and', 'if false and'],
  [
    'due moment ignored at the claim',
    'src/broadcasts/store/lua/commit.lua',
    'if now < claim.notBefore then',
    'if false then',
  ],
  [
    'seq unchecked at the claim',
    'src/broadcasts/store/lua/commit.lua',
    'if tonumber(known[2] or 0) ~= claim.seq then',
    'if false then',
  ],
  ['version unchecked', 'src/broadcasts/store/lua/commit.lua', 'if version ~= change.expected then', 'if false then'],
  ['history not written', 'src/broadcasts/store/lua/commit.lua', 'if #change.history > 0 then', 'if false then'],
  [
    'gate may go back',
    'src/broadcasts/store/lua/commit.lua',
    'if meeting.gateUntil and meeting.gateUntil >',
    'if meeting.gateUntil and 9e15 >',
  ],
  [
    'seq of a meeting unchecked',
    'src/broadcasts/store/lua/commit.lua',
    'if meeting and meeting.seq and',
    'if false and',
  ],
  [
    'overlap with a broadcast before it unseen',
    'src/broadcasts/store/lua/meeting_plan.lua',
    ' or scan(',
    ' or nil and scan(',
  ],
  ['pause of the account not kept', 'src/broadcasts/store/lua/commit.lua', 'if payload.pause then', 'if false then'],
  ['rate slot ignored', 'src/broadcasts/store/lua/commit.lua', 'if come then', 'if false then'],
  [
    'nothing of the day kept for stops',
    'src/broadcasts/store/lua/take_slot.lua',
    "rule.class == 'stop' and rule.daily or rule.daily * 0.9",
    'rule.daily',
  ],
  [
    'starts leave no room for stops',
    'src/broadcasts/store/lua/take_slot.lua',
    'rule.most - others - math.max(spare, kept)',
    'rule.most - others - count.stop',
  ],
  ['restarts without limit', 'src/broadcasts/rules/stream-drop.ts', 'drops < MAX_RESTARTS &&', ''],
  [
    'an alert is raised again and again',
    'src/broadcasts/decision.ts',
    'if (this.next.alerted.includes(code)) return this;',
    '',
  ],
  [
    'an older event of the stream counts',
    'src/broadcasts/rules/on-zoom-event.ts',
    'if (event.at > meeting.streamAt) return true;',
    'if (event.at > 0) return true;',
  ],
  [
    'a script runs on a slot in motion',
    'src/broadcasts/store/lua/whole_slot.lua',
    'if type(whole)',
    'if false and type(whole)',
  ],
  [
    'revision unchecked',
    'src/broadcasts/rules/next-step.ts',
    'if (broadcast.revision !== revision)',
    'if (broadcast.revision < revision)',
  ],
  [
    'lease ignored',
    'src/broadcasts/rules/next-step.ts',
    'if (snapshot.leaseHeld) return',
    'if (!snapshot.leaseHeld) return',
  ],
  [
    'layout changed again though the stop is due',
    'src/broadcasts/rules/next-step.ts',
    "if (now >= lastStart(broadcast)) return { do: 'nothing'",
    "if (now < 0) return { do: 'nothing'",
  ],
  [
    'early start',
    'src/broadcasts/rules/next-step.ts',
    'Math.max(broadcast.nextAttemptAt ?? broadcast.startAt, broadcast.startAt)',
    '(broadcast.nextAttemptAt ?? broadcast.startAt) - 50',
  ],
  [
    'unknown starts without limit',
    'src/broadcasts/rules/unknown-outcome.ts',
    'return unknownStarts >= MAX_UNKNOWN_STARTS;',
    'return unknownStarts >= 99;',
  ],
  [
    'start although the stream is on',
    'src/broadcasts/rules/next-step.ts',
    'if (isStreamKnownOn(snapshot)) return',
    'if (false) return',
  ],
  [
    'window ignored',
    'src/broadcasts/rules/next-step.ts',
    'if (now >= broadcast.startBefore) {',
    'if (now >= broadcast.startBefore + 3_600_000) {',
  ],
  [
    'stop not sent after an unanswered start',
    'src/broadcasts/rules/stopping.ts',
    'return broadcast.mayBeOn && broadcast.stopAt !== null;',
    'return false;',
  ],
  [
    'broken connection forgotten',
    'src/broadcasts/rules/unknown-outcome.ts',
    'if (exchange.sentAt !== null && exchange.answer === null) next.mayBeOn = true;',
    '',
  ],
  [
    'gate not set on a 429',
    'src/broadcasts/rules/on-response.ts',
    "if (request === 'start' && outcome.kind === 'start_limited')",
    'if (false)',
  ],
  [
    'fence unchecked',
    'src/broadcasts/rules/on-response.ts',
    'broadcast.inFlight?.fence === response.fence',
    'broadcast.inFlight !== null',
  ],
  [
    'cancel during a request forgotten',
    'src/broadcasts/rules/on-response.ts',
    'if (builder.next.cancelRequested && !isFinal(builder.next)',
    'if (false && !isFinal(builder.next)',
  ],
  [
    'an abandoned start counts as nothing',
    'src/broadcasts/rules/transitions.ts',
    'noteUnknownStart(next, earliest);',
    'next.nextAttemptAt = now;',
  ],
  ['no new job for a stop that comes sooner', 'src/broadcasts/rules/transitions.ts', 'next.wake += 1;', ''],
  [
    'an older event counts',
    'src/broadcasts/rules/on-zoom-event.ts',
    'if (event.at <= meeting.runningAt) return null;',
    '',
  ],
  ['a paused worker sends what is stale', 'workers/jobs/sender.ts', '<= SEND_WITHIN_MS', '<= Number.POSITIVE_INFINITY'],
  ['a change before sending goes unnoticed', 'workers/jobs/sender.ts', ' && !change.changed', ''],
  [
    'jobs are not repaired',
    'workers/maintenance/job-repair.ts',
    'for (const { broadcast, timer } of missing) {',
    'for (const { broadcast, timer } of missing.slice(0, 0)) {',
  ],
];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    shard: { type: 'string' },
    quick: { type: 'boolean' },
    fits: { type: 'boolean' },
  },
});
const chosen = choose();
const copy = mkdtempSync(join(tmpdir(), 'livestream-mutations-'));
for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
// The project's own setting would build it first; these tests need no build. Files of one worker share their modules: loading them takes longer than the tests.
writeFileSync(
  join(copy, 'vitest.config.mjs'),
  "export default { test: { include: ['test/**/*.test.ts'], isolate: false } };\n",
);
symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));

const survivors = [];
try {
  if (!options.fits && !passes('inherit')) throw new Error('the tests fail without any breakage');
  for (const [name, path, from, to] of chosen) {
    const began = performance.now();
    const verdict = tryOut(join(copy, path), from, to);
    if (verdict !== 'caught' && verdict !== 'fits') survivors.push(name);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    console.log(`${verdict.padEnd(9)} ${seconds.padStart(6)} s  ${name.padEnd(46)} ${path}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
const well = options.fits ? 'every breakage fits' : 'every breakage was caught';
console.log(survivors.length === 0 ? `${well}: ${chosen.length}` : `not so: ${survivors.join('; ')}`);
process.exitCode = survivors.length === 0 ? 0 : 1;

function choose() {
  const names = options.only?.split(',').map((name) => name.trim());
  const [shard = 1, of = 1] = (options.shard ?? '1/1').split('/').map(Number);
  return MUTATIONS.filter(([name], i) => i % of === shard - 1 && (!names || names.some((part) => name.includes(part))));
}

function tryOut(file, from, to) {
  const text = readFileSync(file, 'utf8');
  // It was written for another version of the code and would prove nothing.
  if (text.split(from).length !== 2) return 'MISPLACED';
  if (options.fits) return 'fits';
  writeFileSync(
    file,
    text.replace(from, () => to),
  );
  try {
    return passes() ? 'SURVIVED' : 'caught';
  } finally {
    writeFileSync(file, text);
  }
}

function passes(stdio = 'ignore') {
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
  const env = { ...process.env, MODEL_RUNS: '900', MODEL_SEED: '7', SIM_SEEDS: '30' };
  return STAGES.slice(0, options.quick ? -1 : undefined).every((tests) => {
    const how = { cwd: copy, env, stdio, timeout: 180_000 };
    const { status } = spawnSync(process.execPath, [vitest, 'run', '--bail', '1', ...tests], how);
    if (status === null) console.log('(the next one hung for three minutes)');
    return status === 0;
  });
}
