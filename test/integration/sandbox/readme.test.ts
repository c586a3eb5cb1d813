import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../sandbox/settings.ts';
import { openSandbox } from '../../support/sandbox-client.ts';

const readme = readFileSync(new URL('../../../sandbox/README.md', import.meta.url), 'utf8');

it('the README names every setting, counter and field of a meeting and of a logged request', async () => {
  const sandbox = await openSandbox();
  await sandbox.status('123456789', 'start');
  const meeting = Object.keys((await sandbox.control('GET', 'meetings/123456789')).body);
  const request = Object.keys((await sandbox.control('GET', 'requests')).body.requests[0]);
  const unsaid = ['id', 'target', 'service'];
  const names = [...Object.keys(DEFAULT_SETTINGS), ...meeting, ...request].filter((name) => !unsaid.includes(name));
  expect(names.filter((name) => !readme.includes(`\`${name}`))).toEqual([]);
});

it('the examples of the README work as they stand', async () => {
  const sandbox = await openSandbox();
  const examples = [
    ...readme.matchAll(/curl -X (\w+)\s+127\.0\.0\.1:3001\/_sandbox\/(\S+)(?:\s+\\?\s*-d '([^']+)')?/g),
  ];
  expect(examples).toHaveLength(3);
  for (const [, method, path, body] of examples) {
    const reply = await sandbox.control(method as string, path as string, body);
    expect([200, 201]).toContain(reply.status);
  }
  await expect(sandbox.status('82929473321', 'start', undefined, 'webinars')).rejects.toThrow();
  expect((await sandbox.control('GET', 'meetings/82929473321')).body).toMatchObject({ acceptedStarts: 1 });
});
