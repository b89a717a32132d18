// A sentence as words that can be exchanged.

/**
 * The parts of a sentence in order: names of flowers, which may be several words, colours, and everything else.
 * @param {string} sentence
 * @param {{ colours: string[], kinds: string[] }} known
 * @returns {{ words: string, what: "" | "colour" | "kind", gap: string }[]} `gap` is what stands before the words
 */
export function partsOf(sentence, { colours, kinds }) {
  const spelt = (word) => word.replace(/[^\p{L}\p{N} ]/gu, ".");
  const longest = [...kinds].sort((a, b) => b.length - a.length).map(spelt);
  const known = new RegExp(`^(?:(${longest.join("|")})|(${colours.join("|")}))(?![\\p{L}'-])`, "iu");
  const parts = [];
  let gap = "";
  for (let rest = sentence; rest; ) {
    const [, kind, colour] = known.exec(rest) ?? [];
    const words = kind ?? colour ?? /^[\p{L}\p{N}'’-]+/u.exec(rest)?.[0];
    if (!words) {
      gap += rest[0];
      rest = rest.slice(1);
      continue;
    }
    parts.push({ words, what: kind ? "kind" : colour ? "colour" : "", gap });
    gap = "";
    rest = rest.slice(words.length);
  }
  return parts;
}

/** The sentence with other words in place of one part; "a" and "an" before it follow. */
export function exchanged(parts, which, words) {
  return parts
    .map((part, i) => {
      if (i === which) return part.gap + words;
      const article = i + 1 === which && /^an?$/i.test(part.words);
      return part.gap + (article ? (/^[aeiou]/i.test(words) ? "an" : "a") : part.words);
    })
    .join("");
}
