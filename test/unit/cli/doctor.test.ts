import { describe, expect, it } from 'vitest';
import { runChecks } from '../../../src/cli/doctor/check.ts';
import { settingsChecks } from '../../../src/cli/doctor/settings-checks.ts';
import { zoomChecks } from '../../../src/cli/doctor/zoom-checks.ts';
import { SystemClock } from '../../../src/clock.ts';
import { loadConfig } from '../../../src/config.ts';

async function severities(sandbox: boolean, env: Record<string, string> = {}) {
  const config = loadConfig(env);
  const isSandbox = async () => sandbox;
  const checks = [...zoomChecks(config, new SystemClock(), isSandbox), ...settingsChecks(config, isSandbox)];
  const results = await runChecks(checks, () => {});
  return Object.fromEntries(results.map(({ name, severity }) => [name, severity]));
}

describe('doctor without Zoom credentials', () => {
  it('asks for them, and for the webhook secret, unless the installation is the sandbox', async () => {
    expect(await severities(false)).toMatchObject({ 'zoom: credentials': 'warning', 'webhook secret': 'warning' });
    expect(await severities(true)).toMatchObject({ 'zoom: credentials': 'ok', 'webhook secret': 'ok' });
  });

  it('asks for the webhook secret once credentials are set: the next start uses Zoom', async () => {
    expect(await severities(true, { ZOOM_ACCESS_TOKEN: 'x' })).toMatchObject({ 'webhook secret': 'warning' });
  });
});
