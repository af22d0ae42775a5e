/**
 * What a group has open and had open, without reading all that ever was; and which leases somebody still has to
 * review.
 */
export const whoHasWhatOpen = `
create index lease_group_end on curfew.lease (group_id, ends_at);
create index lease_group_live on curfew.lease (group_id) where not is_final;
alter table curfew.lease add column needs_review boolean;
create index lease_review on curfew.lease (created_at, id) where needs_review;
`;
