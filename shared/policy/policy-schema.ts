/**
 * The words that policy.cedar may use, in Cedar's own schema language; published as schemas/policy.cedarschema.
 * `curfew check` and the build hold every policy against it. A field may be added; none may change its meaning.
 */
export const policySchema = `// What policies of Curfew may say. Generated: the source is shared/policy/policy-schema.ts.

// People, by the one id that their source proved; groups, by entities.json and by the claims of a log-in.
entity Group in [Group];
entity Person in [Group] tags String;

// Where rules live. A security group is "cloud/account/region/group"; its tags and systems stand in entities.json.
entity Account tags String;
entity Region;
entity System in [System] tags String;
entity SecurityGroup in [Account, Region, System] = {
  id: String,
  cloud: String,
  account: String,
  regionId: String
} tags String;

// What is not about one security group: the audit trail, the freeze, the list of leases.
entity Console;

// An instant, and what the clocks on the wall say then (the offset of the Calendar in entities.json, else UTC).
// weekday: 1 is Monday, 7 is Sunday. In another offset: at.offset(duration("8h")).toTime().
type Moment = { at: datetime, time: duration, weekday: Long };

// from and to are -1 for protocols without ports (icmp, icmpv6, gre); what may be any port is 0 to 65535.
type Ports = { from: Long, to: Long };

// kind: "ipv4", "ipv6" (then with address and prefix), "group", "prefix-list"; "unknown" where only the cloud knows.
// account: the owner of a peer group, where it is not the own account.
type Peer = { kind: String, value: String, address?: ipaddr, prefix?: Long, account?: String };

// One rule in the form that would be sent. Of \`modify\` the rule as it would become, of \`revoke\` the one that goes;
// where a rule is named by its id alone, what is not known is "unknown", or as wide as can be.
type Rule = {
  direction: String,
  protocol: String,
  ports: Ports,
  peer: Peer,
  policy: String,
  priority: Long
};

// A request is asked rule by rule, and allowed only if each rule is.
type Request = {
  rule: Rule,
  rules: Long,
  sets: Set<String>,
  source: String,
  now: Moment,
  start: Moment,
  duration: duration,
  hasEnd: Bool,
  reason?: String,
  ticket?: { system: String, key: String },
  isBreakGlass: Bool,
  requester: Person
};

// What is done in the console and to leases, without asking for more.
type Visit = { source: String, now: Moment, requester?: Person };

// request: everything that asks for a change, or for more time.
action request;
action authorize, modify, revoke, extend in [request] appliesTo {
  principal: Person,
  resource: SecurityGroup,
  context: Request
};

// decide: what is asked of somebody else than the requester.
action decide;
action approve, reject in [decide] appliesTo {
  principal: Person,
  resource: SecurityGroup,
  context: Request
};

action view, end appliesTo {
  principal: Person,
  resource: [SecurityGroup, Console],
  context: Visit
};

// audit: read and export the whole trail. administer: freeze, recover, adopt, abandon.
action audit, administer appliesTo {
  principal: Person,
  resource: [SecurityGroup, Console],
  context: Visit
};
`;
