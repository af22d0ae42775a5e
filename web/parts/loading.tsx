import Skeleton from 'antd/es/skeleton';
import { useTexts } from '../app/preferences.tsx';

export function Loading() {
  const t = useTexts();
  return (
    <div role="status" aria-label={t.loading} className="card">
      <Skeleton active paragraph={{ rows: 4 }} />
    </div>
  );
}
