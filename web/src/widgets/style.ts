/** Lengths in CSS. */

/** Style of the lengths given, in CSS pixels. */
export function px<Name extends string>(lengths: Record<Name, number>): Record<Name, string> {
  const style = {} as Record<Name, string>;
  for (const name in lengths) style[name] = `${lengths[name]}px`;
  return style;
}
