import { useMutation } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { readFile } from '../../api/call.ts';
import { useTexts } from '../../app/preferences.tsx';
import { download } from '../../browser/download.ts';
import { Refused } from '../../parts/problem-note.tsx';
import { countText } from '../../texts/format.ts';
import { type AuditFilter, exportAddress } from './filter.ts';

type Format = 'jsonl' | 'csv';
const mediaTypes = { jsonl: 'application/x-ndjson', csv: 'text/csv;charset=utf-8' };

/** Everything that matches, not only what was loaded, as a file in the form of `curfew audit export`. */
export function Export({ filter }: { readonly filter: AuditFilter }) {
  const t = useTexts();
  const [rows, setRows] = useState(0);
  const { mutate, isPending, isSuccess, error, variables } = useMutation({
    mutationFn: async (format: Format) => {
      const pieces = await collect(filter, format, setRows);
      download(`curfew-audit.${format}`, mediaTypes[format], pieces);
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

/** Piece by piece, so that a long trail can be seen to come. */
async function collect(filter: AuditFilter, format: Format, onRows: (rows: number) => void): Promise<string[]> {
  const pieces: string[] = [];
  let address: string | undefined = exportAddress(filter, format);
  let count = 0;
  while (address !== undefined) {
    const piece = await readFile(address);
    pieces.push(piece.text);
    count += piece.rows;
    onRows(count);
    address = piece.next;
  }
  return pieces;
}
