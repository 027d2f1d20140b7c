import classes from './HeaderTable.module.css';
import { visibleText } from './visible-text.ts';

interface HeaderTableProps {
  label: string;
  headers: Readonly<Record<string, string>>;
}

export function HeaderTable({ label, headers }: HeaderTableProps) {
  return (
    <div className={classes.boxed}>
      <table className={classes.headers} aria-label={label}>
        <tbody>
          {Object.entries(headers).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{visibleText(name)}</th>
              <td>{visibleText(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
