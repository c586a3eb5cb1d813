import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SETTINGS } from '../../../src/config.ts';

const compose = readFileSync('docker-compose.yml', 'utf8');
const dockerfile = readFileSync('Dockerfile', 'utf8');
const NAMES = new Set<string>(SETTINGS.map(({ name }) => name));
const isSetting = (name: string) => NAMES.has(name) || NAMES.has(name.replace(/_FILE$/, ''));

it('docker-compose.yml names only settings that exist, and takes the zone, the accounts and the secrets from files', () => {
  const named = [...compose.matchAll(/^ +([A-Z][A-Z_]+):/gm)].map(([, name]) => name ?? '');
  expect(named.filter((name) => !isSetting(name) && name !== 'TZ' && !name.startsWith('GF_'))).toEqual([]);
  expect(named).toEqual(expect.arrayContaining(['TZ', 'ZOOM_ACCOUNTS_FILE', 'WORKER_HOST', 'WORKER_PORT']));
  const secrets = SETTINGS.filter(
    ({ name, secret }) => secret && named.includes(name) && name !== 'LIVESTREAM_API_KEY',
  );
  expect(secrets.map(({ name }) => `${name}_FILE`).filter((name) => !named.includes(name))).toEqual([]);
  expect(compose).toMatch(/- \$\{LIVESTREAM_SECRETS:-\.\/secrets\}:\/run\/secrets:ro/);
});

it('docker-compose.yml checks the health of the workers at the port that it gives them', () => {
  const worker = /\n {2}worker:\n([\s\S]*?)\n {2}\w/.exec(compose)?.[1] ?? '';
  const port = /WORKER_PORT: (\d+)/.exec(worker)?.[1];
  expect(port).toBeDefined();
  expect(worker).toContain(`fetch('http://127.0.0.1:${port}/readyz')`);
  expect(worker).not.toContain('disable: true');
});

it('the Dockerfile copies files that exist, and what it copies is let into the build', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
    ([, files]) => files?.split(' ') ?? [],
  );
  expect(copied.length).toBeGreaterThan(5);
  expect(copied.filter((file) => !existsSync(file))).toEqual([]);
  const allowed = readFileSync('.dockerignore', 'utf8').split('\n');
  expect(copied.filter((file) => !allowed.includes(`!${file}`))).toEqual([]);
});

it('the Dockerfile puts every command of the package on the PATH', () => {
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: Record<string, string> };
  expect(Object.keys(bin)).toEqual(['livestream', 'livestream-scheduler']);
  expect(new Set(Object.values(bin)).size).toBe(1);
  expect(dockerfile).toContain(`ln -s /app/${bin['livestream']} /image/usr/local/bin/livestream`);
  expect(dockerfile).toContain('ln -s livestream /image/usr/local/bin/livestream-scheduler\n');
});
