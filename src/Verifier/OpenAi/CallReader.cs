using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Understudy.Inference.Grammars;
using Understudy.Inference.OpenAi;
using Understudy.Verifier.LanguageModels;

namespace Understudy.Verifier.OpenAi;

/// <summary>What chats and plain completions have in common: how to sample, how much, and what is not on offer.</summary>
internal sealed class CallReader(IOptions<VerifierLimits> limits)
{
    /// <summary>Compiled schemas kept, by model and text, and places that are worked out in all of them; then all are forgotten, but by those who use one.</summary>
    private const int KeptGrammars = 64, KeptPlaces = 8192;

    private readonly ConcurrentDictionary<(ServedModel, string), TokenGrammar> _grammars = new();

    private VerifierLimits Limits => limits.Value;

    /// <param name="promptField">Where the prompt stood.</param>
    /// <param name="maxTokens">What the caller asked for; null for as much as there is room.</param>
    /// <param name="maxField">The field that said so.</param>
    /// <param name="answerToken">Behind which the model answers, where it gives a reason first; null for none.</param>
    /// <param name="input">Whose words a schema's strings of the format <c>extract</c> are; null for any text.</param>
    /// <exception cref="RequestInvalidException">A field is wrong, or prompt and output do not fit.</exception>
    public CompletionCall Read(
        RequestFields fields, string modelName, ServedModel model, string promptField, IReadOnlyList<int[]> prompts, int? maxTokens, string maxField,
        int? logProbabilities, IReadOnlyList<string> stop, int? answerToken = null, string? input = null)
    {
        Refuse(fields);
        var choices = fields.Whole("n", 1, 128) ?? 1;
        var outputs = prompts.Count * choices;
        if (outputs > Limits.Choices)
        {
            throw new RequestInvalidException($"{prompts.Count} prompt(s) with 'n' = {choices} are {outputs} outputs; at most {Limits.Choices} are made for one request. Send several requests.", "n");
        }

        var stream = fields.Flag("stream");
        var streamOptions = fields.Object("stream_options");
        return new()
        {
            ModelName = modelName,
            Model = model,
            Prompts = prompts,
            Choices = choices,
            Stream = stream,
            IncludeUsage = stream && (streamOptions?.Flag("include_usage") ?? false),
            Options = new()
            {
                MaxTokens = Room(model, prompts.Max(prompt => prompt.Length), promptField, maxTokens, maxField),
                Sampling = new()
                {
                    Temperature = fields.Number("temperature", 0, 2) ?? 1,
                    TopP = fields.Number("top_p", 0, 1) ?? 1,
                    TopK = fields.Whole("top_k", 0, int.MaxValue) ?? 0,
                    MinP = fields.Number("min_p", 0, 0.999) ?? 0,
                    RepetitionPenalty = fields.Number("repetition_penalty", 0.01, 100) ?? 1,
                    Seed = Seed(fields),
                },
                EndTokens = model.EndTokens,
                AnswerToken = answerToken,
                Stop = [.. fields.Texts("stop", 4), .. stop],
                LogProbabilities = logProbabilities,
            },
            Grammar = Grammar(fields, model, input),
        };
    }

    /// <summary>Output tokens of one choice.</summary>
    private int Room(ServedModel model, int prompt, string promptField, int? asked, string field)
    {
        var most = Math.Min(Limits.PromptTokens, model.MaxTokens - 1);
        if (prompt > most)
        {
            throw new RequestInvalidException($"The prompt has {prompt:N0} tokens; this model takes {most:N0} here (its context is {model.MaxTokens:N0} tokens, the limit Limits:PromptTokens {Limits.PromptTokens:N0}). Shorten the prompt.", promptField, RequestInvalidException.TooLong);
        }

        if (asked > Limits.OutputTokens)
        {
            throw new RequestInvalidException($"'{field}' is {asked:N0}; at most {Limits.OutputTokens:N0} output tokens are made here (Limits:OutputTokens). Ask for fewer.", field);
        }

        if (prompt + asked > model.MaxTokens)
        {
            throw new RequestInvalidException($"The prompt has {prompt:N0} tokens and '{field}' is {asked:N0}, together {prompt + asked:N0}; the model's context is {model.MaxTokens:N0}. Shorten the prompt or ask for fewer tokens.", field, RequestInvalidException.TooLong);
        }

        return asked ?? Math.Min(Limits.OutputTokens, model.MaxTokens - prompt);
    }

    /// <summary>What would change the answer and is not on offer; better said than passed over.</summary>
    private static void Refuse(RequestFields fields)
    {
        foreach (var name in (string[])["frequency_penalty", "presence_penalty"])
        {
            if (fields.Number(name, -2, 2) is { } penalty && penalty != 0)
            {
                throw new RequestInvalidException($"'{name}' is {penalty}; only 0 is on offer. Leave it out, or use 'repetition_penalty'.", name, RequestInvalidException.Unsupported);
            }
        }

        foreach (var name in (string[])["logit_bias", "tools", "functions", "suffix", "audio"])
        {
            if (fields.Optional(name) is { } value && value.GetRawText() is not ("{}" or "[]" or "\"\""))
            {
                throw new RequestInvalidException($"'{name}' is not on offer. Leave it out.", name, RequestInvalidException.Unsupported);
            }
        }

        CompletionFields.RequireTextOnly(fields);
    }

    /// <summary>Seeds may have 64 bits; ours are folded to 32.</summary>
    private static int? Seed(RequestFields fields) => CompletionFields.Seed(fields) is { } seed ? unchecked((int)(seed ^ (seed >> 32))) : null;

    private Func<TokenGrammar>? Grammar(RequestFields fields, ServedModel model, string? input)
    {
        if (fields.Object("response_format") is not { } format)
        {
            return null;
        }

        var type = format.RequiredText("type");
        if (type == "text")
        {
            return null;
        }

        if (type != "json_schema")
        {
            throw new RequestInvalidException($"'response_format.type' is '{type}'; 'text' and 'json_schema' are on offer. Give the schema that the output should have.", "response_format.type", RequestInvalidException.Unsupported);
        }

        var named = format.Object("json_schema") ?? throw new RequestInvalidException("'response_format.json_schema' is missing; it must be an object.", "response_format.json_schema", RequestInvalidException.Missing);
        named.Flag("strict"); // outputs have the schema either way
        var schema = named.Required("schema", "a JSON schema");
        return () => input is null ? Compiled(schema, model) : Compiled(schema, model).ForInput(input);
    }

    private TokenGrammar Compiled(JsonElement schema, ServedModel model)
    {
        if (_grammars.Count >= KeptGrammars || _grammars.Values.Sum(grammar => grammar.Places) >= KeptPlaces)
        {
            _grammars.Clear();
        }

        return _grammars.GetOrAdd((model, schema.GetRawText()), key => TokenGrammar.FromJsonSchema(schema, model.Model.Tokenizer, model.EndTokens));
    }
}
