export const top: string;
export function ensurePackages(): void;
export function ensureBuilt(): void;
