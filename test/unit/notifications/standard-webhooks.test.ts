import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { secretBytes, webhookHeaders } from '../../../src/notifications/standard-webhooks.ts';

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

  it('is accepted by the public verifier, and refused when a byte was changed', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const body = '{"type":"alert.missed","data":{"title":"Zwölf 🎥"}}';
    const headers = webhookHeaders({ id: 'evt_1', at: Date.now(), body }, secret);
    const verifier = new Webhook(secret);
    expect(verifier.verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => verifier.verify(body.replace('missed', 'failed'), headers)).toThrow(/signature/i);
  });

  it('is not there without a secret', () => {
    expect(webhookHeaders({ id: 'a', at: 1_999, body: '{}' }, null)).toEqual({
      'webhook-id': 'a',
      'webhook-timestamp': '1',
    });
  });
});
