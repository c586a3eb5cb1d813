import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
// @ts-expect-error a script without types
import { HOW_TO_GET_PROMETHEUS, prometheus } from '../../scripts/prometheus.mjs';
import { type Installation, newMeetingId, startInstallation } from '../support/installation.ts';
import { until } from '../support/wait-for.ts';

/** deploy/prometheus and deploy/grafana against a real Prometheus that scrapes a run in which things fail. */

interface Rule {
  alert: string;
  expr: string;
}
interface Panel {
  title: string;
  targets?: { expr: string }[];
}
interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

let folder: string;
let installation: Installation;
let server: ChildProcess;
let url: string;
let rules: Rule[];

beforeAll(async () => {
  if (!prometheus()) throw new Error(HOW_TO_GET_PROMETHEUS);
  folder = await mkdtemp(join(tmpdir(), 'livestream-prometheus-'));
  installation = await startInstallation({ env: { WORKER_PORT: '0', START_RETRY_MS: '500' } });
  ({ server, url } = await startPrometheus([installation.url]));
  const file = parse(await readFile('deploy/prometheus/alerts.yml', 'utf8')) as { groups: { rules: Rule[] }[] };
  rules = file.groups.flatMap((group) => group.rules);
}, 120_000);
afterAll(async () => {
  server?.kill('SIGKILL');
  await installation?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Scrapes every second, with our rules; on a port that it picks itself. */
async function startPrometheus(targets: string[]): Promise<{ server: ChildProcess; url: string }> {
  const hosts = targets.map((target) => new URL(target).host);
  await writeFile(
    join(folder, 'prometheus.yml'),
    JSON.stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [resolve('deploy/prometheus/alerts.yml')],
      scrape_configs: [{ job_name: 'livestream', static_configs: [{ targets: hosts }] }],
    }),
  );
  const child = spawn(
    prometheus(),
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr?.on('data', (data) => (said += data));
  const address = await until('Prometheus listens', () => /address=(127\.0\.0\.1:[1-9]\d*)/.exec(said)?.[1]);
  return { server: child, url: `http://${address}` };
}

async function query(expr: string): Promise<Sample[]> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`);
  const { status, error, data } = (await response.json()) as {
    status: string;
    error?: string;
    data: { resultType: 'vector'; result: Sample[] } | { resultType: 'scalar'; result: Sample['value'] };
  };
  if (status !== 'success') throw new Error(`${expr}: ${error}`);
  return data.resultType === 'vector' ? data.result : [{ metric: {}, value: data.result }];
}
async function panelsOfDashboard(): Promise<Panel[]> {
  return (JSON.parse(await readFile('deploy/grafana/dashboard.json', 'utf8')) as { panels: Panel[] }).panels;
}
const ruleOf = (name: string) => rules.find(({ alert }) => alert === name)?.expr ?? `no rule ${name}`;
/** The condition of a rule holds, whatever its `for`. */
const holds = (name: string) => until(`${name} holds`, async () => (await query(ruleOf(name))).length > 0);

it('promtool accepts the rules, and what they do in the tests beside them', () => {
  const promtool = join(prometheus(), '..', 'promtool');
  for (const args of [
    ['check', 'rules', 'deploy/prometheus/alerts.yml'],
    ['check', 'config', 'deploy/prometheus/prometheus.yml'],
    ['test', 'rules', 'deploy/prometheus/alerts.test.yml'],
  ]) {
    const { status, stdout, stderr } = spawnSync(promtool, args, { encoding: 'utf8' });
    expect(status, `${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
  }
});

describe('a run in which things fail', () => {
  it('makes the conditions of the rules true, one after another', async () => {
    const { sandbox, schedule, waitForStatus } = installation;
    await until('Prometheus has scraped the API', async () => (await query('livestream_workers')).length > 0);
    expect(await query(ruleOf('LivestreamNeedsAttention'))).toEqual([]);
    expect(await query(ruleOf('LivestreamRedisRefusesWrites'))).toEqual([]);
    await holds('LivestreamOneWorker');

    // A meeting that does not exist, a signature that is wrong, and then no worker.
    const gone = newMeetingId();
    await sandbox.script(
      { meetingId: gone },
      { status: 404, body: { code: 3001, message: `Meeting does not exist: ${gone}.` } },
    );
    const { id } = await schedule({ meetingId: gone });
    await waitForStatus(id, 'failed');
    await holds('LivestreamNeedsAttention');
    // They are written down every 5 s at most, so this takes two rounds.
    await until('LivestreamEventsRefused holds', async () => {
      await sendUnsigned();
      return (await query(ruleOf('LivestreamEventsRefused'))).length > 0;
    });
    await Promise.all(installation.workers.map((worker) => worker.kill('SIGKILL')));
    await holds('LivestreamNoWorker');
  });

  it('leaves no rule and no panel without a metric', async () => {
    const panels = await panelsOfDashboard();
    const exprs = [
      ...rules.map(({ expr }) => expr),
      ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m'))),
    ];
    expect(exprs.length).toBeGreaterThan(40);
    for (const expr of exprs) await query(expr);
    const documented = await readFile('docs/metrics.md', 'utf8');
    const names = new Set(exprs.flatMap((expr) => expr.match(/livestream_[a-z_]+/g) ?? []));
    const unknown = [...names].filter(
      (name) => !documented.includes(`\`${name.replace(/_(bucket|count|sum)$/, '')}\``),
    );
    expect(unknown).toEqual([]);
  });

  it('shows something in the panels that a quiet installation fills', async () => {
    const panels = await panelsOfDashboard();
    const shown = async (title: string) => {
      const targets = panels.find((panel) => panel.title === title)?.targets ?? [];
      return (await Promise.all(targets.map(({ expr }) => query(expr.replaceAll('$__rate_interval', '1m'))))).flat();
    };
    for (const title of [
      'Oldest overdue',
      'Open alerts',
      'Workers',
      'Redis takes writes',
      'Jobs',
      'Memory',
      'Versions',
    ])
      expect(await shown(title), title).not.toEqual([]);
  });
});

async function sendUnsigned(): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    'x-zm-signature': 'v0=00',
    'x-zm-request-timestamp': '1',
  };
  await fetch(`${installation.url}/v1/zoom/webhooks`, { method: 'POST', headers, body: '{}' });
}
