import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { en, type Texts } from '../texts/en.ts';
import { zh } from '../texts/zh.ts';

type Language = 'en' | 'zh';
type Theme = 'light' | 'dark';
type Preferences = {
  readonly language: Language;
  readonly theme: Theme;
  /** The texts of the language. */
  readonly t: Texts;
  readonly setLanguage: (language: Language) => void;
  readonly setTheme: (theme: Theme) => void;
};

const texts: Readonly<Record<Language, Texts>> = { en, zh };
const context = createContext<Preferences | undefined>(undefined);

/** How this visitor wants the page: remembered, and at first as the browser is set. */
export function PreferencesProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useRemembered<Language>('curfew.language', () =>
    navigator.language.startsWith('zh') ? 'zh' : 'en',
  );
  const [theme, setTheme] = useRemembered<Theme>('curfew.theme', () =>
    matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
  );
  useEffect(() => {
    document.documentElement.lang = texts[language].locale;
    document.documentElement.dataset.theme = theme;
  }, [language, theme]);
  const value = useMemo(
    () => ({ language, theme, t: texts[language], setLanguage, setTheme }),
    [language, theme, setLanguage, setTheme],
  );
  return <context.Provider value={value}>{children}</context.Provider>;
}

export function usePreferences(): Preferences {
  const value = useContext(context);
  if (!value) throw new Error('preferences are asked for outside of their provider');
  return value;
}

export const useTexts = (): Texts => usePreferences().t;

function useRemembered<T extends string>(key: string, initial: () => T): readonly [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => (read(key) as T | undefined) ?? initial());
  const remember = useMemo(
    () => (next: T) => {
      setValue(next);
      write(key, next);
    },
    [key],
  );
  return [value, remember];
}

/** A browser may forbid to remember anything: then the page forgets, and works. */
function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Forgotten at the next visit.
  }
}
