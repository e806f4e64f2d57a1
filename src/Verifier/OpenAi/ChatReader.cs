using System.Text.Json;
using Understudy.Verifier.LanguageModels;
using Understudy.Verifier.Problems;

namespace Understudy.Verifier.OpenAi;

/// <summary>Reads a chat request.</summary>
internal sealed class ChatReader(CallReader calls, ModelShelf shelf)
{
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool"];

    /// <exception cref="RequestInvalidException">A field is wrong.</exception>
    /// <exception cref="ModelNotFoundException">No model of that name is served.</exception>
    public CompletionCall Read(JsonElement body)
    {
        var fields = RequestFields.Body(body);
        var name = fields.RequiredText("model");
        var turns = Turns(fields);
        var field = fields.Optional("max_completion_tokens") is not null ? "max_completion_tokens" : "max_tokens";
        var maxTokens = fields.Whole(field, 1, int.MaxValue);
        var top = fields.Whole("top_logprobs", 0, 20);
        var wanted = fields.Flag("logprobs");
        if (top is not null && !wanted)
        {
            throw new RequestInvalidException("'top_logprobs' needs 'logprobs'. Set 'logprobs' to true, or leave it out.", "top_logprobs");
        }

        var model = shelf.Get(name);
        return calls.Read(
            fields, name, model, "messages", [model.Chat.Encode(model.Model.Tokenizer, turns)], maxTokens, field, wanted ? top ?? 0 : null, model.Chat.Stop);
    }

    private static List<ChatTurn> Turns(RequestFields fields)
    {
        var messages = fields.Required("messages", "an array of messages");
        if (messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
        {
            throw fields.Wrong("messages", messages, "an array with at least one message");
        }

        var turns = new List<ChatTurn>(messages.GetArrayLength());
        foreach (var (index, message) in messages.EnumerateArray().Index())
        {
            var path = $"messages[{index}]";
            if (message.ValueKind != JsonValueKind.Object)
            {
                throw new RequestInvalidException($"'{path}' is {RequestFields.Kind(message)}; it must be an object with 'role' and 'content'.", path, RequestInvalidException.InvalidType);
            }

            var parts = new RequestFields(message, path + ".");
            var role = parts.RequiredText("role");
            if (!Roles.Contains(role))
            {
                throw new RequestInvalidException($"'{path}.role' is '{role}'; it must be one of {string.Join(", ", Roles)}.", $"{path}.role");
            }

            turns.Add(new(role, Content(parts, path, role)));
        }

        return turns;
    }

    /// <summary>A text, or an array of parts that are texts.</summary>
    private static string Content(RequestFields message, string path, string role)
    {
        if (role == "assistant" && message.Optional("content") is null)
        {
            return "";
        }

        var content = message.Required("content", "a string, or an array of text parts");
        switch (content.ValueKind)
        {
            case JsonValueKind.String:
                return RequestFields.Text(content);
            case JsonValueKind.Array:
                return string.Concat(content.EnumerateArray().Select((part, index) =>
                    part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) && type.ValueEquals("text")
                        && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String
                        ? RequestFields.Text(text)
                        : throw new RequestInvalidException($"'{path}.content[{index}]' is no text part; only {{\"type\":\"text\",\"text\":\"…\"}} is read here.", $"{path}.content", RequestInvalidException.InvalidType)));
            default:
                throw message.Wrong("content", content, "a string, or an array of text parts");
        }
    }
}
