import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { createLogger, gathering } from '../../../src/observability/logger.ts';

const SECRETS = {
  ZOOM_ACCESS_TOKEN: 'zoom-token-4711',
  API_KEYS: 'ops:write:api"key\\4711',
  NOTIFY_SECRET: 'whsec_bm90aWZ5NDcxMQ==',
  SECRETS_KEY: Buffer.alloc(32, 9).toString('base64'),
  REDIS_URL: 'redis://:redis-4711@db',
};

type Write = (logger: ReturnType<typeof createLogger>) => void;

function written(format: 'json' | 'pretty', write: Write): string {
  let lines = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines += String(chunk);
      done();
    },
  });
  const config = loadConfig({ ...SECRETS, LOG_FORMAT: format, LOG_LEVEL: 'debug' });
  write(createLogger(config, { worker: 'w1' }, { destination }));
  return lines;
}

describe('createLogger', () => {
  it('writes one JSON object a line, with its bindings', () => {
    const line = written('json', (logger) => logger.info({ broadcastId: 'b1' }, 'on air'));
    expect(JSON.parse(line)).toMatchObject({ level: 'info', worker: 'w1', broadcastId: 'b1', msg: 'on air' });
    expect(JSON.parse(line).time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it.each([
    ['a field named like a secret', { streamKey: 'leak-77' }],
    ['one level down', { headers: { authorization: 'leak-77', 'x-zm-signature': 'leak-77' } }],
    ['deep down', { a: { b: { c: { stream_key: 'leak-77' } } } }],
    ['in a list', { headers: { 'x-zm-signature': ['leak-77', '"], leak-77'] } }],
    ['in an object', { a: { token: { value: 'leak-77', more: '}"leak-77' } } }],
    ['a number', { a: { token: 4711 } }],
    ['with quotes in it', { a: { password: 'a"leak-77', streamKey: 'k-"leak-77"-2' } }],
    ['a field of an error', { err: Object.assign(new Error('no'), { token: 'to"leak-77' }) }],
    ['JSON inside a text', { body: '{"access_token":"leak-77","expires_in":3600}' }],
    ['a form', { body: 'grant_type=x&client_secret=leak-77&account_id=y' }],
    ['a header inside an error', { err: new Error('401 for Authorization: Bearer leak-77') }],
    ['a URL with a login', { url: 'redis://me:leak-77@db:6379' }],
    ['a setting, in a text', { text: `sent ${SECRETS.ZOOM_ACCESS_TOKEN} and api"key\\4711 and redis-4711` }],
    ['a setting, as a key', { [SECRETS.NOTIFY_SECRET]: SECRETS.SECRETS_KEY }],
  ])('lets no secret out: %s', (_what, fields) => {
    const line = written('json', (logger) => logger.warn(fields, 'careful'));
    expect(line).not.toMatch(/leak-77|4711|bm90aWZ5|CQkJCQ/);
    expect(JSON.parse(line).msg).toBe('careful');
    const pretty = written('pretty', (logger) => logger.warn(fields, 'careful'));
    expect(pretty).toContain('careful');
    expect(pretty).not.toMatch(/leak-77|4711|bm90aWZ5|CQkJCQ/);
  });

  it('names the command of Redis that failed, not what was in it', () => {
    const command = { name: 'evalsha', args: ['-- a long script', '{"title":"Sunday service"}'] };
    const error = Object.assign(new Error('OOM command not allowed'), { command });
    const line = written('json', (logger) => logger.error({ err: error }, 'request failed'));
    expect(JSON.parse(line).err).toMatchObject({ message: 'OOM command not allowed', command: 'evalsha' });
    expect(line).not.toMatch(/long script|Sunday/);
    expect(JSON.parse(written('json', (logger) => logger.warn({ err: 'text' }, 'odd'))).err).toBe('text');
  });

  it('keeps a line for people on one line', () => {
    const text = written('pretty', (logger) => logger.info({ broadcastId: 'bc_1', latenessMs: 3 }, 'request'));
    expect(text.trimEnd().split('\n')).toHaveLength(1);
    expect(text).toContain('"latenessMs":3');
  });

  it('leaves alone what is no secret', () => {
    const fields = { meetingId: '68423085', path: '/meetings/68423085/livestream/status', tokenRenewed: true };
    expect(JSON.parse(written('json', (logger) => logger.info(fields, 'the token was renewed')))).toMatchObject({
      ...fields,
      msg: 'the token was renewed',
    });
  });
});

describe('lines of one turn', () => {
  it('are written together, and at the latest when the process exits', async () => {
    const writes: string[] = [];
    const stream = new Writable({
      decodeStrings: false,
      writev(chunks, done) {
        writes.push(chunks.map(({ chunk }) => chunk).join(''));
        done();
      },
    });
    const lines = gathering(stream);
    const atExit = process.listeners('exit').at(-1);
    lines.write('a\n');
    lines.write('b\n');
    expect(writes).toEqual([]);
    await new Promise(setImmediate);
    expect(writes).toEqual(['a\nb\n']);
    lines.write('c\n');
    atExit?.(0);
    expect(writes).toEqual(['a\nb\n', 'c\n']);
    lines.write('d'.repeat(16_000));
    expect(writes[2]).toHaveLength(16_000);
    process.removeListener('exit', atExit as () => void);
  });
});
