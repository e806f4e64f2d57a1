using System.Text.Json;
using Microsoft.Extensions.Options;
using Understudy.Inference.OpenAi;
using Understudy.Verifier.LanguageModels;

namespace Understudy.Verifier.OpenAi;

/// <summary>Reads a plain completion request. The prompt is a text, an array of texts, the tokens of one, or those of several.</summary>
internal sealed class CompletionReader(CallReader calls, ModelShelf shelf, IOptions<VerifierLimits> limits)
{
    /// <summary>What OpenAI's API makes when nothing is said; here where there is room for so many.</summary>
    private const int UsualTokens = 16;

    /// <exception cref="RequestInvalidException">A field is wrong.</exception>
    /// <exception cref="ModelNotFoundException">No model of that name is served.</exception>
    public CompletionCall Read(JsonElement body)
    {
        var fields = RequestFields.Body(body);
        var name = fields.RequiredText("model");
        var prompt = fields.Required("prompt", "a string, an array of strings, an array of tokens, or an array of arrays of tokens");
        if (fields.Flag("echo"))
        {
            throw new RequestInvalidException("'echo' is not on offer. Leave it out, and put the prompt before the text yourself.", "echo", RequestInvalidException.Unsupported);
        }

        if (fields.Whole("best_of", 1, 128) is { } best && best != (fields.Whole("n", 1, 128) ?? 1))
        {
            throw new RequestInvalidException("'best_of' is not 'n', and no other is on offer. Leave it out, or ask for more with 'n'.", "best_of", RequestInvalidException.Unsupported);
        }

        var top = fields.Whole("logprobs", 0, 20);
        var model = shelf.Get(name);
        var prompts = Prompts(fields, prompt, model);
        var room = Math.Min(Math.Min(UsualTokens, limits.Value.OutputTokens), Math.Max(1, model.MaxTokens - prompts.Max(tokens => tokens.Length)));
        return calls.Read(fields, name, model, "prompt", prompts, fields.Whole("max_tokens", 1, int.MaxValue) ?? room, "max_tokens", top, []);
    }

    private int[][] Prompts(RequestFields fields, JsonElement prompt, ServedModel model)
    {
        if (prompt.ValueKind == JsonValueKind.String)
        {
            return [Text(RequestFields.Text(prompt), model)];
        }

        if (prompt.ValueKind != JsonValueKind.Array || prompt.GetArrayLength() == 0)
        {
            throw fields.Wrong("prompt", prompt, "a string, an array of strings, an array of tokens, or an array of arrays of tokens");
        }

        if (prompt[0].ValueKind == JsonValueKind.Number)
        {
            return [Tokens(prompt, model)];
        }

        if (prompt.GetArrayLength() > limits.Value.Choices)
        {
            throw new RequestInvalidException($"'prompt' holds {prompt.GetArrayLength():N0} prompts; at most {limits.Value.Choices} outputs are made for one request. Send several requests.", "prompt");
        }

        return [.. prompt.EnumerateArray().Select((item, index) => item.ValueKind switch
        {
            JsonValueKind.String => Text(RequestFields.Text(item), model),
            JsonValueKind.Array => Tokens(item, model),
            _ => throw new RequestInvalidException($"'prompt[{index}]' is {RequestFields.Kind(item)}; it must be a string or an array of tokens.", "prompt", RequestInvalidException.InvalidType),
        })];
    }

    /// <summary>A text of nothing begins where a document does.</summary>
    private static int[] Text(string text, ServedModel model) => PromptTokens.Of(text, model, "prompt");

    private static int[] Tokens(JsonElement tokens, ServedModel model) => PromptTokens.Checked(
        [.. tokens.EnumerateArray().Select(token => token.ValueKind == JsonValueKind.Number && token.TryGetInt32(out var id)
            ? id
            : throw new RequestInvalidException($"'prompt' holds {RequestFields.Kind(token)} among its tokens; tokens are whole numbers.", "prompt", RequestInvalidException.InvalidType))],
        model,
        "prompt");
}
