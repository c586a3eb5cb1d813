/** Which addresses are not of the public internet. */

import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** IANA's special-purpose registries (RFC 6890 and updates): this machine, private networks, link-local, multicast, reserved. */
const PRIVATE_4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4'],
  '240.0.0.0/4',
];
/** The forms that hold an IPv4 address (mapped, NAT64, 6to4, Teredo) would be ways around: no public calendar needs them. */
const PRIVATE_6 = [
  ...[
    '::/96',
    '::ffff:0:0/96',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '100::/64',
    '2001::/32',
    '2001:db8::/32',
    '2002::/16',
  ],
  ...['fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
];

// A list for each family: in one, every IPv4 address counts as mapped, too.
const PRIVATE = { 4: listOf(PRIVATE_4, 'ipv4'), 6: listOf(PRIVATE_6, 'ipv6') };

function listOf(subnets: string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', bits] = subnet.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** True for an address that is not public, and for what is not an address at all. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 6) return PRIVATE[6].check(bare, 'ipv6');
  return family === 0 || PRIVATE[4].check(bare, 'ipv4');
}

/** As `dns.lookup` with `all`. */
export type Resolve = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

const bySystem: Resolve = (host, done) => systemLookup(host, { all: true }, done);

/**
 * For the option `lookup` of a connection: a name that leads to a private address is refused. It is asked at the moment of the
 * connection, so the address that was checked is the one that is used (a name may change its address between two questions).
 * @param onRefused gets the address
 */
export function publicLookup(onRefused: (address: string) => void, resolve: Resolve = bySystem): LookupFunction {
  return (host, options, done) => {
    resolve(host, (error, found) => {
      if (error) return done(error, '', 4);
      const refused = found.find(({ address }) => isPrivateAddress(address));
      const wanted = found.filter(({ family }) => !options.family || family === Number(options.family));
      const [first] = wanted;
      if (refused !== undefined) {
        onRefused(refused.address);
        return done(Object.assign(new Error('private address'), { code: 'EPRIVATE' }), '', 4);
      }
      if (!first) return done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 4);
      if (options.all) return done(null, wanted);
      done(null, first.address, first.family);
    });
  };
}
