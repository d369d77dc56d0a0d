// Whether a text is an ELITEA token, told by its header and its claims alone. Whether it is a good one is
// the helper's to say.

const LONGEST = 8192;

/** Whether it is a signed token with the claims of ELITEA's. */
export function looksLikeToken(text: string): boolean {
  if (text.length > LONGEST) return false;
  const parts = text
    .trim()
    .replace(/^Bearer\s+/i, "")
    .split(".");
  const [header, claims] = [object(parts[0]), object(parts[1])];
  if (parts.length !== 3 || !header || !claims) return false;
  return typeof header.alg === "string" && "uuid" in claims && "expires" in claims;
}

function object(part: string | undefined): Record<string, unknown> | undefined {
  if (!part || !/^[\w-]+$/.test(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
