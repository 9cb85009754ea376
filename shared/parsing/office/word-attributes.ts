import { prefixedAttribute } from './package.ts';

/** An attribute in the namespace of WordprocessingML, whatever its prefix; empty where it is missing. */
export function wordValue(attributes: Record<string, string>, name = 'val'): string {
  return attributes[`w:${name}`] ?? prefixedAttribute(attributes, name) ?? '';
}

/** Whether an on/off property (`w:vanish`) is on: it is without a value. */
export function isOn(attributes: Record<string, string>): boolean {
  return !/^(0|false|off)$/u.test(wordValue(attributes));
}
