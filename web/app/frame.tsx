import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import Switch from 'antd/es/switch';
import { useEffect, useRef } from 'react';
import type { Me } from '../api/answers.ts';
import { useLeases } from '../api/queries.ts';
import { Icon } from '../parts/icon.tsx';
import { Loading } from '../parts/loading.tsx';
import { LogIn, ProblemNote } from '../parts/problem-note.tsx';
import { usePreferences } from './preferences.tsx';
import { addressOf, useRoute } from './route.ts';
import { isStranger, logOut, useMe } from './session.ts';
import { polledEverywhere, Staleness } from './staleness.tsx';
import { View } from './view.tsx';

/** What stands round every view: the name, where one can go, the language, the theme, who is logged in. */
export function Frame() {
  const me = useMe();
  const { t } = usePreferences();
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const [view = ''] = route.segments;
  // Whoever listens to the page is told that another view has come.
  const last = useRef(view);
  useEffect(() => {
    if (last.current !== view) main.current?.focus();
    last.current = view;
  }, [view]);
  useEffect(() => {
    document.title = `${titleOf(view, t.nav)} · Curfew`;
  }, [view, t]);
  return (
    <>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {t.skip}
      </button>
      <Header me={me.data} view={view} />
      <main id="content" ref={main} tabIndex={-1}>
        {me.data && <Staleness />}
        {me.data ? <View route={route} me={me.data} /> : <Without error={me.error} />}
      </main>
    </>
  );
}

/** Before it is known who is there: to log in, to wait, or to hear what is wrong. */
function Without({ error }: { readonly error: unknown }) {
  if (isStranger) return <LogIn />;
  return error ? <ProblemNote error={error} /> : <Loading />;
}

const titleOf = (view: string, nav: Readonly<Record<string, string>>): string =>
  nav[view === '' || view === 'leases' ? 'open' : view] ?? 'Curfew';

function Header({ me, view }: { readonly me: Me | undefined; readonly view: string }) {
  const { t, theme, setTheme, language, setLanguage } = usePreferences();
  return (
    <header className="top">
      <a className="brand" href="#/">
        <Icon />
        <span>
          Curfew<small>{t.tagline}</small>
        </span>
      </a>
      {me && <Navigation me={me} view={view} />}
      <div className="tools">
        <Button
          type="text"
          lang={language === 'zh' ? 'en' : 'zh'}
          aria-label={`${t.otherLanguage}: ${t.switchLanguage}`}
          onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
        >
          {t.otherLanguage}
        </Button>
        <Switch
          aria-label={t.dark}
          checked={theme === 'dark'}
          checkedChildren="★"
          unCheckedChildren="☀"
          onChange={(isDark) => setTheme(isDark ? 'dark' : 'light')}
        />
        {me && <Person me={me} />}
      </div>
    </header>
  );
}

function Navigation({ me: { may }, view }: { readonly me: Me; readonly view: string }) {
  const { t } = usePreferences();
  const waiting = useLeases(polledEverywhere).data?.pages[0]?.leases.length ?? 0;
  const links = [
    ['', t.nav.open, true],
    ['ask', t.nav.ask, may.ask],
    ['approvals', t.nav.approvals, may.approve],
    ['audit', t.nav.audit, may.audit],
    ['watch', t.nav.watch, true],
  ] as const;
  return (
    <nav aria-label={t.nav.label}>
      {links
        .filter(([, , isShown]) => isShown)
        .map(([name, text]) => (
          <a key={name} href={addressOf(name)} {...(name === view ? { 'aria-current': 'page' as const } : {})}>
            {text}
            {name === 'approvals' && waiting > 0 && <span className="count">{waiting}</span>}
          </a>
        ))}
    </nav>
  );
}

function Person({ me: { person } }: { readonly me: Me }) {
  const { t } = usePreferences();
  const queries = useQueryClient();
  return (
    <span className="person">
      <span title={person.id}>{person.name ?? person.id}</span>
      <Button
        size="small"
        onClick={() => {
          queries.clear();
          void logOut();
        }}
      >
        {t.logOut}
      </Button>
    </span>
  );
}
