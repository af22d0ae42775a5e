/** Gives the visitor a file that was made in the page. */
export function download(name: string, type: string, parts: readonly string[]): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts as string[], { type }));
  link.download = name;
  link.click();
  // The browser has taken it by then; kept, it would hold the memory until the page is left.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
