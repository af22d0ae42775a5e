/** What a parameter takes in a URL or a form, with its `=` and `&`. */
export const bytesOfParameter = (name: string, value: string): number =>
  name.length + encodeURIComponent(value).length + 2;
