import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ALERT_CODES } from '../../../src/broadcasts/rules/alert-records.ts';

it.each(ALERT_CODES)('docs/production.md lists alert.%s among those that wake a person', (code) => {
  const text = readFileSync('docs/production.md', 'utf8');
  const entry = text.split('- [ ] ').find((one) => one.startsWith('`NOTIFY_URL`'));
  expect(entry).toContain(`\`alert.${code}\``);
});
