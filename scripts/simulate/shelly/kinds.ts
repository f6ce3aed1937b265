/** The models that are simulated. */
export const KINDS = {
  'plug-s': { generation: 1, model: 'SHPLG-S', id: 'shellyplug-s', relays: 1, phases: 0 },
  '3em': { generation: 1, model: 'SHEM-3', id: 'shellyem3', relays: 1, phases: 3 },
  'plus-plug-s': { generation: 2, model: 'SNPL-00112EU', id: 'shellyplusplugs', relays: 1, phases: 0 },
  'pro-3em': { generation: 2, model: 'SPEM-003CEBEU', id: 'shellypro3em', relays: 0, phases: 3 },
  'pro-4pm': { generation: 2, model: 'SPSW-004PE16EU', id: 'shellypro4pm', relays: 4, phases: 0 },
} as const;

export type Kind = keyof typeof KINDS;

export function isKind(name: string): name is Kind {
  return name in KINDS;
}
