/** The roles of API keys, from the least to the most. Each may do what those before it may. */
export const ROLES = ['read', 'operate', 'write', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export function isRole(text: unknown): text is Role {
  return ROLES.includes(text as Role);
}

/** Whether `role` may do what needs `needed`. */
export function mayDo(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
