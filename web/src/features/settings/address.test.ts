import { describe, expect, it } from 'vitest';
import { addressOf, problemWith } from './address';

const here = { origin: 'https://fleet.example:8787', protocol: 'https:' };

describe('addressOf', () => {
  it.each([
    ['', ''],
    ['   ', ''],
    ['https://fleet.example:8787/', ''],
    ['http://other:8787', 'http://other:8787'],
    ['http://other:8787/', 'http://other:8787'],
    ['http://proxy/fleet/', 'http://proxy/fleet'],
    ['HTTP://Other', 'http://other'],
    ['other:8787', 'https://other:8787'],
    ['127.0.0.1:8787', 'https://127.0.0.1:8787'],
    ['[::1]:8787', 'https://[::1]:8787'],
    ['http://other/?x=1#token=secret', 'http://other'],
  ])('%j', (typed, address) => expect(addressOf(typed, here)).toBe(address));

  it.each(['ftp://other', 'http://', 'two words', 'http://user:pass@other', 'javascript:alert(1)'])('refuses %j', (typed) => {
    expect(addressOf(typed, here)).toBeNull();
  });
});

describe('problemWith', () => {
  it('knows what a browser refuses before it is asked', async () => {
    const problem = await problemWith({ address: 'http://other:8787', token: null }, here, new AbortController().signal);
    expect(problem).toBe('This page was loaded over https, and the browser lets it call only https addresses.');
  });
});
