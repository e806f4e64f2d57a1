using System.Text.Json;

namespace Understudy.Inference.OpenAi;

/// <summary>Reads the messages of a chat request.</summary>
public static class ChatTurns
{
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool"];

    /// <summary>At least one turn, from the field <c>messages</c>.</summary>
    /// <exception cref="RequestInvalidException">A message is none, or says something else than text.</exception>
    public static IReadOnlyList<ChatTurn> Read(RequestFields fields)
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

            turns.Add(new(role, Content(parts, path, role), (parts.Optional("tool_calls") ?? parts.Optional("function_call")) is not null));
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
                    part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("text")
                        && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String
                        ? RequestFields.Text(text)
                        : throw new RequestInvalidException($"'{path}.content[{index}]' is no text part; only {{\"type\":\"text\",\"text\":\"…\"}} is read here.", $"{path}.content", RequestInvalidException.InvalidType)));
            default:
                throw message.Wrong("content", content, "a string, or an array of text parts");
        }
    }
}
