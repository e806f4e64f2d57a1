using System.Text.Json;
using Understudy.Api.Problems;
using Understudy.Inference.OpenAi;
using Understudy.Workflows.Limits;

namespace Understudy.Api.OpenAi;

/// <summary>
/// Reads chat and plain completion requests. A task has its instruction and gives its one best answer: of a chat the user's last message is
/// read, and what only steers sampling is checked and let be. What would make another answer is refused.
/// </summary>
internal static class CompletionCallReader
{
    /// <exception cref="RequestInvalidException">A field is wrong.</exception>
    public static CompletionCall ReadChat(JsonElement body, UnderstudyLimits limits)
    {
        var fields = RequestFields.Body(body);
        var model = fields.RequiredText("model");
        var turns = ChatTurns.Read(fields);
        var last = turns.Count - 1;
        while (last >= 0 && turns[last].Role != "user")
        {
            last--;
        }

        if (last < 0)
        {
            throw new RequestInvalidException("'messages' has none of the role 'user', and a task answers the last one of those. Add one.", "messages");
        }

        fields.Whole("max_completion_tokens", 1, int.MaxValue);
        Refuse(fields, "tools", "functions", "audio", "top_logprobs");
        RefuseFlag(fields, "logprobs");
        return Read(fields, model, $"messages[{last}].content", turns[last].Content, limits);
    }

    /// <exception cref="RequestInvalidException">A field is wrong.</exception>
    public static CompletionCall ReadText(JsonElement body, UnderstudyLimits limits)
    {
        var fields = RequestFields.Body(body);
        var model = fields.RequiredText("model");
        var prompt = fields.Required("prompt", "a string");
        if (prompt.ValueKind == JsonValueKind.Array && prompt.GetArrayLength() == 1)
        {
            prompt = prompt[0];
        }

        if (prompt.ValueKind != JsonValueKind.String)
        {
            throw fields.Wrong("prompt", prompt, $"one string; POST /api/tasks/{model}/infer takes several at once, and tokens are not read");
        }

        RefuseFlag(fields, "echo");
        Refuse(fields, "suffix", "logprobs");
        Only(fields, "best_of", 1, 1, 128);
        return Read(fields, model, "prompt", RequestFields.Text(prompt), limits);
    }

    private static CompletionCall Read(RequestFields fields, string model, string inputField, string input, UnderstudyLimits limits)
    {
        if (string.IsNullOrWhiteSpace(input))
        {
            throw ApiProblems.EmptyInput(inputField);
        }

        if (input.Length > limits.InputCharacters)
        {
            throw ApiProblems.InputTooLong(inputField, input.Length, limits.InputTokens, limits.InputCharacters);
        }

        fields.Number("temperature", 0, 2);
        fields.Number("top_p", 0, 1);
        fields.Whole("max_tokens", 1, int.MaxValue);
        Only(fields, "n", 1, 1, 128);
        Only(fields, "frequency_penalty", 0, -2, 2);
        Only(fields, "presence_penalty", 0, -2, 2);
        Refuse(fields, "logit_bias", "stop");
        if (fields.Object("response_format")?.RequiredText("type") is { } format and not "text")
        {
            throw new RequestInvalidException($"'response_format.type' is '{format}'; only 'text' is on offer, because the task says what its answers are. Leave it out.", "response_format.type", RequestInvalidException.Unsupported);
        }

        var stream = fields.Flag("stream");
        return new(model, input, stream, IncludeUsage: (fields.Object("stream_options")?.Flag("include_usage") ?? false) && stream)
        {
            Store = fields.Optional("store") is not { } || fields.Flag("store"),
        };
    }

    private static void Only(RequestFields fields, string name, double value, double least, double most)
    {
        if (fields.Number(name, least, most) is { } given && given != value)
        {
            throw Unsupported(FormattableString.Invariant($"'{name}' is {given}; only {value} is on offer, because a task has one answer."), name);
        }
    }

    private static void RefuseFlag(RequestFields fields, string name)
    {
        if (fields.Flag(name))
        {
            throw Unsupported($"'{name}' is not on offer here; POST /api/tasks/{{task}}/infer gives probabilities.", name);
        }
    }

    private static void Refuse(RequestFields fields, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (fields.Optional(name) is { } value && value.GetRawText() is not ("{}" or "[]" or "\"\""))
            {
                throw Unsupported($"'{name}' is not on offer here.", name);
            }
        }
    }

    private static RequestInvalidException Unsupported(string message, string field) => new($"{message} Leave it out.", field, RequestInvalidException.Unsupported);
}
