/** What repetitions are known by, oldest first: to be forgotten, without reading the messages among which it is kept. */
export const oldMarks = `
create index inbox_marks on curfew.inbox (received_at) where source like '%!%' and parked_for is null;
`;
