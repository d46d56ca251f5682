/** How a person is told of faults: each by where it is, and those of one type that are alike in one line. */

/** Something in the assembly that the local cloud cannot run: where, which property (if one), why. */
export type Fault = {
  readonly stack: string;
  readonly logicalId?: string;
  /** Path of the construct in the CDK app. */
  readonly cdkPath?: string;
  readonly type?: string;
  readonly property?: string;
  readonly reason: string;
  /** What it needs may be missing only because something else has a fault. */
  readonly absent?: boolean;
};

/** The assembly cannot be run as it is; the message lists every fault, those of one type that are alike in one line. Nothing was started. */
export class AssemblyFaults extends Error {
  readonly faults: readonly Fault[];

  /** `advice` is a way around them all. */
  constructor(faults: readonly Fault[], advice?: string) {
    const lines = faultLines(faults).map((line) => `  ${line}`);
    super(
      ['The local cloud cannot run this template:', ...lines, ...(advice === undefined ? [] : [advice])].join('\n'),
    );
    this.faults = faults;
  }
}

/** So many places of those that are alike are named. */
const NAMED = 3;

/**
 * One line for each fault, or for all of one type with the same property and reason: how many there are, and where the first ones are.
 * So every type and every reason is named.
 */
export function faultLines(faults: readonly Fault[]): string[] {
  const alike = Map.groupBy(faults, ({ type = '', property = '', reason }) =>
    [type, withoutPositions(property), reason].join('\n'),
  );
  return [...alike.values()].map((group) => (group.length === 1 ? group.map(faultLine).join() : groupLine(group)));
}

/** One line that names everything known about the fault. */
export function faultLine(fault: Fault): string {
  const type = fault.type === undefined ? '' : `, ${fault.type}`;
  const property = fault.property === undefined ? '' : `, property ${fault.property}`;
  return `${placeOf(fault)}${type}${property}: ${fault.reason}`;
}

function groupLine(group: readonly Fault[]): string {
  const [first] = group;
  const property = first?.property === undefined ? '' : `, property ${withoutPositions(first.property)}`;
  const places = [...new Set(group.map(placeOf))];
  return `${group.length} times ${first?.type ?? 'stack'}${property}: ${first?.reason}: ${shortened(places)}`;
}

function withoutPositions(property: string): string {
  return property.replace(/\[\d+\]/g, '[]');
}

/** The first ones, and how many more there are. */
export function shortened(places: readonly string[]): string {
  const more = places.length - NAMED;
  return places.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function placeOf({ stack, logicalId, cdkPath }: Fault): string {
  const id = logicalId === undefined ? stack : `${stack}/${logicalId}`;
  return cdkPath === undefined || cdkPath === id ? id : `${id} (${cdkPath})`;
}
