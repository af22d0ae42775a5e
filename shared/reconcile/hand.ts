/** The three verbs of the API, each a function with a role of its own. */
export type Hand = 'grant' | 'revoke' | 'modify';
