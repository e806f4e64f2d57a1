// Talks to the service whose address is the first argument through OpenAI's own client, and prints what it got as one JSON object.
import OpenAI, { APIError } from 'openai';

const client = new OpenAI({ baseURL: `${process.argv[2]}v1`, apiKey: 'none', maxRetries: 0 });
const model = 'tiny';
const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'the cat' }];
const result = {};

result.models = (await client.models.list()).data.map(card => card.id);

const chat = await client.chat.completions.create({ model, messages, temperature: 0, max_tokens: 20 });
result.chat = chat.choices[0].message.content;
result.chatUsage = chat.usage;

const stream = await client.chat.completions.create({ model, messages, temperature: 0, max_tokens: 20, stream: true, stream_options: { include_usage: true } });
result.streamed = '';
result.pieces = 0;
for await (const piece of stream) {
  result.streamed += piece.choices[0]?.delta?.content ?? '';
  result.pieces += 1;
  result.streamedUsage = piece.usage ?? result.streamedUsage;
  result.streamedFinish = piece.choices[0]?.finish_reason ?? result.streamedFinish;
}

const helped = client.chat.completions.stream({ model, messages, temperature: 0, max_tokens: 20 });
result.helped = await helped.finalContent();

const logprobs = await client.chat.completions.create({ model, messages, temperature: 0, max_tokens: 4, logprobs: true, top_logprobs: 2, n: 2 });
result.choices = logprobs.choices.length;
result.logprobs = logprobs.choices[1].logprobs.content.map(token => ({ logprob: token.logprob, top: token.top_logprobs.length }));

const schema = {
  type: 'object', additionalProperties: false, required: ['pets'],
  properties: { pets: { type: 'array', minItems: 1, maxItems: 1, items: { $ref: '#/definitions/pet' } } },
  definitions: {
    pet: { type: 'object', additionalProperties: false, required: ['kind'], properties: { kind: { $ref: '#/definitions/kind' } } },
    kind: { type: 'string', enum: ['cat', 'dog'] },
  },
};
const parsed = await client.chat.completions.parse({ model, messages, temperature: 0, max_tokens: 60, response_format: { type: 'json_schema', json_schema: { name: 'order', strict: true, schema } } });
result.order = JSON.parse(parsed.choices[0].message.content);

const completion = await client.completions.create({ model, prompt: 'the cat', temperature: 0, max_tokens: 12, logprobs: 1 });
result.completion = completion.choices[0].text;
result.completionLogprobs = completion.choices[0].logprobs.token_logprobs;

result.completionStreamed = '';
for await (const piece of await client.completions.create({ model, prompt: 'the cat', temperature: 0, max_tokens: 12, stream: true })) {
  result.completionStreamed += piece.choices[0]?.text ?? '';
}

try {
  await client.chat.completions.create({ model: 'gpt', messages });
} catch (error) {
  result.error = { known: error instanceof APIError, status: error.status, code: error.code, param: error.param };
}

console.log(JSON.stringify(result));
