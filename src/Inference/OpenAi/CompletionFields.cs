using System.Text.Json;

namespace Understudy.Inference.OpenAi;

/// <summary>
/// The fields of a request to a task that all hosts read alike. A task has its instruction and gives its one best answer: what only steers
/// sampling is checked and let be, and what would make another answer is refused.
/// </summary>
public static class CompletionFields
{
    /// <summary>The user's last message of a chat, and the field that it stands in.</summary>
    /// <exception cref="RequestInvalidException">There is none.</exception>
    public static (string Input, string Field) Input(RequestFields fields)
    {
        var turns = ChatTurns.Read(fields);
        var last = turns.Count - 1;
        while (last >= 0 && turns[last].Role != "user")
        {
            last--;
        }

        return last >= 0
            ? (turns[last].Content, $"messages[{last}].content")
            : throw new RequestInvalidException("'messages' has none of the role 'user', and a task answers the last one of those. Add one.", "messages");
    }

    /// <summary>Checks a chat's fields.</summary>
    /// <exception cref="RequestInvalidException">A field is wrong, or refused.</exception>
    public static void CheckChat(RequestFields fields)
    {
        fields.Whole("max_completion_tokens", 1, int.MaxValue);
        Refuse(fields, "tools", "functions", "audio", "top_logprobs");
        RefuseFlag(fields, "logprobs");
        Check(fields);
    }

    /// <summary>Checks the fields of a plain completion.</summary>
    /// <exception cref="RequestInvalidException">A field is wrong, or refused.</exception>
    public static void CheckText(RequestFields fields)
    {
        RefuseFlag(fields, "echo");
        Refuse(fields, "suffix", "logprobs");
        Only(fields, "best_of", 1, 1, 128);
        Check(fields);
    }

    /// <summary>Refuses what asks for something else than a text of this model: tools that must be called, sound, a search.</summary>
    /// <exception cref="RequestInvalidException">A field does.</exception>
    public static void RequireTextOnly(RequestFields fields)
    {
        foreach (var name in (ReadOnlySpan<string>)["tool_choice", "function_call"])
        {
            if (fields.Optional(name) is { } choice && !(choice.ValueKind == JsonValueKind.String && RequestFields.Text(choice) is "none" or "auto"))
            {
                throw Unsupported($"'{name}' asks for a call, and no tools are on offer here.", name);
            }
        }

        if (fields.Texts("modalities", 8).Any(one => one != "text"))
        {
            throw Unsupported("'modalities' asks for more than 'text', which is all that is on offer here.", "modalities");
        }

        if (fields.Optional("web_search_options") is not null)
        {
            throw Unsupported("'web_search_options' is not on offer here.", "web_search_options");
        }
    }

    /// <summary>The seed; null for none.</summary>
    /// <exception cref="RequestInvalidException">It is no whole number, or needs more than 64 bits.</exception>
    public static long? Seed(RequestFields fields) => fields.Optional("seed") is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seed) ? seed
        : throw fields.Wrong("seed", value, "a whole number of at most 64 bits");

    /// <summary>Whether the request may be kept: not if <c>store</c> says no.</summary>
    public static bool MayStore(RequestFields fields) => fields.Optional("store") is not { } || fields.Flag("store");

    private static void Check(RequestFields fields)
    {
        fields.Number("temperature", 0, 2);
        fields.Number("top_p", 0, 1);
        Seed(fields);
        fields.Whole("max_tokens", 1, int.MaxValue);
        Only(fields, "n", 1, 1, 128);
        Only(fields, "frequency_penalty", 0, -2, 2);
        Only(fields, "presence_penalty", 0, -2, 2);
        Refuse(fields, "logit_bias", "stop");
        RequireTextOnly(fields);
        if (fields.Object("response_format")?.RequiredText("type") is { } format and not "text")
        {
            throw new RequestInvalidException($"'response_format.type' is '{format}'; only 'text' is on offer, because the task says what its answers are. Leave it out.", "response_format.type", RequestInvalidException.Unsupported);
        }
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
