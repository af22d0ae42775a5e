/** Where to go after a log-in: a path of this console, or its first page. Never another host, however it is written. */
export function localPath(text: string | undefined): string {
  // Browsers read \ as /, drop tabs and line ends, and take //host for another host.
  const isPlain = text !== undefined && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text);
  if (!isPlain) return '/';
  const base = 'https://console.invalid';
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  const isHere = url?.origin === base && !url.pathname.startsWith('//') && !url.pathname.startsWith('/auth/');
  return isHere ? `${url.pathname}${url.search}${url.hash}` : '/';
}
