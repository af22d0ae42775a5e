/**
 * The one id of a person, whatever handle a source knows them by. Who asks and who approves are compared by it, and
 * policies are asked about it.
 */
export type PersonOf = (source: string, id: string) => string;

/** The same text is the same person, in whatever case and in whichever source: nobody approves what they ask for. */
export const isSamePerson = (a: string, b: string): boolean => foldedId(a) === foldedId(b);

export const foldedId = (id: string): string => id.normalize('NFKC').trim().toLowerCase();
