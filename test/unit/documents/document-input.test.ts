import { expect, it } from 'vitest';
import { checkDocument, type DocumentContext } from '../../../src/documents/document-input.ts';
import { LivestreamError } from '../../../src/errors.ts';

const unused = {
  check: () => {
    throw new Error('there is none in the document');
  },
};
const CONTEXT: DocumentContext = {
  ...{ now: Date.parse('2030-11-28T00:00Z'), series: unused, calendars: unused, sources: unused },
  ...{ accountIssue: () => null, defaultAccount: () => 'default', sealingAvailable: true },
};

function issuesOf(broadcasts: unknown[]) {
  try {
    checkDocument({ name: 'winter', broadcasts }, CONTEXT);
  } catch (error) {
    if (error instanceof LivestreamError) return error.errors.map(({ path, message }) => [path, message]);
    throw error;
  }
  return [];
}

it('an external id twice: names the broadcast that has it by its place in the document', () => {
  const at = (startAt: string) => ({ meetingId: '81234567890', startAt });
  const council = { ...at('2030-12-02T09:00Z'), externalId: 'council' };
  expect(issuesOf([{ ...at('2030-12-01T09:00Z'), name: 'service' }, council])).toEqual([]);
  expect(issuesOf([{ ...at('2030-12-01T09:00Z'), name: 'service' }, council, council])).toEqual([
    ['document.broadcasts[2].externalId', 'is already used by broadcasts[1]: "council"'],
  ]);
});
