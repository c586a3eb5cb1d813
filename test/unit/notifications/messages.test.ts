// Microsoft's own reader of cards. It is written for browsers: only the bundle loads here.
// @ts-expect-error The types of the bundle declare no module.
import cards from 'adaptivecards/dist/adaptivecards.js';
import { describe, expect, it } from 'vitest';
import type { LivestreamEvent } from '../../../src/broadcasts/rules/events.ts';
import { readNotifyUrl } from '../../../src/config/notify-url.ts';
import { mailMessage } from '../../../src/notifications/mail-message.ts';
import { noticeOf } from '../../../src/notifications/notice.ts';
import { slackMessage } from '../../../src/notifications/slack-message.ts';
import { wants } from '../../../src/notifications/target-filter.ts';
import { teamsMessage } from '../../../src/notifications/teams-message.ts';

const alert = (n: number, more: Record<string, unknown> = {}): LivestreamEvent => ({
  type: 'alert.failed',
  timestamp: '2026-12-06T14:00:00.000Z',
  data: {
    ...{
      id: `bc_${n}`,
      broadcastId: `bc_${n}`,
      meetingId: String(68_423_000 + n),
      kind: 'meeting',
      title: `Hall ${n}`,
    },
    ...{ account: 'east', labels: { faculty: 'law' }, message: 'Zoom answered 503.' },
    ...{ startAt: '2026-12-06T14:00:00.000Z', stopAt: '2026-12-06T15:30:00.000Z', timezone: 'America/New_York' },
    advice: `Fix it. To put it on air now: livestream retry bc_${n}`,
    ...more,
  },
});
const outage = Array.from({ length: 40 }, (_, i) => alert(i + 1));

describe('one alert', () => {
  it('says what, which, when in the local time, why, and what to do', () => {
    expect(noticeOf([alert(1)])).toEqual({
      alarm: true,
      title: 'Failed: “Hall 1” (meeting 68423001)',
      lines: [
        '“Hall 1” (meeting 68423001): Zoom answered 503. (planned for Sun 6 Dec 2026 09:00 to 10:30 (America/New_York), bc_1)',
      ],
      more: 0,
      advice: ['Fix it. To put it on air now: livestream retry bc_1'],
    });
  });

  it('about the whole installation names no broadcast', () => {
    const event = {
      type: 'alert.no_worker',
      timestamp: '',
      data: { broadcastId: null, message: 'none', advice: 'Start one.' },
    };
    expect(noticeOf([event])).toMatchObject({ title: 'No worker is running', lines: ['none'], advice: ['Start one.'] });
  });
});

describe('a timetable', () => {
  const synced = (more: Record<string, unknown> = {}): LivestreamEvent => ({
    ...{ type: 'source.synced', timestamp: '' },
    data: {
      name: 'law',
      by: 'schedule',
      counts: { new: 2, canceled: 1, kept: 0, unchanged: 9 },
      braked: false,
      ...more,
    },
  });
  const braked = synced({ braked: true, reason: 'it would cancel 3 of 3' });

  it('says whose plan was read and what came of it', () => {
    expect(noticeOf([synced()])).toMatchObject({
      ...{ alarm: false, title: 'Timetable read: source law', lines: ['source law: 2 new, 1 canceled'] },
    });
    expect(noticeOf([synced({ counts: { new: 0, unchanged: 9 } })]).lines).toEqual(['source law: nothing has changed']);
    expect(noticeOf([braked]).lines).toEqual(['source law: nothing was done: it would cancel 3 of 3']);
    expect(noticeOf([synced(), braked]).title).toBe('Timetable read: 2 times');
    expect(mailMessage(noticeOf([synced()])).text).toContain('source law: 2 new, 1 canceled');
    expect(slackMessage(noticeOf([synced()])).text).toContain('Timetable read: source law');
    expect(JSON.stringify(teamsMessage(noticeOf([synced()])))).toContain('source law: 2 new, 1 canceled');
  });

  it('that is braked can be read: the alert does not say otherwise', () => {
    const message = 'source law is not followed: it would cancel 3 of 3';
    const event = { type: 'alert.source', timestamp: '', data: { broadcastId: null, message, advice: 'See.' } };
    expect(noticeOf([event])).toMatchObject({ title: 'A timetable is not followed', lines: [message] });
  });
});

describe('an outage', () => {
  it('is one notice with every name and each advice once', () => {
    const notice = noticeOf(outage);
    expect(notice.title).toBe('Failed: 40 broadcasts');
    expect(notice.lines).toHaveLength(40);
    for (let i = 1; i <= 40; i += 1) expect(notice.lines.join('\n')).toContain(`“Hall ${i}” `);
    expect(notice.advice).toEqual(['Fix it. To put it on air now: livestream retry ID']);
  });

  it('gives the advice of a series once, though each broadcast has its own time', () => {
    const deleted = outage.map((event, i) => {
      const at = `2026-12-${String(1 + (i % 28)).padStart(2, '0')}T14:00:00.000Z`;
      const advice = `To schedule it again: reschedule ${event.data.broadcastId} --start ${at}; after ${at}: retry`;
      return { ...event, data: { ...event.data, advice } };
    });
    expect(noticeOf(deleted).advice).toEqual(['To schedule it again: reschedule ID --start TIME; after TIME: retry']);
  });

  it('of hundreds says how many are not listed', () => {
    const notice = noticeOf(Array.from({ length: 250 }, (_, i) => alert(i)));
    expect([notice.lines.length, notice.more]).toEqual([100, 150]);
    expect(mailMessage(notice).text).toContain('and 150 more');
  });
});

describe('a message for Slack', () => {
  it('lets no title speak Slack', () => {
    const { text, blocks } = slackMessage(noticeOf([alert(1, { title: '<!channel> & <http://evil|co>' })]));
    expect(text).toContain('&lt;!channel&gt; &amp; &lt;http://evil|co&gt;');
    expect(JSON.stringify(blocks)).not.toContain('<');
  });

  it('keeps to the sizes that Slack takes', () => {
    const { blocks } = slackMessage(
      noticeOf(Array.from({ length: 300 }, (_, i) => alert(i, { title: 'x'.repeat(200) }))),
    );
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks as { text?: { text: string } }[])
      expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3_000);
  });
});

describe('a card for Teams', () => {
  const problemsOf = (card: unknown): string[] => {
    const context = new cards.SerializationContext();
    new cards.AdaptiveCard().parse(card, context);
    return Array.from({ length: context.eventCount }, (_, i) => context.getEventAt(i).message);
  };

  it('is one that Microsoft’s own reader takes without complaint', () => {
    const message = teamsMessage(noticeOf(outage));
    const [{ contentType, content }] = message['attachments'] as [
      { contentType: string; content: Record<string, unknown> },
    ];
    expect([message['type'], contentType]).toEqual(['message', 'application/vnd.microsoft.card.adaptive']);
    expect(problemsOf(content)).toEqual([]);
    expect(JSON.stringify(content)).toContain('Hall 40');
    expect(problemsOf({ ...content, body: [{ type: 'RichTextBlok' }] })).toHaveLength(1);
  });

  it('stays under the 28 kB that Teams takes', () => {
    const long = Array.from({ length: 300 }, (_, i) => alert(i, { title: 'ü'.repeat(200) }));
    expect(Buffer.byteLength(JSON.stringify(teamsMessage(noticeOf(long))))).toBeLessThan(28_000);
  });
});

describe('a mail', () => {
  it('has a subject and a text for people; no title begins a new line', () => {
    const { subject, text } = mailMessage(noticeOf([alert(1, { title: 'Hall\r\nBcc: all@example.org' })]));
    expect(subject).toBe('Alert: Failed: “Hall Bcc: all@example.org” (meeting 68423001)');
    expect(text).not.toContain('\nBcc');
    expect(text).toContain('What to do:\n- Fix it.');
  });
});

describe('a target gets', () => {
  const target = (query: string) =>
    readNotifyUrl(`https://a.example/?${query}`).targets[0] as NonNullable<
      ReturnType<typeof readNotifyUrl>['targets'][0]
    >;
  const event = alert(1);

  it.each([
    ['', true],
    ['only=alert.*', true],
    ['only=*.failed', true],
    ['only=alert.missed,alert.failed', true],
    ['only=broadcast.*', false],
    ['account=east', true],
    ['account=west', false],
    ['account=west&account=east', true],
    ['label=faculty=law', true],
    ['label=faculty', true],
    ['label=faculty=arts', false],
    ['label=room', false],
    ['only=alert.*&account=east&label=faculty=arts', false],
  ])('with ?%s the alert of a broadcast of east with faculty=law: %s', (query, expected) => {
    expect(wants(target(query), event)).toBe(expected);
  });

  it('an alert about the whole installation whatever its account and label', () => {
    const none = { type: 'alert.no_worker', timestamp: '', data: { broadcastId: null, message: '', advice: '' } };
    expect(wants(target('account=east&label=faculty=law'), none)).toBe(true);
    expect(wants(target('only=broadcast.*'), none)).toBe(false);
  });
});
