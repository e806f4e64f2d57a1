using System.Text.Json;
using Understudy.Api.Problems;
using Understudy.Inference.OpenAi;
using Understudy.Workflows.Limits;

namespace Understudy.Api.OpenAi;

/// <summary>Reads chat and plain completion requests: of a chat the user's last message is read (<see cref="CompletionFields"/>).</summary>
internal static class CompletionCallReader
{
    /// <exception cref="RequestInvalidException">A field is wrong.</exception>
    public static CompletionCall ReadChat(JsonElement body, UnderstudyLimits limits)
    {
        var fields = RequestFields.Body(body);
        var model = fields.RequiredText("model");
        var (input, field) = CompletionFields.Input(fields);
        CompletionFields.CheckChat(fields);
        return Read(fields, model, field, input, limits);
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

        CompletionFields.CheckText(fields);
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

        var stream = fields.Flag("stream");
        return new(model, input, stream, IncludeUsage: (fields.Object("stream_options")?.Flag("include_usage") ?? false) && stream)
        {
            InputField = inputField,
            Store = CompletionFields.MayStore(fields),
        };
    }
}
