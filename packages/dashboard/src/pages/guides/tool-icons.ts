import { Blocks, type LucideIcon, Server, Workflow, Zap } from 'lucide-react';
import type { GuideId } from './guides.ts';

export const TOOL_ICONS: Readonly<Record<GuideId, LucideIcon>> = {
  n8n: Workflow,
  zapier: Zap,
  make: Blocks,
  custom: Server,
};
