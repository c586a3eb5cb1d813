import { expect, it } from 'vitest';
import { RequestKey } from '../../../dashboard/api/request-key.ts';

it('a request that is sent again has the same key, until it was answered; another one has another', () => {
  const key = new RequestKey();
  const first = key.of({ minutes: 15 });
  expect(first['Idempotency-Key']).toMatch(/^[0-9a-z]+(-[0-9a-z]+){3}$/);
  expect(key.of({ minutes: 15 })).toEqual(first);
  expect(key.of({ minutes: 30 })).not.toEqual(first);
  const second = key.of({ minutes: 15 });
  expect(second).not.toEqual(first);
  key.done();
  expect(key.of({ minutes: 15 })).not.toEqual(second);
});
