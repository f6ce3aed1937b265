/** What an input's name says of it. */
export interface MeterName {
  /** It is power in watts that energy can be counted up from. */
  readonly power: boolean;
  /** How likely it stands for the whole house; higher is likelier, 0 where it is not power. */
  readonly rank: number;
  /** Its unit, '' where the name does not say. */
  readonly unit: string;
}

/** Reads a name such as `active_power_w`, `ct1`, `kitchen_wh` or `temperature`. */
export function readMeterName(name: string): MeterName {
  const plain = name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  const power = !NOT_WATTS.test(plain) && WATTS.test(plain);
  return {
    power,
    rank: power ? 1 + (WHOLE_HOUSE.test(plain) ? 2 : 0) - (PART_OF_HOUSE.test(plain) ? 1 : 0) : 0,
    unit: power ? 'W' : (UNITS.find(([pattern]) => pattern.test(plain))?.[1] ?? ''),
  };
}

/** Whether a node calls itself one device among others, such as a car's charger: its `power` is not the house's. */
export function isPartOfHouse(node: string): boolean {
  return ONE_DEVICE.test(node.toLowerCase());
}

const ONE_DEVICE = /evse|charger|wallbox|(^|[^a-z])(smart_?plug|socket)/;
const NOT_WATTS =
  /(^|[^a-z])(kw|mw|[km]?wh|va|var|pf|kva)([^a-z]|$)|energy|factor|reactive|apparent|pulse|energie|volt|current|percent/;
const WATTS = /power|watt|leistung|(^|[^a-z])(w|ct\d*|p\d*|grid|import|mains|solar|pv|use|house|load)([^a-z]|$)/;
const WHOLE_HOUSE = /active_?power|(^|[^a-z])(power_?1|power|grid|import|mains|house|total|use|ct1)([^a-z0-9]|$)/;
const PART_OF_HOUSE = /solar|pv|export|heat|kitchen|laundry|car|ev(?![a-z])|battery/;

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/(^|[^a-z])kwh([^a-z]|$)/, 'kWh'],
  [/(^|[^a-z])wh([^a-z]|$)/, 'Wh'],
  [/(^|[^a-z])kw([^a-z]|$)/, 'kW'],
  [/volt|(^|[^a-z])(v|vrms\d*)([^a-z]|$)/, 'V'],
  [/current|(^|[^a-z])(a|amps?)([^a-z]|$)/, 'A'],
  [/temp|(^|[^a-z])t\d*$/, '°C'],
  [/humid|(^|[^a-z])hum([^a-z]|$)|percent|(^|[^a-z])soc([^a-z]|$)/, '%'],
];
