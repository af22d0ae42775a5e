import type { Lang } from '../context.ts';
import { en, type Texts } from './en.ts';
import { zh } from './zh.ts';

const texts: Readonly<Record<Lang, Texts>> = { en, zh };

export const textsOf = (lang: Lang): Texts => texts[lang];
