import classes from './HeaderTable.module.css';
import { visibleText } from './visible-text.ts';

interface HeaderTableProps {
  label: string;
  headers: readonly (readonly [name: string, value: string])[];
}

export function HeaderTable({ label, headers }: HeaderTableProps) {
  return (
    <div className={classes.boxed}>
      <table className={classes.headers} aria-label={label}>
        <tbody>
          {headers.map(([name, value], place) => (
            // A name may come twice; what was sent never changes its order.
            <tr key={place}>
              <th scope="row">{visibleText(name)}</th>
              <td>{visibleText(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
