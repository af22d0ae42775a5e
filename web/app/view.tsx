import Alert from 'antd/es/alert';
import { lazy, Suspense } from 'react';
import type { Me } from '../api/answers.ts';
import { Loading } from '../parts/loading.tsx';
import { NotFound } from '../parts/not-found.tsx';
import { OpenView } from '../views/open-view.tsx';
import type { Route } from './route.ts';

// The first view comes with the page; each other one is fetched when somebody goes there.
const AskView = lazy(() => import('../views/ask-view.tsx'));
const LeaseView = lazy(() => import('../views/lease-view.tsx'));
const ApprovalsView = lazy(() => import('../views/approvals-view.tsx'));
const AuditView = lazy(() => import('../views/audit-view.tsx'));
const WatchView = lazy(() => import('../views/watch-view.tsx'));

export const View = ({ route, me }: { readonly route: Route; readonly me: Me }) => (
  // One view that fails takes nothing else with it.
  <Alert.ErrorBoundary key={route.segments.join('/')}>
    <Suspense fallback={<Loading />}>{viewOf(route, me)}</Suspense>
  </Alert.ErrorBoundary>
);

function viewOf({ segments, query }: Route, me: Me) {
  const [view = '', id] = segments;
  if (view === '') return <OpenView me={me} />;
  if (view === 'ask') return <AskView key={query.toString()} query={query} />;
  if (view === 'leases' && id !== undefined) return <LeaseView key={id} id={id} me={me} wish={query.get('do')} />;
  if (view === 'approvals') return <ApprovalsView />;
  if (view === 'audit') return <AuditView key={query.toString()} query={query} />;
  if (view === 'watch') return <WatchView me={me} />;
  return <NotFound />;
}
