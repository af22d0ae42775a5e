/**
 * A code for each journaled call, empty for those of before; and the way from an instant to a place in the trail.
 * The chain's own key is not in the database: the code is worth as much as the database's users do not know it.
 */
export const journalMac = `
alter table curfew.operation add column mac text;
create index audit_at on curfew.audit (chain, at, n);
`;
