// One model in node-llama-cpp: llama.mjs MODEL.gguf THREADS MAX_TOKENS. Requests are lines of JSON on standard input, see serve.mjs.
import { getLlama, LlamaLogLevel } from "node-llama-cpp";
import { serve } from "./serve.mjs";

const [model, threads, maxTokens] = process.argv.slice(2);
const llama = await getLlama({ gpu: false, build: "never", skipDownload: true, progressLogs: false, maxThreads: Number(threads), logLevel: LlamaLogLevel.error });
const loaded = await llama.loadModel({ modelPath: model });
const context = await loaded.createContext({ contextSize: Number(maxTokens), batchSize: Number(maxTokens), threads: Number(threads), flashAttention: false });
const sequence = context.getSequence();

await serve(async (prompt, count, took) => {
  await sequence.clearHistory();
  for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
    if (took(token) === count) {
      break;
    }
  }
});
