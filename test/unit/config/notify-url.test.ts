import { describe, expect, it } from 'vitest';
import { readNotifyUrl } from '../../../src/config/notify-url.ts';
import { ConfigError, loadConfig } from '../../../src/config.ts';

const only = (text: string) => {
  const { targets, errors } = readNotifyUrl(text);
  expect(errors).toEqual([]);
  expect(targets).toHaveLength(1);
  return targets[0] as (typeof targets)[number];
};
const errorsOf = (text: string) => readNotifyUrl(text).errors;

describe('the addresses of NOTIFY_URL', () => {
  it('are each there once, show no secret, and know their form', () => {
    const { targets } = readNotifyUrl(
      [
        'https://hooks.slack.com/services/T0/B0/hunter2',
        'https://user:hun%2Bter2@chat.example/hook?format=slack&a=1',
        'https://a.example/hook?token=hunter2',
        'https://a.example/hook?token=hunter2',
        'https://b.example/flow?format=teams',
      ].join(','),
    );
    expect(targets.map(({ format }) => format)).toEqual(['slack', 'slack', 'standard', 'teams']);
    expect(targets.map(({ name }) => name).join()).not.toContain('hunter2');
    expect(targets[1]?.url?.href).toBe('https://chat.example/hook?a=1');
    expect(targets[1]?.authorization).toBe(`Basic ${Buffer.from('user:hun+ter2').toString('base64')}`);
  });

  it('stand apart by commas, spaces and lines; a comma in only= separates nothing', () => {
    const { targets, errors } = readNotifyUrl(
      'https://a.example/x?only=alert.*,broadcast.failed,https://b.example/y\n mailto:c@example.org,d@example.org?only=alert.*',
    );
    expect(errors).toEqual([]);
    expect(targets.map(({ url, mailTo }) => url?.href ?? mailTo)).toEqual([
      ...['https://a.example/x', 'https://b.example/y', 'c@example.org', 'd@example.org'],
    ]);
    expect(targets.map(({ only: types }) => types)).toEqual([
      ['alert.*', 'broadcast.failed'],
      [],
      ['alert.*'],
      ['alert.*'],
    ]);
  });

  it('take what is ours out of the query, and leave the rest as it was, byte for byte', () => {
    const own = 'api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=aB_c~d%2b%2F';
    const target = only(`https://x.logic.azure.com/w?format=teams&${own}&account=east&label=faculty=law&label=hall`);
    expect(target.url?.href).toBe(`https://x.logic.azure.com/w?${own}`);
    expect(target).toMatchObject({
      ...{ format: 'teams', accounts: ['east'] },
      labels: [
        { name: 'faculty', value: 'law' },
        { name: 'hall', value: null },
      ],
    });
    expect(only('https://a.example/?%66ormat=json').url?.search).toBe('?%66ormat=json');
  });

  it.each([
    'fromat=slack',
    'formats=teams',
    'Only=alert.*',
    'onyl=x',
    'acount=east',
    'lable=a',
    'labels=a=b',
    'fmt=slack',
    'events=alert.*',
  ])('refuse %s, which looks like ours, by name and with what is valid', (query) => {
    const [error] = errorsOf(`https://a.example/secret-path?${query}`);
    expect(error).toContain(`address 1 (a.example): unknown parameter "${query.split('=')[0]}"`);
    expect(error).toContain('valid: format, only, account, label');
    expect(error).not.toContain('secret-path');
  });

  it('refuse every wrong value at once, with the place and what was meant', () => {
    expect(
      errorsOf(
        'https://a.example/?format=json&only=alarm.*,broadcast.faild&account=&label=, mailto:nobody?format=slack',
      ),
    ).toEqual([
      'address 1 (a.example): format= must be slack or teams (leave it out for signed JSON), got "json"',
      'address 1 (a.example): only= must be event names such as alert.*, broadcast.failed, got "alarm.*"',
      'address 1 (a.example): only= must be event names such as alert.*, broadcast.failed, got "broadcast.faild" (did you mean broadcast.failed?)',
      'address 1 (a.example): account= must be the name of a Zoom account, got ""',
      'address 1 (a.example): label= must be a label such as faculty=law, or only its name, got ""',
      'address 2: unknown parameter "format", valid: only, account, label',
      'address 2: expected a mail address such as mailto:a@example.org, got "nobody"',
    ]);
  });

  it('keep the plus of a mail address', () => {
    expect(only('mailto:ops+zoom@example.org').mailTo).toBe('ops+zoom@example.org');
  });
});

function problemsOf(env: Record<string, string>) {
  try {
    loadConfig(env, { terminal: false });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('SMTP_URL', () => {
  const server = (SMTP_URL: string) => loadConfig({ SMTP_URL }, { terminal: false }).notify.smtp;

  it('gives host, port, encryption, user, password and sender', () => {
    expect(server('smtp://ops%40example.org:p%40ss@mail.example.org?from=live@example.org')).toMatchObject({
      ...{ host: 'mail.example.org', port: 587, secure: false, user: 'ops@example.org', from: 'live@example.org' },
    });
    expect(server('smtps://mail.example.org')).toMatchObject({ port: 465, secure: true, user: null, password: null });
  });

  it('is needed for a mail address, and refused when it is wrong, without its password', () => {
    expect(problemsOf({ NOTIFY_URL: 'mailto:a@example.org' })).toEqual([
      { name: 'SMTP_URL', message: expect.stringContaining('because NOTIFY_URL has a mailto: address') },
    ]);
    for (const wrong of [
      'mail.example.org',
      'http://a:hunter2@b',
      'smtp://a:hunter2@b/x',
      'smtp://a:hunter2@b?form=c@d',
    ]) {
      const problems = problemsOf({ NOTIFY_URL: 'mailto:a@example.org', SMTP_URL: wrong });
      expect(problems.map(({ name }) => name)).toEqual(['SMTP_URL']);
      expect(JSON.stringify(problems)).not.toContain('hunter2');
    }
  });

  it('no part of an address of NOTIFY_URL stands in a refusal', () => {
    const [problem] = problemsOf({ NOTIFY_URL: 'https://hooks.slack.com/services/T0/B0/hunter2?fromat=slack' });
    expect(problem?.name).toBe('NOTIFY_URL');
    expect(problem?.message).not.toContain('hunter2');
  });
});
