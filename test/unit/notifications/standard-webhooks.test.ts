import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { slackText } from '../../../src/notifications/slack-text.ts';
import { secretBytes, webhookHeaders } from '../../../src/notifications/standard-webhooks.ts';
import { targetsOf } from '../../../src/notifications/target.ts';

describe('the signature', () => {
  it('is that of the example of the specification', () => {
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      at: 1_614_265_330_000,
      body: '{"test": 2432232314}',
    };
    expect(webhookHeaders(message, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toEqual({
      'webhook-id': message.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('takes a secret without whsec_, and is over bytes, not characters', () => {
    const headers = webhookHeaders({ id: 'a', at: 1_000, body: 'Zwölf 🎥' }, 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    const expected = createHmac('sha256', key).update(Buffer.from('a.1.Zwölf 🎥', 'utf8')).digest('base64');
    expect(headers).toHaveProperty('webhook-signature', `v1,${expected}`);
    expect(secretBytes('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toEqual(key);
  });

  it('is not there without a secret', () => {
    expect(webhookHeaders({ id: 'a', at: 1_999, body: '{}' }, null)).toEqual({
      'webhook-id': 'a',
      'webhook-timestamp': '1',
    });
  });
});

describe('targets', () => {
  it('are each there once, show no secret, and know their form', () => {
    const targets = targetsOf([
      'https://hooks.slack.com/services/T0/B0/hunter2',
      'https://user:hunter2@chat.example/hook?format=slack&a=1',
      'https://a.example/hook?token=hunter2',
      'https://a.example/hook?token=hunter2',
    ]);
    expect(targets.map(({ format }) => format)).toEqual(['slack', 'slack', 'standard']);
    expect(targets.map(({ name }) => name).join()).not.toContain('hunter2');
    expect(targets[1]?.url.href).toBe('https://chat.example/hook?a=1');
    expect(targets[1]?.authorization).toBe(`Basic ${Buffer.from('user:hunter2').toString('base64')}`);
  });
});

describe('a target with ?only=', () => {
  it('names its events, and does not send the word along', () => {
    const [alerts] = targetsOf(['https://a.example/hook?only=alert.*&only=broadcast.live&b=1']);
    expect(alerts?.only).toEqual(['alert.*', 'broadcast.live']);
    expect(alerts?.url.href).toBe('https://a.example/hook?b=1');
  });

  it('is refused when there are no such events: nobody would miss them', () => {
    for (const wrong of ['alarm.*', 'alert', ''])
      expect(() => targetsOf([`https://a.example/hook?only=${wrong}`]), wrong).toThrow(/NOTIFY_URL: only= must be/);
  });
});

describe('the text for Slack', () => {
  const data = { meetingId: '68423085', title: '<!channel> & co', reason: null };
  it('says what, which and why, and lets no title speak Slack', () => {
    expect(slackText({ type: 'alert.missed', timestamp: '', data: { ...data, message: 'too late' } })).toBe(
      ':rotating_light: *missed* “&lt;!channel&gt; &amp; co” (meeting 68423085): too late',
    );
    expect(slackText({ type: 'broadcast.live', timestamp: '', data: { ...data, title: null } })).toBe(
      '*live* meeting 68423085',
    );
  });
});
