// A runner's side of the conversation: {"prompt": [ids], "tokens": n} in, {"tokens": [ids], "milliseconds": from the first token to the last} out, a line each.
import readline from "node:readline";

/** @param generate (prompt, count, took): calls took with each new token; took returns how many there are. */
export async function serve(generate) {
  process.stdout.write("ready\n");
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { prompt, tokens: count } = JSON.parse(line);
    const tokens = [];
    let first = 0;
    let last = 0;
    await generate(prompt, count, (token) => {
      last = performance.now();
      first ||= last;
      return tokens.push(token);
    });
    process.stdout.write(`${JSON.stringify({ tokens, milliseconds: last - first })}\n`);
  }

  process.exit(0);
}
