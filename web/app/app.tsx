import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import ConfigProvider from 'antd/es/config-provider';
import enUS from 'antd/es/locale/en_US';
import zhCN from 'antd/es/locale/zh_CN';
import { ApiProblem } from '../api/problem.ts';
import { Frame } from './frame.tsx';
import { PreferencesProvider, usePreferences } from './preferences.tsx';
import { themeOf } from './theme.ts';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A browser that thinks itself off line knows nothing of a console on this very machine; and silence is to be told.
      networkMode: 'always',
      // What was refused is refused again; only silence and failures are worth another try.
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiProblem && (error.status === 0 || error.status >= 500),
    },
    mutations: { networkMode: 'always' },
  },
});

export const App = () => (
  <QueryClientProvider client={queries}>
    <PreferencesProvider>
      <Themed />
    </PreferencesProvider>
  </QueryClientProvider>
);

function Themed() {
  const { language, theme } = usePreferences();
  return (
    <ConfigProvider
      locale={language === 'zh' ? zhCN : enUS}
      theme={themeOf(theme)}
      // A word of two characters stays a word, for whoever searches or listens.
      button={{ autoInsertSpace: false }}
    >
      <Frame />
    </ConfigProvider>
  );
}
