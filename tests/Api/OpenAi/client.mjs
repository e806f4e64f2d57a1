// Talks to the product whose address is the first argument through OpenAI's own client, and prints what it got as one JSON object.
import OpenAI, { APIError } from 'openai';

const client = new OpenAI({ baseURL: `${process.argv[2]}/v1`, apiKey: 'none', maxRetries: 0 });
const messages = [{ role: 'user', content: 'call anna' }];
const result = {};

result.models = (await client.models.list()).data.map(card => card.id);

const { data, response } = await client.chat.completions.create({ model: 'mail', messages: [{ role: 'user', content: 'you win' }] }).withResponse();
result.label = data.choices[0].message.content;
result.answeredBy = JSON.parse(response.headers.get('x-understudy-receipt')).answeredBy;

const chat = await client.chat.completions.create({ model: 'calls', messages });
result.chat = chat.choices[0].message.content;

result.streamed = '';
result.pieces = 0;
for await (const piece of await client.chat.completions.create({ model: 'calls', messages, stream: true, stream_options: { include_usage: true } })) {
  result.streamed += piece.choices[0]?.delta?.content ?? '';
  result.pieces += 1;
  result.usage = piece.usage ?? result.usage;
}

result.helped = await client.chat.completions.stream({ model: 'calls', messages }).finalContent();
result.completion = (await client.completions.create({ model: 'calls', prompt: 'call anna' })).choices[0].text;

try {
  await client.chat.completions.create({ model: 'gpt', messages });
} catch (error) {
  result.error = { known: error instanceof APIError, status: error.status, code: error.code, param: error.param };
}

console.log(JSON.stringify(result));
