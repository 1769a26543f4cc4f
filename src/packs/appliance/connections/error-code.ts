/** CloudStack's error code inside a text: spelled out by the SDK, or in the JSON that it embeds. '' when there is none. */
export function errorCode(text: string): string {
  const match = /CloudStack API error (\d+) \(/.exec(text) ?? /"errorcode"\s*:\s*(\d+)/.exec(text);
  return match?.[1] ?? "";
}
