/**
 * Whether a string of a packet may stand there [MQTT-1.5.3-1] [MQTT-1.5.3-2]: U+FFFD is what decoding leaves of bytes that
 * are no UTF-8, and U+0000 is forbidden.
 */
export function isText(text: string): boolean {
  return !/[\0\ufffd]/.test(text);
}
