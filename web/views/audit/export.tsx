import { useMutation } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { csvLine } from '../../../shared/runtime/csv-line.ts';
import type { AuditPage, AuditRow } from '../../api/answers.ts';
import { call } from '../../api/call.ts';
import { useTexts } from '../../app/preferences.tsx';
import { download } from '../../browser/download.ts';
import { Refused } from '../../parts/problem-note.tsx';
import { countText } from '../../texts/format.ts';
import { type AuditFilter, auditAddress, matches } from './filter.ts';

type Format = 'jsonl' | 'csv';
const columns = ['n', 'at', 'kind', 'leaseId', 'actor', 'data', 'hash'] as const;
const mediaTypes = { jsonl: 'application/x-ndjson', csv: 'text/csv;charset=utf-8' };

/** Everything that matches, not only what was loaded, as a file in the form of `curfew audit export`. */
export function Export({ filter }: { readonly filter: AuditFilter }) {
  const t = useTexts();
  const [rows, setRows] = useState(0);
  const { mutate, isPending, isSuccess, error, variables } = useMutation({
    mutationFn: async (format: Format) => {
      const lines = await collect(filter, format, setRows);
      download(`curfew-audit.${format}`, mediaTypes[format], lines);
    },
  });
  return (
    <>
      {(['jsonl', 'csv'] as const).map((format) => (
        <Button
          key={format}
          disabled={isPending}
          loading={isPending && variables === format}
          onClick={() => mutate(format)}
        >
          {t.audit.export} {format === 'csv' ? 'CSV' : 'JSON Lines'}
        </Button>
      ))}
      <span role="status" className="quiet">
        {isPending && t.audit.exporting(countText(rows, t))}
        {isSuccess && t.audit.exported(countText(rows, t))}
      </span>
      <Refused error={error} />
    </>
  );
}

async function collect(filter: AuditFilter, format: Format, onRows: (rows: number) => void): Promise<string[]> {
  const lines = format === 'csv' ? [csvLine(columns)] : [];
  let cursor: string | undefined = '';
  let count = 0;
  while (cursor !== undefined) {
    const page: AuditPage = await call<AuditPage>(auditAddress(filter, cursor, 1_000));
    const found = page.rows.filter((row) => matches(row, filter.text));
    lines.push(...found.map((row) => (format === 'csv' ? csvOf(row) : `${JSON.stringify(row)}\n`)));
    count += found.length;
    onRows(count);
    cursor = page.cursor;
  }
  return lines;
}

const csvOf = (row: AuditRow): string =>
  csvLine(columns.map((column) => (column === 'data' ? JSON.stringify(row.data) : row[column])));
