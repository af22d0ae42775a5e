import { useSyncExternalStore } from 'react';

/** Where in the page we are: `#/leases/ID?do=extend`. After the hash, so that one document answers every address. */
export type Route = { readonly segments: readonly string[]; readonly query: URLSearchParams };

export const useRoute = (): Route => routeOf(useSyncExternalStore(subscribe, () => location.hash));

function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const segments = path.split('/').filter((one) => one !== '');
  return { segments: segments.map(decoded), query: new URLSearchParams(query) };
}

export const addressOf = (...segments: string[]): string => `#/${segments.map(encodeURIComponent).join('/')}`;

export function go(address: string): void {
  location.hash = address;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
