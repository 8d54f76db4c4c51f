import * as fc from 'fast-check';
import { checkCidr, formatAddress, overlap, parseCidr } from '../../../lib/core/gke/cidr';

/** A range that starts at its first address. */
const cidr = fc
  .record({ address: fc.nat(2 ** 31 - 1), high: fc.boolean(), prefix: fc.integer({ min: 0, max: 32 }) })
  .map(({ address, high, prefix }) => {
    const size = 2 ** (32 - prefix);
    const full = address + (high ? 2 ** 31 : 0);
    return `${formatAddress(full - (full % size))}/${prefix}`;
  });

describe('parseCidr', () => {
  it('reads what it is given', () => {
    expect(parseCidr('10.4.0.0/14')).toEqual({ text: '10.4.0.0/14', first: 0x0a040000, prefix: 14, size: 2 ** 18 });
    expect(parseCidr('0.0.0.0/0')).toMatchObject({ first: 0, size: 2 ** 32 });
    expect(parseCidr('255.255.255.255/32')).toMatchObject({ first: 2 ** 32 - 1, size: 1 });
  });

  it.each(['', '10.0.0.0', '10.0.0/8', '10.0.0.256/32', '10.0.0.0/33', '10.0.0.1/31 ', 'a.b.c.d/8', '10.0.0.0/-1'])(
    'refuses %j',
    (text) => {
      expect(parseCidr(text)).toBeUndefined();
      expect(checkCidr('range', text)).toMatchObject({ what: `range '${text}' is not a range of IPv4 addresses` });
    },
  );

  it('names the first address of a range that starts elsewhere', () => {
    expect(parseCidr('10.0.0.1/20')).toBeUndefined();
    expect(checkCidr('range', '10.0.17.1/20')?.fix).toBe("use '10.0.16.0/20'");
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(cidr, (text) => {
        const parsed = parseCidr(text)!;
        expect(`${formatAddress(parsed.first)}/${parsed.prefix}`).toBe(text);
        expect(checkCidr('range', text)).toBeUndefined();
      }),
    );
  });
});

describe('overlap', () => {
  it('is what sharing an address means', () => {
    fc.assert(
      fc.property(cidr, cidr, (a, b) => {
        const [x, y] = [parseCidr(a)!, parseCidr(b)!];
        // Two ranges of powers of two share an address exactly when the larger one holds the smaller one's first.
        const [large, small] = x.size >= y.size ? [x, y] : [y, x];
        const held = Math.floor(small.first / large.size) * large.size === large.first;
        expect(overlap(x, y)).toBe(held);
        expect(overlap(y, x)).toBe(held);
      }),
    );
  });

  it('does not hold for neighbours', () => {
    expect(overlap(parseCidr('10.0.0.0/24')!, parseCidr('10.0.1.0/24')!)).toBe(false);
    expect(overlap(parseCidr('10.0.0.0/23')!, parseCidr('10.0.1.0/24')!)).toBe(true);
  });
});
