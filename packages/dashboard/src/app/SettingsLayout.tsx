import { PRO_PLAN } from '@sydx/contract';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useSession } from '../api/session.ts';
import { Redirect } from '../ui/Redirect.tsx';
import { AdminsOnlyPage } from './AdminsOnlyPage.tsx';
import { SessionGate } from './SessionGate.tsx';
import { Shell } from './shell/Shell.tsx';
import { UpgradePage } from './UpgradePage.tsx';

/** Around every page of Settings: somebody is signed in, and may see it. */
export function SettingsLayout() {
  return (
    <SessionGate>
      <Shell>
        <AllowedPage />
      </Shell>
    </SessionGate>
  );
}

const OF_PORTALS = ['/settings/webhooks', '/settings/inbox'];

/** The API refuses the same; these pages say so in words before anything is asked. */
function AllowedPage() {
  const { kind, role, tenant } = useSession();
  const { pathname } = useLocation();
  if (role === 'agent') return <AdminsOnlyPage />;
  if (tenant.plan !== PRO_PLAN) return <UpgradePage />;
  if (kind === 'portal' && !OF_PORTALS.some((place) => pathname.startsWith(place))) {
    return <Redirect href="/settings/webhooks" />;
  }
  return <Outlet />;
}
