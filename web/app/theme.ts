import type { ThemeConfig } from 'antd/es/config-provider';
import theme from 'antd/es/theme';

const fonts = {
  fontFamily:
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', sans-serif",
  fontFamilyCode: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
};

/** The library's own colours, darkened or lightened until every text has a contrast of 4.5 to what lies behind it. */
const colours = {
  light: {
    colorPrimary: '#1554c0',
    colorLink: '#1554c0',
    colorError: '#c2261c',
    colorSuccess: '#1b7a3d',
    colorWarning: '#9a5b00',
    // What the library makes of so dark a colour is mud.
    colorWarningBg: '#fff6e0',
    colorWarningBorder: '#e5bd72',
    colorBgLayout: '#f4f6fa',
    colorTextTertiary: 'rgba(15, 25, 45, 0.66)',
    colorTextDescription: 'rgba(15, 25, 45, 0.66)',
    colorTextPlaceholder: 'rgba(15, 25, 45, 0.6)',
  },
  dark: {
    colorPrimary: '#86b2ff',
    colorLink: '#93baff',
    colorError: '#ff8b80',
    colorSuccess: '#6fd394',
    colorWarning: '#f2b755',
    colorBgBase: '#0f1626',
    colorBgLayout: '#0b111e',
    colorBgContainer: '#121a2b',
    colorBgElevated: '#1a2540',
    colorBorder: '#3a4966',
    colorBorderSecondary: '#26324a',
    colorTextLightSolid: '#0b1322',
    colorTextTertiary: 'rgba(235, 241, 255, 0.68)',
    colorTextDescription: 'rgba(235, 241, 255, 0.68)',
    colorTextPlaceholder: 'rgba(235, 241, 255, 0.6)',
  },
};

const prefersStillness = matchMedia('(prefers-reduced-motion: reduce)').matches;

export function themeOf(name: 'light' | 'dark'): ThemeConfig {
  return {
    algorithm: name === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: { ...fonts, ...colours[name], borderRadius: 8, fontSize: 14, motion: !prefersStillness },
    components: { Table: { headerBg: 'transparent', headerSplitColor: 'transparent' } },
  };
}
