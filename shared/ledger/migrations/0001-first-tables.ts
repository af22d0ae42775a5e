/**
 * Everything that the ledger keeps. Three habits:
 *
 * - `doc` holds a row whole, as JSON text; the columns beside it are only what SQL looks for or locks by. It is
 *   `json`, not `jsonb`, because that keeps every string that JSON can say (jsonb refuses \u0000) to the byte.
 * - Partial indexes hold what is due, live or open, so that a claim costs what there is to do and not what there
 *   ever was. Claim columns are in no index: claiming then rewrites no index entry.
 * - Keys compare byte by byte (collate "C"): the order of locking is the same for every reader, whatever its locale.
 */
export const firstTables = `
create table curfew.inbox (
  source text not null,
  id text not null,
  parked_for text,
  received_at timestamptz not null,
  doc json not null,
  primary key (source, id)
);
create index inbox_parked on curfew.inbox (source, parked_for, received_at) where parked_for is not null;

create table curfew.rule_group (
  group_key text collate "C" primary key,
  cloud text not null,
  account text not null,
  region_id text not null,
  group_id text not null
);

create table curfew.rule (
  key text collate "C" primary key,
  group_key text collate "C" not null,
  due_grant timestamptz,
  due_revoke timestamptz,
  due_modify timestamptz,
  claim_id text,
  claim_until timestamptz,
  doc json not null
) with (fillfactor = 80);
create index rule_due_grant on curfew.rule (due_grant, group_key) where due_grant is not null;
create index rule_due_revoke on curfew.rule (due_revoke, group_key) where due_revoke is not null;
create index rule_due_modify on curfew.rule (due_modify, group_key) where due_modify is not null;
create index rule_group_due_grant on curfew.rule (group_key, due_grant) where due_grant is not null;
create index rule_group_due_revoke on curfew.rule (group_key, due_revoke) where due_revoke is not null;
create index rule_group_due_modify on curfew.rule (group_key, due_modify) where due_modify is not null;

create table curfew.lease (
  id text collate "C" primary key,
  source text not null,
  request_id text not null,
  state text not null,
  is_final boolean not null,
  cloud text not null,
  account text not null,
  region_id text not null,
  group_id text not null,
  requester_id text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  created_at timestamptz not null,
  doc json not null
);
create unique index lease_request on curfew.lease (request_id, source);
create index lease_newest on curfew.lease (created_at, id);
create index lease_live on curfew.lease (created_at, id) where not is_final;
create index lease_state on curfew.lease (state, created_at, id);
create index lease_group on curfew.lease (group_id, created_at, id);
create index lease_requester on curfew.lease (requester_id, created_at, id);

create table curfew.lease_rule (
  lease_id text collate "C" not null references curfew.lease,
  rule_key text collate "C" not null references curfew.rule,
  is_live boolean not null,
  is_borrowed boolean not null,
  is_withdrawn boolean not null,
  opened_at timestamptz,
  error json,
  primary key (lease_id, rule_key)
);
create index lease_rule_live on curfew.lease_rule (rule_key, lease_id) where is_live;
create index lease_rule_all on curfew.lease_rule (rule_key, lease_id);

create table curfew.operation (
  id text collate "C" primary key,
  state text not null,
  intended_at timestamptz not null,
  request json not null,
  doc json not null
);
create table curfew.operation_rule (
  operation_id text collate "C" not null references curfew.operation,
  rule_key text collate "C" not null,
  is_open boolean not null,
  primary key (operation_id, rule_key)
);
create index operation_rule_open on curfew.operation_rule (rule_key, operation_id) where is_open;

create table curfew.audit_head (
  chain text primary key,
  n bigint not null,
  at timestamptz not null,
  hash text not null
);
insert into curfew.audit_head values ('main', 0, 'epoch', repeat('0', 64));
create table curfew.audit (
  chain text not null,
  n bigint not null,
  at timestamptz not null,
  lease_id text,
  body json not null,
  hash text not null,
  primary key (chain, n)
);
create index audit_lease on curfew.audit (lease_id, n) where lease_id is not null;
create function curfew.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail only grows: % is refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger audit_only_grows before update or delete or truncate on curfew.audit
  for each statement execute function curfew.refuse_change();

create table curfew.setting (
  name text primary key,
  value json not null,
  changed_at timestamptz not null
);
`;
