import { usePreferences } from './preferences.tsx';

type Said = { readonly message: string; readonly messageZh?: string | undefined };

/** What is said of a refusal or an ending, in the language of the page as far as it is said there. */
export function useSentence(): (said: Said) => string {
  const { language } = usePreferences();
  return ({ message, messageZh = message }) => (language === 'zh' ? messageZh : message);
}
