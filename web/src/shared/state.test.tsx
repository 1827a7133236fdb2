import { act, renderHook } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { createStore } from '../app/store';
import { backendAt, connectionChanged, eventsHeard, rememberBackend } from './state';
import { isStringList, readPreference, usePreference } from './usePreference';

const isNumber = (value: unknown): value is number => typeof value === 'number';

describe('preferences', () => {
  it('survive a reload', () => {
    const { result } = renderHook(() => usePreference('columns', ['name'], isStringList));
    expect(result.current[0]).toEqual(['name']);
    act(() => result.current[1](['name', 'tier']));
    expect(result.current[0]).toEqual(['name', 'tier']);
    expect(renderHook(() => usePreference('columns', ['name'], isStringList)).result.current[0]).toEqual(['name', 'tier']);
  });

  it.each(['not json', '"a word"', 'null'])('of an older version, or spoilt, fall back: %s', (text) => {
    localStorage.setItem('understudy.size', text);
    expect(readPreference('size', 7, isNumber)).toBe(7);
  });

  it('last as long as the page where storage is refused', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('refused', 'QuotaExceededError');
    });
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('refused', 'SecurityError');
    });
    const { result } = renderHook(() => usePreference('size', 7, isNumber));
    act(() => result.current[1](9));
    expect(result.current[0]).toBe(9);
    expect(createStore().getState().backend).toEqual({ address: '', token: null });
    rememberBackend({ address: 'http://other', token: 'secret' });
  });
});

describe('the backend', () => {
  it('is the same origin, refreshed only by events, unless remembered otherwise', () => {
    const { backend, refresh } = createStore().getState();
    expect(backend).toEqual({ address: '', token: null });
    expect(refresh.seconds).toBe(0);
  });

  it('is remembered with its token, which only this tab keeps', () => {
    rememberBackend({ address: 'http://other', token: 'secret' });
    expect(createStore().getState().backend).toEqual({ address: 'http://other', token: 'secret' });
    sessionStorage.clear();
    expect(createStore().getState().backend).toEqual({ address: 'http://other', token: null });
  });

  it('has a token for each address', () => {
    rememberBackend({ address: 'http://a', token: 'of a' });
    rememberBackend({ address: 'http://b', token: 'of b' });
    expect([backendAt('http://a'), backendAt('http://b'), backendAt('')].map(({ token }) => token)).toEqual(['of a', 'of b', null]);
    rememberBackend({ address: 'http://a', token: null });
    expect(backendAt('http://a').token).toBeNull();
    expect(backendAt('http://b').token).toBe('of b');
  });

  it('remembers no interval that is not offered', () => {
    localStorage.setItem('understudy.refresh', '1');
    expect(createStore().getState().refresh.seconds).toBe(0);
  });
});

it('the last event may have a smaller id than before', () => {
  const store = createStore();
  store.dispatch(connectionChanged('online'));
  store.dispatch(eventsHeard(100));
  store.dispatch(eventsHeard(7));
  expect(store.getState().connection).toEqual({ status: 'online', lastEventId: 7 });
});
