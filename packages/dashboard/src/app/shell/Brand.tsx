import { Link } from '@tanstack/react-router';
import classes from './Shell.module.css';

export function Brand() {
  return (
    <Link to="/settings/webhooks" className={classes.brand}>
      <img src="/favicon.svg" alt="" width={24} height={24} />
      Sydx AI
    </Link>
  );
}
