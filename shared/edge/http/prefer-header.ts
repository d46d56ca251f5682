/** The Prefer header (RFC 7240): what of it is understood here. Everything else in it is ignored, as it demands. */

export type Preferences = {
  /** What a success answers with. */
  readonly return?: 'minimal' | 'representation';
  readonly respondAsync: boolean;
  /** For how long an answer is waited for before it is told later; 0 when nothing is said of it. */
  readonly waitSeconds: number;
};

/** Longer waits are cut to this: a function behind HTTP has little more time. */
export const LONGEST_WAIT_SECONDS = 20;

/**
 * Names are case-insensitive, values may be in quotes, and parameters behind a semicolon are not looked at. Of several
 * preferences of one name the first counts, understood or not.
 */
export function preferencesIn(header: string | undefined): Preferences {
  const preferred = new Map<string, string>();
  for (const [name, value] of preferencesOf(header ?? '')) if (!preferred.has(name)) preferred.set(name, value);
  const wanted = preferred.get('return')?.toLowerCase();
  const wait = preferred.get('wait') ?? '';
  return {
    ...((wanted === 'minimal' || wanted === 'representation') && { return: wanted }),
    respondAsync: preferred.get('respond-async') === '',
    waitSeconds: /^\d+$/.test(wait) ? Math.min(Number(wait), LONGEST_WAIT_SECONDS) : 0,
  };
}

/** A member of the list up to its comma; commas inside quotes are part of it. */
const MEMBER = /(?:"(?:\\.|[^"\\])*"|[^,])+/g;

/** A name, and perhaps a value, which ends at the first semicolon. Source: RFC 7240, section 2; an empty value is none. */
const PREFERENCE =
  /^[ \t]*([!#$%&'*+\-.^_`|~\dA-Za-z]+)(?:[ \t]*=[ \t]*(?:([!#$%&'*+\-.^_`|~\dA-Za-z]+)|"((?:\\.|[^"\\])*)"))?[ \t]*(?:;|$)/;

const preferencesOf = (header: string): [name: string, value: string][] =>
  (header.match(MEMBER) ?? []).flatMap((member) => {
    const [, name, token, quoted = ''] = PREFERENCE.exec(member) ?? [];
    return name === undefined ? [] : [[name.toLowerCase(), token ?? quoted.replaceAll(/\\(.)/g, '$1')]];
  });
