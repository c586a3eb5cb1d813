import { describe, expect, it } from 'vitest';
import { describeRedisTarget, parseRedisUrl, RedisUrlError, redisCli } from '../../../src/redis/url.ts';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://db', { kind: 'single', host: 'db', port: 6379, db: 0, tls: false }, 'redis://db:6379/0'],
    ['redis://db:7/3', { kind: 'single', host: 'db', port: 7, db: 3 }, 'redis://db:7/3'],
    ['rediss://[::1]:6380', { kind: 'single', host: '::1', port: 6380, tls: true }, 'rediss://::1:6380/0'],
    [
      'unix:///run/my%20redis.sock?db=2',
      { kind: 'socket', path: '/run/my redis.sock', db: 2 },
      'unix:///run/my redis.sock',
    ],
    [
      'redis+sentinel://a:26379,b/mymaster/1',
      {
        kind: 'sentinel',
        sentinels: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 26379 },
        ],
        name: 'mymaster',
        db: 1,
      },
      'redis+sentinel://a:26379,b:26379/mymaster/1',
    ],
    [
      'rediss+cluster://a:7000,b:7001',
      {
        kind: 'cluster',
        nodes: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 7001 },
        ],
        tls: true,
      },
      'rediss+cluster://a:7000,b:7001',
    ],
  ])('%s', (url, target, described) => {
    expect(parseRedisUrl(url)).toMatchObject(target);
    expect(describeRedisTarget(parseRedisUrl(url))).toBe(described);
  });

  it.each(['redis', 'rediss', 'redis+cluster', 'redis+sentinel'])(
    '%s takes a login, also with an @ in it',
    (scheme) => {
      const target = parseRedisUrl(`${scheme}://me:p%40:s@ss@db:1/${scheme.endsWith('sentinel') ? 'm' : ''}`);
      expect([target.username, target.password?.reveal()]).toEqual(['me', 'p@:s@ss']);
      expect(describeRedisTarget(target)).not.toContain('ss@');
      expect(parseRedisUrl(`redis://:pw@db`)).toMatchObject({ username: null });
    },
  );

  it('keeps the login of the Sentinels apart', () => {
    const target = parseRedisUrl('redis+sentinel://:master@s/m?sentinelPassword=guard');
    if (target.kind !== 'sentinel') throw new Error(target.kind);
    expect([target.password?.reveal(), target.sentinelLogin.password?.reveal()]).toEqual(['master', 'guard']);
  });

  it.each([
    'db:6379',
    'http://db',
    'redis://',
    'redis://:hunter22@',
    'redis://a,b',
    'redis://db:0',
    'redis://db:99999',
    'redis://db/x',
    'redis://:hunter22@db?bd=1',
    'redis://:hunter22%@db',
    'unix://run/redis.sock',
    'unix:///',
    'redis+sentinel://s',
    'redis+cluster://a/1',
    'redis+cluster://a,,b',
  ])('refuses %s without showing the password', (url) => {
    expect(() => parseRedisUrl(url)).toThrow(RedisUrlError);
    expect(() => parseRedisUrl(url)).not.toThrow(/hunter22/);
  });
});

it.each([
  ['redis://10.0.0.5:6390', 'redis-cli -h 10.0.0.5 -p 6390'],
  ['rediss://me:hunter2@redis.example.com/3', 'redis-cli -h redis.example.com -p 6379 --tls -n 3 --user me --askpass'],
  ['unix:///run/redis.sock', 'redis-cli -s /run/redis.sock'],
  ['redis+cluster://a:7000,b:7001', 'redis-cli -c -h a -p 7000'],
])('%s is reached by the command %s, which shows no password', (url, command) => {
  expect(redisCli(parseRedisUrl(url))).toBe(command);
});
