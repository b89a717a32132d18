// A sentence as words that can be exchanged.

/**
 * The parts of a sentence in order: names of flowers, which may be several words, colours, and everything else.
 * @param {string} sentence
 * @param {{ colours: string[], kinds: string[] }} known
 * @returns {{ words: string, what: "" | "colour" | "kind", at: number }[]} `at` is where in the sentence they begin
 */
export function partsOf(sentence, { colours, kinds }) {
  const spelt = (word) => word.replace(/[^\p{L}\p{N} ]/gu, ".");
  const longest = [...kinds].sort((a, b) => b.length - a.length).map(spelt);
  const known = new RegExp(`^(?:(${longest.join("|")})|(${colours.join("|")}))(?![\\p{L}'-])`, "iu");
  const parts = [];
  for (let at = 0; at < sentence.length; ) {
    const rest = sentence.slice(at);
    const [, kind, colour] = known.exec(rest) ?? [];
    const words = kind ?? colour ?? /^[\p{L}\p{N}'’-]+/u.exec(rest)?.[0];
    if (words) parts.push({ words, what: kind ? "kind" : colour ? "colour" : "", at });
    at += words?.length ?? 1;
  }
  return parts;
}

/** The sentence with other words in place of one of its parts; "a" and "an" before it follow. */
export function exchanged(sentence, parts, which, words) {
  const [article, part] = [parts[which - 1], parts[which]];
  const put = (text, { at, words: old }, other) => text.slice(0, at) + other + text.slice(at + old.length);
  const other = put(sentence, part, words);
  return /^an?$/i.test(article?.words) ? put(other, article, /^[aeiou]/i.test(words) ? "an" : "a") : other;
}
