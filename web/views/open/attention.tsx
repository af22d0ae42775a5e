import Alert from 'antd/es/alert';
import Button from 'antd/es/button';
import { useDrift, useFreeze, useHealth, useLeases } from '../../api/queries.ts';
import { useTexts } from '../../app/preferences.tsx';
import { addressOf } from '../../app/route.ts';

type Item = { readonly key: string; readonly type: 'error' | 'warning'; readonly title: string; readonly text: string };

/** So many are named; all of them stand where the link leads. */
const namedMax = 3;

/** What a person should look at before anything else. Nothing stands here while nothing is wrong. */
export function Attention() {
  const t = useTexts();
  const items = useItems();
  if (items.length === 0) return null;
  return (
    <section aria-label={t.attention.label} className="attention">
      {items.map(({ key, type, title, text }) => (
        <Alert
          key={key}
          type={type}
          showIcon
          title={title}
          description={text}
          action={
            <Button size="small" href={addressOf('watch')}>
              {t.attention.look}
            </Button>
          }
        />
      ))}
    </section>
  );
}

function useItems(): readonly Item[] {
  const { attention: words, drift: names } = useTexts();
  const drift = useDrift().data?.drift ?? [];
  const health = useHealth().data;
  const freeze = useFreeze(health?.frozen ?? false).data;
  const items: Item[] = [];
  const stuck = health?.leases.stuck ?? 0;
  const leases = useLeases({ state: 'stuck' }, stuck > 0).data?.pages[0]?.leases ?? [];
  if (stuck > 0) {
    const rules = leases.slice(0, namedMax).map(({ target, rules: [rule], changes: [change] }) => {
      return `${target.securityGroupId}: ${(rule ?? change)?.text ?? ''}`;
    });
    items.push({
      key: 'stuck',
      type: 'error',
      title: words.stuck(stuck),
      text: [...rules, words.stuckText].join(' · '),
    });
  }
  if (health?.status === 'late') items.push({ key: 'late', type: 'error', title: words.late, text: words.lateText });
  if (drift.length > 0) {
    const text = drift.map(({ group, class: one, message }) => `${group.split('/').at(-1)}: ${names[one] ?? message}`);
    items.push({
      key: 'drift',
      type: 'warning',
      title: words.drift(drift.length),
      text: text.slice(0, namedMax).join(' · '),
    });
  }
  if (freeze?.frozen) {
    items.push({ key: 'frozen', type: 'warning', title: words.frozen(freeze.by ?? '?'), text: words.frozenText });
  }
  return items;
}
