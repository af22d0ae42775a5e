import type { Browser, Page } from 'playwright-core';

export type Task = {
  /** From its start to its end, in milliseconds. */
  readonly wallMs: number;
  /** What it had of the processor meanwhile: the rest is what others had. */
  readonly cpuMs: number;
};
type Event = {
  readonly [field in 'name' | 'ph']: string;
} & { readonly [field in 'pid' | 'tid']: number } & {
  /** In microseconds. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
};

/** A page in which anything moves has thousands. */
const tasksMin = 100;

/** Every task of the page's own thread while something is done, as the browser itself measures them. */
export async function tasksDuring(browser: Browser, page: Page, work: () => Promise<void>): Promise<readonly Task[]> {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await work();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: readonly Event[] };
  const threads = new Set(traceEvents.filter(isNameOfMain).map(threadOf));
  const tasks = traceEvents.flatMap((event): Task[] => {
    const { name, ph, dur, tdur } = event;
    if (name !== 'ThreadControllerImpl::RunTask' || ph !== 'X' || !threads.has(threadOf(event))) return [];
    // Those in which the measuring began or ended are not whole.
    return dur === undefined || tdur === undefined ? [] : [{ wallMs: dur / 1_000, cpuMs: tdur / 1_000 }];
  });
  if (tasks.length < tasksMin) throw new Error('this browser does not tell what its tasks cost');
  return tasks;
}

const isNameOfMain = ({ name, args }: Event): boolean => name === 'thread_name' && args?.name === 'CrRendererMain';
const threadOf = ({ pid, tid }: Event): string => `${pid}/${tid}`;
