// One model in transformers.js with onnxruntime-node: transformers.mjs FOLDER THREADS. Requests are lines of JSON on standard input, see serve.mjs.
import path from "node:path";
import { AutoModelForCausalLM, BaseStreamer, env, Tensor } from "@huggingface/transformers";
import { serve } from "./serve.mjs";

const [folder, threads] = process.argv.slice(2);
env.allowRemoteModels = false;
env.localModelPath = path.dirname(folder);
const model = await AutoModelForCausalLM.from_pretrained(path.basename(folder), {
  dtype: "fp32", // the file's name, not what is in it
  device: "cpu",
  session_options: { intraOpNumThreads: Number(threads), interOpNumThreads: 1 },
});

class Clock extends BaseStreamer {
  constructor(took) {
    super();
    this.took = took;
    this.prompt = true;
  }

  put([ids]) {
    if (this.prompt) {
      this.prompt = false;
      return;
    }

    ids.forEach((id) => this.took(Number(id)));
  }

  end() {}
}

await serve(async (prompt, count, took) => {
  const shape = [1, prompt.length];
  await model.generate({
    input_ids: new Tensor("int64", prompt.map(BigInt), shape),
    attention_mask: new Tensor("int64", prompt.map(() => 1n), shape),
    max_new_tokens: count,
    do_sample: false,
    streamer: new Clock(took),
  });
});
